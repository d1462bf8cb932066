"""Small networks and signals the vocoder tests share."""

import numpy as np
import torch

from synth.datasets.prepared import PreparedCorpus
from synth.datasets.records import RATE_HZ, Utterance
from synth.vocoder.config import NetworkConfig, TrainingConfig
from synth.vocoder.network import VocoderNetwork

TINY = NetworkConfig(channels=(4, 4), dilations=(1, 2), nnls_updates=5, prior_iterations=1)
QUICK = TrainingConfig(
    seed=3, steps=40, adversarial_from=2, batch=2, crop_frames=26, warmup_steps=2
)


def voice(n_samples, *, hz=140.0, seed=0):
    """A vibrating harmonic tone with some noise, float32, peak below one."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(n_samples) / RATE_HZ
    phase = 2 * np.pi * np.cumsum(hz + 8 * np.sin(2 * np.pi * 5 * time_s)) / RATE_HZ
    tone = sum(np.cos(k * phase) / k for k in range(1, 25))
    return (0.15 * tone + 0.003 * rng.standard_normal(n_samples)).astype(np.float32)


def random_network(config=TINY, *, seed=1):
    """A network whose last layer does something, so that its filter is not zero."""
    torch.manual_seed(seed)
    network = VocoderNetwork(config)
    torch.nn.init.normal_(network.leave.weight, std=0.05)
    return network


def utterance(speaker, index, *, duration_s=1.0, split="train"):
    return Utterance(
        code=f"{speaker}-{index}",
        speaker=speaker,
        language="en",
        style="read",
        condition="clean",
        prompt=str(index),
        text="",
        licence="CC0",
        package="package",
        source_path=f"{speaker}/{index}.wav",
        duration_s=duration_s,
        original_rate_hz=RATE_HZ,
        bandwidth_hz=8000.0,
        sha256=f"{index:064x}",
        split=split,
    )


def corpus(utterances):
    """A prepared corpus in memory: the k-th utterance's samples all equal 1000 + k."""
    lengths = [round(u.duration_s * RATE_HZ) for u in utterances]
    levels = [np.full(n, 1000 + k, np.int16) for k, n in enumerate(lengths)]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return PreparedCorpus(tuple(utterances), offsets, np.concatenate(levels))


def spoken_corpus():
    """Two speakers, one of them with much more to say."""
    utterances = [utterance("long", k, duration_s=2.0) for k in range(4)] + [utterance("short", 9)]
    silent = corpus(utterances)
    samples = np.concatenate(
        [voice(round(u.duration_s * RATE_HZ), seed=k) for k, u in enumerate(utterances)]
    )
    return PreparedCorpus(
        silent.utterances, silent.offsets, (samples * 32767).clip(-32768, 32767).astype(np.int16)
    )
