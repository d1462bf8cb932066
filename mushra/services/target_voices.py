"""What a scenario with a target voice needs: who speaks, in which language, and beside what."""

from collections.abc import Sequence
from random import Random

from mushra.design.method import TARGET_VOICE
from mushra.design.other_sentences import Recording, draw_other_sentences
from mushra.design.sampling import Candidate
from mushra.errors import MushraError
from mushra.models import Batch, Scenario
from mushra.selectors.recordings import language_name, usable_utterances
from mushra.selectors.voices import (
    can_speak,
    find_voice,
    is_spoken,
    needs_text,
    speaks_language,
)
from synth.models import System, Utterance
from synth.voices import Voice

_TARGET = {
    "title": "Target voice, another sentence",
    "kind": System.Kind.NATURAL,
    "sort_order": 0,
}


def check_voice(title: str, voice: str, systems: Sequence[System]) -> None:
    """Raises MushraError when a scenario's systems and its voice do not fit each other."""
    speaking = [system.title for system in systems if is_spoken(system)]
    if speaking and not voice:
        raise MushraError(
            f"In scenario {title!r}, {', '.join(speaking)} cannot speak without a target voice: "
            "choose one.",
            code="voice_missing",
            field="voice",
        )
    if not voice:
        return
    found = find_voice(voice)
    if found is None:
        raise MushraError(
            f"Scenario {title!r} names the voice {voice!r}, which is not installed on this site.",
            code="voice_unknown",
            field="voice",
        )
    if not speaking:
        raise MushraError(
            f"Scenario {title!r} names a target voice, but none of its systems speaks with one: "
            "add a system of prosody transfer, or choose no voice.",
            code="voice_needless",
            field="voice",
        )
    if cannot := [system.title for system in systems if not can_speak(found, system)]:
        raise MushraError(
            f"Scenario {title!r} wants {', '.join(cannot)}, for which the voice {found.title!r} "
            "has no network on this site: leave it out, or choose another voice.",
            code="voice_without_network",
            field="systems",
        )


def check_language(scenario: Scenario, found: Sequence[Candidate]) -> None:
    """Raises MushraError when the scenario would draw recordings its voice cannot speak."""
    voice = find_voice(scenario.voice)
    if voice is None:
        return
    spoken = [one.factors["languages"] for one in found]
    others = [code for code in spoken if not speaks_language(voice, code)]
    if others:
        own = language_name(voice.language)
        named = ", ".join(sorted({language_name(code) for code in others}))
        raise MushraError(
            f"The voice {voice.title!r} speaks {own}, but {len(others)} of the {len(spoken)} "
            f"recordings that scenario {scenario.title!r} draws from are in other languages "
            f"({named}): choose {own} alone.",
            code="voice_language",
            field="languages",
        )


def text_filter(scenario: Scenario) -> dict[str, list[str]]:
    """What else the scenario's recordings must have: a text, where a system speaks from one."""
    return {"has_text": ["yes"]} if needs_text(scenario.systems.all()) else {}


def draw_targets(batch: Batch) -> None:
    """Gives items whose scenario has a voice a recording of that voice saying another sentence.

    A scenario that has no such recording for one of its items gets none: it can be held, but not
    asked about the similarity of voices.
    """
    for scenario in batch.scenarios.exclude(voice=""):
        voice = find_voice(scenario.voice)
        if voice is not None:
            _draw_targets(scenario, voice)


def _draw_targets(scenario: Scenario, voice: Voice) -> None:
    recordings = {one.code: one for one in usable_utterances().filter(speaker__code=voice.speaker)}
    items = list(scenario.items.select_related("utterance"))
    drawn = draw_other_sentences(
        [_recording(item.utterance) for item in items],
        [_recording(one) for one in recordings.values()],
        Random(f"earshot target voice {scenario.batch.seed} {scenario.position}"),
    )
    if drawn is None:
        return
    for item, code in zip(items, drawn, strict=True):
        item.target_utterance = recordings[code]
    scenario.items.bulk_update(items, ["target_utterance"])
    scenario.systems.add(System.objects.get_or_create(code=TARGET_VOICE, defaults=_TARGET)[0])


def _recording(utterance: Utterance) -> Recording:
    return Recording(utterance.code, utterance.text)
