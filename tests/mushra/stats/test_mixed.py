import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.stats.crossed import (
    CLOSED_FORM,
    NEW_SPEAKERS,
    REML,
    THESE_SPEAKERS,
    crossed_test,
)
from mushra.stats.describe import relative_score
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.mixed import CrossedModel, crossed_pair, fit_crossed, paired_differences
from mushra.stats.table import RatingTable


def cells(matrix: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """The values of a listeners x items matrix that are not NaN, and their two factors."""
    listener, item = np.nonzero(~np.isnan(matrix))
    return matrix[listener, item], [listener, item]


def ratings(scores: dict[str, np.ndarray], n_per_speaker: int = 1) -> RatingTable:
    """A table of listeners x items matrices by system; NaN is a missing rating."""
    rows = [
        (f"L{row:02d}", f"I{column:02d}", system, value, f"V{column // n_per_speaker}")
        for system, matrix in scores.items()
        for (row, column), value in np.ndenumerate(matrix)
        if not np.isnan(value)
    ]
    listener, item, system, score, speaker = zip(*rows, strict=True)
    return RatingTable(listener, item, system, np.array(score), {"speaker": speaker})


def with_gaps(matrix: np.ndarray, share: float, seed: int) -> np.ndarray:
    holes = np.random.default_rng(seed).random(matrix.shape) < share
    return np.where(holes, np.nan, matrix)


def scores(seed: int, shape: tuple[int, int] = (12, 10)) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    common = 6 * rng.standard_normal((shape[0], 1)) + 5 * rng.standard_normal((1, shape[1]))
    return {
        system: np.clip(np.rint(mean + common + 7 * rng.standard_normal(shape)), 0, 100)
        for system, mean in (("a", 60.0), ("b", 55.0), ("ref", 90.0))
    }


@given(seed=st.integers(0, 10_000))
def test_without_gaps_the_likelihood_is_the_closed_form(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(2, 9, (6, 5)) + 4 * rng.normal(size=(6, 1))

    fit, closed = fit_crossed(*cells(matrix)), crossed_test(matrix)

    assert fit.mean == pytest.approx(closed.difference, rel=1e-9, abs=1e-9)
    assert fit.se == pytest.approx(closed.se, rel=1e-6)
    assert fit.df == pytest.approx(closed.df, rel=1e-5)
    assert fit.p == pytest.approx(closed.p, rel=1e-5)


@given(seed=st.integers(0, 10_000))
def test_the_order_of_ratings_and_factors_changes_nothing(seed):
    values, factors = cells(with_gaps(scores(seed)["a"], 0.3, seed))
    order = np.random.default_rng(seed).permutation(values.size)

    first = fit_crossed(values, factors)
    second = fit_crossed(values[order], [factor[order] for factor in factors[::-1]])

    assert second.se == pytest.approx(first.se, rel=1e-6)
    assert second.df == pytest.approx(first.df, rel=1e-5)
    assert second.components == pytest.approx(first.components[::-1], rel=1e-5, abs=1e-6)


@given(seed=st.integers(0, 10_000), shift=st.floats(-1e3, 1e3), scale=st.floats(0.01, 100))
def test_shifting_and_scaling_moves_the_mean_alone(seed, shift, scale):
    values, factors = cells(with_gaps(scores(seed)["a"], 0.3, seed))

    first, second = fit_crossed(values, factors), fit_crossed(shift + scale * values, factors)

    assert second.mean == pytest.approx(shift + scale * first.mean, rel=1e-6, abs=1e-6)
    assert second.se == pytest.approx(scale * first.se, rel=1e-6)
    assert second.df == pytest.approx(first.df, rel=1e-5)


def test_a_pair_without_gaps_takes_the_closed_form():
    made = scores(1)

    result = crossed_pair(ratings(made), "a", "b")

    assert result == crossed_test(made["a"] - made["b"])
    assert result.method == CLOSED_FORM


def test_a_pair_with_gaps_uses_every_cell_rated_on_both():
    made = scores(2)
    made["a"] = with_gaps(made["a"], 0.25, 3)
    made["b"] = with_gaps(made["b"], 0.25, 4)
    differences = made["a"] - made["b"]

    result = crossed_pair(ratings(made), "a", "b")

    assert result.method == REML
    assert result.n_ratings == np.isfinite(differences).sum()
    assert result.se == pytest.approx(fit_crossed(*cells(differences)).se)


def test_paired_differences_name_their_listeners_and_items():
    made = scores(5)
    made["b"][2, 3] = np.nan

    found = paired_differences(ratings(made), "a", "b")

    differences = made["a"] - made["b"]
    assert found.value.size == differences.size - 1
    np.testing.assert_array_equal(differences[found.listener, found.item], found.value)


def test_relative_scores_without_gaps_are_the_closed_form():
    made = scores(6)

    result = CrossedModel(ratings(made)).relative("a", "ref")

    expected = relative_score(made["a"], made["ref"])
    assert result.percent == pytest.approx(expected.percent)
    assert result.interval.low == pytest.approx(expected.interval.low)


def test_five_speakers_widen_the_claim_and_the_standard_error():
    rng = np.random.default_rng(7)
    made = scores(7)
    made["a"] = np.clip(made["a"] + np.repeat(12 * rng.standard_normal(5), 2), 0, 100)
    table = ratings(made, n_per_speaker=2)

    plain = crossed_pair(table, "a", "b")
    result = crossed_pair(table, "a", "b", speaker_factor="speaker")

    assert (result.claim, result.n_speakers) == (NEW_SPEAKERS, 5)
    assert result.se > plain.se
    assert result.df < plain.df


def test_four_speakers_leave_the_claim_at_these_speakers():
    table = ratings(scores(8), n_per_speaker=3)

    result = crossed_pair(table, "a", "b", speaker_factor="speaker")

    assert (result.claim, result.n_speakers) == (THESE_SPEAKERS, 4)
    assert result.se == crossed_pair(table, "a", "b").se


def test_one_sentence_each_makes_items_and_speakers_one_factor():
    table = ratings(scores(9), n_per_speaker=1)

    result = crossed_pair(table, "a", "b", speaker_factor="speaker")

    assert result.claim == NEW_SPEAKERS
    assert result.se == pytest.approx(crossed_pair(table, "a", "b").se, rel=1e-6)


def test_an_item_of_two_speakers_is_refused():
    table = ratings(scores(10)).with_factor("speaker", ["x", "y", "y"] * 120)

    with pytest.raises(InvalidRatings, match="more than one speaker"):
        crossed_pair(table, "a", "b", speaker_factor="speaker")


def test_equal_differences_give_no_test_and_no_crash():
    made = scores(11)
    made["b"] = with_gaps(made["a"], 0.2, 12)

    result = crossed_pair(ratings(made), "a", "b")

    assert (result.difference, result.se) == (0.0, 0.0)
    assert math.isnan(result.p)
    assert math.isnan(result.df)


@pytest.mark.parametrize("shape", [(1, 8), (8, 1), (1, 1)])
def test_one_listener_or_one_item_is_refused(shape):
    with pytest.raises(TooFewRatings, match="at least 2 listeners and 2 items"):
        crossed_pair(ratings(scores(13, shape)), "a", "b")


def test_systems_never_rated_together_are_refused():
    made = scores(14)
    made["a"][:, 5:] = np.nan
    made["b"][:, :5] = np.nan

    with pytest.raises(TooFewRatings, match="there are 0 and 0"):
        crossed_pair(ratings(made), "a", "b")


def test_listeners_with_one_rating_each_are_refused():
    with pytest.raises(TooFewRatings, match="one rating only"):
        fit_crossed(np.arange(6.0), [np.arange(6), np.array([0, 1, 0, 1, 0, 1])])


def test_all_pairs_carry_their_reasons():
    made = scores(15)
    made["b"][1:] = np.nan

    first, second = CrossedModel(ratings(made)).pairs([("a", "ref"), ("a", "b")])

    assert first.test == crossed_pair(ratings(made), "a", "ref")
    assert second.test is None
    assert "at least 2 listeners" in second.reason


@pytest.mark.parametrize("n_factors", [0, 4])
def test_the_number_of_factors_is_one_to_three(n_factors):
    with pytest.raises(ValueError, match="one to three"):
        fit_crossed(np.arange(4.0), [np.array([0, 0, 1, 1])] * n_factors)


def test_a_missing_value_is_refused_not_skipped():
    with pytest.raises(ValueError, match="finite"):
        fit_crossed(np.array([1.0, np.nan, 2.0]), [np.array([0, 0, 1])])


def test_no_values_are_refused():
    with pytest.raises(TooFewRatings, match="no ratings"):
        fit_crossed(np.empty(0), [np.empty(0, dtype=int)])


def test_listeners_who_never_vary_leave_the_listeners_alone():
    means = np.array([3.0, 1.0, -6.0, 0.0, 4.0])
    values, factors = cells(with_gaps(np.tile(means[:, None], (1, 6)), 0.2, 16))

    result = fit_crossed(values, factors)

    assert (result.components[1], result.residual) == (0.0, 0.0)
    assert result.mean == pytest.approx(means.mean(), abs=1e-4)
    assert result.se == pytest.approx(means.std(ddof=1) / math.sqrt(5), rel=1e-4)
    assert result.df == pytest.approx(4, rel=1e-3)


@given(seed=st.integers(0, 100_000))
def test_any_small_design_gives_a_figure_or_a_refusal(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(2, 6, 2))
    spread = rng.choice([0, 1, 9], 3)
    matrix = np.rint(
        spread[0] * rng.standard_normal((shape[0], 1))
        + spread[1] * rng.standard_normal((1, shape[1]))
        + spread[2] * rng.standard_normal(shape)
    )
    try:
        result = fit_crossed(*cells(with_gaps(matrix, rng.choice([0, 0.3, 0.6]), seed)))
    except TooFewRatings:
        return
    assert result.se >= 0
    assert (result.se == 0) == math.isnan(result.p)


def test_speaker_means_take_the_part_of_the_items():
    made = scores(17)
    table = ratings(made, n_per_speaker=2)
    means = (made["a"] - made["b"]).reshape(12, 5, 2).mean(axis=2)

    result = CrossedModel(table, speaker_factor="speaker").pair_by_speaker_means("a", "b")

    expected = crossed_test(means)
    assert (result.se, result.df) == pytest.approx((expected.se, expected.df))
    assert (result.claim, result.n_speakers, result.n_items) == (NEW_SPEAKERS, 5, 10)
    assert result.components.speaker == pytest.approx(expected.components.item)


def test_speaker_means_of_few_speakers_are_refused():
    model = CrossedModel(ratings(scores(18), n_per_speaker=3), speaker_factor="speaker")

    with pytest.raises(TooFewRatings, match="there are 4"):
        model.pair_by_speaker_means("a", "b")


def test_speaker_means_without_speakers_are_refused():
    with pytest.raises(ValueError, match="the factor that holds the speakers"):
        CrossedModel(ratings(scores(19))).pair_by_speaker_means("a", "b")


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_references_that_all_score_100_have_a_mean_and_serve_as_base(share):
    made = scores(20)
    made["ref"] = with_gaps(np.full((12, 10), 100.0), share, 21)
    model = CrossedModel(ratings(made))

    reference = model.mean("ref")

    assert (reference.mean, reference.se) == (100.0, 0.0)
    assert reference.interval().low == reference.interval().high == 100.0
    assert model.relative("a", "ref").percent == pytest.approx(model.mean("a").mean, abs=1.0)
    assert model.pair("a", "ref").p < 0.01


def test_a_system_relative_to_itself_is_a_hundred_percent():
    made = scores(22)
    made["same"] = with_gaps(made["a"], 0.2, 23)

    result = CrossedModel(ratings(made)).relative("same", "a")

    assert (result.percent, result.interval.low, result.interval.high) == (100, 100, 100)


def test_a_reference_whose_mean_is_0_is_refused():
    made = scores(24)
    made["ref"] = np.zeros((12, 10))

    with pytest.raises(ValueError, match="mean is 0"):
        CrossedModel(ratings(made)).relative("a", "ref")
