"""A plan's power checked by simulating its test, pooling of mean squares and all."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from mushra.stats.crossed import CrossedMean, crossed_mean
from mushra.stats.mixed import Cells, crossed_cells
from mushra.stats.power import Plan


@dataclass(frozen=True)
class SimulatedPower:
    """How often the crossed test of simulated differences rejects, with Monte-Carlo errors.

    power: with the plan's true difference; size: with none; equivalence: TOST with none, NaN
    without a margin. Each error is a binomial standard error.
    """

    n_runs: int
    power: float
    power_error: float
    size: float
    size_error: float
    equivalence: float
    equivalence_error: float


def check_by_simulation(plan: Plan, seed: int, *, n_runs: int = 2000) -> SimulatedPower:
    """The plan's power, size and equivalence power by simulating the test itself.

    Draws normal differences with the plan's components and applies the crossed test with its
    pooling, so that it also checks the approximations of `mushra.stats.power`.

    Args:
        seed: the same seed gives the same figures.
        n_runs: simulated tests; the errors shrink with its square root.
    """
    rng = np.random.default_rng(seed)
    found = equal = within = 0
    for _ in range(n_runs):
        estimate = _draw(plan, rng)
        found += _rejects(estimate, plan, plan.difference)
        equal += _rejects(estimate, plan, 0.0)
        within += _is_within_margin(estimate, plan)
    rates = [(count / n_runs, _error(count, n_runs)) for count in (found, equal)]
    has_margin = plan.margin is not None
    return SimulatedPower(
        n_runs=n_runs,
        power=rates[0][0],
        power_error=rates[0][1],
        size=rates[1][0],
        size_error=rates[1][1],
        equivalence=within / n_runs if has_margin else math.nan,
        equivalence_error=_error(within, n_runs) if has_margin else math.nan,
    )


def _draw(plan: Plan, rng: np.random.Generator) -> CrossedMean:
    """The estimate from one simulated test without a true difference."""
    parts, shape = plan.components, (plan.n_listeners, plan.n_items)
    differences = (
        math.sqrt(parts.listener) * rng.standard_normal((plan.n_listeners, 1))
        + math.sqrt(parts.item) * rng.standard_normal((1, plan.n_items))
        + math.sqrt(parts.residual) * rng.standard_normal(shape)
    )
    if plan.n_speakers is None:
        return crossed_mean(differences)
    speaker = np.arange(plan.n_items) % plan.n_speakers
    differences += math.sqrt(parts.speaker) * rng.standard_normal(plan.n_speakers)[speaker]
    listener, item = (codes.ravel() for codes in np.indices(shape))
    cells = Cells(listener, item, differences.ravel())
    return crossed_cells(cells, speaker=speaker[item])


def _rejects(estimate: CrossedMean, plan: Plan, difference: float) -> bool:
    t = abs(estimate.mean + difference) / estimate.se
    return bool(2 * stats.t.sf(t, estimate.df) <= plan.level)


def _is_within_margin(estimate: CrossedMean, plan: Plan) -> bool:
    if plan.margin is None:
        return False
    t = (plan.margin - abs(estimate.mean)) / estimate.se
    return bool(stats.t.sf(t, estimate.df) <= plan.level)


def _error(count: int, n_runs: int) -> float:
    """Binomial standard error; never 0, as a rate of 0 or 1 is not known exactly either."""
    share = (count + 1) / (n_runs + 2)
    return math.sqrt(share * (1 - share) / n_runs)
