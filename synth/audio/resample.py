"""Sampling-rate conversion."""

import numpy as np
import soxr

from synth.errors import SynthError


def resample(samples: np.ndarray, *, from_hz: int, to_hz: int) -> np.ndarray:
    """The same sound at another rate: (round(N * to_hz / from_hz),) float64.

    Linear phase, no net delay: sample n of the output is at n / to_hz seconds of the input.
    Source: the SoX resampler at very high quality (soxr).
    """
    if from_hz == to_hz:
        return np.asarray(samples, dtype=np.float64)
    return soxr.resample(np.asarray(samples, dtype=np.float64), from_hz, to_hz, quality="VHQ")


def downsample(samples: np.ndarray, *, from_hz: int, to_hz: int) -> np.ndarray:
    """The same sound at a lower or equal rate, as `resample`.

    Raises: SynthError "rate_refused" for a higher rate: it would add no bandwidth and would
        pass a narrow recording off as a wide one.
    """
    if to_hz > from_hz:
        raise SynthError(
            f"The recording has {from_hz} Hz but the stimuli are to have {to_hz} Hz; raising "
            f"the rate adds nothing a listener could hear. Plan the batch at {from_hz} Hz or "
            "less, or leave this recording out.",
            code="rate_refused",
            field="rate_hz",
        )
    return resample(samples, from_hz=from_hz, to_hz=to_hz)
