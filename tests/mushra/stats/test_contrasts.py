"""Does a difference depend on the level of a factor? Against R, and on what must not matter."""

import json

import numpy as np
import pytest

from mushra.stats.contrasts import BALANCED, SEPARATE, LevelMean, level_contrast
from mushra.stats.errors import TooFewRatings
from mushra.stats.mixed import Cells, crossed_cells
from tests.mushra.stats.golden import GOLDEN

CASES = json.loads((GOLDEN / "contrasts.json").read_text(encoding="utf-8"))["cases"]


def cells_of(case, order=slice(None)) -> tuple[Cells, np.ndarray]:
    columns = [np.array(case[name])[order] for name in ("listener", "item", "value", "is_first")]
    return Cells(columns[0], columns[1], columns[2].astype(float)), columns[3]


@pytest.mark.parametrize("name", CASES)
def test_balanced_contrasts_equal_lmer(name):
    case = CASES[name]

    found = level_contrast(*cells_of(case))

    assert found.method == BALANCED
    assert found.difference == pytest.approx(case["difference"], abs=1e-9)
    assert found.se == pytest.approx(case["se"], rel=1e-6)
    assert found.df == pytest.approx(case["df"], rel=1e-4)
    assert found.p == pytest.approx(case["p"], rel=1e-4)


def test_the_order_of_the_ratings_changes_nothing():
    case = CASES["uneven"]
    order = np.random.default_rng(0).permutation(len(case["value"]))

    assert level_contrast(*cells_of(case, order)).se == pytest.approx(
        level_contrast(*cells_of(case)).se, rel=1e-12
    )


def test_levels_of_listeners_are_the_mirror_of_levels_of_items():
    cells, is_first = cells_of(CASES["even"])

    mirrored = level_contrast(Cells(cells.item, cells.listener, cells.value), is_first)

    assert mirrored.se == pytest.approx(level_contrast(cells, is_first).se, rel=1e-12)


def test_swapping_the_levels_changes_the_sign_alone():
    cells, is_first = cells_of(CASES["uneven"])
    there, back = level_contrast(cells, is_first), level_contrast(cells, ~is_first)

    assert back.difference == pytest.approx(-there.difference)
    assert (back.se, back.df) == (pytest.approx(there.se), pytest.approx(there.df))


def test_with_gaps_the_levels_are_fitted_apart():
    cells, is_first = cells_of(CASES["even"], slice(1, None))

    found = level_contrast(cells, is_first)

    assert found.method == SEPARATE
    assert found.difference == pytest.approx(CASES["even"]["difference"], abs=1)


def test_a_level_that_is_known_is_not_computed_again():
    cells, is_first = cells_of(CASES["even"], slice(1, None))
    known = crossed_cells(cells.where(is_first))

    found = level_contrast(cells, is_first, first=LevelMean(known.mean, known.se, known.df))

    assert found == level_contrast(cells, is_first)
    assert found != level_contrast(cells, is_first, first=LevelMean(0.0, known.se, known.df))


def test_a_level_of_one_item_is_refused():
    cells, _ = cells_of(CASES["even"])

    with pytest.raises(TooFewRatings, match="2 items in each"):
        level_contrast(cells, cells.item == 1)


def test_nothing_that_varies_gives_no_test():
    cells, is_first = cells_of(CASES["even"])

    found = level_contrast(Cells(cells.listener, cells.item, np.ones(cells.value.size)), is_first)

    assert (found.difference, found.se) == (0.0, 0.0)
    assert np.isnan(found.p)


@pytest.mark.parametrize("sd_interaction", [0.0, 4.0])
def test_the_level_is_held_where_nothing_depends_on_the_factor(sd_interaction):
    rng = np.random.default_rng(8)
    n_listeners, n_items, n_runs = 12, 10, 600
    listener, item = np.divmod(np.arange(n_listeners * n_items), n_items)
    is_first = item < 4
    rejected = 0
    for _ in range(n_runs):
        both = rng.normal(0, sd_interaction, (n_listeners, 2))
        value = (
            rng.normal(0, 5, n_listeners)[listener]
            + both[listener, is_first.astype(int)]
            + rng.normal(0, 5, n_items)[item]
            + rng.normal(0, 8, listener.size)
        )
        rejected += level_contrast(Cells(listener, item, value), is_first).p < 0.05
    assert rejected / n_runs < 0.05 + 0.027  # three standard errors of 600 runs
