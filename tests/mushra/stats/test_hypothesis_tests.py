import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import friedman, paired_t, signed_rank
from mushra.stats.table import RatingTable
from tests.mushra.stats.golden import GOLDEN, samples, values_from_r
from tests.mushra.stats.menu_golden import array, r_values

PAIRED = values_from_r("paired.json")["cases"]
SAMPLES = samples()


@pytest.mark.parametrize("case", sorted(PAIRED))
def test_signed_rank_equals_the_exact_test_of_coin(case):
    result = signed_rank(SAMPLES[case])

    assert result.p == pytest.approx(PAIRED[case]["wilcoxon_p"], rel=1e-9)
    assert result.positive_sum == PAIRED[case]["positive_sum"]


@pytest.mark.parametrize("case", sorted(PAIRED))
def test_paired_t_equals_r(case):
    result = paired_t(SAMPLES[case])

    assert result.t == pytest.approx(PAIRED[case]["t"], rel=1e-9)
    assert result.p == pytest.approx(PAIRED[case]["t_p"], rel=1e-9)
    assert result.df == PAIRED[case]["df"]


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_signed_rank_equals_counting_all_sign_patterns(differences):
    values = np.array([value for value in differences if value != 0], dtype=float)
    sizes = np.abs(values)
    ranks = np.array([((sizes < s).sum() + (sizes <= s).sum() + 1) / 2 for s in sizes])
    center = ranks.sum() / 2
    observed = abs(ranks[values > 0].sum() - center)
    patterns = itertools.product([0, 1], repeat=len(values))
    far = [abs(ranks @ np.array(signs, dtype=float) - center) >= observed for signs in patterns]

    assert signed_rank(np.array(differences)).p == pytest.approx(np.mean(far) if far else 1.0)


def test_float_noise_does_not_break_ties():
    noisy = np.array([0.1 + 0.2, 0.3, -0.3, 0.3, 1e-14])

    result = signed_rank(noisy)

    assert result.n_zero == 1
    assert result.positive_sum == 7.5


def test_all_zero_differences_give_p_one():
    result = signed_rank(np.zeros(5))

    assert (result.p, result.n_used, result.n_zero) == (1.0, 0, 5)


def test_many_listeners_stay_exact_and_finite():
    result = signed_rank(np.linspace(-20, 100, 300))

    assert result.is_exact
    assert 0 <= result.p < 1e-12


def test_very_many_listeners_are_approximated_and_said_to_be():
    differences = np.random.default_rng(1).normal(0.02, 1, 1200)

    result = signed_rank(differences)

    assert not result.is_exact
    assert result.p == pytest.approx(stats.wilcoxon(differences).pvalue, rel=1e-3)


def test_missing_differences_are_refused():
    with pytest.raises(ValueError, match="missing"):
        signed_rank(np.array([1.0, np.nan]))


def test_paired_t_of_equal_differences_has_no_p():
    assert math.isnan(paired_t(np.full(4, 2.0)).p)


def test_one_listener_gives_no_t():
    with pytest.raises(TooFewRatings, match="two listeners"):
        paired_t(np.array([3.0]))


def listener_means() -> np.ndarray:
    table = RatingTable.read_csv(GOLDEN / "ratings.csv")
    systems = ["griffin_lim", "universal", "world"]
    return np.column_stack([table.matrix(system).mean(axis=1) for system in systems])


def test_friedman_equals_r():
    expected = values_from_r("families.json")["friedman"]

    result = friedman(listener_means())

    assert result.chi_square == pytest.approx(expected["chi_square"], rel=1e-9)
    assert result.p == pytest.approx(expected["p"], rel=1e-9)
    assert result.kendall_w == pytest.approx(expected["chi_square"] / (14 * 2), rel=1e-9)


def test_friedman_with_ties_equals_r():
    expected = r_values("friedman")

    result = friedman(array("tied_blocks"))

    assert result.chi_square == pytest.approx(expected["chi_square"], rel=1e-9)
    assert result.p == pytest.approx(expected["p"], rel=1e-9)


def test_iman_and_davenports_f_is_the_analysis_of_variance_of_the_ranks():
    expected = r_values("friedman")

    result = friedman(array("tied_blocks"))

    assert result.f == pytest.approx(expected["f"], rel=1e-9)
    assert result.f_p == pytest.approx(expected["f_p"], rel=1e-9)
    assert result.f_df == (4, 4 * 13)


def test_friedman_sees_ranks_only():
    means = array("tied_blocks")

    assert friedman(np.exp(means / 10)) == friedman(means)


def test_friedman_refuses_gaps():
    with pytest.raises(ValueError, match="complete rows"):
        friedman(np.array([[1.0, 2.0, np.nan], [1.0, 2.0, 3.0]]))


def test_full_agreement_has_concordance_one():
    result = friedman(np.tile([10.0, 50.0, 90.0], (6, 1)))

    assert result.kendall_w == pytest.approx(1.0)
    assert (result.f, result.f_p) == (math.inf, 0.0)


def test_listeners_who_hear_no_difference_do_not_crash_friedman():
    assert friedman(np.full((5, 3), 70.0)).p == 1.0


def test_friedman_refuses_two_systems():
    with pytest.raises(TooFewRatings, match="3 systems"):
        friedman(np.ones((5, 2)))
