"""How alike two voices are, by the speaker encoder whose weights the resemblyzer wheel holds.

The wheel is only read: importing it would ask for librosa and an old voice detector.
Source: Wan, Wang, Papir, Moreno 2018 (GE2E); Resemblyzer 0.1.4, Apache-2.0.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .mel import FloatArray
from .slaney_mel import power_mel

N_FFT, N_MELS = 400, 40
WIDTH, LAYERS = 256, 3
WINDOW_FRAMES = 160  # 1.6 s, as in training
STEP_FRAMES = 77  # 1.3 windows a second
TARGET_RMS = 10 ** (-30 / 20)  # quieter signals are raised to -30 dBFS


class SpeakerEncoder(nn.Module):
    """Power mels (B, T, 40) -> unit embeddings (B, 256), at most a right angle apart."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(N_MELS, WIDTH, LAYERS, batch_first=True)
        self.linear = nn.Linear(WIDTH, WIDTH)

    def forward(self, mels: Tensor) -> Tensor:
        _, (hidden, _) = self.lstm(mels)
        return nn.functional.normalize(torch.relu(self.linear(hidden[-1])), dim=1)


def has_speaker_encoder() -> bool:
    """Whether the resemblyzer wheel lies in this environment."""
    return find_spec("resemblyzer") is not None


@lru_cache(maxsize=1)
def _encoder() -> SpeakerEncoder:
    spec = find_spec("resemblyzer")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "Speaker similarity needs resemblyzer's weights: pip install --no-deps "
            "resemblyzer==0.1.4 (see requirements-evaluation.txt)."
        )
    stored = torch.load(Path(spec.origin).with_name("pretrained.pt"), map_location="cpu")
    encoder = SpeakerEncoder().eval().requires_grad_(False)
    state = {
        name: value for name, value in stored["model_state"].items() if "similarity" not in name
    }
    encoder.load_state_dict(state)
    return encoder


def speaker_embedding(samples: FloatArray) -> NDArray[np.float32]:
    """Unit vector (256,) of the voice in one 16 kHz signal (N,), any length.

    The mean over windows of 1.6 s. Unlike resemblyzer's preprocessing, silences stay in: both
    signals of a comparison have them in the same places.
    """
    level = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    gain = max(1.0, TARGET_RMS / level) if level > 0 else 1.0
    mels = power_mel(samples * gain, n_fft=N_FFT, n_mels=N_MELS)
    missing = max(0, WINDOW_FRAMES - len(mels))
    mels = np.pad(mels, ((0, missing), (0, 0)))
    starts = range(0, len(mels) - WINDOW_FRAMES + 1, STEP_FRAMES)
    windows = np.stack([mels[start : start + WINDOW_FRAMES] for start in starts])
    embedding = _encoder()(torch.from_numpy(windows)).mean(dim=0)
    return nn.functional.normalize(embedding, dim=0).numpy()


def similarity(first: FloatArray, second: FloatArray) -> float:
    """Cosine of the speaker embeddings of two 16 kHz signals, 0 to 1."""
    return min(1.0, float(speaker_embedding(first) @ speaker_embedding(second)))
