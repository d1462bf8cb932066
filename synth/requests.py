"""What is asked of the engine and what comes back. Free of torch: any process may import it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"

# Part of every clip's key: raise it when the same request comes to sound different.
ENGINE_VERSION = 1


@dataclass(frozen=True)
class AppliedCondition:
    """A simulated condition and all that decides how it sounds.

    Attributes:
        code: of `synth.audio.conditions.CONDITIONS`, for people.
        params: what is done; a recorded noise is named in them with its sha256.
        seed: of everything random in it.
    """

    code: str
    params: Mapping[str, JSON]
    seed: int


@dataclass(frozen=True)
class RenderRequest:
    """One sound to make.

    Attributes:
        system: code of the system, e.g. "anchor35".
        kind: "natural", "anchor", "griffin_lim", "world", "vocoder" or "prosody".
        params: the system's settings, e.g. {"cutoff_hz": 3500}.
        checkpoint: name under synth/weights; None where no network is involved.
        source: the utterance's recording, at any rate.
        rate_hz: rate of all stimuli of the item.
        bandwidth_hz: true bandwidth of the recording.
        seed: of everything random in the rendering.
        condition: what is done to the recording before anything else; None for as it is.
        recorded_condition: how the recording itself sounds; a "clipped" one may have flat peaks.
        voice: that speaks, for prosody transfer; empty elsewhere.
        text, language: what the recording says, empty where it is not known.
    """

    system: str
    kind: str
    params: Mapping[str, JSON]
    checkpoint: str | None
    source: Path
    rate_hz: int
    bandwidth_hz: float
    seed: int
    condition: AppliedCondition | None = None
    recorded_condition: str = "clean"
    voice: str = ""
    text: str = ""
    language: str = ""


@dataclass(frozen=True)
class Rendering:
    """One sound made: (N,) float64 samples, loudness aligned, and where they come from."""

    samples: NDArray[np.float64]
    rate_hz: int
    provenance: Mapping[str, JSON]
    loudness_lufs: float
    gain_db: float
    peak: float
