"""Restricted maximum likelihood of one mean under random factors, whichever cells are missing.

    y = 1 mean + sum over k of Z_k u_k + e,    u_k ~ N(0, s2 ratio_k),  e ~ N(0, s2)

W = I + sum ratio_k Z_k Z_k' is the variance in units of s2; with the wide factor eliminated (its
block is diagonal) only an (R, R) matrix is factorized (Woodbury), so that a step costs as much as
the ratings are many, not their square. Letters as in `incidence`.

Source: Bates, Maechler, Bolker & Walker 2015 (the criterion, 2.4), Searle, Casella & McCulloch
1992, ch. 6 (its derivatives), Kuznetsova, Brockhoff & Christensen 2017 (degrees of freedom).
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from scipy.linalg import lapack

from mushra.stats.incidence import Incidence
from mushra.stats.table import Floats, Mask

START_RATIO = 0.3
# Where the residual variance falls to this part of the values' variance, the values are sums of
# their factors' parts. It is held there, where the criterion is still finite, and reported as 0.
MIN_RESIDUAL = 1e-6
MAX_RATIO = 100 / MIN_RESIDUAL
MAX_SCORED_RATIO = 1000.0  # a first guess, better too small than where rounding rules
MAX_STEPS = 200
MAX_HALVINGS = 30
# What a last Newton step may still gain, in units of deviance: the ratios are then off by 1e-4 of
# their own standard errors, and after the step by the square of that.
LAST_DECREMENT = 1e-8
# What is not worth another step: ratios off by 1e-6 of their standard errors.
NO_DECREMENT = 1e-12


@dataclass(frozen=True, eq=False)
class RemlFit:
    """The fit: mean and its variance, variance components, Satterthwaite degrees of freedom."""

    mean: float
    variance: float
    df: float
    components: tuple[float, ...]
    residual: float


@dataclass(frozen=True, eq=False)
class _Sums:
    """What the fit needs of the scores: their number, sum, sum of squares, sums per level.

    is_floored: whether s2 is held at MIN_RESIDUAL instead of being estimated.
    """

    n: int
    total: float
    square: float
    levels: Floats
    is_floored: bool = False


def fit_mean(design: Incidence, values: Floats) -> RemlFit:
    """The REML estimate of the mean of the values, with every factor of the design random.

    A component whose estimate would be negative is zero and no longer counts for the degrees of
    freedom, as in R lme4 and lmerTest.

    Args:
        values: (n,) float, not all equal.
    Source: golden values in tests/data/golden/mixed.json (R lmerTest).
    """
    center, scale = float(values.mean()), float(values.std())
    scaled = (values - center) / scale
    sums = _Sums(
        n=scaled.size,
        total=float(scaled.sum()),
        square=float(scaled @ scaled),
        levels=design.sums(scaled),
    )
    point = _maximize(design, sums)
    return RemlFit(
        mean=center + scale * point.mean,
        variance=scale**2 * point.scale * point.phi,
        df=_satterthwaite(point),
        components=tuple((scale**2 * point.scale * point.ratios).tolist()),
        residual=0.0 if point.is_floored else scale**2 * point.scale,
    )


@dataclass(frozen=True, eq=False)
class _Inverse:
    """The inverse of W, through Z' W^-1 of anything that is known by its sums per level: of M
    vectors at once, the columns of a matrix.

    ratios: of all factors; d = 1 + ratio * count of the wide levels; weights: the other factors'
    ratios per level; A = Z_r' H Z_r with the wide factor eliminated; J = (I + weights A)^-1,
    K = J weights; Q2 and Q3: the cross-products weighted with 1 / d^2 and count / d^3.
    """

    design: Incidence
    ratios: Floats
    weights: Floats
    d: Floats
    A: Floats
    J: Floats
    K: Floats
    Q2: Floats
    Q3: Floats
    log_determinant: float

    @property
    def ratio(self) -> float:
        """That of the wide factor."""
        return float(self.ratios[self.design.wide])

    def others(self, sums: Floats) -> Floats:
        """(R, M) Z_r' H X from Z'X."""
        n_wide = self.d.size
        scaled = sums[:n_wide] / self.d[:, None]
        return sums[n_wide:] - self.ratio * (self.design.crossing.T @ scaled)

    def levels(self, sums: Floats, others: Floats) -> Floats:
        """(L + R, M) Z' W^-1 X from Z'X and `others` of it."""
        wide = sums[: self.d.size] - self.design.crossing @ (self.K @ others)
        return np.concatenate([wide / self.d[:, None], self.J.T @ others])

    def products(self, dots: Floats, sums: Floats, others: Floats) -> Floats:
        """(M, M) X' W^-1 X from X'X, Z'X and `others` of it."""
        wide = sums[: self.d.size]
        return dots - self.ratio * ((wide / self.d[:, None]).T @ wide) - others.T @ self.K @ others

    @cached_property
    def plain_traces(self) -> tuple[Floats, Floats]:
        """(K, K) tr(W^-1 V_j W^-1 V_k) and (K,) tr(W^-1 V_k), V_k = Z_k Z_k'."""
        return _plain_traces(self)


@lru_cache(maxsize=2)  # with speakers and without
def _first_inverse(design: Incidence) -> _Inverse:
    """The inverse at the ratios where every fit begins: systems rated alike share it."""
    return _invert(design, np.full(len(design.parts), START_RATIO))


def _invert(design: Incidence, ratios: Floats) -> _Inverse:
    ratio = float(ratios[design.wide])
    d = 1 + ratio * design.wide_counts
    Q1, Q2, Q3 = design.grams(
        lambda counts: np.stack(
            [
                1 / (1 + ratio * counts),
                1 / (1 + ratio * counts) ** 2,
                counts / (1 + ratio * counts) ** 3,
            ]
        )
    )
    A = design.inner - ratio * Q1
    weights = np.empty(design.counts.size)
    for k, part in enumerate(design.parts):
        weights[part] = ratios[k]
    root = np.sqrt(weights[design.n_wide :])
    inverse, log_determinant = _inverse_of(np.eye(root.size) + root[:, None] * A * root)
    K = root[:, None] * inverse * root
    J = _left_inverse(root, inverse, K, A)
    return _Inverse(
        design=design,
        ratios=ratios,
        weights=root**2,
        d=d,
        A=A,
        J=J,
        K=K,
        Q2=Q2,
        Q3=Q3,
        log_determinant=float(np.log(d).sum()) + log_determinant,
    )


def _left_inverse(root: Floats, inverse: Floats, K: Floats, A: Floats) -> Floats:
    """J = I - K A, without the cancellation of that formula where a ratio is not zero."""
    used = root > 0
    J = np.eye(root.size)
    J[:, used] = root[:, None] * inverse[:, used] / root[used]
    if not used.all():
        J[:, ~used] -= K @ A[:, ~used]
    return J


def _inverse_of(matrix: Floats) -> tuple[Floats, float]:
    """Inverse and log determinant of a symmetric positive definite matrix, 0 x 0 included."""
    if not matrix.size:
        return matrix, 0.0
    factor, failed = lapack.dpotrf(matrix, lower=1, clean=1)
    if failed:
        raise ArithmeticError("The variance matrix of a mixed model is not positive definite.")
    log_determinant = 2 * float(np.log(np.diagonal(factor)).sum())
    lower, _ = lapack.dpotri(factor, lower=1)  # what is above the diagonal stays 0
    inverse = lower + lower.T
    np.fill_diagonal(inverse, np.diagonal(lower))
    return inverse, log_determinant


@dataclass(frozen=True, eq=False)
class _Point:
    """The profiled criterion at some ratios, with its derivatives by the ratios.

    scale: the s2 that maximizes the criterion there, or MIN_RESIDUAL where s2 is floored;
    phi: variance of the mean over s2; slopes: d log(phi) / d ratio; traces: tr(P V_k);
    norms: tr(P V_j P V_k); pulls: y'P V_k P y / s2; curvature: second derivatives of the deviance
    with s2 held.
    """

    ratios: Floats
    n: int
    mean: float
    scale: float
    phi: float
    deviance: float
    slopes: Floats
    traces: Floats
    norms: Floats
    pulls: Floats
    curvature: Floats
    is_floored: bool

    @property
    def gradient(self) -> Floats:
        return self.traces - self.pulls

    @property
    def hessian(self) -> Floats:
        """Second derivatives of the profiled deviance."""
        if self.is_floored:
            return self.curvature
        return self.curvature - np.outer(self.pulls, self.pulls) / (self.n - 1)

    @property
    def expected_hessian(self) -> Floats:
        """What the second derivatives are on average: never negative."""
        if self.is_floored:
            return self.norms
        return self.norms - np.outer(self.traces, self.traces) / (self.n - 1)


def _evaluate(inverse: _Inverse, sums: _Sums) -> _Point:
    design, ratios = inverse.design, inverse.ratios
    columns = np.stack([design.counts, sums.levels], axis=1)  # of ones, and of the scores
    others = inverse.others(columns)
    dots = np.array([[sums.n, sums.total], [sums.total, sums.square]])
    (information, moment), _ = inverse.products(dots, columns, others).tolist()
    if information <= 0:
        raise ArithmeticError("Rounding left a mixed model no information on its mean.")
    mean = moment / information
    off = np.array([[-mean], [1.0]])  # takes the mean off the scores
    remainder = float(inverse.products(off.T @ dots @ off, columns @ off, others @ off)[0, 0])
    scale = MIN_RESIDUAL if sums.is_floored else max(remainder / (sums.n - 1), MIN_RESIDUAL)
    phi = 1 / information
    levels = inverse.levels(columns, others) @ np.hstack([[[1.0], [0.0]], off])
    ones_levels, residual_levels = levels.T
    of_ones, of_residuals = _quadratics(inverse, levels)
    norms, traces = _traces(inverse, ones_levels, phi, of_ones)
    pulls = _squares(design, residual_levels) / scale
    along = np.array([float(residual_levels[part] @ ones_levels[part]) for part in design.parts])
    curvature = 2 * (of_residuals - phi * np.outer(along, along)) / scale - norms
    return _Point(
        ratios=ratios,
        n=sums.n,
        mean=mean,
        scale=scale,
        phi=phi,
        deviance=inverse.log_determinant
        - math.log(phi)
        + (sums.n - 1) * math.log(scale)
        + remainder / scale,
        slopes=phi * _squares(design, ones_levels),
        traces=traces,
        norms=norms,
        pulls=pulls,
        curvature=curvature,
        is_floored=sums.is_floored,
    )


def _squares(design: Incidence, levels: Floats) -> Floats:
    return np.array([float(levels[part] @ levels[part]) for part in design.parts])


def _quadratics(inverse: _Inverse, vectors: Floats) -> Floats:
    """(M, K, K) x_j' Z_j' W^-1 Z_k x_k of each of M vectors x over all levels: (L + R, M)."""
    parts = inverse.design.parts
    alone = np.zeros((*vectors.shape, len(parts)))
    for k, part in enumerate(parts):
        alone[part, :, k] = vectors[part]
    sums = inverse.design.spread(alone.reshape(len(vectors), -1))
    images = inverse.levels(sums, inverse.others(sums)).reshape(alone.shape)
    rows = [np.einsum("im,imk->mk", vectors[part], images[part]) for part in parts]
    result = np.stack(rows, axis=1)
    return (result + result.transpose(0, 2, 1)) / 2


def _traces(inverse: _Inverse, ones: Floats, phi: float, of_ones: Floats) -> tuple[Floats, Floats]:
    """(K, K) tr(P V_j P V_k) and (K,) tr(P V_k), V_k = Z_k Z_k', P = W^-1 without the part of the
    mean. of_ones: the quadratic forms of `ones`."""
    lengths = _squares(inverse.design, ones)
    norms, traces = inverse.plain_traces
    norms = norms + phi**2 * np.outer(lengths, lengths) - 2 * phi * of_ones
    return norms, traces - phi * lengths


def _plain_traces(inverse: _Inverse) -> tuple[Floats, Floats]:
    """Traces block by block; the wide factor's block is diagonal plus low rank."""
    design, wide = inverse.design, inverse.design.wide
    block = inverse.A @ inverse.J
    beside = inverse.Q2 @ inverse.J
    low_rank = beside * inverse.weights  # Q2 K
    own = design.wide_counts / inverse.d
    norms, traces = np.empty((len(design.parts),) * 2), np.empty(len(design.parts))
    traces[wide] = own.sum() - float(np.trace(low_rank))
    norms[wide, wide] = own @ own - 2 * float((inverse.K * inverse.Q3).sum())
    norms[wide, wide] += float((low_rank * low_rank.T).sum())
    others = {k: _shifted(part, -design.n_wide) for k, part in enumerate(design.parts) if k != wide}
    for k, columns in others.items():
        traces[k] = float(np.trace(block[columns, columns]))
        norms[wide, k] = norms[k, wide] = float((beside * inverse.J)[:, columns].sum())
        for j, rows in others.items():
            norms[j, k] = float((block[rows, columns] ** 2).sum())
    return norms, traces


def _shifted(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)


def _maximize(design: Incidence, sums: _Sums) -> _Point:
    """The ratios >= 0 of the largest restricted likelihood: scoring once, then Newton's method."""
    point = _evaluate(_first_inverse(design), sums)
    point = _evaluate(_invert(design, _scored(point)), sums)
    for _ in range(MAX_STEPS):
        if point.scale < 2 * MIN_RESIDUAL and not point.is_floored:
            sums = replace(sums, is_floored=True)
            point = _evaluate(_invert(design, point.ratios), sums)
        free = (point.ratios > 0) | (point.gradient < 0)
        step = _step(point, free)
        decrement = abs(float(point.gradient @ step))
        if decrement < NO_DECREMENT:
            return point
        if decrement < LAST_DECREMENT:
            return _point_at(design, sums, point.ratios + step) or point
        better = _search(design, sums, point, step)
        if better is None:  # nothing improves beyond rounding noise
            return point
        point = better
    raise ArithmeticError(f"A mixed model did not converge in {MAX_STEPS} steps.")


def _scored(point: _Point) -> Floats:
    """One step of Fisher's scoring (MINQUE): unbiased variances, the negative ones cut at 0."""
    n, ratios = point.n, point.ratios
    with_residual = point.traces - point.norms @ ratios
    residual = n - 1 - point.traces @ ratios - with_residual @ ratios
    matrix = np.block(
        [[np.array([[residual]]), with_residual[None]], [with_residual[:, None], point.norms]]
    )
    pulls = np.concatenate([[n - 1 - point.pulls @ ratios], point.pulls])
    variances = np.linalg.lstsq(matrix, pulls, rcond=None)[0]
    if variances[0] <= 0:
        return ratios
    return np.clip(variances[1:] / variances[0], 0, MAX_SCORED_RATIO)


def _step(point: _Point, free: Mask) -> Floats:
    """Newton's step of the free ratios; where the criterion is not convex, a scoring step."""
    step = np.zeros_like(point.ratios)
    if not free.any():
        return step
    gradient = point.gradient[free]
    for matrix in (point.hessian, point.expected_hessian):
        part = matrix[np.ix_(free, free)]
        if np.linalg.eigvalsh(part)[0] > 0:
            step[free] = -np.linalg.solve(part, gradient)
            return step
    step[free] = -gradient / np.diagonal(point.norms)[free]
    return step


def _search(design: Incidence, sums: _Sums, point: _Point, step: Floats) -> _Point | None:
    """The first of the step and its halves that lowers the deviance; None if none does."""
    for halving in range(MAX_HALVINGS):
        candidate = _point_at(design, sums, point.ratios + step / 2**halving)
        if candidate is not None and candidate.deviance < point.deviance:
            return candidate
    return None


def _point_at(design: Incidence, sums: _Sums, ratios: Floats) -> _Point | None:
    """The point at the ratios, cut to their range; None where it cannot be computed."""
    try:
        return _evaluate(_invert(design, np.clip(ratios, 0, MAX_RATIO)), sums)
    except ArithmeticError:  # far out, where rounding rules
        return None


def _satterthwaite(point: _Point) -> float:
    """2 phi^2 / var(phi) in the parameters (ratios, log s2), those on their boundary left out.

    The information is the observed one, half the second derivatives of the deviance, as in
    lmerTest; where a handful of ratings makes it negative, the expected one. df does not depend on
    the parameters chosen, because the gradient is zero.
    """
    free = np.append(point.ratios > 0, not point.is_floored)
    slopes = np.append(point.slopes, 1.0)[free]  # of log(phi s2)
    for inner, border in ((point.curvature, point.pulls), (point.norms, point.traces)):
        information = np.block([[inner, border[:, None]], [border, np.array([point.n - 1.0])]])
        part = information[np.ix_(free, free)]
        spread = float(slopes @ np.linalg.pinv(part, hermitian=True) @ slopes)
        if spread > 0:
            return 1 / spread
    raise ArithmeticError("A mixed model has no information on its variances.")
