"""Pictures for the documentation: contours over phonemes, and spectrograms side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synth.vocoder.evaluation.pictures import Pair, draw_sheet

from ..config import AGG, BASE, SEC_ATT
from ..metrics import warp_track
from ..plots import ContourPlot, write_contours
from ..speaker_statistics import map_track
from ..tracks import PRAAT, Track, f0_on_frames
from .references import Reference
from .scoring import Ears
from .systems import TEXTLESS, TIMED, Chain, Output, System, systems_of

DRAWN = (AGG, BASE + TIMED, SEC_ATT + TIMED, TEXTLESS)


def draw_references(
    chain: Chain, references: Sequence[Reference], ears: Ears, folder: Path
) -> list[Path]:
    """Contours of each reference and a sheet of all as ``agg`` says them, as PNG files.

    Args:
        references: of one source.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = references[0].source
    stem = f"{chain.code}-{source.speaker}-{source.cut}"
    systems = {one.name: one for one in systems_of(chain) if one.name in DRAWN}
    made = []
    for number, reference in enumerate(references, start=1):
        path = folder / f"prosody-contours-{stem}-{number}.png"
        write_contours(contours(reference, systems, ears), path)
        made.append(path)
    pairs = [pair_of(reference, systems[AGG]) for reference in references]
    sheet = folder / f"prosody-pairs-{stem}.png"
    draw_sheet(pairs, AGG, sheet)
    return [*made, sheet]


def contours(reference: Reference, systems: dict[str, System], ears: Ears) -> ContourPlot:
    """The reference's pitch, mapped to the target voice, and that of every system."""
    speaker = reference.source.speaker
    heard = f0_on_frames(reference.samples, PRAAT, range_hz=ears.ranges[speaker])
    tracks = {f"reference ({speaker})": map_track(heard, reference.statistics, ears.speaker)}
    for name, system in systems.items():
        tracks[name] = _track(reference, system.make(reference), ears)
    spoken = reference.spoken
    return ContourPlot(reference.utterance.text, tracks, spoken.symbols, spoken.durations)


def _track(reference: Reference, output: Output, ears: Ears) -> Track:
    track = f0_on_frames(output.samples, PRAAT, range_hz=ears.ranges[ears.target])
    return warp_track(track, output.durations, reference.spoken.durations)


def pair_of(reference: Reference, system: System) -> Pair:
    """A reference and what a system makes of it, cut to one length."""
    output = system.make(reference).samples
    length = min(len(output), len(reference.samples))
    name = f"{reference.source.speaker} {reference.utterance.sha256[:6]}"
    return Pair(name, reference.samples[:length], output[:length])
