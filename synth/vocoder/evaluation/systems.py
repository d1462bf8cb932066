"""The systems that are measured side by side, each a function from input to waveform."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import NARROW, FloatArray, FrontEnd, griffin_lim
from synth.audio.world import resynthesize
from synth.vocoder.infer import ARCHITECTURES, Vocoder
from synth.vocoder.network import VocoderNetwork

from .versions import audio_code, network_code

NATURAL, GRIFFIN_LIM, GRIFFIN_LIM_8, WORLD = "natural", "griffin_lim", "griffin_lim_8", "world"
UNTRAINED, UNTRAINED_TRUNK = "untrained", "untrained_trunk"
CONTROLS = (UNTRAINED, UNTRAINED_TRUNK)
BASELINES = (NATURAL, GRIFFIN_LIM, GRIFFIN_LIM_8, WORLD)
SEED = 1  # of Griffin-Lim's first phases


@dataclass(frozen=True)
class Input:
    """What a system is given: the recording (N,) and the mel (T, M) made or predicted from it."""

    recording: FloatArray
    mel: NDArray[np.float32]


@dataclass(frozen=True)
class System:
    """One system under test.

    Attributes:
        version: changes when its output would.
        reads_mel: whether it works from the mel; the others do not vary with the input.
        training: what a checkpoint's card says of its training set.
        sha256: of a checkpoint's weights.
    """

    name: str
    version: str
    render: Callable[[Input], FloatArray]
    reads_mel: bool = True
    training: dict[str, Any] | None = None
    sha256: str = ""


def baselines(front_end: FrontEnd = NARROW) -> Iterator[System]:
    """The systems that need no checkpoint, at a front end's rate."""
    yield System(NATURAL, "1", lambda given: given.recording, reads_mel=False)
    inversion = audio_code("mel")
    yield System(GRIFFIN_LIM, inversion, lambda given: _invert(given, 60, front_end))
    yield System(GRIFFIN_LIM_8, inversion, lambda given: _invert(given, 8, front_end))
    rate_hz = front_end.rate_hz
    yield System(
        WORLD, audio_code("world"), lambda given: _by_world(given, rate_hz), reads_mel=False
    )


def _invert(given: Input, iterations: int, front_end: FrontEnd) -> FloatArray:
    length = len(given.recording)
    return griffin_lim(given.mel, length, iterations=iterations, seed=SEED, front_end=front_end)


def _by_world(given: Input, rate_hz: int) -> FloatArray:
    return resynthesize(given.recording, rate_hz=rate_hz).astype(np.float32)


def checkpoint(stem: Path) -> System:
    """The system of a checkpoint's files."""
    return _of_vocoder(stem, Vocoder.load(stem))


def refined(stem: Path) -> System:
    """The same checkpoint with refinement by signal processing on top."""
    vocoder = Vocoder.load(stem)
    plain = _of_vocoder(stem, vocoder)
    return replace(
        plain,
        name=f"{stem.name}_refined",
        render=lambda given: vocoder.render([given.mel], [len(given.recording)], refine=True)[0],
    )


def _of_vocoder(stem: Path, vocoder: Vocoder) -> System:
    card = read_card(stem)
    return System(
        stem.name,
        f"{network_code()}-{card['sha256'][:12]}",
        lambda given: vocoder.render([given.mel], [len(given.recording)])[0],
        training=card["training"],
        sha256=card["sha256"],
    )


def untrained_controls(stem: Path) -> Iterator[System]:
    """The checkpoint's network before training, and with nothing trained but its pitch reader.

    None for an architecture without a pitch reader.
    """
    vocoder = Vocoder.load(stem)
    if not isinstance(vocoder.network, VocoderNetwork):
        return
    before = Vocoder.untrained(vocoder.network.config)
    card = read_card(stem)
    settings = json.dumps(card["network"], sort_keys=True)
    yield _control(UNTRAINED, f"{network_code()}-{settings}", before)
    version = f"{network_code()}-{card['sha256'][:12]}"
    yield _control(UNTRAINED_TRUNK, version, vocoder.without_trunk())


def _control(name: str, version: str, vocoder: Vocoder) -> System:
    return System(
        name, version, lambda given: vocoder.render([given.mel], [len(given.recording)])[0]
    )


def read_card(stem: Path) -> dict[str, Any]:
    """The model card of a checkpoint."""
    card: dict[str, Any] = json.loads(stem.with_name(f"{stem.name}.json").read_text("utf-8"))
    return card


def described(system: System) -> dict[str, Any]:
    """A system as results name it, with what a checkpoint was trained on in numbers."""
    facts: dict[str, Any] = {"system": system.name, "version": system.version}
    if system.training is None:
        return facts
    training = system.training
    return facts | {
        "sha256": system.sha256,
        "speakers": len(training["speakers"]),
        "languages": len(training["languages"]),
        "minutes": training["minutes"],
        "steps": training["steps"],
        "cpu_hours": training["cpu_hours"],
    }


def rate_of(stem: Path) -> int:
    """The rate in Hz that a checkpoint works at."""
    return int(read_card(stem)["front_end"]["rate_hz"])


def checkpoint_stems(folder: Path, names: Sequence[str] = ()) -> list[Path]:
    """Stems of the vocoders' checkpoints in a folder, all or those named.

    Raises:
        FileNotFoundError: if a named one is not there.
    """
    stems = (path.with_suffix("") for path in sorted(folder.glob("*.safetensors")))
    found = {stem.name: stem for stem in stems if read_card(stem)["architecture"] in ARCHITECTURES}
    missing = [name for name in names if name not in found]
    if missing:
        raise FileNotFoundError(
            f"No checkpoint {', '.join(missing)} in {folder}; there are {', '.join(found)}."
        )
    return [found[name] for name in names or found]
