"""What defines an RNN_MS network: sizes, bands, and how it generates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from synth.audio.mel import NARROW, FrontEnd


@dataclass(frozen=True)
class RnnMsConfig:
    """Sizes with the paper's letters behind them, and the settings of generation.

    Args:
        front_end: rate, hop and number of mel bands (m).
        conditioning: width (r) of each of the four conditioning GRUs.
        hidden: width (f) of the autoregressive GRU.
        affine: outputs of the first affine layer; a in the paper.
        bits: of the companded samples; a = 2 ** bits classes.
        gains: one factor per sub-band, applied before companding; its length is the number
            of sub-bands, one where the signal is not split.
        temperature: of the softmax at generation; below one the less likely is drawn less.
        fold_frames: length in mel frames of the pieces that are generated side by side;
            0 for the whole signal in one piece.
        overlap_frames: over which neighboring pieces are cross-faded.
        seed: of the draws at generation.
    """

    front_end: FrontEnd
    conditioning: int
    hidden: int
    affine: int
    bits: int
    gains: tuple[float, ...] = (1.0,)
    temperature: float = 1.0
    fold_frames: int = 0
    overlap_frames: int = 4
    seed: int = 1

    def __post_init__(self) -> None:
        if self.front_end.hop % (2 * self.bands):
            raise ValueError(
                f"A hop of {self.front_end.hop} samples cannot be split into {self.bands} bands "
                "around a frame's center; it must be a multiple of twice their number."
            )

    @property
    def bands(self) -> int:
        """Number of sub-bands, each sampled that many times more slowly."""
        return len(self.gains)

    @property
    def classes(self) -> int:
        """Number of values a companded sample can have (a)."""
        return 2**self.bits

    @property
    def steps_per_frame(self) -> int:
        """Steps of the autoregressive network for one hop."""
        return self.front_end.hop // self.bands


PAPER_FRONT_END = FrontEnd(
    rate_hz=24_000, hop=300, window=1200, n_fft=2048, n_mels=80, high_hz=12_000.0
)

PAPER = RnnMsConfig(front_end=PAPER_FRONT_END, conditioning=128, hidden=896, affine=1024, bits=10)

RNN_MS: Mapping[str, RnnMsConfig] = {
    "paper": PAPER,
    "paper_narrow": replace(PAPER, front_end=NARROW),  # for corpora prepared at 16 kHz
    "lite": RnnMsConfig(
        front_end=NARROW,
        conditioning=128,
        hidden=384,
        affine=256,
        bits=8,
        # 99.99 % of the training set's sub-band samples lie within 1 after these.
        gains=(0.35, 0.3, 0.8, 1.3, 1.3, 1.5, 1.2, 0.9),
        fold_frames=50,
    ),
}


def rnn_ms_config(preset: str) -> RnnMsConfig:
    """The configuration of a preset.

    Raises:
        ValueError: if there is no such preset.
    """
    if preset not in RNN_MS:
        raise ValueError(f"No RNN_MS preset {preset!r}; there are {', '.join(RNN_MS)}.")
    return RNN_MS[preset]


def stored_rnn_ms_config(stored: Mapping[str, Any]) -> RnnMsConfig:
    """The configuration a checkpoint stored as JSON (``dataclasses.asdict``)."""
    values = dict(stored)
    values["front_end"] = FrontEnd(**values["front_end"])
    values["gains"] = tuple(values["gains"])
    return RnnMsConfig(**values)
