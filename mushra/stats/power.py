"""How much a planned test can find: standard error, power and sizes of the crossed test.

A paired difference of two systems varies with the listener, with the item and within, as in
`mushra.stats.crossed`. Its mean over L listeners and I items has the variance

    listener / L + item / I + residual / (L I)

so items put a floor under the standard error that no number of listeners goes below, and the
other way round. A claim about new speakers counts S speakers as a sample too, items nested in them
evenly; the items' part is then

    speaker / S + item / I

with the S - 1 degrees of freedom of the speakers' mean square. Differences and standard errors are
points, variances squared points.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, stats

from mushra.stats.crossed import VarianceComponents
from mushra.stats.table import Floats

ALPHA = 0.05
TARGET_POWER = 0.8
# Beyond these nobody runs a test; "not reachable" is the answer then.
MOST_LISTENERS = 500
MOST_ITEMS = 500
# Quantiles of the standard error's distribution that the power of TOST is averaged over.
N_QUANTILES = 2000


@dataclass(frozen=True)
class KnownComponents:
    """Variance components of paired differences measured on public ratings.

    Averages over all pairs of systems under test, by REML (R lmerTest), made with
    scripts/reference/variance_components.R.
    """

    title: str
    source: str
    components: VarianceComponents


# The ratings themselves are other people's and not part of this repository.
KNOWN_COMPONENTS = {
    "codecs": KnownComponents(
        title="Neural speech codecs",
        source="Stahl, Windtner & Sontacchi 2024 (doi 10.1109/ACCESS.2024.3482359), ratings "
        "CC BY 4.0: 21 pairs of 7 systems, 19 listeners after their screening, 16 sentences, "
        "8 a listener",
        components=VarianceComponents(listener=82.0, item=208.0, residual=496.0),
    ),
    "separation": KnownComponents(
        title="Separated speech and music",
        source="Kastner & Herre 2022, SEBASS-DB, SiSEC08 (doi 10.1109/IWAENC53105.2022.9914724): "
        "36 pairs of 9 systems, 14 listeners, 14 excerpts",
        components=VarianceComponents(listener=19.4, item=147.0, residual=108.0),
    ),
}


@dataclass(frozen=True)
class Plan:
    """A crossed test of one pair of systems as it is planned.

    Args:
        components: of the paired difference, squared points.
        n_listeners, n_items: at least 2 each; every listener rates every item.
        difference: the true difference that the test should find, points.
        margin: of equivalence, points; None where equivalence is not asked.
        n_speakers: whose voices the items are, in equal parts, if the claim is about new speakers;
            None where speakers are not asked about, and components.speaker does not count.
        n_comparisons: pairs in the family; each gets alpha / n_comparisons, which is the smallest
            level of Holm's procedure, so that the power is that of the worst case.
    Raises: ValueError for a size below 2, more speakers than items, a negative variance, or none
        that is positive.
    """

    components: VarianceComponents
    n_listeners: int
    n_items: int
    difference: float
    margin: float | None = None
    alpha: float = ALPHA
    n_comparisons: int = 1
    n_speakers: int | None = None

    def __post_init__(self) -> None:
        if self.n_listeners < 2 or self.n_items < 2:
            raise ValueError(
                "A crossed test needs at least 2 listeners and 2 items, not "
                f"{self.n_listeners} and {self.n_items}."
            )
        if self.n_speakers is not None and not 2 <= self.n_speakers <= self.n_items:
            raise ValueError(
                f"A claim about new speakers needs 2 of them and at most one an item, not "
                f"{self.n_speakers} for {self.n_items} items."
            )
        found = self.components
        parts = (found.listener, found.item, found.residual, found.speaker)
        if min(parts) < 0 or max(parts) == 0:
            raise ValueError(f"Variances are not negative and not all zero; got {parts}.")
        if not 0 < self.alpha < 1 or self.n_comparisons < 1:
            raise ValueError(
                f"Alpha lies between 0 and 1 and there is at least one comparison, not "
                f"{self.alpha} and {self.n_comparisons}."
            )

    @property
    def level(self) -> float:
        """The level of each single test."""
        return self.alpha / self.n_comparisons

    @property
    def floor_variance(self) -> float:
        """What is left of the mean's variance with any number of listeners."""
        of_items = self.components.item / self.n_items
        if self.n_speakers is None:
            return of_items
        return of_items + self.components.speaker / self.n_speakers

    @property
    def n_units(self) -> int:
        """What is sampled beside listeners: speakers, or items where speakers do not count."""
        return self.n_speakers or self.n_items

    def with_items(self, n_items: int) -> "Plan":
        """With other items, of the same speakers while there is one for each."""
        speakers = None if self.n_speakers is None else min(self.n_speakers, n_items)
        return replace(self, n_items=n_items, n_speakers=speakers)

    def with_speakers(self, n_speakers: int) -> "Plan":
        """With other speakers who have as many items each."""
        items = math.ceil(n_speakers * self.n_items / (self.n_speakers or self.n_items))
        return replace(self, n_items=items, n_speakers=n_speakers)


@dataclass(frozen=True)
class Precision:
    """Standard error of a mean difference and its Satterthwaite degrees of freedom."""

    se: float
    df: float


@dataclass(frozen=True)
class Advice:
    """What would bring a plan to its power.

    Args:
        code: "enough", "add_listeners", "add_items", "add_speakers", "add_both" or
            "not_reachable".
        sentence: the advice in words.
    """

    code: str
    sentence: str


def precision(plan: Plan) -> Precision:
    """Standard error and degrees of freedom that the crossed test is expected to have.

    Satterthwaite's formula with the expected mean squares in place of the observed ones.

    Source: docs/statistics.md; expected mean squares of the balanced two-way random model,
        Searle, Casella & McCulloch 1992, section 4.3.
    """
    n_listeners, n_units, residual = plan.n_listeners, plan.n_units, plan.components.residual
    n_ratings = n_listeners * plan.n_items
    listener = plan.n_items * plan.components.listener + residual
    unit = n_ratings * plan.floor_variance + residual
    total = listener + unit - residual
    spread = (
        listener**2 / (n_listeners - 1)
        + unit**2 / (n_units - 1)
        + residual**2 / ((n_listeners - 1) * (plan.n_items - 1))
    )
    return Precision(math.sqrt(total / n_ratings), total**2 / spread)


def crossed_power(plan: Plan) -> float:
    """Probability that the two-sided crossed test finds the plan's difference.

    The test statistic is taken as noncentral t. That is close where all components are well above
    zero; where one is nearly zero the test pools mean squares in some samples, and the formula is
    off by some hundredths (docs/statistics.md): `mushra.stats.power_check` tells.

    Source: golden values in tests/data/golden/planning.json (R `pt(ncp = )`).
    """
    found = precision(plan)
    return _t_power(plan.difference / found.se, found.df, plan.level)


def power_with_unlimited_listeners(plan: Plan) -> float:
    """The power that no number of listeners takes the plan's items beyond; 1 without a floor."""
    return _limit_power(plan, [(plan.floor_variance, plan.n_units - 1)])


def power_with_unlimited_items(plan: Plan) -> float:
    """The power that no number of items takes the plan's listeners (and speakers) beyond; 1
    without a floor."""
    strata = [(plan.components.listener / plan.n_listeners, plan.n_listeners - 1)]
    if plan.n_speakers is not None:
        strata.append((plan.components.speaker / plan.n_speakers, plan.n_speakers - 1))
    return _limit_power(plan, strata)


def item_floor(plan: Plan) -> float:
    """The standard error, points, that no number of listeners goes below with these items."""
    return math.sqrt(plan.floor_variance)


def listener_floor(plan: Plan) -> float:
    """The standard error, points, that no number of items (of the plan's speakers) goes below."""
    of_speakers = plan.components.speaker / plan.n_speakers if plan.n_speakers else 0.0
    return math.sqrt(plan.components.listener / plan.n_listeners + of_speakers)


def equivalence_power(plan: Plan, *, true_difference: float = 0.0) -> float:
    """Probability that TOST shows the systems equivalent within the plan's margin.

    Both one-sided tests at the plan's level; averaged over the distribution of the estimated
    standard error, so that it is not overstated for few degrees of freedom.

    Raises: ValueError for a plan without a margin.
    Source: Schuirmann 1987; golden values in tests/data/golden/planning.json (R `integrate`).
    """
    if plan.margin is None or plan.margin <= 0:
        raise ValueError("The power of an equivalence test needs a margin above 0 points.")
    found = precision(plan)
    quantiles = (np.arange(N_QUANTILES) + 0.5) / N_QUANTILES
    estimated = found.se * np.sqrt(stats.chi2.ppf(quantiles, found.df) / found.df)
    reach = plan.margin - stats.t.ppf(1 - plan.level, found.df) * estimated
    below = stats.norm.cdf((reach - true_difference) / found.se)
    above = stats.norm.cdf((-reach - true_difference) / found.se)
    return float(np.where(reach > 0, below - above, 0.0).mean())


def required_listeners(plan: Plan, *, power: float = TARGET_POWER) -> int | None:
    """Fewest listeners that reach the power with the plan's items; None if up to 500 do not."""
    return _first_reaching(lambda n: replace(plan, n_listeners=n), MOST_LISTENERS, power)


def required_items(plan: Plan, *, power: float = TARGET_POWER) -> int | None:
    """Fewest items that reach the power with the plan's listeners; None if up to 500 do not."""
    return _first_reaching(plan.with_items, MOST_ITEMS, power)


def required_speakers(plan: Plan, *, power: float = TARGET_POWER) -> int | None:
    """Fewest speakers, with as many items each, that reach the power with the plan's listeners;
    None if up to 500 items do not, and where speakers do not count."""
    if plan.n_speakers is None:
        return None
    most = MOST_ITEMS * plan.n_speakers // plan.n_items
    return _first_reaching(plan.with_speakers, most, power)


def detectable_difference(plan: Plan, *, power: float = TARGET_POWER) -> float:
    """The smallest true difference, points, that the plan's sizes find with the power."""
    found = precision(plan)

    def shortfall(effect: float) -> float:
        return _t_power(effect, found.df, plan.level) - power

    most = float(stats.t.ppf(1 - plan.level / 2, found.df)) + 40.0
    return float(optimize.brentq(shortfall, 1e-9, most, xtol=1e-10)) * found.se


def power_table(plan: Plan, n_listeners: Sequence[int], n_items: Sequence[int]) -> Floats:
    """Power of the plan at other sizes: (len(n_listeners), len(n_items))."""
    rows = [
        [crossed_power(replace(plan, n_listeners=listeners).with_items(items)) for items in n_items]
        for listeners in n_listeners
    ]
    return np.array(rows)


def advise(plan: Plan, *, power: float = TARGET_POWER) -> Advice:
    """What to add, if anything; says so when listeners alone can never do it."""
    if crossed_power(plan) >= power:
        return Advice("enough", f"The plan reaches a power of {_percent(power)}.")
    more_items = required_items(plan, power=power)
    more_listeners = required_listeners(plan, power=power)
    more_speakers = required_speakers(plan, power=power)
    if more_speakers is not None and more_listeners is None and more_items is None:
        return _advise_speakers(plan, more_speakers)
    if more_listeners is not None:
        return _advise_listeners(plan, more_listeners, more_items)
    if more_items is not None:
        return _advise_items(plan, more_items)
    return _advise_both(plan, power)


def _t_power(effect: float, df: float, level: float) -> float:
    """Two-sided power for a true effect in standard errors."""
    critical = stats.t.ppf(1 - level / 2, df)
    effect = abs(effect)
    upper = stats.nct.sf(critical, df, effect)
    lower = stats.nct.cdf(-critical, df, effect)
    # scipy gives NaN far in the tails, where the one is 1 and the other 0
    return float(np.nan_to_num(upper, nan=1.0) + np.nan_to_num(lower, nan=0.0))


def _limit_power(plan: Plan, strata: Sequence[tuple[float, int]]) -> float:
    """Power when nothing is left but these variances of the mean, with degrees of freedom."""
    total = sum(variance for variance, _ in strata)
    if total == 0:
        return 1.0
    df = total**2 / sum(variance**2 / df for variance, df in strata)
    return _t_power(plan.difference / math.sqrt(total), df, plan.level)


def _first_reaching(resized: Callable[[int], Plan], most: int, power: float) -> int | None:
    """The smallest size from 2 on with that power; the power grows with the size."""

    def reaches(n: int) -> bool:
        return crossed_power(resized(n)) >= power

    if not reaches(most):
        return None
    low, high = 1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def _advise_listeners(plan: Plan, listeners: int, items: int | None) -> Advice:
    by_items = items is not None and items / plan.n_items < listeners / plan.n_listeners
    if by_items:
        return Advice(
            "add_items",
            f"Add sentences: {items} with {plan.n_listeners} listeners reach it; with "
            f"{plan.n_items} sentences it would take {listeners} listeners.",
        )
    other = f", or {items} sentences" if items is not None else ""
    return Advice("add_listeners", f"Add listeners: {listeners} reach it{other}.")


def _advise_items(plan: Plan, items: int) -> Advice:
    return Advice(
        "add_items",
        f"Add sentences, not listeners: with {plan.n_items} sentences the standard error stays "
        f"above {item_floor(plan):.1f} points for any number of listeners; {items} sentences with "
        f"{plan.n_listeners} listeners reach it.",
    )


def _advise_speakers(plan: Plan, speakers: int) -> Advice:
    items = plan.with_speakers(speakers).n_items
    return Advice(
        "add_speakers",
        f"Add speakers, not sentences or listeners: with {plan.n_speakers} speakers no number of "
        f"either reaches it alone; {speakers} speakers with {items} sentences in all and "
        f"{plan.n_listeners} listeners do.",
    )


def _advise_both(plan: Plan, power: float) -> Advice:
    sizes = _smallest_square(plan, power)
    if sizes is None:
        return Advice(
            "not_reachable",
            f"Not reachable with up to {MOST_LISTENERS} listeners and {MOST_ITEMS} sentences: "
            "look for a larger difference, or compare fewer pairs.",
        )
    return Advice(
        "add_both",
        f"Add sentences and listeners: {sizes.n_items} sentences{_of_speakers(sizes)} with "
        f"{sizes.n_listeners} listeners reach it. With {plan.n_items} sentences"
        f"{_of_speakers(plan)} the standard error stays above {item_floor(plan):.1f} points for "
        "any number of listeners.",
    )


def _smallest_square(plan: Plan, power: float) -> Plan | None:
    """The plan with all sizes grown by the same factor so that it reaches the power."""
    for factor in np.geomspace(1, MOST_ITEMS / 2, 200):
        listeners = min(MOST_LISTENERS, math.ceil(factor * plan.n_listeners))
        items = min(MOST_ITEMS, math.ceil(factor * plan.n_items))
        speakers = plan.n_speakers and min(items, math.ceil(factor * plan.n_speakers))
        sizes = replace(plan, n_listeners=listeners, n_items=items, n_speakers=speakers)
        if crossed_power(sizes) >= power:
            return sizes
    return None


def _of_speakers(plan: Plan) -> str:
    return f" of {plan.n_speakers} speakers" if plan.n_speakers else ""


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
