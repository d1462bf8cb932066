"""Loudness by BS.1770 and its alignment between the stimuli of a test."""

import warnings
from dataclasses import dataclass

import numpy as np
import pyloudnorm

from synth.audio.resample import resample
from synth.errors import SynthError

TARGET_LEVEL_LUFS = -26.0
MAX_PEAK_DBFS = -1.0
MIN_DURATION_S = 0.4  # one gating block of BS.1770
METER_RATE_HZ = 48_000  # the rate BS.1770 gives its filter for
PEAK_OVERSAMPLING = 4  # BS.1770 annex 2


@dataclass(frozen=True)
class Alignment:
    """Samples after a fixed gain: (N,) float64, and what was measured on them.

    `is_limited` says that the peak guard allowed less gain than the target asks for.
    """

    samples: np.ndarray
    gain_db: float
    loudness_lufs: float
    peak: float
    is_limited: bool


def measure_loudness(samples: np.ndarray, *, rate_hz: int) -> float:
    """Integrated loudness of a mono recording in LUFS; -inf for silence.

    Measured at 48 kHz after resampling: there the filter is exactly that of BS.1770-4 (997 Hz
    at full scale reads -3.01), and the reading does not depend on the recording's rate.
    Raises: SynthError "too_short" under 0.4 s.
    """
    if len(samples) < MIN_DURATION_S * rate_hz:
        raise SynthError(
            f"A clip of {len(samples) / rate_hz:.2f} s is too short to measure its loudness; "
            f"BS.1770 needs {MIN_DURATION_S} s. Leave this utterance out.",
            code="too_short",
        )
    at_meter_rate = resample(samples, from_hz=rate_hz, to_hz=METER_RATE_HZ)
    # "DeMan" is pyloudnorm's name for the coefficients printed in BS.1770; its default is an
    # approximation (-3.05 for the same tone).
    meter = pyloudnorm.Meter(METER_RATE_HZ, filter_class="DeMan")
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # silence: the mean of no block at all
        loudness = float(meter.integrated_loudness(_fill_block(at_meter_rate)))
    return loudness if np.isfinite(loudness) else -np.inf


def _fill_block(samples: np.ndarray) -> np.ndarray:
    """At least one whole gating block: resampling rounds, which may cost its last sample."""
    n_missing = round(MIN_DURATION_S * METER_RATE_HZ) - len(samples)
    return np.pad(samples, (0, max(0, n_missing)))


def measure_peak(samples: np.ndarray, *, rate_hz: int) -> float:
    """The largest magnitude between and at the samples (four times oversampled); 1.0 is 0 dBFS."""
    oversampled = resample(samples, from_hz=rate_hz, to_hz=PEAK_OVERSAMPLING * rate_hz)
    at_samples = np.max(np.abs(samples), initial=0.0)
    return float(np.max(np.abs(oversampled), initial=at_samples))


def align_loudness(
    samples: np.ndarray, *, rate_hz: int, target_lufs: float = TARGET_LEVEL_LUFS
) -> Alignment:
    """The samples at the target loudness, or as near as a peak of -1 dBFS allows.

    One fixed gain, no compression: the sound itself stays as it is.
    Raises: SynthError "too_short" under 0.4 s, "silent" if there is nothing to measure.
    """
    loudness = measure_loudness(samples, rate_hz=rate_hz)
    if not np.isfinite(loudness):
        raise SynthError(
            "The clip is silent (under the absolute gate of BS.1770, -70 LUFS), so its loudness "
            "cannot be aligned. Look at the recording it was made from.",
            code="silent",
        )
    peak = measure_peak(samples, rate_hz=rate_hz)
    wanted_db = target_lufs - loudness
    allowed_db = MAX_PEAK_DBFS - 20 * np.log10(peak)
    gain_db = float(min(wanted_db, allowed_db))
    gain = 10 ** (gain_db / 20)
    return Alignment(
        samples=np.asarray(samples, dtype=np.float64) * gain,
        gain_db=gain_db,
        loudness_lufs=loudness + gain_db,
        peak=peak * gain,
        is_limited=bool(allowed_db < wanted_db),
    )
