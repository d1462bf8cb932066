"""ABX tests: can listeners tell two systems apart? X is A or B, drawn anew for each trial.

If *nobody* hears a difference every answer is a fair coin, whoever gives it, so the binomial test
over all answers is exact for that null hypothesis. It says nothing about how many listeners hear
one: they differ, and the beta-binomial model and the crossed mean take that into account.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from mushra.stats.crossed import CrossedMean, crossed_mean
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.intervals import Interval
from mushra.stats.multiplicity import holm
from mushra.stats.table import Floats

CHANCE = 0.5
# Overdispersions searched: 0 is binomial, 1 means that a listener is always or never right.
LARGEST_OVERDISPERSION = 0.999
FLAT = 1e-6  # a gain in log likelihood below this is noise, not overdispersion


@dataclass(frozen=True)
class AbxListener:
    """One listener's answers: exact one-sided p against guessing, and Holm's over listeners."""

    n_correct: int
    n_trials: int
    p: float
    p_holm: float


@dataclass(frozen=True)
class AbxResult:
    """All answers together.

    Args:
        share: of correct answers; interval is Clopper-Pearson, two-sided.
        p: exact one-sided, that nobody does better than guessing.
        d_prime: sensitivity of one common listener, independent-observation model; 0 at or below
            chance, infinite when all are right.
        p_max: share of answers that were known and not guessed, 2 share - 1, not below 0.
        listeners: in the order given.
    """

    n_correct: int
    n_trials: int
    share: float
    interval: Interval
    p: float
    d_prime: float
    p_max: float
    listeners: tuple[AbxListener, ...]


@dataclass(frozen=True)
class BetaBinomial:
    """Listeners whose chances of being right vary as a beta distribution.

    Args:
        mean: of the listeners' chances of being right.
        overdispersion: 1 / (a + b + 1) of the beta distribution: 0 when all listeners are alike,
            towards 1 when each is always right or always wrong.
        p_alike: that all listeners are alike; likelihood ratio against the binomial, the null on
            the boundary, so half of the chi-square's p.
        log_likelihood: of the fit, without the binomial coefficients.
    """

    mean: float
    overdispersion: float
    p_alike: float
    log_likelihood: float


def abx_test(
    n_correct: Sequence[int], n_trials: Sequence[int], *, level: float = 0.95
) -> AbxResult:
    """Whether anybody tells the systems apart, together and by listener.

    Args:
        n_correct, n_trials: per listener, correct answers of trials, X drawn anew in each.
    Raises: InvalidRatings for counts that cannot be; TooFewRatings without trials.
    Source: equals R `binom.test(alternative = "greater")`; `abx_d_prime`.
    """
    correct, trials = _checked(n_correct, n_trials)
    right, total = int(correct.sum()), int(trials.sum())
    share = right / total
    exact = stats.binomtest(right, total).proportion_ci(level, method="exact")
    p_values = [_p_guessing(int(k), int(n)) for k, n in zip(correct, trials, strict=True)]
    return AbxResult(
        n_correct=right,
        n_trials=total,
        share=share,
        interval=Interval(float(exact.low), float(exact.high), level),
        p=_p_guessing(right, total),
        d_prime=abx_d_prime(share),
        p_max=max(0.0, 2 * share - 1),
        listeners=tuple(
            AbxListener(int(k), int(n), p, p_holm)
            for k, n, p, p_holm in zip(correct, trials, p_values, holm(p_values), strict=True)
        ),
    )


def abx_d_prime(share: float) -> float:
    """d' of an unbiased listener with that share of correct ABX answers.

    Independent-observation model: p = F(d'/sqrt 2) F(d'/2) + F(-d'/sqrt 2) F(-d'/2), F normal.

    Returns: 0 at or below chance, infinity for 1.
    Raises: ValueError outside 0-1.
    Source: Macmillan & Creelman 2005, "Detection Theory", 2nd ed., chapter 9, ABX;
        golden values in tests/data/golden/planning.json (R `uniroot` on that equation).
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1, not at {share}.")
    if share <= CHANCE:
        return 0.0
    if share >= _share_correct(12.0):
        return math.inf
    return float(optimize.brentq(lambda d: _share_correct(d) - share, 0.0, 12.0, xtol=1e-12))


def abx_crossed(correct: Floats) -> CrossedMean:
    """Mean share of correct answers for new listeners and new items.

    Args:
        correct: (L, I) float of 0 and 1 (or shares, with several trials a cell), no NaN.
    Raises: InvalidRatings outside 0-1; TooFewRatings below 2 x 2.
    Source: the crossed model of docs/statistics.md on the answers.
    """
    answers = np.asarray(correct, dtype=np.float64)
    if ((answers < 0) | (answers > 1)).any():
        raise InvalidRatings("An answer is 0 (wrong) or 1 (right), or a share between them.")
    return crossed_mean(answers)


def fit_beta_binomial(n_correct: Sequence[int], n_trials: Sequence[int]) -> BetaBinomial:
    """Maximum-likelihood mean and spread of the listeners' chances of being right.

    Justified where listeners answered several trials each: with one trial a listener there is no
    telling how they differ.

    Raises: InvalidRatings as `abx_test`; TooFewRatings with fewer than two listeners, or with
        less than two trials each.
    Source: Ennis & Bi 1998, "The beta-binomial model", J. Sensory Studies 13; golden values in
        tests/data/golden/planning.json (R `optim` on the same likelihood).
    """
    correct, trials = _checked(n_correct, n_trials)
    if correct.size < 2 or trials.min() < 2:
        raise TooFewRatings("A beta-binomial fit needs two listeners with two trials each.")
    mean = float(correct.sum() / trials.sum())
    alike = _log_likelihood(mean, 0.0, correct, trials)
    if mean in (0.0, 1.0):
        return BetaBinomial(mean, 0.0, 1.0, alike)

    def loss(place: Floats) -> float:
        return -_log_likelihood(float(place[0]), float(place[1]), correct, trials)

    fitted = optimize.minimize(
        loss,
        x0=np.array([mean, 0.1]),
        bounds=[(1e-6, 1 - 1e-6), (1e-6, LARGEST_OVERDISPERSION)],
        method="L-BFGS-B",
        options={"ftol": 1e-15, "gtol": 1e-10},
    )
    gain = -float(fitted.fun) - alike
    if gain < FLAT:
        return BetaBinomial(mean, 0.0, 1.0, alike)
    return BetaBinomial(
        mean=float(fitted.x[0]),
        overdispersion=float(fitted.x[1]),
        p_alike=float(stats.chi2.sf(2 * gain, 1)) / 2,
        log_likelihood=alike + gain,
    )


def _log_likelihood(mean: float, overdispersion: float, correct: Floats, trials: Floats) -> float:
    if overdispersion == 0:
        wrong = trials - correct
        return float((special.xlogy(correct, mean) + special.xlogy(wrong, 1 - mean)).sum())
    total = (1 - overdispersion) / overdispersion
    a, b = mean * total, (1 - mean) * total
    each = special.betaln(correct + a, trials - correct + b) - special.betaln(a, b)
    return float(each.sum())


def _share_correct(d_prime: float) -> float:
    near, far = d_prime / math.sqrt(2), d_prime / 2
    return float(special.ndtr(near) * special.ndtr(far) + special.ndtr(-near) * special.ndtr(-far))


def _p_guessing(n_correct: int, n_trials: int) -> float:
    if n_trials == 0:
        return 1.0
    return float(stats.binomtest(n_correct, n_trials, alternative="greater").pvalue)


def _checked(n_correct: Sequence[int], n_trials: Sequence[int]) -> tuple[Floats, Floats]:
    correct = np.asarray(n_correct, dtype=np.float64)
    trials = np.asarray(n_trials, dtype=np.float64)
    if correct.shape != trials.shape or ((correct < 0) | (correct > trials)).any():
        raise InvalidRatings("Each listener has between 0 and all of their answers correct.")
    if not trials.sum():
        raise TooFewRatings("There are no answers.")
    return correct, trials
