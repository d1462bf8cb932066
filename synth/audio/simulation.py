"""A recording brought into a simulated condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.audio.noise import add_noise
from synth.audio.reverberation import reverberate
from synth.audio.telephone import telephone
from synth.audio.whisper import whisperize
from synth.errors import SynthError


def simulate(
    samples: np.ndarray,
    *,
    rate_hz: int,
    params: Mapping[str, Any],
    seed: int,
    noise: np.ndarray | None = None,
) -> np.ndarray:
    """The recording in a simulated condition: (N,) float64, same length, aligned at lag 0.

    Silence stays silence. The same arguments give the same samples.

    Args:
        samples: (N,) float, finite, N >= 1.
        params: of a simulated `Condition`, as they are or with other figures.
        noise: (N,) float, at any level; where the params name one (`NoiseName`).
    Raises: SynthError "condition_unknown" or "condition_invalid"; "not_finite" for samples that
        are NaN or infinite.
    """
    if not np.isfinite(samples).all():
        message = "The recording holds NaN or infinite samples; no condition can be simulated."
        raise SynthError(message, code="not_finite")
    process = _PROCESSES.get(str(params.get("process")))
    if process is None:
        raise SynthError(
            f"There is no simulation {params.get('process')!r}; expected one of "
            f"{', '.join(_PROCESSES)}.",
            code="condition_unknown",
            field="condition",
        )
    # At full scale, so that no square of a sample leaves the range of floats.
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak == 0.0:
        return np.zeros(len(samples))
    scaled = np.asarray(samples, dtype=np.float64) / peak
    return process(_Input(scaled, rate_hz, params, seed, noise)) * peak


@dataclass(frozen=True)
class _Input:
    """What a simulation works on; samples (N,) float64 with a peak of 1.0."""

    samples: np.ndarray
    rate_hz: int
    params: Mapping[str, Any]
    seed: int
    noise: np.ndarray | None

    def number(self, name: str) -> float:
        """A parameter that must be a finite number."""
        value = self.params.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise SynthError(
                f"The simulation {self.params['process']} needs {name} as a number; got {value!r}.",
                code="condition_invalid",
                field="condition",
            )
        return float(value)

    def number_within(self, name: str, low: float, high: float) -> float:
        """A parameter with a least and a greatest value."""
        value = self.number(name)
        if not low <= value <= high:
            raise SynthError(
                f"{name} must be from {low:g} to {high:g}; got {value:g}.",
                code="condition_invalid",
                field="condition",
            )
        return value


def _noisy(given: _Input) -> np.ndarray:
    if given.noise is None:
        message = f"The simulation {given.params['process']} needs noise to add; none was given."
        raise SynthError(message, code="noise_missing", field="condition")
    snr_db = given.number_within("snr_db", -40, 80)
    return add_noise(given.samples, given.noise, rate_hz=given.rate_hz, snr_db=snr_db)


def _reverberant(given: _Input) -> np.ndarray:
    rt60_s = given.number_within("rt60_s", 0.15, 1.5)
    return reverberate(given.samples, rate_hz=given.rate_hz, rt60_s=rt60_s, seed=given.seed)


def _noisy_and_reverberant(given: _Input) -> np.ndarray:
    """Noise comes after the room, as strong against the speech as the room returns it."""
    room = _Input(_reverberant(given), given.rate_hz, given.params, given.seed, given.noise)
    return _noisy(room)


def _clipped(given: _Input) -> np.ndarray:
    """The loudest samples, a stated share of all, held at the level where they begin."""
    share = given.number_within("share", 0, 0.5)
    n_clipped = round(share * len(given.samples))
    if n_clipped == 0:
        return given.samples
    magnitudes = np.sort(np.abs(given.samples))
    return np.clip(given.samples, -magnitudes[-n_clipped], magnitudes[-n_clipped])


_PROCESSES: Mapping[str, Callable[[_Input], np.ndarray]] = {
    "noise": _noisy,
    "reverberation": _reverberant,
    "noise_and_reverberation": _noisy_and_reverberant,
    "telephone": lambda given: telephone(given.samples, rate_hz=given.rate_hz),
    "whisper": lambda given: whisperize(given.samples, rate_hz=given.rate_hz, seed=given.seed),
    "clipping": _clipped,
}
