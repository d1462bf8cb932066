"""Rendering piece by piece: the same signal as in one go, with bounded memory and delay.

Axes: T frames, M mel bands, N samples.
A sample depends on the frames within the network's reach and, through the phase of the pulse
train, on all pitch before it; so every stretch is rendered with that much on both sides, and
the phase is handed on from stretch to stretch.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from synth.audio.mel import FloatArray

from .network import Place, VocoderNetwork

BLOCK_FRAMES = 2_000  # rendered at once, context not counted


class Stream:
    """Takes a mel's frames as they come and gives the samples that are certain.

    ``finish`` gives the rest. What comes out is what rendering the whole mel gives.
    """

    def __init__(self, network: VocoderNetwork) -> None:
        self.network = network
        self.frames: NDArray[np.float32] = np.zeros((0, network.config.mel.n_mels), np.float32)
        self.first = 0  # frame that ``frames`` begins with
        self.done = 0  # frame that has been rendered up to
        self.phase = 0.0  # cycles, at that frame

    def push(self, log_mel: FloatArray) -> NDArray[np.float32]:
        """Samples (N,) that the frames (T, M) so far decide; often none."""
        self._take(log_mel)
        certain = self.first + len(self.frames) - self.network.reach_frames
        return self._render_to(certain)

    def finish(self, log_mel: FloatArray | None = None) -> NDArray[np.float32]:
        """The remaining samples, those up to the last frame: of ``log_mel`` where it is given."""
        if log_mel is not None:
            self._take(log_mel)
        last = self.first + len(self.frames) - 1
        floor = float(np.log(np.float32(self.network.config.mel.floor)))
        after = np.full((self.network.reach_frames, self.frames.shape[1]), floor, np.float32)
        self._take(after)
        return self._render_to(last)

    def _take(self, log_mel: FloatArray) -> None:
        self.frames = np.concatenate([self.frames, log_mel.astype(np.float32)])

    def _render_to(self, stop: int) -> NDArray[np.float32]:
        pieces = []
        while self.done < stop:
            pieces.append(self._render_block(min(stop, self.done + BLOCK_FRAMES)))
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    @torch.no_grad()
    def _render_block(self, stop: int) -> NDArray[np.float32]:
        network, hop, reach = self.network, self.network.config.mel.hop, self.network.reach_frames
        end = min(stop + reach, self.first + len(self.frames))
        device = next(network.parameters()).device
        mels = torch.from_numpy(self.frames[: end - self.first])[None].to(device)
        first, end = max(self.first, self.done - network.shape_reach), stop + network.shape_reach
        seen = slice(first - self.first, end - self.first)
        voice = network.voice(mels).between(seen.start * hop, (seen.stop - 1) * hop)
        place = Place(first, self.done - first, self.phase)
        sources = network.sources(voice, place)
        signal = network.shape(mels[:, seen], sources).signals[0]
        begin, finish = (self.done - first) * hop, (stop - first) * hop
        reached = network.phase(voice.frequency, place)[0, finish - 1] + (
            voice.frequency[0, finish - 1].double() / network.config.mel.rate_hz
        )
        self.phase = float(reached - torch.floor(reached))
        self._forget(stop)
        return signal[begin:finish].cpu().numpy()

    def _forget(self, stop: int) -> None:
        """Keep only the frames that what follows can see."""
        self.done = stop
        keep_from = max(self.first, stop - self.network.reach_frames)
        self.frames = self.frames[keep_from - self.first :]
        self.first = keep_from
