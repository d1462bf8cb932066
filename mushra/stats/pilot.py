"""Variance components of paired differences, measured on the ratings of a pilot."""

from collections.abc import Collection
from dataclasses import astuple, dataclass
from itertools import combinations

import numpy as np

from mushra.stats.crossed import NEW_SPEAKERS, VarianceComponents
from mushra.stats.errors import TooFewRatings
from mushra.stats.mixed import MIN_SPEAKERS, CrossedModel
from mushra.stats.table import RatingTable

# With fewer, a variance is hardly known: with 5 items its 95 % interval spans a factor of 23
# (chi-square with 4 degrees of freedom).
FEW_LEVELS = 6


@dataclass(frozen=True)
class Pilot:
    """What a pilot tells of how differences vary.

    Args:
        components: the average over the pairs, squared points.
        n_listeners, n_items: of the pair that has most.
        pairs: the pairs averaged over.
        warnings: what makes the figures uncertain, one sentence each.
    """

    components: VarianceComponents
    n_listeners: int
    n_items: int
    pairs: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def pilot_components(
    table: RatingTable, *, leave_out: Collection[str] = (), speaker_factor: str | None = None
) -> Pilot:
    """The components of paired differences, averaged over all pairs of systems.

    Args:
        table: the pilot's ratings, complete or not.
        leave_out: systems that are no comparison of the planned test: reference and anchors.
        speaker_factor: the column that says whose voice an item is, for a claim about new speakers.
    Raises: TooFewRatings when no pair of the systems left has two listeners and two items, all
        differences are equal, or there are fewer than five speakers; InvalidRatings without the
        speakers' column or for an item with two.
    Source: `mushra.stats.mixed` (REML, R lmerTest); scripts/reference/variance_components.R.
    """
    systems = [system for system in table.systems if system not in set(leave_out)]
    pairs = list(combinations(systems, 2))
    outcomes = CrossedModel(table, speaker_factor=speaker_factor).pairs(pairs)
    tests = {(one.first, one.second): one.test for one in outcomes if one.test is not None}
    if not tests:
        reason = outcomes[0].reason if outcomes else "A pilot needs two systems to compare."
        raise TooFewRatings(reason)
    if speaker_factor and any(test.claim != NEW_SPEAKERS for test in tests.values()):
        found = min(test.n_speakers for test in tests.values())
        raise TooFewRatings(
            f"A claim about new speakers is planned from a pilot with at least {MIN_SPEAKERS}; "
            f"there are {found}."
        )
    parts = [test.components for test in tests.values()]
    components = VarianceComponents(
        listener=float(np.mean([part.listener for part in parts])),
        item=float(np.mean([part.item for part in parts])),
        residual=float(np.mean([part.residual for part in parts])),
        speaker=float(np.mean([part.speaker for part in parts])),
    )
    if not any(astuple(components)):
        raise TooFewRatings("All paired differences of the pilot are equal: nothing varies.")
    n_listeners = max(test.n_listeners for test in tests.values())
    n_items = max(test.n_items for test in tests.values())
    return Pilot(
        components=components,
        n_listeners=n_listeners,
        n_items=n_items,
        pairs=tuple(tests),
        warnings=_warnings(n_listeners, n_items, "simulated" in table.levels("listener_kind")),
    )


def _warnings(n_listeners: int, n_items: int, is_simulated: bool) -> tuple[str, ...]:
    found = [
        f"Only {n} {name}: the variance between them is hardly known."
        for n, name in ((n_listeners, "listeners"), (n_items, "sentences"))
        if n < FEW_LEVELS
    ]
    if is_simulated:
        found.append("The pilot's listeners are simulated: plan a test with people from people.")
    return tuple(found)
