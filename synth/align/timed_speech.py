"""espeak-ng's speech of known times: what a script sounds like, phone by phone.

Axes: N samples at 16 kHz, P symbols of a script, S sounds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import RATE_HZ, FloatArray
from synth.audio.resample import resample

from ..errors import SynthError
from ..text.espeak import find_program
from ..text.phones import IPA, PAUSE, SOFTENERS, word_segments
from .sounds import sounds_of

PROGRAM = Path(__file__).with_name("espeak_process.py")
TIMEOUT_S = 3600
CLOSED = frozenset({"p", "t", "k", "ts", "tʃ", "c", "b", "d", "ɡ", "dz", "dʒ", "ɟ"})
MIN_ZEROS = 8  # samples in a row at espeak-ng's rate; voiced sounds cross zero for fewer
MAX_CLOSURE = 3300  # samples: 150 ms


@dataclass(frozen=True)
class Manner:
    """How espeak-ng speaks: a voice with or without variant, words per minute, pitch 0 to 99."""

    voice: str
    rate: int = 150
    pitch: int = 50


@dataclass(frozen=True)
class Clause:
    """A clause to be spoken."""

    text: str
    language: str
    manner: Manner


@dataclass(frozen=True, eq=False)
class TimedClause:
    """What was spoken: samples (N,), sounds (S,), onsets (S,) and the end, in samples.

    A stop begins with its closure. Before the first onset and after the end it is quiet.
    """

    samples: FloatArray
    sounds: tuple[str, ...]
    onsets: NDArray[np.float64]
    end: float


@dataclass(frozen=True, eq=False)
class Answer:
    """What the process says of one clause: IPA and first sample of each phone, and samples."""

    rate_hz: int
    phones: Sequence[tuple[str, int]]
    samples: NDArray[np.int16]


def speak(clauses: Sequence[Clause]) -> list[TimedClause]:
    """Every clause spoken, by one process.

    Raises:
        SynthError: if espeak-ng is missing or fails ("espeak_missing", "espeak_failed").
    """
    find_program()
    wanted = [{"text": one.text, **asdict(one.manner)} for one in clauses]
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        input="\n".join(json.dumps(one) for one in wanted).encode(),
        capture_output=True,
        timeout=TIMEOUT_S,
    )
    if done.returncode:
        message = f"espeak-ng's library failed: {done.stderr.decode()[-300:].strip()}"
        raise SynthError(message, code="espeak_failed")
    answers = answers_of(done.stdout)
    return [timed(one, answer) for one, answer in zip(clauses, answers, strict=True)]


def answers_of(output: bytes) -> Iterator[Answer]:
    """The answers of the process, one by one."""
    place = 0
    while place < len(output):
        line_end = output.index(b"\n", place)
        head = json.loads(output[place:line_end])
        place = line_end + 1 + 2 * head["n_samples"]
        samples = np.frombuffer(output[line_end + 1 : place], "<i2")
        yield Answer(head["rate_hz"], head["phones"], samples)


def timed(clause: Clause, answer: Answer) -> TimedClause:
    """One answer at 16 kHz, in sounds; a phone of two sounds is shared out evenly.

    A mark of softness belongs to the consonant before it; what is no phone at either end is
    silence.
    """
    phones = [(unit, first) for unit, first in answer.phones if is_phone(unit)]
    firsts = [*(first for _, first in phones), len(answer.samples)]
    sounds: list[str] = []
    onsets: list[float] = []
    for k, (unit, first) in enumerate(phones):
        own = unit_sounds(unit, clause.language)
        if k and own[0] in CLOSED:
            first = closure_start(answer.samples, first)
        share = (firsts[k + 1] - first) / len(own)
        sounds.extend(own)
        onsets.extend(first + n * share for n in range(len(own)))
    while sounds and sounds[-1] == PAUSE:
        sounds.pop()
    end = onsets[len(sounds)] if len(sounds) < len(onsets) else firsts[-1]
    scale = RATE_HZ / answer.rate_hz
    samples = resample(answer.samples / 32768.0, from_hz=answer.rate_hz, to_hz=RATE_HZ)
    return TimedClause(
        samples.astype(np.float32),
        tuple(sounds),
        np.array(onsets[: len(sounds)]) * scale,
        end * scale,
    )


def is_phone(unit: str) -> bool:
    """Whether a unit is a phone or a pause, and no mark of softness or of language (``(en)``)."""
    return unit not in SOFTENERS and not unit.startswith("(")


def unit_sounds(unit: str, language: str) -> tuple[str, ...]:
    """The sounds of one of espeak-ng's phones; without letters it is a pause.

    Raises:
        UnknownSymbols: for a letter that is not IPA.
    """
    if not unit:
        return (PAUSE,)
    phones = word_segments((unit,))
    found = [sound for phone in phones for sound in sounds_of(phone, IPA, language)]
    return tuple(found) or (PAUSE,)


def closure_start(samples: NDArray[np.int16], first: int) -> int:
    """Where the silence begins that ends at ``first``; espeak-ng writes it as zeros."""
    before = np.flatnonzero(samples[max(0, first - MAX_CLOSURE) : first - 1])
    start = max(0, first - MAX_CLOSURE) + (int(before[-1]) + 1 if len(before) else 0)
    return start if first - start >= MIN_ZEROS else first


def join_clauses(clauses: Sequence[TimedClause], gaps: Sequence[int]) -> TimedClause:
    """An utterance of clauses; before each and after the last so many samples of silence.

    Its sounds begin and end with a pause, and there are no two in a row.
    """
    pieces: list[FloatArray] = [np.zeros(gaps[0], np.float32)]
    sounds: list[str] = [PAUSE]
    onsets: list[float] = [0.0]
    position = int(gaps[0])
    for clause, gap in zip(clauses, gaps[1:], strict=True):
        sounds.extend([*clause.sounds, PAUSE])
        onsets.extend(position + onset for onset in (*clause.onsets, clause.end))
        pieces.extend([clause.samples, np.zeros(gap, np.float32)])
        position += len(clause.samples) + int(gap)
    kept = [k for k in range(len(sounds)) if not k or sounds[k] != PAUSE or sounds[k - 1] != PAUSE]
    return TimedClause(
        np.concatenate(pieces),
        tuple(sounds[k] for k in kept),
        np.array([onsets[k] for k in kept]),
        float(position),
    )
