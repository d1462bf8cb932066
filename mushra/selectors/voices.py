"""The target voices a scenario may name, and which systems speak with one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mushra.selectors.recordings import language_name
from synth.models import System
from synth.selectors import installed_voices
from synth.voices import Voice

# Of the systems that speak with a target voice, the one that hears what to say.
TEXTLESS = "transferred_textless"


@dataclass(frozen=True)
class VoiceChoice:
    """A voice that a scenario may name; an empty code for none."""

    code: str
    title: str

    def __str__(self) -> str:
        return self.title


NO_VOICE = VoiceChoice("", "None")


def voice_choices() -> Sequence[VoiceChoice]:
    """None, then every installed voice; empty where none is installed."""
    voices = [
        VoiceChoice(one.code, f"{one.title} ({language_name(one.language)})")
        for one in installed_voices()
    ]
    return [NO_VOICE, *voices] if voices else []


def find_voice(code: str) -> Voice | None:
    """The installed voice of that code."""
    return next((one for one in installed_voices() if one.code == code), None)


def voice_title(code: str) -> str:
    """What a voice is called; its code where it is not installed any more."""
    voice = find_voice(code) if code else None
    return voice.title if voice else code


def speaks_language(voice: Voice, language: str) -> bool:
    """True if recordings in the language can be said with the voice; regions do not matter."""
    return _base(voice.language) == _base(language)


def is_spoken(system: System) -> bool:
    """True if the system speaks with a target voice."""
    return system.kind == System.Kind.PROSODY


def can_speak(voice: Voice, system: System) -> bool:
    """True unless the system speaks through a network that this voice has not."""
    network = system.params.get("network")
    return not is_spoken(system) or network is None or network in voice.networks


def needs_text(systems: Iterable[System]) -> bool:
    """True if one of the systems speaks from the recording's text."""
    return any(is_spoken(one) and one.code != TEXTLESS for one in systems)


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()
