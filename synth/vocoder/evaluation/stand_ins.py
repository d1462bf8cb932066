"""Two stand-ins for mels that an acoustic model predicts, until there is such a model.

What a text-to-speech or prosody network feeds a vocoder is smoother than a recording's mel and
wrong in places. ``smooth`` blurs the mel; ``bottleneck`` passes it through a small autoencoder
with fewer numbers per frame than bands, trained on training utterances alone. Both are kinder
than real predictions in timing and harsher in detail: read them as a stress, not as a forecast.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from scipy.ndimage import uniform_filter
from torch import Tensor, nn

from synth.audio.mel import LOG_FLOOR, N_MELS, log_mel
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.splits import TRAIN

from .versions import code_version

TRUE, SMOOTH, BOTTLENECK = "true", "smooth", "bottleneck"
BLUR_FRAMES, BLUR_BANDS = 5, 3
SILENCE = float(np.log(LOG_FLOOR))
CODE, HIDDEN, KERNEL = 16, 96, 5
PER_SPEAKER, MIN_TRAINING_S = 12, 1.0
STEPS, BATCH, CROP_FRAMES, RATE, SEED = 1500, 16, 64, 2e-3, 1

FloatArray = NDArray[np.float32]


def smooth(mel: FloatArray) -> FloatArray:
    """A log-mel (T, M) averaged over 5 frames and 3 bands; edges repeat."""
    return np.asarray(uniform_filter(mel, (BLUR_FRAMES, BLUR_BANDS), mode="nearest"), np.float32)


def smoothing_version() -> str:
    """The version of ``smooth``."""
    return code_version([Path(__file__)])


class Bottleneck(nn.Module):
    """Log-mels (B, T, M) -> log-mels (B, T, M) through 16 numbers per frame."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv1d(N_MELS, HIDDEN, KERNEL, padding="same"), nn.GELU(), nn.Conv1d(HIDDEN, CODE, 1)
        )
        self.decoder = nn.Sequential(
            nn.Conv1d(CODE, HIDDEN, KERNEL, padding="same"), nn.GELU(), nn.Conv1d(HIDDEN, N_MELS, 1)
        )

    def forward(self, mels: Tensor) -> Tensor:
        centered = mels.transpose(1, 2) / -SILENCE + 0.5
        decoded = self.decoder(self.encoder(centered)).transpose(1, 2)
        return ((decoded - 0.5) * -SILENCE).clamp(min=SILENCE)

    @torch.no_grad()
    def predict(self, mel: FloatArray) -> FloatArray:
        """The log-mel (T, M) as the bottleneck leaves it."""
        return self(torch.from_numpy(mel)[None])[0].numpy()


def train_bottleneck(mels: Sequence[FloatArray], *, steps: int = STEPS) -> Bottleneck:
    """A bottleneck trained by mean absolute error on random stretches of log-mels (T, M).

    Raises:
        ValueError: if no mel has the 64 frames of a stretch.
    """
    long = [mel for mel in mels if len(mel) >= CROP_FRAMES]
    if not long:
        raise ValueError(f"No training mel has {CROP_FRAMES} frames; give longer utterances.")
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    network = Bottleneck()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    for _ in range(steps):
        batch = torch.from_numpy(np.stack([_crop(long, rng) for _ in range(BATCH)]))
        loss = (network(batch) - batch).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval().requires_grad_(False)


def bottleneck_of(corpus: PreparedCorpus, folder: Path) -> tuple[Bottleneck, str]:
    """The bottleneck trained on this corpus's training split, and its weights' sha256's start.

    Kept in ``folder`` under a name that follows from code and utterances.
    """
    indices = list(_spread_training(corpus))
    digest = hashlib.sha256(code_version([Path(__file__)]).encode())
    for index in indices:
        digest.update(corpus.utterances[index].sha256.encode())
    path = folder / f"bottleneck-{digest.hexdigest()[:12]}.safetensors"
    if not path.exists():
        mels = [log_mel(corpus.samples_of(i) / np.float32(32768.0)) for i in indices]
        save_bottleneck(train_bottleneck(mels), path)
    return load_bottleneck(path), hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _spread_training(corpus: PreparedCorpus) -> Iterator[int]:
    """Up to twelve training utterances of a second or more of each speaker."""
    taken: Counter[str] = Counter()
    for index in corpus.indices(TRAIN):
        utterance = corpus.utterances[index]
        if utterance.duration_s >= MIN_TRAINING_S and taken[utterance.speaker] < PER_SPEAKER:
            taken[utterance.speaker] += 1
            yield index


def _crop(mels: Sequence[FloatArray], rng: np.random.Generator) -> FloatArray:
    mel = mels[int(rng.integers(len(mels)))]
    start = int(rng.integers(len(mel) - CROP_FRAMES + 1))
    return mel[start : start + CROP_FRAMES]


def save_bottleneck(network: Bottleneck, path: Path) -> None:
    """Write the weights; an interrupted write leaves no file."""
    partial = path.with_suffix(".partial")
    save_file(network.state_dict(), partial)
    partial.replace(path)


def load_bottleneck(path: Path) -> Bottleneck:
    """The bottleneck that ``save_bottleneck`` wrote."""
    network = Bottleneck()
    network.load_state_dict(load_file(path))
    return network.eval().requires_grad_(False)
