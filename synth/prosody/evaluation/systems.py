"""What is compared: every variant of a voice's networks, copies, and controls.

Axes: N samples at 16 kHz, P phonemes, T frames of 10 ms, M mel bands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from synth.align.alignment import Aligner
from synth.align.checkpoint import read_aligner
from synth.audio.mel import HOP, FloatArray, griffin_lim
from synth.vocoder.evaluation.versions import code_version, network_code
from synth.vocoder.infer import Vocoder, file_sha256

from ...datasets.voices import TargetVoice, voice_of
from ...recognize.checkpoint import read_recognizer
from ...voices import HEARING, VOICES, find_voice
from ..config import AGG, AGG_TEXTLESS, AGG_VAE, BASE, SEC_ATT
from ..features import Prosody
from ..infer import AcousticModel, Mel
from ..population import Population
from ..segments import Durations
from ..speaker_statistics import SpeakerStatistics, map_prosody, statistics_of
from ..speaking import Line, SpeakingVoice
from ..spoken import spoken_as_heard
from .references import Reference

COPY, COPY_GRIFFIN_LIM = "copy", "copy_griffin_lim"
GRIFFIN_LIM, ZEROED, TIMED = "_griffin_lim", "_zeroed", "_timed"  # after a network's name
TEXTLESS = AGG_TEXTLESS
TOLD = (AGG, AGG_VAE)  # the features measured on the reference
CHOOSING = (BASE, SEC_ATT)  # which choose pitch and durations themselves
SEED, ITERATIONS = 1, 60  # of Griffin-Lim
PACKAGE = Path(__file__).parents[1]
# What does not decide how a line sounds.
_ELSEWHERE = {"card", "comparison", "loss", "metrics", "plots", "train", "validation"}


@dataclass(frozen=True, eq=False)
class Output:
    """What was rendered (N,), and how many frames each symbol of the reference takes in it (P,).

    statistics: of the reference's speaker, as the network was told them, where those differ from
        the reference's own.
    """

    samples: FloatArray
    durations: Durations
    statistics: SpeakerStatistics | None = None


@dataclass(frozen=True)
class System:
    """One way to say a reference.

    version: changes when its output would.
    is_copy: whether it keeps the reference's own voice, so that nothing is mapped.
    has_opinion: whether predicted opinions are worth their time.
    """

    name: str
    version: str
    make: Callable[[Reference], Output]
    is_copy: bool = False
    has_opinion: bool = False


@dataclass(frozen=True, eq=False)
class Chain:
    """The networks of one target voice and what they hear and speak through."""

    code: str
    voice: TargetVoice
    models: Mapping[str, AcousticModel]
    sha256: Mapping[str, str]
    aligner: Aligner
    vocoder: Vocoder
    speaking: SpeakingVoice


def open_chain(weights: Path, code: str) -> Chain:
    """The chain of a voice that lies below a folder of weights.

    Raises:
        SynthError: if there is no such voice.
        FileNotFoundError: without an aligner or the universal vocoder.
    """
    found = find_voice(code, weights / VOICES)
    stems = {name: found.folder / name for name in found.networks}
    stems |= {name: found.hearing(name, weights) for name in HEARING} | {
        "universal": weights / "universal"
    }
    files = {name: stem.with_name(f"{stem.name}.safetensors") for name, stem in stems.items()}
    aligner = read_aligner(stems["aligner"])
    told = [name for name in (*TOLD, *CHOOSING) if name in found.networks]
    return Chain(
        code=code,
        voice=voice_of(found.speaker),
        models={name: AcousticModel.load(found.folder / name) for name in told},
        sha256={name: file_sha256(path) for name, path in files.items() if path.exists()},
        aligner=aligner,
        vocoder=Vocoder.load(weights / "universal"),
        speaking=SpeakingVoice(
            found.folder,
            language=found.language,
            phone_set=found.phone_set,
            aligner=lambda: aligner,
            recognizer=cache(lambda: read_recognizer(stems["recognizer"])),
        ),
    )


def systems_of(chain: Chain) -> Iterator[System]:
    """The copies, then what the voice's networks make of a reference."""
    through = f"{network_code()}-{chain.sha256['universal'][:12]}"
    yield System(COPY, through, lambda ref: _said(chain, ref, ref.spoken.mels), True, True)
    inverted = network_code()
    yield System(COPY_GRIFFIN_LIM, inverted, lambda ref: _inverted(ref, ref.spoken.mels), True)
    for name, model in chain.models.items():
        version = f"{prosody_code()}-{chain.sha256[name][:12]}-{through}"
        make = _told if name in TOLD else _choosing
        yield from make(chain, name, model, version)
    if TEXTLESS in chain.sha256:
        hears = f"{chain.sha256[TEXTLESS][:12]}-{chain.sha256['recognizer'][:12]}"
        version = f"{prosody_code()}-{hears}-{through}"
        yield System(TEXTLESS, version, lambda ref: _textless(chain, ref), has_opinion=True)


def _told(chain: Chain, name: str, model: AcousticModel, version: str) -> Iterator[System]:
    """A network that is told the reference's prosody; ``agg`` with its controls."""

    def mel(ref: Reference) -> Mel:
        return model.mel(ref.spoken.symbols, wanted(model, ref))

    def level(ref: Reference) -> Output:
        flat = zeroed(wanted(model, ref), model)
        return _said(chain, ref, model.mel(ref.spoken.symbols, flat))

    is_main = name == AGG
    yield System(name, version, lambda ref: _said(chain, ref, mel(ref)), has_opinion=is_main)
    if is_main:
        yield System(name + ZEROED, version, level)
        inverted = System(name + GRIFFIN_LIM, version, lambda ref: _inverted(ref, mel(ref)))
        yield replace(inverted, has_opinion=True)


def _choosing(chain: Chain, name: str, model: AcousticModel, version: str) -> Iterator[System]:
    """A network that chooses the prosody: in its own time, and in the reference's."""

    def own_time(ref: Reference) -> Output:
        prosody = chosen(model, ref)
        mel = model.mel(ref.spoken.symbols, prosody)
        return Output(chain.vocoder.render([mel])[0], prosody.durations)

    def reference_time(ref: Reference) -> Output:
        return _said(chain, ref, in_time(model, ref))

    yield System(name, version, own_time)
    yield System(name + TIMED, version, reference_time)


def wanted(model: AcousticModel, ref: Reference) -> Prosody:
    """The reference's prosody as the voice would have it, in step with the recording."""
    prosody = ref.spoken.prosody
    mapped = map_prosody(prosody, ref.statistics, model.speaker)
    return replace(mapped, log_duration=prosody.log_duration)


def zeroed(prosody: Prosody, model: AcousticModel) -> Prosody:
    """The same with no melody: every phoneme at the voice's mean pitch, level."""
    level = np.full(prosody.n_phonemes, model.speaker.log_f0.mean)
    return replace(prosody, log_f0=level, slope=np.zeros_like(level))


def chosen(model: AcousticModel, ref: Reference) -> Prosody:
    """What a network chooses for the reference's symbols, its heard pauses among them."""
    if model.config.variant == SEC_ATT:
        return model.predict(ref.spoken.symbols, ref.spoken, ref.statistics)
    return model.predict(ref.spoken.symbols)


def in_time(model: AcousticModel, ref: Reference) -> Mel:
    """The log-mel (T, M) with the chosen prosody at the reference's durations."""
    return model.mel(ref.spoken.symbols, chosen(model, ref), ref.spoken.durations)


def _textless(chain: Chain, ref: Reference) -> Output:
    """What is said of the recording alone; its sounds, not its phonemes, tell its speaker."""
    mel = chain.speaking.say(Line(ref.samples, "", chain.voice.language), TEXTLESS)
    heard = spoken_as_heard(ref.samples, chain.speaking.recognizer(), ref.spoken.origin)
    told = statistics_of([heard.prosody], Population.read())
    return replace(_said(chain, ref, mel), statistics=told)


def _said(chain: Chain, ref: Reference, mel: Mel) -> Output:
    """A mel in step with the reference, through the universal vocoder."""
    return Output(chain.vocoder.render([mel])[0], ref.spoken.durations)


def _inverted(ref: Reference, mel: Mel) -> Output:
    """A mel in step with the reference, through Griffin-Lim."""
    length = (len(mel) - 1) * HOP
    samples = griffin_lim(mel, length, iterations=ITERATIONS, seed=SEED)
    return Output(samples, ref.spoken.durations)


def prosody_code() -> str:
    """The version of everything between a recording and its mel."""
    own = [path for path in PACKAGE.glob("*.py") if path.stem not in _ELSEWHERE]
    own += (PACKAGE.parent / "recognize").glob("*.py")
    return code_version([*own, Path(__file__), Path(__file__).with_name("references.py")])
