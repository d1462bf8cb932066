"""How far the prosody of an output is from its reference's: pitch, voicing, durations, words.

Axes: T frames of 10 ms, P phonemes. Tracks are F0 in Hz per frame, 0 where it is unvoiced
(``tracks.f0_on_frames``). Pitch figures say nothing about the words: an output that mumbles in
the right melody does well, so ``phone_errors`` belongs beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import FloatArray

from .tracks import PRAAT, PRAAT_RANGE_HZ, Track, f0_on_frames

NAN = float("nan")
GROSS_SHARE = 0.2  # of the reference's F0
MIN_VOICED_FRAMES = 3  # voiced in both; a correlation of fewer says nothing
MIN_PHONEMES = 3
CENTS = 1200.0


@dataclass(frozen=True)
class PitchErrors:
    """Errors of one output's track against its reference's.

    Over the frames voiced in both, NaN where there are fewer than three:
        rmse_hz, rmse_cents: root mean square difference.
        correlation: Pearson's, of Hz; NaN too where a track is constant.
        gross: share of them that is off by more than 20 % of the reference (GPE).
        fine_cents: standard deviation of the error of the others, in cents (FPE); NaN below two.
    Over all frames:
        voicing: share whose voicing differs (VDE).
        frame: share that is off in voicing or by more than 20 % (FFE).
    Source: Nakatani et al. 2008 (GPE, VDE), Chu and Alwan 2009 (FFE).
    """

    rmse_hz: float
    rmse_cents: float
    correlation: float
    voicing: float
    gross: float
    fine_cents: float
    frame: float
    n_frames: int
    n_both: int


PITCH_METRICS = tuple(f.name for f in fields(PitchErrors) if not f.name.startswith("n_"))


def pitch_errors(reference: Track, output: Track) -> PitchErrors:
    """The errors of an output's track (T,) against its reference's (T,), Hz, 0 unvoiced.

    Where the two voices differ, the reference is first mapped to the output's voice
    (``SpeakerStatistics``, by the same statistic as the features).

    Raises:
        ValueError: for no frames, unequal numbers of them, or F0 that is negative or not finite.
    """
    _check_tracks(reference, output)
    voiced, heard = reference > 0, output > 0
    both = voiced & heard
    gross = both & (np.abs(output - reference) > GROSS_SHARE * reference)
    return PitchErrors(
        **_distances(reference[both], output[both]),
        voicing=float(np.mean(voiced != heard)),
        gross=float(gross.sum() / both.sum()) if both.any() else NAN,
        fine_cents=_spread(_cents(reference, output, both & ~gross)),
        frame=float(np.mean((voiced != heard) | gross)),
        n_frames=len(reference),
        n_both=int(both.sum()),
    )


def _check_tracks(reference: Track, output: Track) -> None:
    if reference.shape != output.shape or reference.ndim != 1 or len(reference) == 0:
        raise ValueError(
            f"Expected two tracks (T,) of one length, got {reference.shape} and {output.shape}; "
            "warp_track brings one to the other's durations."
        )
    for track in (reference, output):
        if not (np.isfinite(track).all() and (track >= 0).all()):
            raise ValueError("A track holds F0 that is negative or not finite; unvoiced is 0.")


def _distances(reference: Track, output: Track) -> dict[str, float]:
    if len(reference) < MIN_VOICED_FRAMES:
        return {"rmse_hz": NAN, "rmse_cents": NAN, "correlation": NAN}
    cents = CENTS * np.log2(output / reference)
    return {
        "rmse_hz": float(np.sqrt(np.mean((output - reference) ** 2))),
        "rmse_cents": float(np.sqrt(np.mean(cents**2))),
        "correlation": pearson(reference, output),
    }


def _cents(reference: Track, output: Track, chosen: NDArray[np.bool_]) -> Track:
    return CENTS * np.log2(output[chosen] / reference[chosen])


def _spread(values: Track) -> float:
    return float(np.std(values)) if len(values) >= 2 else NAN


def pearson(first: Track, second: Track) -> float:
    """Pearson's correlation of two rows (K,), within -1..1; NaN where one is constant."""
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return NAN
    return float(np.clip(np.corrcoef(first, second)[0, 1], -1.0, 1.0))


def warp_track(track: Track, durations: NDArray[np.intp], to: NDArray[np.intp]) -> Track:
    """A track (T,) with durations (P,) in frames, brought to the durations ``to`` (P,).

    Each phoneme is stretched or pressed evenly; a frame takes the value of the frame that its
    center falls into, so that voiced and unvoiced never mix.

    Raises:
        ValueError: if the durations do not fit the track or each other.
    """
    if durations.shape != to.shape or durations.sum() != len(track) or (durations < 1).any():
        raise ValueError(
            f"Durations of {durations.sum()} frames in {durations.shape} phonemes do not fit a "
            f"track of {len(track)} frames and {to.shape} phonemes."
        )
    starts = np.concatenate([[0], np.cumsum(durations)[:-1]])
    which = np.repeat(np.arange(len(to)), to)
    inside = np.arange(len(which)) - np.repeat(np.cumsum(to) - to, to)
    places = (inside + 0.5) * (durations / np.maximum(to, 1))[which]
    return track[starts[which] + places.astype(np.intp)]


@dataclass(frozen=True)
class PhoneErrors:
    """The least edits that turn the reference's phones into the output's."""

    substitutions: int
    insertions: int
    deletions: int
    n_reference: int

    @property
    def rate(self) -> float:
        """Edits per phone of the reference (may exceed 1); NaN without any phone."""
        edits = self.substitutions + self.insertions + self.deletions
        return edits / self.n_reference if self.n_reference else NAN

    def __add__(self, other: PhoneErrors) -> PhoneErrors:
        """The errors of two utterances together: the rate weighs them by their phones."""
        return PhoneErrors(
            self.substitutions + other.substitutions,
            self.insertions + other.insertions,
            self.deletions + other.deletions,
            self.n_reference + other.n_reference,
        )


def phone_errors(reference: Sequence[str], output: Sequence[str]) -> PhoneErrors:
    """Substitutions, insertions and deletions of the shortest way between two phone strings.

    Of equally short ways the one with most substitutions is counted, so that the counts do not
    depend on the order of search. Source: Levenshtein 1966; unit costs.
    """
    # A cell is (edits, insertions + deletions, insertions): tuples compare in that order.
    above = [(j, j, j) for j in range(len(output) + 1)]
    for i, wanted in enumerate(reference, start=1):
        row = [(i, i, 0)]
        for j, said in enumerate(output, start=1):
            kept = _plus(above[j - 1], (int(wanted != said), 0, 0))
            row.append(min(kept, _plus(above[j], (1, 1, 0)), _plus(row[-1], (1, 1, 1))))
        above = row
    edits, moved, insertions = above[-1]
    return PhoneErrors(edits - moved, insertions, moved - insertions, len(reference))


def _plus(cell: tuple[int, int, int], cost: tuple[int, int, int]) -> tuple[int, int, int]:
    return cell[0] + cost[0], cell[1] + cost[1], cell[2] + cost[2]


@dataclass(frozen=True)
class DurationErrors:
    """How far the durations of the same phonemes are apart; NaN below three phonemes.

    correlation: Pearson's, of seconds (or frames: the unit does not matter).
    log_correlation: Pearson's, of log durations, which long pauses and vowels do not rule.
    log_rmse: root mean square of the log ratios once the mean ratio, the tempo, is taken out.
    tempo: geometric mean of output over reference; above 1 the output is slower.
    """

    correlation: float
    log_correlation: float
    log_rmse: float
    tempo: float
    n_phonemes: int


def duration_errors(reference: FloatArray, output: FloatArray) -> DurationErrors:
    """The errors of durations (P,) of the same phonemes; leave pauses out before.

    Raises:
        ValueError: if the numbers of phonemes differ or a duration is not positive.
    """
    first, second = (np.asarray(x, dtype=np.float64) for x in (reference, output))
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(
            f"Expected durations of the same phonemes, got {first.shape} and {second.shape}."
        )
    if not ((first > 0).all() and (second > 0).all()):
        raise ValueError("A duration is not positive.")
    if len(first) < MIN_PHONEMES:
        return DurationErrors(NAN, NAN, NAN, NAN, len(first))
    ratios = np.log(second / first)
    return DurationErrors(
        correlation=pearson(first, second),
        log_correlation=pearson(np.log(first), np.log(second)),
        log_rmse=float(np.std(ratios)),
        tempo=float(np.exp(ratios.mean())),
        n_phonemes=len(first),
    )


def copy_synthesis_ceiling(
    recordings: Iterable[FloatArray],
    copy: Callable[[FloatArray], FloatArray],
    *,
    tracker: str = PRAAT,
    range_hz: tuple[float, float] = PRAAT_RANGE_HZ,
) -> list[PitchErrors]:
    """What the chain behind the acoustic network costs by itself: one entry per recording.

    Each recording (N,) goes through ``copy`` (its own mel and the vocoder in use) and is
    measured against itself. No output through that vocoder can be expected to do better.
    """
    return [_copy_errors(one, copy(one), tracker, range_hz) for one in recordings]


def _copy_errors(
    samples: FloatArray, copied: FloatArray, tracker: str, range_hz: tuple[float, float]
) -> PitchErrors:
    if copied.shape != samples.shape:
        raise ValueError(
            f"A copy has {copied.shape} samples where the recording has {samples.shape}."
        )
    tracks = (f0_on_frames(one, tracker, range_hz=range_hz) for one in (samples, copied))
    return pitch_errors(*tracks)
