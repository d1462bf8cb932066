"""What a stimulus must satisfy before a listener may hear it."""

import numpy as np
from scipy import signal

from synth.audio.loudness import MAX_PEAK_DBFS
from synth.errors import SynthError

LEVEL_TOLERANCE_LU = 0.5
ALIGNMENT_TOLERANCE_S = 0.005
SILENCE_DBFS = -70.0
FULL_SCALE = 0.9999  # 32767 / 32768 and above
CLIPPED_RUN = 3  # equal samples in a row at full scale

_LAG_RANGE_S = 0.1  # how far off a rendering is looked for
_ENVELOPE_HOP_S = 0.001
_ENVELOPE_WINDOW_S = 0.016
_N_ENVELOPE_BANDS = 12


def check_finite(samples: np.ndarray) -> None:
    """Raises SynthError "not_finite" if a sample is NaN or infinite."""
    n_bad = int(np.count_nonzero(~np.isfinite(samples)))
    if n_bad:
        raise SynthError(
            f"{n_bad} of {len(samples)} samples are NaN or infinite: the system is broken for "
            "this utterance. Check its checkpoint.",
            code="not_finite",
        )


def check_length(samples: np.ndarray, *, n_samples: int, tolerance: int = 0) -> None:
    """Raises SynthError "length_differs" unless len(samples) is n_samples within the tolerance."""
    if abs(len(samples) - n_samples) > tolerance:
        raise SynthError(
            f"The rendering has {len(samples)} samples but its recording has {n_samples}; all "
            "stimuli of an item must be equally long. Correct the system.",
            code="length_differs",
        )


def check_audible(samples: np.ndarray) -> None:
    """Raises SynthError "silent" if the power over the whole clip is under -70 dBFS."""
    power = float(np.mean(np.square(samples))) if len(samples) else 0.0
    if power < 10 ** (SILENCE_DBFS / 10):
        raise SynthError(
            f"The clip is silent (power under {SILENCE_DBFS:g} dBFS); there is nothing to rate.",
            code="silent",
        )


def check_unclipped(samples: np.ndarray) -> None:
    """Raises SynthError "clipping" if three samples in a row are stuck at full scale."""
    stuck = (np.abs(samples[1:]) >= FULL_SCALE) & (samples[1:] == samples[:-1])
    n_pairs = CLIPPED_RUN - 1
    if len(stuck) < n_pairs:
        return
    runs = np.lib.stride_tricks.sliding_window_view(stuck, n_pairs).all(axis=1)
    if runs.any():
        raise SynthError(
            f"The sound is clipped: flat at full scale from sample {int(np.argmax(runs))} on. "
            "Record it again at a lower level, or leave it out.",
            code="clipping",
        )


def check_peak(peak: float) -> None:
    """Raises SynthError "clipping" if the peak (1.0 is full scale) is over -1 dBFS."""
    peak_dbfs = 20 * np.log10(max(peak, 1e-12))
    if peak_dbfs > MAX_PEAK_DBFS + 0.01:
        raise SynthError(
            f"The clip peaks at {peak_dbfs:.1f} dBFS, over the limit of {MAX_PEAK_DBFS:g} dBFS.",
            code="clipping",
        )


def check_level(loudness_lufs: float, *, target_lufs: float) -> None:
    """Raises SynthError "level_off_target" if the loudness is over 0.5 LU from the target."""
    if not abs(loudness_lufs - target_lufs) <= LEVEL_TOLERANCE_LU:
        raise SynthError(
            f"The clip has {loudness_lufs:.1f} LUFS, but {target_lufs:g} LUFS are wanted: with "
            f"more gain its peaks would pass {MAX_PEAK_DBFS:g} dBFS. It has too much dynamic "
            "range to be compared fairly; leave this utterance out.",
            code="level_off_target",
        )


def check_sample_aligned(samples: np.ndarray, natural: np.ndarray, *, rate_hz: int) -> None:
    """Raises SynthError "misaligned" unless the waveforms match best at a lag of 0 samples.

    For renderings that keep the waveform's phase, such as anchors. Same shapes (N,).
    """
    lag = waveform_lag(samples, natural, rate_hz=rate_hz)
    if lag != 0:
        raise SynthError(
            f"The rendering lies {lag} samples after its recording; it must be aligned to the "
            "sample, or listeners would hear the switch.",
            code="misaligned",
        )


def check_time_aligned(samples: np.ndarray, natural: np.ndarray, *, rate_hz: int) -> None:
    """Raises SynthError "misaligned" if the envelopes match best over 5 ms from lag 0.

    For vocoders, which need not keep the waveform's phase. Same shapes (N,).
    """
    lag_s = envelope_lag(samples, natural, rate_hz=rate_hz)
    if abs(lag_s) > ALIGNMENT_TOLERANCE_S:
        raise SynthError(
            f"The rendering lies {1000 * lag_s:.0f} ms after its recording; at most "
            f"{1000 * ALIGNMENT_TOLERANCE_S:.0f} ms are allowed, or listeners would hear the "
            "switch. Correct the system's delay.",
            code="misaligned",
        )


def waveform_lag(samples: np.ndarray, natural: np.ndarray, *, rate_hz: int) -> int:
    """By how many samples `samples` comes after `natural`, from their cross-correlation."""
    correlation = signal.correlate(samples, natural, mode="full", method="fft")
    return _best_lag(correlation, n=len(natural), reach=round(_LAG_RANGE_S * rate_hz))


def envelope_lag(samples: np.ndarray, natural: np.ndarray, *, rate_hz: int) -> float:
    """By how many seconds `samples` comes after `natural`, to the millisecond.

    Cross-correlation of compressed magnitudes in 12 bands, each less its mean: blind to phase,
    and little moved by noise, coloring or level.
    """
    ours = _envelopes(samples, rate_hz)
    theirs = _envelopes(natural, rate_hz)
    correlation = signal.fftconvolve(ours, theirs[:, ::-1], axes=1).sum(axis=0)
    reach = round(_LAG_RANGE_S / _ENVELOPE_HOP_S)
    return _best_lag(correlation, n=theirs.shape[1], reach=reach) * _hop(rate_hz) / rate_hz


def _best_lag(correlation: np.ndarray, *, n: int, reach: int) -> int:
    """The lag of the maximum within the reach; correlation: (>= 2 n - 1,), lag 0 at n - 1."""
    low, high = max(0, n - 1 - reach), n + reach
    return low + int(np.argmax(correlation[low:high])) - (n - 1)


def _hop(rate_hz: int) -> int:
    return max(1, round(_ENVELOPE_HOP_S * rate_hz))


def _envelopes(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Band envelopes (bands, frames) one millisecond apart, zero mean in each band."""
    n_window = round(_ENVELOPE_WINDOW_S * rate_hz)
    overlap = n_window - _hop(rate_hz)
    _, _, spectrum = signal.stft(samples, fs=rate_hz, nperseg=n_window, noverlap=overlap)
    bands = np.array_split(np.abs(spectrum), _N_ENVELOPE_BANDS, axis=0)
    envelopes = np.stack([band.mean(axis=0) for band in bands]) ** (1 / 3)
    return envelopes - envelopes.mean(axis=1, keepdims=True)
