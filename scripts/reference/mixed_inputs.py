"""Writes the made data on which scripts/reference/mixed.R computes the values of mixed models.

Run from the repository root: PYTHONPATH=. python scripts/reference/mixed_inputs.py
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mushra.stats.table import Floats, Mask
from scripts.reference_inputs import GOLDEN, write_rows

SEED = 15340


@dataclass(frozen=True)
class Design:
    """A made design: how many of each, standard deviations in points, how ratings are missing.

    per_listener: how many items each listener hears, drawn anew for each; 0 for all. missing: the
    share of cells missing at random. step: what scores are rounded to (0: not at all), which makes
    ties and zeros. speakers: items nest in so many, in turn; 0 for none.
    """

    listeners: int
    items: int
    sd: tuple[float, float, float, float]  # listener, item, speaker, residual
    per_listener: int = 0
    missing: float = 0.0
    step: float = 1.0
    speakers: int = 0


DESIGNS: Mapping[str, Design] = {
    "complete": Design(12, 8, (4, 3, 0, 6)),
    "tenth_missing": Design(20, 10, (7, 8, 0, 14), missing=0.1),
    "half_missing": Design(20, 10, (7, 8, 0, 14), missing=0.5),
    "many_listeners": Design(60, 10, (7, 8, 0, 14), missing=0.3),
    "many_items": Design(20, 40, (7, 8, 0, 14), per_listener=20),
    "few_each": Design(40, 30, (7, 8, 0, 14), per_listener=5),
    "not_rounded": Design(15, 12, (5, 5, 0, 9), missing=0.2, step=0),
    "ties_and_zeros": Design(18, 9, (1, 1, 0, 2), missing=0.2, step=2),
    "mostly_ties": Design(14, 8, (0.4, 0.4, 0, 0.8), missing=0.25, step=2),
    "no_item_variance": Design(14, 9, (6, 0, 0, 9), missing=0.3),
    "no_listener_variance": Design(14, 9, (0, 6, 0, 9), missing=0.3),
    "residual_only": Design(14, 9, (0, 0, 0, 9), missing=0.3),
    "little_residual": Design(14, 9, (8, 8, 0, 0.5), missing=0.3, step=0),
    "three_by_three": Design(3, 3, (5, 5, 0, 4), missing=0.12),
    "speakers_complete": Design(16, 18, (5, 4, 6, 9), speakers=6),
    "speakers_missing": Design(20, 24, (5, 4, 6, 9), missing=0.3, speakers=8),
    "speakers_few_each": Design(30, 30, (5, 4, 6, 9), per_listener=8, speakers=10),
    "speakers_no_variance": Design(20, 20, (5, 5, 0, 9), missing=0.2, speakers=5),
    "speakers_are_all": Design(20, 20, (5, 0, 6, 9), missing=0.2, speakers=5),
    "speakers_more_items": Design(8, 40, (5, 4, 6, 9), missing=0.3, speakers=8),
}
# Singular fits of every kind are rare; these many more seeds of small designs give them all.
SMALL = Design(7, 6, (1, 1, 0, 8), missing=0.25)
SMALL_WITH_SPEAKERS = Design(8, 10, (1, 1, 1, 8), missing=0.2, speakers=5)
N_SMALL = 16


def designs() -> dict[str, Design]:
    """Every case by name."""
    small = {f"small_{k:02d}": SMALL for k in range(N_SMALL)}
    spoken = {f"small_speakers_{k:02d}": SMALL_WITH_SPEAKERS for k in range(N_SMALL)}
    return {**DESIGNS, **small, **spoken}


def differences(design: Design, rng: np.random.Generator) -> Floats:
    """(L, I) differences of two simulated systems, NaN where nothing was rated."""
    shape = (design.listeners, design.items)
    listener, item, speaker, residual = design.sd
    values = 2.0 + listener * rng.standard_normal((shape[0], 1))
    values = values + item * rng.standard_normal((1, shape[1]))
    values = values + residual * rng.standard_normal(shape)
    if design.speakers:
        values += speaker * rng.standard_normal(design.speakers)[speaker_of(design)]
    if design.step:
        values = design.step * np.rint(values / design.step)
    return np.where(_heard(design, rng), values, np.nan)


def speaker_of(design: Design) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """(I,) the speaker of each item, in turn."""
    return np.arange(design.items) % max(design.speakers, 1)


def _heard(design: Design, rng: np.random.Generator) -> Mask:
    heard = np.ones((design.listeners, design.items), dtype=bool)
    if design.per_listener:
        heard = rng.permuted(np.tile(np.arange(design.items), (design.listeners, 1)), axis=1)
        heard = heard < design.per_listener
    return heard & (rng.random(heard.shape) >= design.missing)


def _rows() -> Iterator[tuple[object, ...]]:
    rng = np.random.default_rng(SEED)
    for name, design in designs().items():
        speakers = speaker_of(design)
        for (listener, item), value in np.ndenumerate(differences(design, rng)):
            speaker = f"V{speakers[item]:02d}" if design.speakers else ""
            if not np.isnan(value):
                shown = f"{value + 0:.4f}".rstrip("0").rstrip(".")
                yield name, f"L{listener:02d}", f"I{item:02d}", speaker, shown


def main() -> None:
    header = ["case", "listener", "item", "speaker", "difference"]
    write_rows(GOLDEN / "mixed.csv", header, list(_rows()))


if __name__ == "__main__":
    main()
