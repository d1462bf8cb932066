import math

import numpy as np
import pytest

from mushra.stats.screening import (
    excluded_listeners,
    screen_hidden_reference,
    screen_mid_anchor,
)
from mushra.stats.table import RatingTable


def ratings_of(system: str, scores: dict[str, list[float]]) -> RatingTable:
    rows = [
        (listener, f"item{number:02d}", score)
        for listener, row in scores.items()
        for number, score in enumerate(row)
    ]
    return RatingTable(
        listener=tuple(listener for listener, _, _ in rows),
        item=tuple(item for _, item, _ in rows),
        system=(system,) * len(rows),
        score=np.array([score for _, _, score in rows]),
    )


def reference_verdict(n_bad: int, n_items: int, *, bad: float = 89.0):
    table = ratings_of("natural", {"L1": [bad] * n_bad + [100.0] * (n_items - n_bad)})
    return screen_hidden_reference(table, reference="natural")[0]


@pytest.mark.parametrize(
    ("n_bad", "n_items", "excluded"),
    [(3, 20, False), (4, 20, True), (1, 8, False), (2, 8, True), (6, 40, False), (0, 5, False)],
)
def test_only_more_than_fifteen_percent_of_the_items_excludes(n_bad, n_items, excluded):
    verdict = reference_verdict(n_bad, n_items)

    assert verdict.excluded is excluded
    assert (verdict.n_bad, verdict.n_items) == (n_bad, n_items)
    assert verdict.share == n_bad / n_items


def test_a_hidden_reference_at_exactly_ninety_passes():
    assert reference_verdict(8, 8, bad=90.0).n_bad == 0
    assert reference_verdict(8, 8, bad=89.99).n_bad == 8


def test_a_verdict_says_its_rule_and_thresholds():
    verdict = reference_verdict(2, 8)

    assert (verdict.rule, verdict.threshold, verdict.max_percent) == ("R1", 90.0, 15)


def test_a_listener_without_reference_ratings_is_kept_and_shown():
    table = RatingTable(("L1", "L2"), ("a", "a"), ("natural", "world"), np.array([100.0, 5.0]))

    verdict = screen_hidden_reference(table, reference="natural")[1]

    assert (verdict.listener, verdict.n_items, verdict.excluded) == ("L2", 0, False)
    assert math.isnan(verdict.share)


def test_missing_items_are_not_counted_as_good_ones():
    table = ratings_of("natural", {"L1": [89.0] + [100.0] * 5, "L2": [100.0] * 10})

    assert screen_hidden_reference(table, reference="natural")[0].excluded


def test_excluded_listeners_are_listed_once():
    table = ratings_of("natural", {"L2": [10.0] * 4, "L1": [100.0] * 4})
    verdicts = screen_hidden_reference(table, reference="natural")

    assert excluded_listeners([*verdicts, *verdicts]) == ("L2",)


def test_a_listener_who_takes_the_mid_anchor_for_the_reference_is_excluded():
    scores = {f"L{k}": [60.0] * 8 for k in range(9)}
    table = ratings_of("anchor70", {**scores, "L9": [91.0, 91.0] + [60.0] * 6})

    verdicts = screen_mid_anchor(table, mid_anchor="anchor70")

    assert excluded_listeners(verdicts) == ("L9",)


def test_a_mid_anchor_at_exactly_ninety_passes():
    table = ratings_of("anchor70", {"L1": [90.0] * 4, "L2": [60.0] * 4})

    assert excluded_listeners(screen_mid_anchor(table, mid_anchor="anchor70")) == ()


def test_an_item_that_fools_more_than_a_quarter_does_not_count():
    fooled = {"L0": [95.0, 60, 60], "L1": [95.0, 60, 60]}
    alert = {f"L{k}": [60.0, 60, 60] for k in range(2, 7)}
    table = ratings_of("anchor70", {**fooled, **alert})

    verdicts = screen_mid_anchor(table, mid_anchor="anchor70")

    assert excluded_listeners(verdicts) == ()
    assert verdicts[0].n_items == 2


def test_an_item_that_fools_exactly_a_quarter_counts():
    alert = {f"L{k}": [60.0, 60, 60] for k in range(1, 4)}
    table = ratings_of("anchor70", {"L0": [95.0, 60, 60], **alert})

    assert excluded_listeners(screen_mid_anchor(table, mid_anchor="anchor70")) == ("L0",)
