"""Held-out figures of an acoustic network, cheap enough to be taken while it trains.

Axes: T frames, M mel bands. Pitch is read off the mels by the universal vocoder's own reader,
which is what decides what will be heard; it is no judge for reports (``metrics.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synth.vocoder.network import VocoderNetwork, normalized
from synth.vocoder.pitch import read_pitch

from ..datasets.voices import VALIDATION
from .batches import Batch, Places, batch_at
from .infer import AcousticModel
from .loss import prosody_distance, texture_ratio
from .metrics import pearson, pitch_errors
from .prepared_voice import PreparedVoice

VOICED = 0.5
Reader = Callable[[Tensor], NDArray[np.float64]]


def reader_of(network: VocoderNetwork) -> Reader:
    """F0 in Hz (T,), 0 unvoiced, off a log-mel (T, M), as the vocoder reads it."""

    @torch.no_grad()
    def read(mels: Tensor) -> NDArray[np.float64]:
        found = read_pitch(*network.pitch(normalized(mels[None])))
        heard = (found.voicing > VOICED) * found.frequency
        return heard[0].numpy().astype(np.float64)

    return read


def held_out(voice: PreparedVoice, model: AcousticModel) -> list[Batch]:
    """The validation sentences, whole, one by one, each with one fixed noise."""
    return [
        batch_at(
            voice,
            model.config,
            Places([index], [0], int(voice.n_frames[index])),
            torch.Generator().manual_seed(index),
            n_renderings=1,
        )
        for index in voice.chosen(VALIDATION)
    ]


def validate(
    model: AcousticModel, sentences: Sequence[Batch], reader: Reader | None
) -> dict[str, float]:
    """Means over held-out sentences, at their own durations and measured prosody.

    mean_l1, l1: of the mean mel and of a rendering, in nepers; texture: ``texture_ratio``;
    energy_db: root mean square error of a frame's level, speech frames alone; with a reader
    f0_cents, f0_r, f0_frame (``metrics``) against what it reads off the recording's own mel;
    for variants that predict, prosody: ``prosody_distance``.
    """
    rows = [sentence_figures(model, one, reader) for one in sentences]
    return {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]}


@torch.no_grad()
def sentence_figures(model: AcousticModel, drawn: Batch, reader: Reader | None) -> dict[str, float]:
    """The figures of one sentence (see ``validate``)."""
    batch, network = drawn.to(model.device), model.network
    made = network(batch.sentences, batch.stretch)
    mel, target = made.mels[0, 0].float().cpu(), drawn.mels[0]
    figures = {
        "mean_l1": float((made.mean[0].cpu() - target).abs().mean()),
        "l1": float((mel - target).abs().mean()),
        "texture": float(texture_ratio(mel[None], target[None])),
        "energy_db": level_error_db(mel, target),
    }
    if reader is not None:
        errors = pitch_errors(reader(target), reader(mel))
        figures |= {"f0_cents": errors.rmse_cents, "f0_r": errors.correlation}
        figures |= {"f0_frame": errors.frame}
    if network.predictor is not None:
        figures |= predicted_figures(model, batch)
    return figures


def level_error_db(mel: Tensor, target: Tensor) -> float:
    """Root mean square error of frames' levels in dB, where the target is speech, not a pause."""
    levels = [10 * torch.log10((2 * one).exp().sum(-1)) for one in (mel, target)]
    loud = levels[1] > levels[1].max() - 40.0
    return float((levels[0] - levels[1])[loud].square().mean().sqrt())


def predicted_figures(model: AcousticModel, batch: Batch) -> dict[str, float]:
    """How far the prosody that a network predicts is from what was measured."""
    told, predictor = batch.sentences, model.network.predictor
    if predictor is None:
        raise ValueError(f"{model.config.variant} predicts no prosody.")
    found = predictor(told.phones, told.real, told.reference, told.reference_real)
    pause = (told.phones == 0).float()
    spoken = (told.phones[0] != 0).cpu().numpy()
    columns = {"log_f0": 0, "energy": 3, "log_duration": 4}
    rows = {
        f"{name}_r": pearson(
            found[0, :, k].cpu().numpy()[spoken].astype(np.float64),
            told.features[0, :, k].cpu().numpy()[spoken].astype(np.float64),
        )
        for name, k in columns.items()
    }
    distance = prosody_distance(found, told.features, told.real, pause)
    return {"prosody": float(distance), **rows}
