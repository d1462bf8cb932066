"""Which pitch tracker to make prosodic features with, on recordings of several speakers.

    EARSHOT_DATA=/somewhere python benchmarks/bench_prosody_pitch.py

Two looks. How far trackers are from each other on real recordings, and how often each leaps an
octave within a voiced stretch. And how far each is from a truth: the same recordings spoken anew
by WORLD with the pitch that Praat found, known in every frame.
Needs a prepared corpus and requirements-evaluation.txt.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pyworld  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.audio.mel import RATE_HZ  # noqa: E402
from synth.audio.pitch import SWIFT_F0, WORLD  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.prosody.metrics import PitchErrors, pitch_errors  # noqa: E402
from synth.prosody.tracks import HOP_S, PRAAT, WIDE_RANGE_HZ, Track, f0_on_frames  # noqa: E402

SPEAKERS = ("ru_nsh", "tux_ru", "ivrvoice_ru", "tux_ro", "tux_es", "cs_fish_small", "nl_fish_big")
PER_SPEAKER = 3
MIN_S, MAX_S = 2.0, 6.0
LEAP_OCTAVES = 0.5
TRACKERS = (SWIFT_F0, PRAAT, WORLD)
PAIRS = ((SWIFT_F0, PRAAT), (SWIFT_F0, WORLD), (PRAAT, WORLD))


@dataclass(frozen=True)
class Clip:
    """A recording and what every tracker makes of it and of its copy with a known pitch."""

    speaker: str
    truth: Track
    real: Mapping[str, Track]
    copied: Mapping[str, Track]
    cost: Mapping[str, float]


def choose(corpus: PreparedCorpus, speaker: str) -> Iterator[NDArray[np.float64]]:
    """The first recordings of a speaker, by the hash of their samples, of the right length."""
    own = [
        (utterance.sha256, index)
        for index, utterance in enumerate(corpus.utterances)
        if utterance.speaker == speaker and MIN_S <= utterance.duration_s <= MAX_S
    ]
    for _, index in sorted(own)[:PER_SPEAKER]:
        yield corpus.samples_of(index).astype(np.float64) / 32768.0


def speak_anew(samples: NDArray[np.float64], truth: Track) -> NDArray[np.float64]:
    """The recording by WORLD with the given F0 per frame."""
    times_s = np.arange(len(truth)) * HOP_S
    envelope = pyworld.cheaptrick(samples, truth, times_s, RATE_HZ)
    aperiodicity = pyworld.d4c(samples, truth, times_s, RATE_HZ)
    made = pyworld.synthesize(truth, envelope, aperiodicity, RATE_HZ, frame_period=1000 * HOP_S)
    return np.pad(made, (0, max(0, len(samples) - len(made))))[: len(samples)]


def measure(speaker: str, samples: NDArray[np.float64]) -> Clip:
    """All tracks of one recording."""
    real, cost = {}, {}
    for tracker in TRACKERS:
        start = time.process_time()
        real[tracker] = f0_on_frames(samples, tracker, range_hz=WIDE_RANGE_HZ)
        cost[tracker] = (time.process_time() - start) / (len(samples) / RATE_HZ)
    truth = real[PRAAT]
    anew = speak_anew(samples, truth)
    copied = {tracker: f0_on_frames(anew, tracker, range_hz=WIDE_RANGE_HZ) for tracker in TRACKERS}
    return Clip(speaker, truth, real, copied, cost)


def leaps(track: Track) -> tuple[int, int]:
    """Leaps of half an octave or more from one voiced frame to the next; voiced frames."""
    voiced = track > 0
    together = voiced[1:] & voiced[:-1]
    steps = np.abs(np.diff(np.log2(np.where(voiced, track, 1.0))))
    return int(np.sum(steps[together] >= LEAP_OCTAVES)), int(voiced.sum())


def error_cells(errors: list[PitchErrors]) -> dict[str, str | int | float]:
    """Errors over clips, weighted by what they are shares of."""
    frames = np.array([one.n_frames for one in errors])
    both = np.array([one.n_both for one in errors])
    fine = np.array([one.fine_cents for one in errors])
    return {
        "GPE_percent": 100 * _mean([one.gross for one in errors], both),
        "FPE_cents": float(np.sqrt(_mean(fine**2, both))),
        "VDE_percent": 100 * _mean([one.voicing for one in errors], frames),
        "FFE_percent": 100 * _mean([one.frame for one in errors], frames),
    }


def _mean(values: object, weights: NDArray[np.int_]) -> float:
    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array) & (weights > 0)
    return float(np.average(array[known], weights=weights[known]))


def truth_rows(clips: list[Clip]) -> Iterator[Row]:
    """Each tracker against the known pitch."""
    for tracker in TRACKERS:
        errors = [pitch_errors(clip.truth, clip.copied[tracker]) for clip in clips]
        yield {"tracker": tracker, "clips": len(clips), **error_cells(errors)}


def real_rows(clips: list[Clip]) -> Iterator[Row]:
    """Each tracker by itself on the real recordings."""
    for tracker in TRACKERS:
        counts = np.array([leaps(clip.real[tracker]) for clip in clips]).sum(axis=0)
        frames = sum(len(clip.truth) for clip in clips)
        yield {
            "tracker": tracker,
            "voiced_percent": 100 * float(counts[1] / frames),
            "leaps_per_1000_voiced_frames": 1000 * float(counts[0] / counts[1]),
            "CPU_s_per_s": float(np.median([clip.cost[tracker] for clip in clips])),
        }


def pair_rows(clips: list[Clip]) -> Iterator[Row]:
    """Trackers against each other on the real recordings, by speaker and over all."""
    for first, second in PAIRS:
        for speaker in (*dict.fromkeys(clip.speaker for clip in clips), "all"):
            own = [clip for clip in clips if speaker in (clip.speaker, "all")]
            errors = [pitch_errors(clip.real[first], clip.real[second]) for clip in own]
            yield {
                "first": first,
                "second": second,
                "speaker": speaker,
                "clips": len(own),
                **error_cells(errors),
            }


def main() -> None:
    settle()
    corpus = PreparedCorpus.open(data_folder() / "corpus")
    measure(SPEAKERS[0], next(choose(corpus, SPEAKERS[0])))  # loads the network
    clips = [measure(speaker, s) for speaker in SPEAKERS for s in choose(corpus, speaker)]
    publish(
        Report(
            benchmark="prosody_pitch",
            settings={"per_speaker": PER_SPEAKER, "min_s": MIN_S, "max_s": MAX_S},
            tables={
                "Against a known pitch": list(truth_rows(clips)),
                "By themselves": list(real_rows(clips)),
                "Against each other": list(pair_rows(clips)),
            },
            ratios={},
            notes=[
                "Praat looks from 60 to 800 Hz, the others from 50 to 1000 Hz.",
                "The known pitch is Praat's, spoken anew by WORLD: Praat's own row flatters.",
            ],
        )
    )


if __name__ == "__main__":
    main()
