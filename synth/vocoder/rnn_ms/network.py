"""The RNN_MS network: mels to the classes of companded samples, one after the other.

Axes: B batch, T frames, M mel bands, N steps, P sub-bands, F hidden width, N samples where a
signal is meant; C classes.
Source: Lorenzo-Trueba et al. 2019 (arXiv 1811.06292), figure 1. Two bidirectional GRUs over the
mel, repeated up to the rate of the samples, condition one autoregressive GRU that reads the
sample before as a one-hot vector; two affine layers with a ReLU between give the distribution of
the next sample. Deviations, for ``lite`` only: P sub-bands are drawn in one step, each from a
softmax of its own, given all sub-bands of the steps before.
A one-hot vector times a matrix is a row of it, so the matrix is kept as a table of rows.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from synth.audio.mel import log_mel_batch

from .companding import compand, expand
from .config import RnnMsConfig
from .filterbank import merge, split
from .generate import Recurrence, cut, draw, join, spread
from .gru import run_gru

MEL_CENTER, MEL_SCALE = -4.0, 4.0  # roughly the mean and spread of speech
REACH_FRAMES = 50
FLOOR_MARGIN = 1e-3
START_SCALE = 0.3


class RnnMs(nn.Module):
    """Log-mels (B, T, M) to signals (B, (T - 1) * hop), float32, drawn from the config's seed."""

    architecture = "rnn_ms"

    def __init__(self, config: RnnMsConfig) -> None:
        super().__init__()
        self.config = config
        gates, classes = 3 * config.hidden, config.classes
        self.conditioning = nn.GRU(
            config.front_end.n_mels,
            config.conditioning,
            num_layers=2,
            bidirectional=True,
            batch_first=True,
        )
        self.rows = nn.Embedding(config.bands * classes, gates)
        self.frame_gates = nn.Linear(2 * config.conditioning, gates)
        self.recurrence = nn.Linear(config.hidden, gates)
        self.first = nn.Linear(config.hidden, config.affine)
        self.second = nn.Linear(config.affine, config.bands * classes)
        self.register_buffer("offsets", torch.arange(config.bands) * classes, persistent=False)
        self.register_buffer("gains", torch.tensor(config.gains)[:, None], persistent=False)
        self._start_smooth()

    offsets: Tensor
    gains: Tensor

    @torch.no_grad()
    def _start_smooth(self) -> None:
        """Let neighboring classes begin with alike rows, as if their sample were the input.

        Where rows begin independent, each class has to be met often before it means anything.
        """
        classes = self.config.classes
        levels = torch.linspace(-1.0, 1.0, classes)[:, None]
        for rows in self.rows.weight.split(classes):
            direction = torch.randn(1, rows.shape[1]) * START_SCALE
            rows.mul_(0.1 * START_SCALE).add_(levels * direction)

    @property
    def reach_frames(self) -> int:
        """How many frames of silence a mel is followed by, at most, when it is rendered.

        The backward GRU hears all frames to come; what matters to it lies within half a second.
        """
        return REACH_FRAMES

    def companded(self, samples: Tensor) -> Tensor:
        """Classes (B, P, N) of signals (B, N * P), sub-bands brought to similar levels."""
        return compand(split(samples, self.config.bands) * self.gains, self.config.classes)

    def samples_of(self, classes: Tensor) -> Tensor:
        """Sub-band samples (B, P, N) in the middle of classes (B, P, N), gains taken back."""
        return expand(classes, self.config.classes) / self.gains

    def frame_gates_of(self, log_mels: Tensor) -> Tensor:
        """Contributions (B, T, 3F) of the mels (B, T, M) to the gates, once per frame."""
        hidden, _ = self.conditioning((log_mels - MEL_CENTER) / MEL_SCALE)
        gates: Tensor = self.frame_gates(hidden)
        return gates

    def logits(self, frame_gates: Tensor, history: Tensor) -> Tensor:
        """Logits (N, B, P, C) of each step given the classes before it.

        Args:
            frame_gates: (B, T, 3F) as from ``frame_gates_of``, T frames around T - 1 hops.
            history: (B, P, N) classes of the steps before each of the N = (T - 1) * steps
                per frame steps.
        """
        rows = (history.permute(2, 0, 1) + self.offsets).flatten(0, 1)
        gates = nn.functional.embedding_bag(rows, self.rows.weight, mode="sum")
        gates = gates.view(history.shape[2], history.shape[0], -1)
        gates = gates + self.upsampled(frame_gates, steps=self.config.steps_per_frame).transpose(
            0, 1
        )
        product_type = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        states = run_gru(
            gates, self.recurrence.weight, self.recurrence.bias, product_type=product_type
        )
        logits: Tensor = self.second(torch.relu(self.first(states)))
        return logits.unflatten(-1, (self.config.bands, self.config.classes))

    def upsampled(self, frames: Tensor, *, steps: int) -> Tensor:
        """Frames (B, T, 3F) repeated to (B, (T - 1) * steps, 3F), each around its center."""
        return frames.repeat_interleave(steps, dim=1)[:, steps // 2 : -(steps // 2)]

    def recurrence_of(self) -> Recurrence:
        """The autoregressive part, ready to draw at the configured temperature."""
        return Recurrence(
            rows=self.rows.weight,
            offsets=self.offsets,
            hidden=self.recurrence.weight.t().contiguous(),
            hidden_bias=self.recurrence.bias,
            first=self.first.weight.t().contiguous(),
            first_bias=self.first.bias,
            second=(self.second.weight / self.config.temperature).t().contiguous(),
            second_bias=self.second.bias / self.config.temperature,
        )

    @torch.no_grad()
    def forward(self, log_mels: Tensor) -> Tensor:
        """Every mel is generated by itself, so that a rendering depends on no neighbor."""
        signals = log_mels.new_zeros(
            len(log_mels), (log_mels.shape[1] - 1) * self.config.front_end.hop
        )
        for signal, log_mel in zip(signals, log_mels, strict=True):
            rendered = self.generate(log_mel[: self._sounding_hops(log_mel) + 1])
            signal[: len(rendered)] = rendered
        return signals

    def generate(self, log_mel: Tensor) -> Tensor:
        """The signal ((T - 1) * hop,) of one mel (T, M)."""
        config = self.config
        steps = config.steps_per_frame
        pieces = cut(
            log_mel.mean(dim=1),
            fold_frames=config.fold_frames,
            overlap_frames=config.overlap_frames,
        )
        # Half a hop is the most that frames and pieces have in common: gates change there.
        gates = self.upsampled(self.frame_gates_of(log_mel[None]), steps=2)[0]
        generator = torch.Generator().manual_seed(config.seed)
        thresholds = torch.rand((len(log_mel) - 1) * steps, config.bands, generator=generator).to(
            log_mel.device
        )
        drawn = draw(
            self.recurrence_of(),
            spread(gates, pieces, per_frame=2),
            spread(thresholds, pieces, per_frame=steps),
            repeats=steps // 2,
        )
        sub_bands = self.samples_of(drawn.permute(1, 2, 0))
        return merge(join(sub_bands, pieces, per_frame=steps)[None])[0]

    def _sounding_hops(self, log_mel: Tensor) -> int:
        """Hops to generate: up to ``reach_frames`` after the last frame above the floor.

        However much more silence follows changes nothing, and stays silent.
        """
        floor = math.log(self.config.front_end.floor)
        sounding = (log_mel > floor + FLOOR_MARGIN).any(dim=1).nonzero()
        last = int(sounding[-1]) if len(sounding) else 0
        return min(len(log_mel) - 1, last + self.reach_frames)


def cross_entropy(network: RnnMs, samples: Tensor, *, context_frames: int) -> Tensor:
    """Mean negative log-likelihood in nats per sub-band sample, teacher-forced.

    Args:
        samples: (B, N) at the network's rate, N a multiple of the hop. The conditioning hears
            all of it; ``context_frames`` hops at either end are not predicted.
    The first step's history is silence, as at the start of every generated piece.
    """
    config = network.config
    log_mels = log_mel_batch(samples, front_end=config.front_end)
    frames = network.frame_gates_of(log_mels)
    n_frames = frames.shape[1]
    inner = frames[:, context_frames : n_frames - context_frames]
    margin = context_frames * config.steps_per_frame
    classes = network.companded(samples)
    target = classes[:, :, margin : classes.shape[2] - margin]
    history = torch.nn.functional.pad(target[:, :, :-1], (1, 0), value=config.classes // 2)
    logits = network.logits(inner, history)
    return nn.functional.cross_entropy(
        logits.flatten(0, 2).float(), target.permute(2, 0, 1).flatten()
    )
