"""How loud the speech in a recording is while somebody speaks."""

import numpy as np
from scipy import signal

TIME_CONSTANT_S = 0.03  # P.56 7.2: of each of the two smoothing stages
HANGOVER_S = 0.2  # P.56 7.2: a pause shorter than this counts as speech
MARGIN_DB = 15.9  # P.56 7.2: of the level over the threshold of activity
N_THRESHOLDS = 40  # half as far apart as in P.56, and down to -117 dB of the envelope's peak
STEP_DB = 3.0


def active_level(samples: np.ndarray, *, rate_hz: int) -> float:
    """Root mean square over the active parts of (N,) samples; 0.0 for silence.

    Pauses do not count, so that the level of a sentence does not depend on the silence around
    it. Source: ITU-T P.56 (2011), method B, with thresholds 3 dB apart that follow the
    envelope's peak instead of full scale, so that a gain scales the level exactly.
    """
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak == 0.0:
        return 0.0
    scaled = np.asarray(samples, dtype=np.float64) / peak
    energy = float(np.sum(scaled**2))
    envelope = _envelope(scaled, rate_hz)
    hangover = max(1, round(HANGOVER_S * rate_hz))
    top_db = 20 * np.log10(envelope.max())
    above = (0.0, -np.inf)
    for number in range(1, N_THRESHOLDS + 1):  # downwards: most recordings need ten or fewer
        threshold_db = top_db - STEP_DB * number
        n_active = _count_active(envelope >= 10 ** (threshold_db / 20), hangover)
        level_db = 10 * np.log10(energy / n_active)
        excess_db = level_db - threshold_db - MARGIN_DB
        if excess_db >= 0:
            return peak * 10 ** (_between(above, (level_db, excess_db)) / 20)
        above = (level_db, excess_db)
    return peak * 10 ** (above[0] / 20)


def _envelope(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    decay = np.exp(-1 / (rate_hz * TIME_CONSTANT_S))
    once = signal.lfilter([1 - decay], [1, -decay], np.abs(samples))
    return signal.lfilter([1 - decay], [1, -decay], once)


def _count_active(is_over: np.ndarray, hangover: int) -> int:
    """Samples over the threshold or at most `hangover` after one that was."""
    indices = np.arange(len(is_over))
    latest = np.maximum.accumulate(np.where(is_over, indices, -hangover - 1))
    return int(np.count_nonzero(indices - latest <= hangover))


def _between(above: tuple[float, float], below: tuple[float, float]) -> float:
    """The level at no excess, between two thresholds' (level, excess) in dB."""
    if not np.isfinite(above[1]):
        return below[0]
    share = -above[1] / (below[1] - above[1])
    return above[0] + share * (below[0] - above[0])
