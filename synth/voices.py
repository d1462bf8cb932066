"""The voices that this installation can speak with, told from what lies on its disk alone.

A voice is a folder under synth/weights/voices. Its voice.json says whose voice it is; every network
that speaks with it lies beside that as NAME.safetensors with its model card NAME.json. So may an
aligner or a recognizer of its own, which then stands in for the one that all voices share.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth.errors import SynthError

VOICES = "voices"  # their folder under the weights
FOLDER = Path(__file__).parent / "weights" / VOICES
HEARING = ("aligner", "recognizer")  # what voices hear through; they render nothing
_TEXTS = ("title", "language", "speaker", "phone_set")


@dataclass(frozen=True)
class Voice:
    """A target voice. `speaker`: code of whom it is the voice of. `networks`: names, sorted."""

    code: str
    title: str
    language: str
    speaker: str
    phone_set: str
    networks: tuple[str, ...]
    folder: Path

    def hearing(self, name: str, shared: Path) -> Path:
        """Stem of the aligner or recognizer: the voice's own, else that in the shared folder."""
        has_own = (self.folder / f"{name}.safetensors").is_file()
        return (self.folder if has_own else shared) / name

    @property
    def sha256(self) -> str:
        """Over all weights in its folder: it may sound otherwise when any of them is another."""
        own = (name for name in HEARING if (self.folder / f"{name}.json").is_file())
        names = [*self.networks, *own]
        listed = [[name, _read(self.folder / f"{name}.json")["sha256"]] for name in names]
        return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def find_voices(folder: Path | None = None) -> list[Voice]:
    """The voices that lie in the folder, by code; synth/weights/voices where none is given.

    Raises: SynthError "card_invalid" when a voice.json does not tell whose voice it is.
    """
    return [_voice(file) for file in sorted((folder or FOLDER).glob("*/voice.json"))]


def find_voice(code: str, folder: Path | None = None) -> Voice:
    """The voice of that code. Raises: SynthError "voice_unknown", naming those there are."""
    voices = {voice.code: voice for voice in find_voices(folder)}
    if code not in voices:
        here = f"this installation has {', '.join(voices)}" if voices else "none is installed here"
        message = f"There is no voice {code!r}; {here}."
        raise SynthError(message, code="voice_unknown", field="voice")
    return voices[code]


def _voice(file: Path) -> Voice:
    content = _read(file)
    for name in _TEXTS:
        if not isinstance(content.get(name), str):
            raise SynthError(f"{file} must name the voice's {name}.", code="card_invalid")
    weights = file.parent.glob("*.safetensors")
    carded = {one.stem for one in weights if one.with_suffix(".json").is_file()}
    networks = sorted(carded - set(HEARING))
    texts = {name: content[name] for name in _TEXTS}
    return Voice(code=file.parent.name, networks=tuple(networks), folder=file.parent, **texts)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SynthError(f"{file} is not JSON: {error}", code="card_invalid") from None
    if not isinstance(content, dict):
        raise SynthError(f"{file} must hold one JSON object.", code="card_invalid")
    return content
