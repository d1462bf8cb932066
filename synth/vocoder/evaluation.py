"""Objective distances between a recording and a rendering of it, and their summaries.

None of them replaces a listener: PESQ and ESTOI compare waveforms closely and punish a
harmless change of phase. pesq and pystoi come from requirements-evaluation.txt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyworld
import torch
from numpy.typing import NDArray
from scipy import stats

from synth.audio.mel import RATE_HZ, FloatArray

from .loss import mel_distance, multi_resolution_distance

LEVEL = 0.95
NO_ESTOI = 1e-5


@dataclass(frozen=True)
class Scores:
    """Distances of one rendering; NaN where one is not defined (no voiced frame, say).

    ``f0_error_cents`` is the median over frames voiced in both, ``voicing_error`` the
    share of frames whose voicing differs. ``mr_stft`` is the training loss's distance.
    """

    pesq_wb: float
    estoi: float
    log_mel_l1: float
    mr_stft: float
    f0_error_cents: float
    voicing_error: float


def score(reference: FloatArray, output: FloatArray) -> Scores:
    """All distances between two 16 kHz signals (N,).

    Raises:
        ValueError: if their lengths differ.
    """
    if reference.shape != output.shape:
        raise ValueError(f"Lengths differ: {reference.shape} and {output.shape} samples.")
    pair = [torch.from_numpy(np.asarray(x, dtype=np.float32))[None] for x in (output, reference)]
    cents, voicing = pitch_errors(reference, output)
    return Scores(
        pesq_wb=pesq_wb(reference, output),
        estoi=estoi(reference, output),
        log_mel_l1=mel_distance(*pair).item(),
        mr_stft=multi_resolution_distance(*pair).item(),
        f0_error_cents=cents,
        voicing_error=voicing,
    )


def pesq_wb(reference: FloatArray, output: FloatArray) -> float:
    """Wide-band PESQ (ITU-T P.862.2), NaN where it finds no utterance."""
    from pesq import NoUtterancesError, pesq

    try:
        return float(pesq(RATE_HZ, reference, output, "wb"))
    except NoUtterancesError:
        return float("nan")


def estoi(reference: FloatArray, output: FloatArray) -> float:
    """Extended short-time objective intelligibility (Jensen and Taal 2016).

    NaN where too little is left once pystoi has cut the silent frames (it returns 1e-5).
    """
    from pystoi import stoi

    value = float(stoi(reference, output, RATE_HZ, extended=True))
    return value if value > NO_ESTOI else float("nan")


def pitch(samples: FloatArray) -> NDArray[np.float64]:
    """F0 in Hz every 5 ms by DIO and StoneMask, 0 where unvoiced."""
    source = np.ascontiguousarray(samples, dtype=np.float64)
    coarse, times = pyworld.dio(source, RATE_HZ)
    return np.asarray(pyworld.stonemask(source, coarse, times, RATE_HZ))


def pitch_errors(reference: FloatArray, output: FloatArray) -> tuple[float, float]:
    """Median absolute F0 difference in cents, and the share of frames voiced differently."""
    first, second = pitch(reference), pitch(output)
    both = (first > 0) & (second > 0)
    voicing = float(np.mean((first > 0) != (second > 0)))
    if not both.any():
        return float("nan"), voicing
    return float(np.median(np.abs(1200.0 * np.log2(second[both] / first[both])))), voicing


def summarize(scores: Sequence[Scores]) -> dict[str, Any]:
    """Mean and median of every distance over utterances, NaN left out; n utterances."""
    rows = [asdict(one) for one in scores]
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    figures = {name: _center(values[~np.isnan(values)]) for name, values in columns.items()}
    return {"n": len(rows), **figures}


def _center(values: NDArray[np.float64]) -> dict[str, float] | None:
    if len(values) == 0:
        return None
    return {"mean": round(float(values.mean()), 4), "median": round(float(np.median(values)), 4)}


def paired_gain(first: Sequence[Scores], second: Sequence[Scores]) -> dict[str, Any]:
    """Mean PESQ difference first - second with a Student-t interval over utterances.

    Utterances of one speaker are not independent, so the interval is too narrow for a
    claim about other speakers.
    """
    gains = np.array([a.pesq_wb - b.pesq_wb for a, b in zip(first, second, strict=True)])
    gains = gains[~np.isnan(gains)]
    low, high = stats.t.interval(LEVEL, len(gains) - 1, loc=gains.mean(), scale=stats.sem(gains))
    return {
        "mean": round(float(gains.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "better": int(np.sum(gains > 0)),
        "n": len(gains),
    }


def by_system(scores: Mapping[str, Sequence[Scores]], *, trained: str) -> dict[str, Any]:
    """Summaries of every system and the trained one's PESQ gain over the others."""
    others = [name for name in scores if name != trained]
    return {
        "systems": {name: summarize(values) for name, values in scores.items()},
        "pesq_gain": {name: paired_gain(scores[trained], scores[name]) for name in others},
    }
