import math

import numpy as np
import pytest

from mushra.stats.screening import (
    Override,
    RepeatedScores,
    ambiguous_items,
    excluded_listeners,
    items_for_mid_anchor,
    screen_flat,
    screen_heard,
    screen_hidden_reference,
    screen_mid_anchor,
    screen_repeats,
    screen_speed,
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


def table_of(rows: list[tuple[str, str, str, float]]) -> RatingTable:
    listener, item, system, score = zip(*rows, strict=True)
    return RatingTable(listener, item, system, np.array(score, dtype=float))


def pages(listener: str, *scores: list[float]) -> list[tuple[str, str, str, float]]:
    """Rows of one listener: a list of scores for each page."""
    return [
        (listener, f"item{page}", f"s{place}", score)
        for page, row in enumerate(scores)
        for place, score in enumerate(row)
    ]


def excluded_by(verdicts) -> tuple[str, ...]:
    return excluded_listeners(verdicts)


def test_a_mid_anchor_counts_only_where_the_item_is_wide_enough_for_it():
    table = ratings_of(
        "anchor70", {"L0": [95.0, 95, 50, 50], **{f"L{k}": [50.0] * 4 for k in range(1, 9)}}
    )
    valid = items_for_mid_anchor(
        {"item00": 8000.0, "item01": 9099.0, "item02": 9100.0, "item03": 24000.0}
    )

    assert valid == ("item02", "item03")
    assert excluded_by(screen_mid_anchor(table, mid_anchor="anchor70")) == ("L0",)
    assert excluded_by(screen_mid_anchor(table, mid_anchor="anchor70", items=valid)) == ()


def test_the_items_that_r2x_leaves_out_are_named():
    alert = {f"L{k}": [60.0, 60, 60] for k in range(2, 7)}
    table = ratings_of("anchor70", {"L0": [95.0, 60, 60], "L1": [95.0, 60, 60], **alert})

    assert ambiguous_items(table, mid_anchor="anchor70") == ("item00",)


def test_equal_scores_on_most_pages_exclude_and_on_half_of_them_do_not():
    lazy = pages("L1", [50, 50, 51], [80, 80, 80], [20, 60, 90])
    fair = pages("L2", [50, 50, 50], [10, 60, 90])
    verdicts = screen_flat(table_of(lazy + fair))

    assert [(one.n_items, one.n_bad, one.excluded) for one in verdicts] == [
        (3, 2, True),
        (2, 1, False),
    ]


def test_a_page_of_two_signals_is_never_called_flat():
    assert screen_flat(table_of(pages("L1", [50, 50], [50, 50])))[0].n_items == 0


def test_pages_left_faster_than_they_can_be_heard_exclude():
    table = table_of(pages("L1", [1, 2, 3], [1, 2, 3]) + pages("L2", [1, 2, 3], [1, 2, 3]))
    seconds = np.array([2.9] * 3 + [30.0] * 3 + [3.0] * 3 + [np.nan] * 3)

    verdicts = screen_speed(table, seconds)

    assert [(one.n_items, one.n_bad, one.excluded) for one in verdicts] == [
        (2, 1, True),
        (1, 0, False),
    ]


def test_signals_hardly_heard_exclude_beyond_fifteen_percent():
    table = table_of(pages("L1", *[[1, 2, 3, 4]] * 5))
    some = np.array([0.9] * 3 + [5.0] * 17)
    more = np.array([0.9] * 4 + [5.0] * 16)

    assert not screen_heard(table, some)[0].excluded
    assert screen_heard(table, more)[0].excluded
    assert not screen_heard(table, np.full(20, 1.0))[0].excluded


def repeated(listener: str, *pairs: tuple[float, float], first_cell: int = 0) -> list[tuple]:
    return [(first_cell + k, listener, score) for k, pair in enumerate(pairs) for score in pair]


def test_who_contradicts_most_of_their_own_ratings_is_excluded():
    rows = [
        *repeated("L1", (10, 80), (50, 90), (50, 55)),
        *repeated("L2", (10, 30), (50, 71), (50, 55), first_cell=10),
        *repeated("L3", (0, 100), (100, 0), first_cell=20),
    ]
    cell, listener, score = zip(*rows, strict=True)
    repeats = RepeatedScores(np.array(cell), listener, np.array(score, dtype=float))
    table = table_of([(who, "a", "x", 50.0) for who in ("L1", "L2", "L3", "L4")])

    verdicts = screen_repeats(table, repeats)

    assert [(one.n_items, one.n_bad, one.excluded) for one in verdicts] == [
        (3, 2, True),  # exactly 20 points is no contradiction
        (3, 1, False),
        (2, 2, False),  # two repeats are too few to say
        (0, 0, False),
    ]


def test_rules_know_nothing_of_the_order_of_the_rows():
    rows = pages("L1", [50, 50, 50], [1, 2, 90]) + pages("L2", [9, 50, 80], [5, 5, 5])
    shuffled = [rows[place] for place in np.random.default_rng(0).permutation(len(rows))]

    assert screen_flat(table_of(shuffled)) == screen_flat(table_of(rows))


def test_a_researcher_s_last_word_decides():
    table = ratings_of("natural", {"L1": [10.0] * 4, "L2": [100.0] * 4, "L3": [10.0] * 4})
    verdicts = screen_hidden_reference(table, reference="natural")
    overrides = [
        Override("L1", excluded=False, reason="The reference clipped."),
        Override("L2", excluded=True, reason="Said the phone rang."),
        Override("L3", excluded=False, reason="A slip."),
        Override("L3", excluded=True, reason="No slip after all."),
    ]

    assert excluded_listeners(verdicts, overrides) == ("L2", "L3")


def test_an_override_needs_a_reason():
    with pytest.raises(ValueError, match="L1 needs a written reason"):
        Override("L1", excluded=True, reason="  ")
