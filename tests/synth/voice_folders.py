"""Voices on disk for tests."""

import json
from pathlib import Path

WHOSE = {"title": "Anna", "language": "ru", "speaker": "anna", "phone_set": "ipa"}


def install(folder: Path, code: str, **networks: str) -> Path:
    """A voice whose networks are nothing but cards with these hashes."""
    voice = folder / code
    voice.mkdir(parents=True)
    (voice / "voice.json").write_text(json.dumps(WHOSE))
    for name, sha256 in networks.items():
        (voice / f"{name}.safetensors").write_bytes(b"weights")
        (voice / f"{name}.json").write_text(json.dumps({"sha256": sha256}))
    return voice
