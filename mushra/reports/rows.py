"""The report's tables as data: one frozen row per system, per pair, per listener group.

Figures are in points of the scale unless a field says otherwise; what could not be computed is NaN
(null in JSON), and a `note` says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mushra.stats.crossed import VarianceComponents
from mushra.stats.hypothesis_tests import Friedman
from mushra.stats.shape import Shape


@dataclass(frozen=True)
class MeanInterval:
    """The interval beside a system's mean, and what it is an interval of.

    kind is `crossed` (new listeners and items) or `listeners` (these sentences only). mean is that
    of the model, which differs from the mean of all ratings where some are missing; note says so.
    """

    kind: str
    mean: float
    se: float
    df: float
    low: float
    high: float
    n_listeners: int
    n_items: int
    note: str


@dataclass(frozen=True)
class RelativeRow:
    """Relative MUSHRA in percent of the reference, with its interval."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True)
class SystemRow:
    """One system's line in a table of results.

    mean_rank and median_rank: among all systems of the table, 1 is the best, over the trials in
    which all of them were rated; NaN if there are none. shape: how the scores lie on the scale.
    """

    system: str
    title: str
    role: str
    n_ratings: int
    median: float
    q1: float
    q3: float
    iqr: float
    mean: float
    sd: float
    minimum: float
    maximum: float
    interval: MeanInterval | None
    relative: RelativeRow | None
    mean_rank: float
    median_rank: float
    shape: Shape


@dataclass(frozen=True)
class ListenerMeanTests:
    """Tests and effects on each listener's mean difference: they hold for these sentences only.

    A listener's mean is over the items on which they rated both systems. The p-values of Wilcoxon
    and sign-flip are exact unless their flag says otherwise (very many listeners).
    """

    n_listeners: int
    wilcoxon_p: float
    wilcoxon_p_holm: float
    wilcoxon_is_exact: bool
    n_zero: int
    sign_flip_p: float
    sign_flip_is_exact: bool
    t: float
    t_p: float
    t_p_holm: float
    cohen_dz: float
    hedges_g: float
    rank_biserial: float
    hodges_lehmann: float
    hodges_lehmann_low: float
    hodges_lehmann_high: float


@dataclass(frozen=True)
class EquivalenceRow:
    """Two one-sided tests that a difference lies within +- margin, on the crossed test's error.

    low and high: the 90 % interval. smallest_margin: the margin above which the test would pass.
    is_shown: p < 0.05; when false the systems are not shown to be equal, nor to differ.
    """

    margin: float
    p: float
    low: float
    high: float
    smallest_margin: float
    is_shown: bool


@dataclass(frozen=True)
class PooledRow:
    """What a test that takes all ratings for independent would have said. Not a result."""

    t: float
    p: float
    sentence: str


@dataclass(frozen=True)
class SpeakersRow:
    """The same difference with speakers random too: what it says of voices nobody heard here.

    claim says what it speaks for; with fewer than five speakers that is these speakers only, and
    the figures are those of the headline.
    """

    n_speakers: int
    difference: float
    se: float
    df: float
    p: float
    p_holm: float
    low: float
    high: float
    claim: str


@dataclass(frozen=True)
class SuperiorityRow:
    """The chance that a new listener rates the first above the second on a new sentence, 0-1."""

    probability: float
    low: float
    high: float


@dataclass(frozen=True)
class PairRow:
    """First minus second system: the crossed test, and beside it what other tests say.

    n_ratings counts the (listener, item) cells rated with both. method is the closed form or REML;
    claim says what the test speaks for. Where the crossed test cannot be computed its figures are
    NaN, the parts that rest on it None, and the note says why.
    """

    first: str
    second: str
    difference: float
    se: float
    df: float
    t: float
    p: float
    p_holm: float
    low: float
    high: float
    n_listeners: int
    n_items: int
    n_ratings: int
    method: str
    claim: str
    components: VarianceComponents | None
    listener_means: ListenerMeanTests | None
    equivalence: EquivalenceRow | None
    superiority: SuperiorityRow | None
    speakers: SpeakersRow | None
    pooled: PooledRow | None
    note: str

    @property
    def n_missing(self) -> int:
        """The cells of these listeners and items that were not rated with both."""
        return self.n_listeners * self.n_items - self.n_ratings


@dataclass(frozen=True)
class Results:
    """Everything computed on one set of ratings.

    letters: per system under test, the compact letter display of `pairs` (systems that share a
    letter do not differ after Holm); empty where a pair could not be tested.
    """

    n_listeners: int
    n_items: int
    n_ratings: int
    systems: tuple[SystemRow, ...]
    pairs: tuple[PairRow, ...]
    against_reference: tuple[PairRow, ...]
    friedman: Friedman | None
    letters: Mapping[str, str]

    def system(self, code: str) -> SystemRow | None:
        """One system's row; None if it has no ratings here."""
        return next((row for row in self.systems if row.system == code), None)


@dataclass(frozen=True)
class ScenarioResults:
    """The results within one scenario, one condition, or one level of any factor."""

    code: str
    title: str
    results: Results
