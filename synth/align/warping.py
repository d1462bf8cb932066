"""First guesses without any label: the recording's frames beside espeak-ng's of the same text.

Dynamic time warping between the cepstra of both brings the known times of the one into the
other, for any speaker and language that espeak-ng speaks.

Axes: T frames of the recording, U frames of what espeak-ng says, S sounds of a script.
Source: Sakoe and Chiba 1978; synthetic speech as the template: Malfrère and Dutoit 1997.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.spatial.distance import cdist

from synth.audio.mel import HOP, FloatArray, log_mel

from .features import NEPERS_PER_DB, frame_energy, is_speech, level_of
from .script import MIN_PAUSE_FRAMES, Script
from .timed_speech import TimedClause, join_clauses

GAP = 1600  # samples of silence around a clause
N_CEPSTRA = 13
DEPTH_DB = 40.0  # below the level: espeak-ng's silence is digital, a room's is not
DELTA_FRAMES = 5
STEPS = np.array([[1, 1], [0, 1], [1, 0]])

Cepstra = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Template:
    """One utterance as espeak-ng says it: cepstra (U, F), sounds and their onsets in frames."""

    cepstra: Cepstra
    sounds: tuple[str, ...]
    onsets: NDArray[np.float64]


def cepstra_of(samples: FloatArray) -> Cepstra:
    """Cepstra and their slopes (T, 2 * 13), each with the mean and spread of speech taken out.

    Raises:
        SynthError: if there is no sound ("no_sound").
    """
    mel = np.asarray(log_mel(samples))
    energy = frame_energy(mel)
    level = level_of(energy, mel)
    speech = is_speech(energy, level)
    floored = np.maximum(mel, level - DEPTH_DB * NEPERS_PER_DB)
    cepstra = dct(floored, axis=1, norm="ortho")[:, :N_CEPSTRA]
    cepstra = (cepstra - cepstra[speech].mean(axis=0)) / spread(cepstra[speech])
    slopes = librosa.feature.delta(cepstra, width=DELTA_FRAMES, axis=0, mode="nearest")
    return np.hstack([cepstra, slopes / spread(slopes[speech])]).astype(np.float32)


def spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard deviations (F,), never zero."""
    return np.maximum(values.std(axis=0), 1e-3)


def template_of(clauses: Sequence[TimedClause]) -> Template:
    """An utterance of clauses with a little silence around each."""
    spoken = join_clauses(clauses, [GAP] * (len(clauses) + 1))
    return Template(cepstra_of(spoken.samples), spoken.sounds, spoken.onsets / HOP)


def guessed_durations(
    cepstra: Cepstra, script: Script, templates: Sequence[Template]
) -> NDArray[np.intp]:
    """Durations (S,) in frames: the medians over what several templates say.

    Pauses that no mark asks for are left out, and marked ones that are short.

    Args:
        cepstra: (T, F) of the recording.
    Raises:
        ValueError: if there are fewer frames than sounds.
    """
    wanted = np.flatnonzero(~script.is_optional | (script.positions >= 0))
    sounds = [script.sounds[k] for k in wanted]
    brought = [carried_onsets(cepstra, one, sounds) for one in templates]
    onsets = whole_onsets(np.median(brought, axis=0), len(cepstra))
    durations = np.zeros(len(script.sounds), dtype=np.intp)
    durations[wanted] = np.diff(onsets, append=len(cepstra))
    return without_short_pauses(durations, script)


def carried_onsets(
    cepstra: Cepstra, template: Template, sounds: Sequence[str]
) -> NDArray[np.float64]:
    """Onsets (S,) of sounds in the recording, in frames, by warping the template to it.

    Sounds that the template has not are spread evenly between those that it has.
    """
    cost = cdist(template.cepstra, cepstra, "cosine")
    _, path = librosa.sequence.dtw(C=cost, step_sizes_sigma=STEPS)
    counts = np.bincount(path[:, 0])
    frames = np.bincount(path[:, 0], weights=path[:, 1]) / counts
    carried = np.interp(template.onsets, np.arange(len(frames)), frames)
    matcher = SequenceMatcher(None, sounds, template.sounds, autojunk=False)
    pairs = np.array(
        [(b.a + k, b.b + k) for b in matcher.get_matching_blocks() for k in range(b.size)]
    )
    return np.interp(np.arange(len(sounds)), pairs[:, 0], carried[pairs[:, 1]])


def whole_onsets(onsets: NDArray[np.float64], n_frames: int) -> NDArray[np.intp]:
    """Onsets (S,) as whole frames that rise from 0 by one at least.

    Raises:
        ValueError: if there are fewer frames than onsets.
    """
    n = len(onsets)
    if n > n_frames:
        raise ValueError(f"{n_frames} frames are too few for {n} sounds.")
    places = np.arange(n)
    rising = np.maximum.accumulate(np.rint(onsets).astype(np.intp) - places)
    rising[0] = 0
    return np.clip(rising, 0, n_frames - n) + places


def without_short_pauses(durations: NDArray[np.intp], script: Script) -> NDArray[np.intp]:
    """The durations with what an inner pause has too little of given to the sound before it."""
    kept = durations.copy()
    for k in np.flatnonzero(script.is_optional & (durations > 0)):
        if kept[k] < MIN_PAUSE_FRAMES:
            before = np.flatnonzero(kept[:k])[-1]
            kept[before] += kept[k]
            kept[k] = 0
    return kept
