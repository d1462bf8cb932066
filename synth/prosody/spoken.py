"""Recordings cut into phonemes: what acoustic networks learn from, and what references are.

Axes: N samples at 16 kHz, P phonemes, T = 1 + N // 160 frames, M mel bands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.align.examples import joined_pauses, label_durations
from synth.audio.mel import RATE_HZ, FloatArray, log_mel, n_frames
from synth.audio.speech_level import active_level

from ..datasets.prepared import PreparedCorpus
from ..datasets.voices import VoiceRecord
from ..errors import SynthError
from ..recognize.recognizer import Recognizer
from ..text.phones import PAUSE
from .contours import Contours, contours_of
from .features import FEATURE_TRACKER, Prosody, measure
from .inventory import Phones
from .segments import Durations, check_durations

Cut = tuple[Sequence[str], Durations]  # symbols (P,) and how many frames each takes
Cutter = Callable[[VoiceRecord, int], Cut | None]  # from a record and its number of frames
FEWEST_SOUNDS = 3  # of a recording without a text; fewer are a cough or a click
LEVEL = 0.05  # active speech level of every mel, -26 dB under full scale as in P.56's practice


@dataclass(frozen=True)
class Origin:
    """Which recording it is, who speaks and what it is for."""

    code: str
    speaker: str
    part: str


@dataclass(frozen=True, eq=False)
class Spoken:
    """One recording with its phonemes.

    symbols: (P,) as they were said, pauses among them; of a recognizer, what it heard.
    posteriors: (P, K) a recognizer's, where there is no text (``inventory.HEARD``).
    prosody: measured (P,), in the speaker's own units; it holds the durations.
    contours: what it was measured on (T,).
    mels: (T, M) float32 of the signal at an active speech level of ``LEVEL``.
    speed: how fast the recording is played; its pitch and formants have moved along.
    """

    origin: Origin
    symbols: tuple[str, ...]
    prosody: Prosody
    contours: Contours
    mels: NDArray[np.float32]
    posteriors: NDArray[np.float32] | None = None
    speed: float = 1.0

    @property
    def phones(self) -> Phones:
        """What networks are told is said: posteriors where there are any, else symbols."""
        return self.symbols if self.posteriors is None else self.posteriors

    @property
    def durations(self) -> Durations:
        """Frames per phoneme (P,)."""
        return self.prosody.durations

    @property
    def n_frames(self) -> int:
        """Number of frames, T."""
        return len(self.mels)


def spoken_of(
    samples: FloatArray, symbols: Sequence[str], durations: Durations, origin: Origin
) -> Spoken:
    """A recording (N,) at 16 kHz whose symbols (P,) take so many frames (P,).

    Whoever knows the durations may say them: label files, an aligner, another network.

    Raises:
        ValueError: if symbols, durations and recording do not fit.
        SynthError: if there is no sound or no voice in it.
    """
    if len(symbols) != len(durations):
        raise ValueError(f"{len(symbols)} symbols have {len(durations)} durations.")
    whole = check_durations(durations, n_frames=n_frames(len(samples)))
    contours = contours_of(samples, tracker=FEATURE_TRACKER)
    return _assembled(at_level(samples), tuple(symbols), contours, whole, origin)


def spoken_as_heard(samples: FloatArray, recognizer: Recognizer, origin: Origin) -> Spoken:
    """A recording (N,) at 16 kHz without a text, cut into what a recognizer hears.

    Raises:
        SynthError: "no_speech" if hardly a sound is heard, or if there is no sound or no voice.
    """
    heard = recognizer.hear(samples)
    n_sounds = sum(sound != PAUSE for sound in heard.sounds)
    if n_sounds < FEWEST_SOUNDS:
        raise SynthError(
            f"Only {n_sounds} sounds of speech are heard in the recording; expected a sentence.",
            code="no_speech",
        )
    spoken = spoken_of(samples, heard.sounds, heard.durations, origin)
    return replace(spoken, posteriors=heard.posteriors)


def _assembled(
    samples: FloatArray,
    symbols: tuple[str, ...],
    contours: Contours,
    durations: Durations,
    origin: Origin,
) -> Spoken:
    is_pause = np.array([symbol == PAUSE for symbol in symbols])
    prosody = measure(contours, durations, is_pause=is_pause)
    return Spoken(origin, symbols, prosody, contours, log_mel(samples))


def at_level(samples: FloatArray) -> FloatArray:
    """The signal at an active speech level of ``LEVEL``; nothing is done against peaks."""
    signal = np.asarray(samples, dtype=np.float64)
    return signal * (LEVEL / active_level(signal, rate_hz=RATE_HZ))


def at_speed(samples: FloatArray, spoken: Spoken, speed: float) -> Spoken:
    """The same recording (N,) played ``speed`` times as fast: shorter, higher, all formants too.

    Its contours are those of the recording, moved; nothing is tracked anew.
    """
    if speed == 1.0:
        return spoken
    played = soxr.resample(at_level(samples), RATE_HZ * speed, RATE_HZ)
    count = n_frames(len(played))
    durations = scaled(spoken.durations, count)
    contours = moved(spoken.contours, count, speed)
    found = _assembled(played, spoken.symbols, contours, durations, spoken.origin)
    return replace(found, posteriors=spoken.posteriors, speed=speed)


def scaled(durations: Durations, count: int) -> Durations:
    """Durations (P,) of another number of frames in all, at least one each."""
    ends = np.rint(np.cumsum(durations) * (count / durations.sum())).astype(np.intp)
    least = np.arange(1, len(ends) + 1)
    ends = np.maximum.accumulate(np.maximum(ends - least, 0)) + least  # no phoneme is lost
    room = count - least[::-1] + 1
    return np.diff(np.minimum(ends, room), prepend=0)


def moved(contours: Contours, count: int, speed: float) -> Contours:
    """Contours (T,) on the frames (count,) of the recording played at another speed."""
    places = np.minimum(np.arange(count) * speed, contours.n_frames - 1)
    frames = np.arange(contours.n_frames)
    return Contours(
        log_f0=np.interp(places, frames, contours.log_f0) + np.log(speed),
        voiced=contours.voiced[np.rint(places).astype(np.intp)],
        energy=np.interp(places, frames, contours.energy),
    )


def labeled_cut(record: VoiceRecord, count: int) -> Cut | None:
    """A record of so many frames cut by its own phone labels; None where it has none."""
    if not record.labels:
        return None
    labels = joined_pauses(record.labels)
    return tuple(one.symbol for one in labels), label_durations(labels, count)


def cut_recording(corpus: PreparedCorpus, record: VoiceRecord, cutter: Cutter) -> Spoken | None:
    """A record as phonemes; None where the cutter does not know it.

    Raises:
        SynthError: if there is no sound or no voice in it.
    """
    samples = samples_of(corpus, record.index)
    cut = cutter(record, n_frames(len(samples)))
    return None if cut is None else spoken_of(samples, *cut, origin_of(record))


def origin_of(record: VoiceRecord) -> Origin:
    """Where a record's recording comes from."""
    return Origin(record.utterance.code, record.utterance.speaker, record.part)


def samples_of(corpus: PreparedCorpus, index: int) -> FloatArray:
    """A recording's samples (N,) in -1..1."""
    return np.asarray(corpus.samples_of(index), dtype=np.float64) / 32768.0
