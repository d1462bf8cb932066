"""A target voice made ready for training, on disk: phonemes, mels, controls and contours.

Axes: U recordings (each at every speed), P phonemes and T frames of all recordings in a row,
M mel bands, C controls.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .config import NetworkConfig
from .contours import Contours
from .excitation import excitation_of, network_features, prosody_with
from .features import Prosody
from .inventory import Inventory, are_pauses
from .population import Moments
from .samples import SPREAD
from .segments import Durations
from .speaker_statistics import SpeakerStatistics
from .spoken import Origin, Spoken

VERSION = 1  # of what lies on disk; another is prepared anew
INDEX, PHONEMES = "voice.json", "phonemes.npz"
FRAMES = ("mels", "comb", "controls", "contours")
HALVES = ("mels", "comb", "controls")


@dataclass(frozen=True, eq=False)
class PreparedVoice:
    """What ``write_voice`` wrote; frames are read from disk as they are used.

    phones: (P,) places in the inventory, or posteriors (P, K) of what was heard.
    features: (P, F) normalized. durations: (P,) frames.
    mels, comb: (T, M) float16. controls: (T, C) float16. contours: (T, 3) float32, the measured
    log F0, voicing and energy, normalized by the speaker.
    """

    inventory: Inventory
    speaker: SpeakerStatistics
    origins: tuple[Origin, ...]
    speeds: tuple[float, ...]
    n_phonemes: NDArray[np.intp]
    n_frames: NDArray[np.intp]
    phones: NDArray[np.int64] | NDArray[np.float32]
    features: NDArray[np.float32]
    durations: Durations
    mels: NDArray[np.float16]
    comb: NDArray[np.float16]
    controls: NDArray[np.float16]
    contours: NDArray[np.float32]

    @cached_property
    def phoneme_starts(self) -> NDArray[np.intp]:
        """Where the phonemes of each recording begin (U,)."""
        return np.cumsum(self.n_phonemes) - self.n_phonemes

    @cached_property
    def frame_starts(self) -> NDArray[np.intp]:
        """Where the frames of each recording begin (U,)."""
        return np.cumsum(self.n_frames) - self.n_frames

    def phonemes_at(self, index: int) -> slice:
        """The phonemes of a recording."""
        start = self.phoneme_starts[index]
        return slice(start, start + self.n_phonemes[index])

    def frames_at(self, index: int) -> slice:
        """The frames of a recording."""
        start = self.frame_starts[index]
        return slice(start, start + self.n_frames[index])

    def chosen(self, part: str, *, at_own_speed: bool = False) -> list[int]:
        """Places of a part's recordings, at every speed or as they were recorded."""
        return [
            place
            for place, (origin, speed) in enumerate(zip(self.origins, self.speeds, strict=True))
            if origin.part == part and (speed == 1.0 or not at_own_speed)
        ]

    def prosody_at(self, index: int) -> Prosody:
        """A recording's prosody in the speaker's units; outliers are held at five deviations."""
        at = self.phonemes_at(index)
        found = prosody_with(self.features[at], self.durations[at], self.speaker)
        return replace(found, is_pause=are_pauses(self.phones[at]))


def write_voice(
    folder: Path, recordings: Iterable[Spoken], inventory: Inventory, speaker: SpeakerStatistics
) -> None:
    """Write recordings as they come; interrupted, nothing that can be opened is left."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INDEX).unlink(missing_ok=True)
    rows: list[dict[str, object]] = []
    phones, features, durations = [], [], []
    streams = {name: (folder / f"{name}.raw").open("wb") for name in FRAMES}
    for one in recordings:
        for name, values in frames_of(one, speaker).items():
            streams[name].write(np.ascontiguousarray(values).tobytes())
        phones.append(inventory.given(one.phones))
        features.append(network_features(one.prosody, speaker))
        durations.append(one.durations)
        rows.append({**asdict(one.origin), "speed": one.speed, "n_frames": one.n_frames})
    for stream in streams.values():
        stream.close()
    np.savez(
        folder / PHONEMES,
        phones=np.concatenate(phones),
        features=np.concatenate(features),
        durations=np.concatenate(durations),
        n_phonemes=np.array([len(one) for one in phones], dtype=np.intp),
    )
    about = {"version": VERSION, "inventory": asdict(inventory), "speaker": asdict(speaker)}
    (folder / INDEX).write_text(json.dumps({**about, "recordings": rows}), encoding="utf-8")


def frames_of(one: Spoken, speaker: SpeakerStatistics) -> dict[str, NDArray[np.floating]]:
    """What is kept of a recording per frame."""
    excitation = excitation_of(one.prosody, speaker)
    return {
        "mels": one.mels.astype(np.float16),
        "comb": excitation.comb.astype(np.float16),
        "controls": excitation.controls.astype(np.float16),
        "contours": normalized_contours(one.contours, speaker),
    }


def normalized_contours(contours: Contours, speaker: SpeakerStatistics) -> NDArray[np.float32]:
    """Log F0, voicing and energy (T, 3) without the speaker."""
    columns = [
        (contours.log_f0 - speaker.log_f0.mean) / speaker.log_f0.sd,
        contours.voiced,
        (contours.energy - speaker.energy.mean) / speaker.energy.sd,
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def folder_of(voices: Path, voice: str, network: NetworkConfig) -> Path:
    """Where a voice lies that was prepared for a network; if that hears, as it was heard."""
    heard = f"_heard_{network.recognizer}" if network.recognizer else ""
    return voices / f"{voice}{heard}"


def open_voice(folder: Path) -> PreparedVoice:
    """The voice that ``write_voice`` wrote.

    Raises:
        FileNotFoundError: if there is none, or one of another version.
    """
    about = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    if about["version"] != VERSION:
        raise FileNotFoundError(f"{folder} was prepared by another version; prepare it again.")
    rows = about["recordings"]
    n_frames = np.array([row["n_frames"] for row in rows], dtype=np.intp)
    with np.load(folder / PHONEMES) as stored:
        phonemes = {name: stored[name] for name in stored.files}
    return PreparedVoice(
        inventory=stored_inventory(about["inventory"]),
        speaker=stored_statistics(about["speaker"]),
        origins=tuple(Origin(row["code"], row["speaker"], row["part"]) for row in rows),
        speeds=tuple(row["speed"] for row in rows),
        n_frames=n_frames,
        **phonemes,
        mels=_mapped(folder, "mels", int(n_frames.sum())),
        comb=_mapped(folder, "comb", int(n_frames.sum())),
        controls=_mapped(folder, "controls", int(n_frames.sum())),
        contours=_mapped(folder, "contours", int(n_frames.sum())),
    )


def _mapped(folder: Path, name: str, n_frames: int) -> NDArray[Any]:
    kind = np.float16 if name in HALVES else np.float32
    return np.memmap(folder / f"{name}.raw", dtype=kind, mode="r").reshape(n_frames, -1)


def stored_inventory(stored: Mapping[str, Any]) -> Inventory:
    """The inventory that was stored as JSON."""
    return Inventory(tuple(stored["symbols"]), stored["phone_set"])


def stored_statistics(stored: Mapping[str, Any]) -> SpeakerStatistics:
    """The statistics that were stored as JSON."""
    moments = {name: Moments(**stored[name]) for name in SPREAD}
    return SpeakerStatistics(
        log_f0=moments["log_f0"],
        energy=moments["energy"],
        log_duration=moments["log_duration"],
        n_phrases=stored["n_phrases"],
        n_phonemes=stored["n_phonemes"],
    )
