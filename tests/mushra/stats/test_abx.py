"""ABX tests, against R."""

import math

import numpy as np
import pytest

from mushra.stats.abx import abx_crossed, abx_d_prime, abx_test, fit_beta_binomial
from mushra.stats.errors import InvalidRatings, TooFewRatings
from tests.mushra.stats.golden import values_from_r

GOLDEN = values_from_r("planning.json")["abx"]
CORRECT, TRIALS = GOLDEN["n_correct"], GOLDEN["n_trials"]


def test_the_exact_tests_equal_r():
    result = abx_test(CORRECT, TRIALS)

    assert result.p == pytest.approx(GOLDEN["p"], rel=1e-9)
    for listener, p in zip(result.listeners, GOLDEN["p_listeners"], strict=True):
        assert listener.p == pytest.approx(p, rel=1e-9)
        assert listener.p_holm >= listener.p


@pytest.mark.parametrize(
    ("share", "expected"), list(zip(GOLDEN["shares"], GOLDEN["d_primes"], strict=True))
)
def test_d_prime_equals_r(share, expected):
    assert abx_d_prime(share) == pytest.approx(expected, rel=1e-8)


def test_the_beta_binomial_fit_equals_r():
    fit = fit_beta_binomial(CORRECT, TRIALS)

    assert fit.log_likelihood == pytest.approx(GOLDEN["log_likelihood"], rel=1e-8)
    assert fit.mean == pytest.approx(GOLDEN["mean"], rel=1e-4)
    assert fit.overdispersion == pytest.approx(GOLDEN["overdispersion"], rel=1e-3)
    assert fit.p_alike == pytest.approx(GOLDEN["p_alike"], rel=1e-3)


def test_guessing_listeners_are_found_out_as_rarely_as_alpha_says():
    rng = np.random.default_rng(1534)
    claims = [abx_test([rng.binomial(192, 0.5)], [192]).p < 0.05 for _ in range(400)]

    assert np.mean(claims) <= 0.05 + 0.02


def test_listeners_who_guess_are_alike():
    fit = fit_beta_binomial([8, 8, 9, 7, 8, 8], [16] * 6)

    assert fit.overdispersion == 0
    assert fit.p_alike == 1


def test_half_who_hear_it_and_half_who_guess_are_not_alike():
    fit = fit_beta_binomial([16, 16, 16, 8, 7, 9], [16] * 6)

    assert fit.overdispersion > 0.2
    assert fit.p_alike < 0.001


@pytest.mark.parametrize(("share", "expected"), [(0.3, 0.0), (0.5, 0.0), (1.0, math.inf)])
def test_d_prime_at_the_ends(share, expected):
    assert abx_d_prime(share) == expected


def test_all_right_and_all_wrong_do_not_crash():
    assert abx_test([10, 10], [10, 10]).p_max == 1
    assert abx_test([0, 0], [10, 10]).p == 1
    assert fit_beta_binomial([10, 10], [10, 10]).mean == 1


def test_the_crossed_mean_counts_listeners_and_items():
    answers = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 0.0]])

    assert abx_crossed(answers).mean == pytest.approx(6 / 9)


@pytest.mark.parametrize(("correct", "trials"), [([5], [4]), ([-1], [4]), ([1, 2], [3])])
def test_counts_that_cannot_be_are_refused(correct, trials):
    with pytest.raises(InvalidRatings):
        abx_test(correct, trials)


def test_too_little_to_say_anything_is_refused():
    with pytest.raises(TooFewRatings):
        abx_test([0], [0])
    with pytest.raises(TooFewRatings):
        fit_beta_binomial([3], [4])
    with pytest.raises(InvalidRatings):
        abx_crossed(np.array([[2.0, 0], [1, 1]]))
    with pytest.raises(ValueError):
        abx_d_prime(1.5)
