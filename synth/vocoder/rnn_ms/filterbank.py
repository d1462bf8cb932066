"""A cosine-modulated filter bank (PQMF): a signal as critically sampled sub-bands.

Axes: B batch, N samples, P bands.
Source: Nguyen 1994 for the modulation; Lin and Vaidyanathan 1998 for the Kaiser-window
prototype and the search for its edge.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import optimize, signal
from torch import Tensor

KAISER_BETA = 9.0  # about 90 dB of stop band
TAPS_PER_BAND = 24  # filter order over the number of bands


@lru_cache(maxsize=8)
def prototype(bands: int) -> NDArray[np.float64]:
    """The symmetric low-pass filter, TAPS_PER_BAND * bands + 1 taps.

    Its edge makes the filter's autocorrelation nearly zero at every multiple of 2 * bands,
    which is what reconstruction asks for.
    """
    n_taps = TAPS_PER_BAND * bands + 1

    def low_pass(edge: float) -> NDArray[np.float64]:
        return np.asarray(signal.firwin(n_taps, edge, window=("kaiser", KAISER_BETA)))

    def error(edge: float) -> float:
        taps = low_pass(edge)
        lags = np.correlate(taps, taps, "full")[n_taps - 1 :: 2 * bands]
        return float(np.abs(lags[1:]).max() / lags[0])

    around = (0.4 / bands, 0.7 / bands)
    found = optimize.minimize_scalar(
        error, bounds=around, method="bounded", options={"xatol": 1e-9}
    )
    taps = low_pass(float(found.x))
    return taps / np.sqrt(2 * bands * np.sum(taps**2))


@lru_cache(maxsize=8)
def _filters(bands: int) -> Tensor:
    """One filter per band, (P, 1, taps) float32; the same ones split and merge.

    Splitting correlates and merging convolves, so that each pass is the other's time-reversed
    one and the delays cancel.
    """
    taps = prototype(bands)
    n = np.arange(len(taps)) - len(taps) // 2
    k = np.arange(bands)[:, None]
    turn = (2 * k + 1) * np.pi / (2 * bands) * n + (-1.0) ** k * np.pi / 4
    return torch.from_numpy(2 * np.sqrt(bands) * taps * np.cos(turn)).float()[:, None]


def split(samples: Tensor, bands: int) -> Tensor:
    """Sub-bands (B, P, N // P) of ``samples`` (B, N), N a multiple of ``bands``.

    Without delay: a band's sample k belongs to the time of the signal's sample k * bands.
    """
    if bands == 1:
        return samples[:, None]
    filters = _filters(bands).to(samples.device)
    margin = filters.shape[-1] // 2
    padded = torch.nn.functional.pad(samples[:, None], (margin, margin))
    spread: Tensor = torch.nn.functional.conv1d(padded, filters, stride=bands)
    return spread[:, :, : samples.shape[1] // bands]


def merge(sub_bands: Tensor) -> Tensor:
    """Signals (B, N) of sub-bands (B, P, N // P).

    The inverse of ``split`` but for an error some 64 dB down, and at the very ends, where
    sub-band samples beyond the signal are missing.
    """
    bands = sub_bands.shape[1]
    if bands == 1:
        return sub_bands[:, 0]
    filters = _filters(bands).to(sub_bands.device)
    margin = filters.shape[-1] // 2
    length = sub_bands.shape[2] * bands
    padded = torch.nn.functional.pad(sub_bands, (0, margin // bands + 1))
    whole: Tensor = torch.nn.functional.conv_transpose1d(padded, filters, stride=bands)
    return whole[:, 0, margin : margin + length]
