"""Where the noise of a simulated condition comes from: recordings at hand, never a download."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from synth.audio.conditions import NoiseName
from synth.audio.io import file_sha256, read_recording
from synth.audio.noise import cut_noise, mix_babble, shape_noise
from synth.audio.resample import resample
from synth.errors import SynthError

DEMO_VOICES = Path(__file__).parents[2] / "demo" / "manifest.json"
SUFFIXES = {".wav", ".flac", ".ogg", ".mp3"}


@dataclass(frozen=True)
class NoiseSources:
    """The recordings noise is made of.

    Attributes:
        voices: manifest of the recordings that babble is made of.
        folder: recordings of real noises, at any depth; None where there are none.
    """

    voices: Path = DEMO_VOICES
    folder: Path | None = None

    def pin(self, params: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
        """The params with the recorded noise that the seed draws, by name and sha256.

        Other noises need no pin: what they are follows from params, seed and recording.
        Raises: SynthError "noise_missing" if there is no folder or nothing in it.
        """
        if params.get("noise") != NoiseName.RECORDED or "noise_file" in params:
            return dict(params)
        files = self._recorded()
        file = files[int(np.random.default_rng(seed).integers(len(files)))]
        name = str(file.relative_to(self._noise_folder()))
        return {**params, "noise_file": name, "noise_sha256": file_sha256(file)}

    def make(
        self,
        params: Mapping[str, Any],
        recording: np.ndarray,
        *,
        rate_hz: int,
        seed: int,
        source: Path,
    ) -> np.ndarray | None:
        """As much noise as the recording is long, (N,) float64; None if the params name none.

        Args:
            params: of a simulated condition, pinned.
            recording: (N,) float at `rate_hz`, from the file `source`, whose speaker is kept out
                of babble.
        """
        name = params.get("noise")
        if name is None:
            return None
        if name == NoiseName.SHAPED:
            return shape_noise(recording, rate_hz=rate_hz, seed=seed)
        if name == NoiseName.BABBLE:
            voices = _voices(self.voices, rate_hz)
            others = [voices[who] for who in sorted(voices) if who != self._speaker_of(source)]
            return mix_babble(others, rate_hz=rate_hz, n_samples=len(recording), seed=seed)
        if name == NoiseName.RECORDED:
            noise = self._read_pinned(params, rate_hz)
            return cut_noise(noise, n_samples=len(recording), rng=np.random.default_rng(seed))
        raise SynthError(
            f"There is no noise {name!r}; expected one of {', '.join(NoiseName)}.",
            code="condition_invalid",
            field="condition",
        )

    def _speaker_of(self, source: Path) -> str | None:
        return _speakers(self.voices).get(_samples_sha256(source))

    def _noise_folder(self) -> Path:
        if self.folder is None or not self.folder.is_dir():
            raise SynthError(
                f"Recorded noise needs a folder of noise recordings, but EARSHOT_NOISES names "
                f"{'none' if self.folder is None else self.folder}. Set it, or take babble or "
                "speech-shaped noise.",
                code="noise_missing",
                field="condition",
            )
        return self.folder

    @property
    def has_recorded(self) -> bool:
        """Whether there is a recording of real noise."""
        return self.folder is not None and any(_sound_files(self.folder))

    def _recorded(self) -> list[Path]:
        folder = self._noise_folder()
        files = sorted(_sound_files(folder))
        if not files:
            message = f"There is no WAV, FLAC, Ogg or MP3 file in {folder} (EARSHOT_NOISES)."
            raise SynthError(message, code="noise_missing", field="condition")
        return files

    def _read_pinned(self, params: Mapping[str, Any], rate_hz: int) -> np.ndarray:
        folder = self._noise_folder().resolve()
        file = (folder / str(params.get("noise_file"))).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            message = f"The noise {params.get('noise_file')} is not in {folder}; restore it."
            raise SynthError(message, code="noise_missing", field="condition")
        if file_sha256(file) != params.get("noise_sha256"):
            message = f"{file} has changed since it was chosen; restore it or plan anew."
            raise SynthError(message, code="noise_changed", field="condition")
        return _read_noise(file, rate_hz)


def _read_noise(file: Path, rate_hz: int) -> np.ndarray:
    try:
        samples, from_hz = soundfile.read(file, dtype="float64", always_2d=True)
    except soundfile.SoundFileError as error:
        message = f"{file} cannot be decoded as audio ({error}); take it out of the folder."
        raise SynthError(message, code="audio_unreadable", field="condition") from error
    noise = resample(samples.mean(axis=1), from_hz=from_hz, to_hz=rate_hz)
    if not len(noise) or not np.isfinite(noise).all() or not noise.any():
        message = f"{file} holds no usable sound; take it out of the folder."
        raise SynthError(message, code="noise_unusable", field="condition")
    return noise


def _sound_files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)


@lru_cache(maxsize=4)
def _voices(manifest: Path, rate_hz: int) -> Mapping[str, list[np.ndarray]]:
    """Every speaker's recordings at that rate."""
    voices: dict[str, list[np.ndarray]] = defaultdict(list)
    for entry in _utterances(manifest):
        recording = read_recording(manifest.parent / entry["path"])
        samples = resample(recording.samples, from_hz=recording.rate_hz, to_hz=rate_hz)
        voices[entry["speaker"]].append(samples)
    return voices


@lru_cache(maxsize=4)
def _speakers(manifest: Path) -> Mapping[str, str]:
    """Who speaks, by the sha256 of a recording's samples."""
    return {entry["sha256"]: entry["speaker"] for entry in _utterances(manifest)}


def _utterances(manifest: Path) -> list[dict[str, str]]:
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))["utterances"]
    except (OSError, ValueError, KeyError) as error:
        message = f"Babble is made of the recordings that {manifest} lists: {error}. Restore it."
        raise SynthError(message, code="noise_missing", field="condition") from error
    return list(listed)


def _samples_sha256(file: Path) -> str:
    samples, _ = soundfile.read(file, dtype="int16")
    return hashlib.sha256(samples.astype("<i2").tobytes()).hexdigest()
