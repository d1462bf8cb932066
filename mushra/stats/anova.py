"""Repeated-measures analysis of variance, for conformity with BS.1534-3 Attachment 4.

It runs on listener means, so it speaks for these sentences only. A result that is not significant
is not a proof that systems are equal: that takes an equivalence test.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import linalg, stats

from mushra.stats.distributions import chi_square_tail, f_tail
from mushra.stats.errors import TooFewRatings
from mushra.stats.hypothesis_tests import rounded
from mushra.stats.table import Floats

# Above this share the largest variance of a system makes the analysis doubtful; BS.1534-3 9.
MAX_VARIANCE_RATIO = 4.0
# Shapiro and Wilk's test is calibrated to this many values (Royston 1995).
MAX_SHAPIRO = 5000
# Sums of squares below this (squared points) are rounding noise of scores 0-100.
NO_VARIANCE = 1e-15


@dataclass(frozen=True)
class WithinEffect:
    """One within-listener effect: F with and without sphericity corrections.

    The epsilons scale both degrees of freedom; huynh_feldt is cut at 1. mauchly_w and mauchly_p
    test sphericity: NaN with one degree of freedom (nothing to test) or too few listeners. f is
    NaN when no error variance is left.
    """

    f: float
    df: int
    df_error: int
    p: float
    greenhouse_geisser: float
    p_greenhouse_geisser: float
    huynh_feldt: float
    p_huynh_feldt: float
    mauchly_w: float
    mauchly_p: float
    partial_eta_squared: float
    n_listeners: int


@dataclass(frozen=True)
class FactorialEffects:
    """System, factor and their interaction, each against its own error."""

    system: WithinEffect
    factor: WithinEffect
    interaction: WithinEffect


@dataclass(frozen=True)
class AnovaChecks:
    """What BS.1534-3 section 9 asks to look at before an analysis of variance.

    variance_ratio is the largest variance of a system over the smallest (advice: at most 4; inf
    when a system has none). shapiro_w and shapiro_p test the residuals for normality; NaN for
    more than 5000 residuals or none that vary.
    """

    variance_ratio: float
    shapiro_w: float
    shapiro_p: float


def repeated_measures(listener_means: Floats) -> WithinEffect:
    """One-way repeated-measures analysis of variance over systems.

    Args:
        listener_means: (n_listeners, n_systems) float, points, no NaN, at least 2 x 2.
    Raises: TooFewRatings below 2 x 2; ValueError for NaN.
    Source: Winer 1971; Greenhouse & Geisser 1959; Huynh & Feldt 1976; Mauchly 1940. Equals R
        `anova(lm(y ~ 1), X = ~1, test = "Spherical")` and `mauchly.test(lm(y ~ 1), X = ~1)`.
        Deviation: R 4.2 has a slip in the last term of Mauchly's p (the number of systems for
        that of contrasts), a relative 0.3 % here; this is Anderson 2003, 10.7.4.
    """
    means = _checked(listener_means, 2)
    return _effect(means @ _contrasts(means.shape[1]).T)


def factorial_repeated_measures(cell_means: Floats) -> FactorialEffects:
    """Two-way repeated-measures analysis of variance: systems x levels of a factor.

    Each listener needs a mean for every system at every level (scenario, language, ...).

    Args:
        cell_means: (n_listeners, n_systems, n_levels) float, points, no NaN, at least 2 x 2 x 2.
    Raises: TooFewRatings below 2 x 2 x 2; ValueError for NaN.
    Source: as `repeated_measures`; equals R `anova.mlm` with `idata` and the matching M and X.
    """
    means = _checked(cell_means, 3)
    n_listeners, n_systems, n_levels = means.shape
    flat = means.reshape(n_listeners, n_systems * n_levels)
    system, factor = _contrasts(n_systems), _contrasts(n_levels)
    even_system = np.full((1, n_systems), n_systems**-0.5)
    even_factor = np.full((1, n_levels), n_levels**-0.5)
    return FactorialEffects(
        system=_effect(flat @ np.kron(system, even_factor).T),
        factor=_effect(flat @ np.kron(even_system, factor).T),
        interaction=_effect(flat @ np.kron(system, factor).T),
    )


def check_assumptions(listener_means: Floats) -> AnovaChecks:
    """Variance ratio of the systems and normality of the residuals.

    Args:
        listener_means: (n_listeners, n_systems) float, points, no NaN, at least 2 x 2.
    Raises: as `repeated_measures`.
    Source: BS.1534-3 9; Shapiro & Wilk 1965 (R `shapiro.test`).
    """
    means = _checked(listener_means, 2)
    variances = means.var(axis=0, ddof=1)
    smallest, largest = float(variances.min()), float(variances.max())
    residuals = means - means.mean(axis=1, keepdims=True) - means.mean(axis=0) + means.mean()
    w, p = _normality(residuals.ravel())
    ratio = largest / smallest if smallest > 0 else (math.inf if largest > 0 else 1.0)
    return AnovaChecks(variance_ratio=ratio, shapiro_w=w, shapiro_p=p)


def _normality(residuals: Floats) -> tuple[float, float]:
    if not 3 <= residuals.size <= MAX_SHAPIRO or float((residuals**2).sum()) < NO_VARIANCE:
        return math.nan, math.nan
    result = stats.shapiro(residuals)
    return float(result.statistic), float(result.pvalue)


def _checked(values: Floats, n_axes: int) -> Floats:
    means = rounded(values)
    if means.ndim != n_axes or min(means.shape) < 2:
        raise TooFewRatings(
            "Repeated measures need at least 2 listeners and 2 systems (and 2 levels of a factor); "
            f"the shape is {means.shape}."
        )
    if np.isnan(means).any():
        raise ValueError("Repeated measures take complete rows only; leave the listener out.")
    return means


def _contrasts(n: int) -> Floats:
    """Orthonormal contrasts as rows, (n - 1, n)."""
    return np.asarray(linalg.helmert(n), dtype=np.float64)


def _effect(contrasts: Floats) -> WithinEffect:
    """The test that all contrasts are zero; (n_listeners, df) orthonormal contrast scores."""
    n, df = contrasts.shape
    center = contrasts.mean(axis=0)
    residuals = contrasts - center
    scatter = residuals.T @ residuals
    effect, error = n * float(center @ center), float(np.trace(scatter))
    df_error = df * (n - 1)
    if error < NO_VARIANCE:
        return _without_error(effect, df, n)
    f = (effect / df) / (error / df_error)
    gg = error**2 / (df * float((scatter**2).sum()))
    hf = _huynh_feldt(gg, df, n)
    w, mauchly_p = _mauchly(scatter, n)
    return WithinEffect(
        f=f,
        df=df,
        df_error=df_error,
        p=f_tail(f, df, df_error),
        greenhouse_geisser=gg,
        p_greenhouse_geisser=f_tail(f, df * gg, df_error * gg),
        huynh_feldt=hf,
        p_huynh_feldt=f_tail(f, df * hf, df_error * hf),
        mauchly_w=w,
        mauchly_p=mauchly_p,
        partial_eta_squared=effect / (effect + error),
        n_listeners=n,
    )


def _without_error(effect: float, df: int, n: int) -> WithinEffect:
    nan = math.nan
    eta = 1.0 if effect > NO_VARIANCE else nan
    return WithinEffect(nan, df, df * (n - 1), nan, nan, nan, nan, nan, nan, nan, eta, n)


def _huynh_feldt(gg: float, df: int, n: int) -> float:
    left = n - 1 - df * gg
    return min(1.0, (n * df * gg - 2) / (df * left)) if left > 0 else 1.0


def _mauchly(scatter: Floats, n: int) -> tuple[float, float]:
    """Mauchly's W and its p by Box's second-order chi-square expansion."""
    df, n_error = scatter.shape[0], n - 1
    if df < 2 or n_error < df:
        return math.nan, math.nan
    sign, log_det = np.linalg.slogdet(scatter)
    log_w = float(log_det) - df * math.log(float(np.trace(scatter)) / df) if sign > 0 else -math.inf
    rho = 1 - (2 * df**2 + df + 2) / (6 * df * n_error)
    second = (df + 2) * (df - 1) * (df - 2) * (2 * df**3 + 6 * df**2 + 3 * df + 2)
    second /= 288 * (n_error * df * rho) ** 2
    z, f = -n_error * rho * log_w, df * (df + 1) / 2 - 1
    first_p, second_p = chi_square_tail(z, f), chi_square_tail(z, f + 4)
    return math.exp(log_w), min(1.0, max(0.0, first_p + second * (second_p - first_p)))
