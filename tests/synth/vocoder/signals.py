"""Small networks and signals the vocoder tests share."""

from dataclasses import replace

import numpy as np
import torch

from synth.audio.mel import NARROW
from synth.datasets.prepared import MANIFEST, SAMPLES, PreparedCorpus
from synth.datasets.rates import preparation_of
from synth.datasets.records import RATE_HZ, Utterance
from synth.datasets.tracks import TRACKS, Track, Tracks, grid_of, write_tracks
from synth.vocoder.batches import VoicedBatch, training_set
from synth.vocoder.config import NetworkConfig, TrainingConfig
from synth.vocoder.network import VocoderNetwork

TINY = NetworkConfig(width=16, depth=2, pitch_width=16, pitch_depth=2, passes=1)
TINY_WIDE = replace(TINY, front_end="wide")
QUICK = TrainingConfig(
    seed=3,
    steps=40,
    pitch_steps=1,
    passes=1,
    adversarial_from=3,
    batch=2,
    pitch_batch=3,
    crop_frames=26,
    warmup_steps=2,
)


def voice(n_samples, *, hz=140.0, seed=0, rate_hz=RATE_HZ):
    """A vibrating harmonic tone with some noise, float32, peak below one."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(n_samples) / rate_hz
    phase = 2 * np.pi * np.cumsum(hz + 8 * np.sin(2 * np.pi * 5 * time_s)) / rate_hz
    tone = sum(np.cos(k * phase) / k for k in range(1, 25))
    return (0.15 * tone + 0.003 * rng.standard_normal(n_samples)).astype(np.float32)


def random_network(config=TINY, *, seed=1):
    """A network whose last layer does something, so that its filter is not flat."""
    torch.manual_seed(seed)
    network = VocoderNetwork(config)
    torch.nn.init.normal_(network.trunk.leave.weight, std=0.05)
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


def corpus(utterances, *, rate_hz=RATE_HZ):
    """A prepared corpus in memory: the k-th utterance's samples all equal 1000 + k."""
    lengths = [round(u.duration_s * rate_hz) for u in utterances]
    levels = [np.full(n, 1000 + k, np.int16) for k, n in enumerate(lengths)]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return PreparedCorpus(tuple(utterances), offsets, np.concatenate(levels), rate_hz)


def tracks_of(held):
    """Tracks of a corpus in memory: the pitch that ``voice`` has, all voiced."""
    found, grid = {}, grid_of(held.rate_hz)
    for index, one in enumerate(held.utterances):
        n_points = len(held.samples_of(index)) // grid + 1
        phase = np.arange(n_points, dtype=np.float32) * (140.0 * grid / held.rate_hz)
        found[one.sha256] = Track(phase, np.ones(n_points, np.float16))
    return found


def spoken_set(config=QUICK, *, front_end=NARROW):
    """A training set of ``spoken_corpus`` with its tracks."""
    held = spoken_corpus(rate_hz=front_end.rate_hz)
    found = tracks_of(held)
    lengths = np.cumsum([len(track.phase) for track in found.values()])
    places = {
        key: (int(stop - len(track.phase)), int(stop))
        for (key, track), stop in zip(found.items(), lengths, strict=True)
    }
    tracks = Tracks(
        np.concatenate([track.phase for track in found.values()]),
        np.concatenate([track.voicing for track in found.values()]),
        places,
        dict.fromkeys(places, 1),
    )
    return training_set(held, config, tracks, front_end=front_end)


def voiced_batch(signal, *, hz=140.0, copies=2, front_end=NARROW):
    """A batch of one signal (N,), with the pitch that ``voice`` gave it on average."""
    n_samples = len(signal)
    phase = torch.arange(n_samples, dtype=torch.float64)[None] * (hz / front_end.rate_hz)
    generator = torch.Generator().manual_seed(1)
    return VoicedBatch(
        signals=torch.from_numpy(signal)[None].repeat(copies, 1),
        phase=phase.repeat(copies, 1),
        frequency=torch.full((copies, n_samples), hz),
        voicing=torch.ones(copies, n_samples // front_end.hop + 1),
        noise=torch.randn(copies, 2, n_samples, generator=generator),
    )


def spoken_corpus(*, rate_hz=RATE_HZ):
    """Two speakers, one of them with much more to say."""
    utterances = [utterance("long", k, duration_s=2.0) for k in range(4)] + [utterance("short", 9)]
    return voiced(corpus(utterances, rate_hz=rate_hz))


def voiced(silent):
    """The same corpus with a voice in it."""
    lengths = np.diff(silent.offsets)
    samples = np.concatenate(
        [voice(n, seed=k, rate_hz=silent.rate_hz) for k, n in enumerate(lengths)]
    )
    return replace(silent, samples=(samples * 32767).clip(-32768, 32767).astype(np.int16))


def store(held, folder):
    """Write a corpus in memory to a folder, with tracks, as the scripts leave it."""
    folder.mkdir(parents=True)
    lines = "".join(one.to_json() + "\n" for one in held.utterances)
    (folder / MANIFEST).write_text(lines, encoding="utf-8")
    (folder / SAMPLES).write_bytes(held.samples.astype("<i2").tobytes())
    preparation_of(held.rate_hz).write(folder)
    write_tracks(folder / TRACKS, tracks_of(held))
