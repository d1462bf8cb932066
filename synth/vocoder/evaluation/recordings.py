"""The recording of a case: the clip as it is, or in a simulated condition.

Babble is made of other speakers' validation utterances, recorded noise is drawn from a corpus of
its own (scripts/fetch_corpora.py prepares it). Every random choice follows from clip and condition.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.audio.conditions import CONDITIONS, NoiseName
from synth.audio.mel import RATE_HZ
from synth.audio.noise import cut_noise, mix_babble, shape_noise
from synth.audio.simulation import simulate
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.splits import VALIDATION

from .clips import NO_SPEECH, Clip, samples_of
from .scoring import Case
from .versions import SYNTH, code_version

Samples = NDArray[np.float32]
SIMULATING = ("noise", "reverberation", "simulation", "speech_level", "telephone", "whisper")
MIN_NOISE_S, MIN_VOICE_S = 1.0, 1.0
PEAK = 0.99  # a louder sum of speech and noise is turned down whole


@dataclass(frozen=True)
class Recordings:
    """The recordings of a corpus's clips, as they are and in simulated conditions."""

    corpus: PreparedCorpus
    noises: PreparedCorpus | None = None

    def __call__(self, case: Case) -> Samples:
        """The samples (N,) that are both the systems' input and their reference."""
        samples = samples_of(self.corpus, case.clip)
        if not case.simulation:
            return samples
        params = CONDITIONS[case.condition].params
        seed = _seed(case)
        noise = self._noise(params.get("noise"), case.clip, samples, seed)
        changed = simulate(samples, rate_hz=RATE_HZ, params=params, seed=seed, noise=noise)
        loudest = float(np.max(np.abs(changed), initial=0.0))
        return (changed * min(1.0, PEAK / loudest) if loudest else changed).astype(np.float32)

    def conditions(self) -> dict[str, str]:
        """The simulated conditions this corpus has what they need for, each with a version."""
        files = [SYNTH / "audio" / f"{name}.py" for name in SIMULATING]
        code = code_version([*files, Path(__file__)])
        return {
            one.code: f"{code}{sorted(one.params.items())}"
            for one in CONDITIONS.values()
            if one.is_simulated and (self.noises is not None or not one.needs_noise_folder)
        }

    def _noise(self, name: str | None, clip: Clip, samples: Samples, seed: int) -> Samples | None:
        if name is None:
            return None
        if name == NoiseName.SHAPED:
            return np.asarray(shape_noise(samples, rate_hz=RATE_HZ, seed=seed))
        rng = np.random.default_rng(seed)
        if name == NoiseName.RECORDED:
            return np.asarray(cut_noise(self._draw_noise(rng), n_samples=len(samples), rng=rng))
        voices = [
            [self._samples(i) for i in rng.choice(own, size=min(4, len(own)), replace=False)]
            for speaker, own in self._voices
            if speaker != clip.speaker
        ]
        found = mix_babble(voices, rate_hz=RATE_HZ, n_samples=len(samples), seed=seed)
        return np.asarray(found)

    def _samples(self, index: int) -> NDArray[np.float64]:
        return self.corpus.samples_of(index) / 32768.0

    def _draw_noise(self, rng: np.random.Generator) -> NDArray[np.float64]:
        if self.noises is None:
            raise ValueError("Recorded noise needs a corpus of noises; none was prepared.")
        long = [i for i, u in enumerate(self.noises.utterances) if u.duration_s >= MIN_NOISE_S]
        return self.noises.samples_of(long[int(rng.integers(len(long)))]) / 32768.0

    @cached_property
    def _voices(self) -> list[tuple[str, list[int]]]:
        return sorted(self._validation_voices())

    def _validation_voices(self) -> Iterator[tuple[str, list[int]]]:
        by_speaker: dict[str, list[int]] = defaultdict(list)
        for index in self.corpus.indices(VALIDATION):
            utterance = self.corpus.utterances[index]
            if utterance.language != NO_SPEECH and utterance.duration_s >= MIN_VOICE_S:
                by_speaker[utterance.speaker].append(index)
        yield from by_speaker.items()


def _seed(case: Case) -> int:
    digest = hashlib.sha256(f"{case.clip.key}|{case.condition}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
