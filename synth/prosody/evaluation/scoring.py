"""Scores of one output: its pitch by Praat, durations, words, and whose voice it is.

Axes: N samples at 16 kHz, T frames of 10 ms, P phonemes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.align.alignment import Aligner
from synth.align.script import Script, script_of_symbols
from synth.audio.mel import RATE_HZ, FloatArray
from synth.audio.opinion import predict_opinion
from synth.audio.speakers import speaker_embedding
from synth.vocoder.evaluation.scoring import Row, ScoreFile
from synth.vocoder.evaluation.versions import audio_code, code_version

from ...errors import SynthError
from ...recognize.checkpoint import read_recognizer
from ...recognize.recognizer import without_repeats
from ...text.phones import PAUSE
from ..controls import rebuild
from ..metrics import PitchErrors, duration_errors, phone_errors, pitch_errors, warp_track
from ..segments import Durations
from ..speaker_statistics import SpeakerStatistics, map_prosody, map_track
from ..tracks import PRAAT, WIDE_RANGE_HZ, Track, f0_on_frames, voice_range
from .references import Reference, Source, found_durations
from .systems import PACKAGE, Output, System

PITCH, DURATION, SPEAKER, WORDS, OPINION = "pitch", "duration", "speaker", "words", "opinion"
Range = tuple[float, float]
Scores = dict[str, float]
Judge = Callable[[FloatArray], Sequence[str]]  # the sounds it hears in samples (N,)
FEATURES = "features"  # what networks are told, as a line of the tables
N_CENTER = 30  # recordings that a voice's center is the mean of


@dataclass(frozen=True, eq=False)
class Ears:
    """What listens to outputs.

    speaker, center: of the target voice: statistics, and mean speaker embedding (256,) of
        recordings that are not tested; None where there is no speaker encoder.
    ranges: where Praat looks for the pitch of each speaker, in Hz.
    judge: a recognizer of sounds (``judge_version`` names its weights), None where there is none.
    """

    target: str
    phone_set: str
    language: str
    aligner: Aligner
    aligner_version: str
    speaker: SpeakerStatistics
    ranges: Mapping[str, Range]
    center: NDArray[np.float32] | None = None
    judge: Judge | None = None
    judge_version: str = ""
    has_opinion: bool = False

    @property
    def version(self) -> str:
        """Changes when scores would."""
        own = (PACKAGE / f"{name}.py" for name in ("metrics", "tracks"))
        metrics = code_version([*own, Path(__file__)])
        spectra = audio_code("mel", "speakers", "slaney_mel", "opinion")
        return f"{metrics}-{spectra}-{self.aligner_version}-{self.judge_version}"

    def parts(self, system: System) -> tuple[str, ...]:
        """What is measured of a system's outputs."""
        wanted = {
            PITCH: True,
            DURATION: True,
            SPEAKER: self.center is not None,
            WORDS: self.judge is not None,
            OPINION: self.has_opinion and system.has_opinion,
        }
        return tuple(name for name, value in wanted.items() if value)


@dataclass(frozen=True)
class Observation:
    """One system on one reference, measured."""

    source: Source
    utterance: str
    system: str
    scores: Mapping[str, float]


def center_of(recordings: Sequence[FloatArray]) -> NDArray[np.float32]:
    """The mean speaker embedding (256,) of recordings (N,), of unit length."""
    mean = np.mean([speaker_embedding(one) for one in recordings], axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def range_of(recordings: Sequence[FloatArray]) -> Range:
    """Where Praat is to look for the pitch of whoever speaks in recordings (N,)."""
    tracks = [f0_on_frames(one, PRAAT, range_hz=WIDE_RANGE_HZ) for one in recordings]
    return voice_range(np.concatenate(tracks))


def observe(
    references: Sequence[Reference], systems: Sequence[System], ears: Ears, kept: ScoreFile
) -> Iterator[Observation]:
    """Every system on every reference, from the file where it holds them."""
    for reference in references:
        for system in systems:
            row = kept.find(key_of(reference, system, ears), ears.parts(system))
            if row is None:
                row = measured(reference, system, ears)
                kept.add(row)
            utterance = reference.utterance.sha256[:16]
            yield Observation(reference.source, utterance, system.name, row.scores)


def key_of(reference: Reference, system: System, ears: Ears) -> tuple[str, ...]:
    """Under which key a row is kept."""
    source = reference.source
    cut = f"{source.cut}-{ears.aligner_version}"
    clip, condition = reference.utterance.sha256[:16], f"{ears.target} from {source.speaker}"
    return (clip, condition, cut, system.name, system.version, ears.version)


def measured(reference: Reference, system: System, ears: Ears) -> Row:
    """One output made and measured."""
    output = system.make(reference)
    scores = scores_of(reference, system, output, ears)
    clip, condition, cut, name, version, measuring = key_of(reference, system, ears)
    return Row(
        clip=clip,
        condition=condition,
        input=cut,
        system=name,
        version=version,
        measuring=measuring,
        parts=ears.parts(system),
        scores={key: round(value, 6) for key, value in scores.items() if math.isfinite(value)},
        duration_s=len(output.samples) / RATE_HZ,
        cpu_s=0.0,
        wall_s=0.0,
    )


def scores_of(reference: Reference, system: System, output: Output, ears: Ears) -> Scores:
    """The scores of one output; what is not defined is NaN or left out."""
    parts = ears.parts(system)
    scores = pitch_scores(reference, system, output, ears) | duration_scores(
        reference, output, ears
    )
    if ears.center is not None:
        voice = speaker_embedding(output.samples)
        scores["target_similarity"] = float(voice @ ears.center)
        scores["reference_similarity"] = float(voice @ speaker_embedding(reference.samples))
    if ears.judge is not None:
        scores |= word_scores(reference, ears.judge(output.samples), ears)
    if OPINION in parts:
        opinion = predict_opinion(output.samples)
        scores |= {f"dnsmos_{name}": opinion[name] for name in ("ovrl", "p808")}
    return scores


def told(references: Sequence[Reference], ears: Ears) -> Iterator[Observation]:
    """The pitch that the features themselves tell, against Praat's: no output is involved.

    What a network would reach that does just what it is told. Above all it shows how far two
    trackers differ on what is voiced.
    """
    for reference in references:
        heard = mapped_pitch(reference, reference.statistics, ears)
        mapped = map_prosody(reference.spoken.prosody, reference.statistics, ears.speaker)
        lines = rebuild(replace(mapped, log_duration=reference.spoken.prosody.log_duration))
        track = np.where(lines.voiced, np.exp(lines.log_f0), 0.0)
        scores = figures_of(pitch_errors(heard, track))
        known = {name: value for name, value in scores.items() if math.isfinite(value)}
        yield Observation(reference.source, reference.utterance.sha256[:16], FEATURES, known)


def mapped_pitch(reference: Reference, statistics: SpeakerStatistics, ears: Ears) -> Track:
    """Praat's track (T,) of a reference, moved to the target voice."""
    found = f0_on_frames(reference.samples, PRAAT, range_hz=ears.ranges[reference.source.speaker])
    return map_track(found, statistics, ears.speaker)


def pitch_scores(reference: Reference, system: System, output: Output, ears: Ears) -> Scores:
    """Praat's pitch of the output against the reference's, mapped as its features were.

    An output in its own time is brought to the reference's phoneme by phoneme.
    """
    if system.is_copy:
        own = ears.ranges[reference.source.speaker]
        heard = f0_on_frames(reference.samples, PRAAT, range_hz=own)
        return figures_of(pitch_errors(heard, track_in_time(reference, output, own)))
    heard = mapped_pitch(reference, output.statistics or reference.statistics, ears)
    said = track_in_time(reference, output, ears.ranges[ears.target])
    return figures_of(pitch_errors(heard, said))


def figures_of(found: PitchErrors) -> Scores:
    """The errors under the names of the tables."""
    return {
        "f0_rmse_hz": found.rmse_hz,
        "f0_rmse_cents": found.rmse_cents,
        "f0_r": found.correlation,
        "vde": found.voicing,
        "gpe": found.gross,
        "fpe_cents": found.fine_cents,
        "ffe": found.frame,
    }


def track_in_time(reference: Reference, output: Output, range_hz: Range) -> Track:
    """Praat's track of an output on the reference's frames (T,)."""
    track = f0_on_frames(output.samples, PRAAT, range_hz=range_hz)
    return warp_track(track, output.durations, reference.spoken.durations)


def script_said(reference: Reference, ears: Ears) -> Script:
    """The reference's symbols as sounds, its pauses optional."""
    return script_of_symbols(reference.spoken.symbols, ears.phone_set, ears.language)


def duration_scores(reference: Reference, output: Output, ears: Ears) -> Scores:
    """How the durations that the aligner finds in the output follow those in the recording.

    It finds both, so that labels that put boundaries elsewhere are not counted against anybody.
    """
    found = found_durations(output.samples, script_said(reference, ears), ears.aligner)
    if found is None or reference.found is None:
        return {}
    return spoken_durations(reference.spoken.symbols, reference.found, found)


def spoken_durations(symbols: Sequence[str], wanted: Durations, found: Durations) -> Scores:
    """Correlation and distance of durations (P,) of what is no pause."""
    spoken = np.array([symbol != PAUSE for symbol in symbols])
    errors = duration_errors(wanted[spoken], found[spoken])
    return {
        "duration_r": errors.correlation,
        "log_duration_r": errors.log_correlation,
        "duration_log_rmse": errors.log_rmse,
        "tempo": errors.tempo,
    }


def word_scores(reference: Reference, heard: Sequence[str], ears: Ears) -> Scores:
    """Edits between the reference's sounds and those heard, and how many there are.

    Pauses do not count, and the same sound twice in a row is one, as nobody hears where it ends.
    """
    said = without_repeats(script_said(reference, ears).sounds)
    errors = phone_errors(said, without_repeats(heard))
    edits = errors.substitutions + errors.insertions + errors.deletions
    return {"phone_edits": float(edits), "phones": float(errors.n_reference)}


def judge_of(stem: Path, target: str) -> tuple[Judge, str]:
    """Who hears words, and the version of its weights: a recognizer at ``stem``.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it learned from the voice that it is to judge.
    """
    card = json.loads(stem.with_name(f"{stem.name}.json").read_text(encoding="utf-8"))
    if target in card["training"]["minutes"]:
        raise ValueError(
            f"{stem} learned from {target} and cannot judge that voice; train one with "
            f"train_recognizer.py --without {target}."
        )
    recognizer = read_recognizer(stem)

    def judge(samples: FloatArray) -> Sequence[str]:
        try:
            return recognizer.hear(samples).sounds
        except SynthError:  # no sound at all: every word is lost
            return ()

    return judge, card["sha256"][:12]
