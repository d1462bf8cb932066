"""The low-pass anchors of BS.1534-3 5.1, and the speech anchor in their shape."""

from functools import lru_cache

import numpy as np
from scipy import signal

from synth.errors import SynthError

# BS.1534-3 5.1, for the 3.5 kHz anchor: ripple +-0.1 dB up to 3.5 kHz, at least 25 dB at
# 4 kHz and 50 dB at 4.5 kHz. The other anchors scale both edges with the cutoff.
LOW_ANCHOR_HZ = 3500.0
MID_ANCHOR_HZ = 7000.0
SPEECH_ANCHOR_HZ = 2000.0
SLOPE_EDGE = 4000 / 3500
STOP_EDGE = 4500 / 3500

MIN_BANDWIDTH_PER_CUTOFF = 1.3  # under this an anchor is nearly the reference itself

_PASS_EDGE = 1.0  # of the cutoff, where the transition of the design starts
_DESIGN_STOP_EDGE = 4100 / 3500  # where it ends: well inside the tolerance at both edges
_DESIGN_ATTENUATION_DB = 65.0


def stop_band_hz(cutoff_hz: float) -> float:
    """The frequency from which an anchor attenuates by at least 50 dB."""
    return cutoff_hz * STOP_EDGE


@lru_cache(maxsize=32)
def design_anchor(*, rate_hz: int, cutoff_hz: float) -> np.ndarray:
    """Coefficients of an anchor's filter: (odd number,) float64, symmetric, 0 dB at 0 Hz.

    Kaiser-windowed sinc. The array is cached: do not write to it.
    Raises: SynthError "anchor_refused" if the rate has no room for the stop band.
    """
    _check_rate(rate_hz, cutoff_hz)
    pass_hz = cutoff_hz * _PASS_EDGE
    stop_hz = cutoff_hz * _DESIGN_STOP_EDGE
    n_taps, beta = signal.kaiserord(_DESIGN_ATTENUATION_DB, (stop_hz - pass_hz) / (rate_hz / 2))
    taps = signal.firwin(
        n_taps | 1, (pass_hz + stop_hz) / 2, window=("kaiser", beta), fs=rate_hz, scale=True
    )
    taps.setflags(write=False)
    return taps


def render_anchor(
    samples: np.ndarray, *, rate_hz: int, cutoff_hz: float, bandwidth_hz: float
) -> np.ndarray:
    """The recording low-passed as an anchor: (N,) float64, aligned to the sample.

    Args:
        samples: (N,) float.
        cutoff_hz: end of the pass band (3500, 7000; 2000 for the declared speech anchor).
        bandwidth_hz: the true bandwidth of the recording (`bandwidth.measure_bandwidth`).
    Raises: SynthError "anchor_refused" if the anchor would hardly differ from the reference
        (bandwidth under 1.3 times the cutoff) or the rate has no room for the stop band.
    """
    _check_rate(rate_hz, cutoff_hz)
    _check_bandwidth(bandwidth_hz, cutoff_hz)
    taps = design_anchor(rate_hz=rate_hz, cutoff_hz=cutoff_hz)
    delay = len(taps) // 2
    return signal.fftconvolve(samples, taps, mode="full")[delay : delay + len(samples)]


def _check_rate(rate_hz: int, cutoff_hz: float) -> None:
    nyquist_hz = rate_hz / 2
    if nyquist_hz <= stop_band_hz(cutoff_hz):
        raise SynthError(
            f"A {cutoff_hz / 1000:g} kHz anchor needs room up to its stop band at "
            f"{stop_band_hz(cutoff_hz):.0f} Hz, but stimuli of {rate_hz} Hz end at "
            f"{nyquist_hz:.0f} Hz. {_ADVICE}",
            code="anchor_refused",
            field="rate_hz",
        )


def _check_bandwidth(bandwidth_hz: float, cutoff_hz: float) -> None:
    least_hz = MIN_BANDWIDTH_PER_CUTOFF * cutoff_hz
    if bandwidth_hz < least_hz:
        raise SynthError(
            f"A {cutoff_hz / 1000:g} kHz anchor needs a recording that reaches {least_hz:.0f} Hz "
            f"(1.3 times its cutoff), but this one ends at {bandwidth_hz:.0f} Hz: listeners "
            f"could hardly tell the anchor from the reference. {_ADVICE}",
            code="anchor_refused",
            field="bandwidth_hz",
        )


_ADVICE = (
    "Use recordings and stimuli of a higher rate, or leave this anchor out of the scenario and "
    "call the method mushra_like, with the declared 2 kHz speech anchor if one is wanted."
)
