"""The prosody transfer study as this site can hold it: two scenarios for each target voice."""

from collections.abc import Sequence

from mushra.design.attributes import Role
from mushra.design.method import role_of
from mushra.design.prosody_study import (
    CODE,
    ITEMS,
    LISTENERS_PER_UTTERANCE,
    SOURCE,
    SYSTEMS,
    TITLE,
    TITLES,
    Pool,
)
from mushra.models import Batch
from mushra.selectors.proposals import Filters, ProposedScenario, StudyProposal, having
from mushra.selectors.recordings import language_name
from mushra.selectors.seenness import Library, read_library
from mushra.selectors.voices import can_speak, needs_text, speaks_language
from synth.audio.conditions import CLEAN
from synth.models import System, Utterance
from synth.selectors import installed_voices
from synth.voices import Voice


def propose_prosody_study() -> StudyProposal:
    """The template as this site can hold it, in two queries."""
    library = read_library()
    voices = installed_voices()
    scenarios = [_propose(voice, pool, library) for voice in voices for pool in Pool]
    return StudyProposal(
        code=CODE,
        title=TITLE,
        source=SOURCE,
        n_listeners=LISTENERS_PER_UTTERANCE,
        scenarios=scenarios or [_without_voice(pool) for pool in Pool],
    )


def is_prosody_study(batch: Batch) -> bool:
    """True if all pages of the batch speak with a target voice, so that the study can be asked."""
    return not batch.scenarios.filter(voice="").exists()


def _propose(voice: Voice, pool: Pool, library: Library) -> ProposedScenario:
    systems = [one for one in library.systems if one.code in SYSTEMS and can_speak(voice, one)]
    here = {one.code for one in systems}
    missing = [code for code in SYSTEMS if code not in here]
    text = {"has_text": ["yes"]} if needs_text(systems) else {}
    filters = _filters(voice, pool, library, text)
    found = library.matching({**filters, **text}) if filters else []
    n_items = min(ITEMS, len(found) - 1)  # one is left to train on
    return ProposedScenario(
        code=f"{pool.name.lower().replace('_', '-')}-{voice.code}",
        title=f"{TITLES[pool]}: {voice.title}",
        pool=pool.value,
        n_items=max(n_items, 1),
        systems=systems,
        filters=filters or {},
        n_utterances=len(found),
        n_speakers=len({one.speaker_id for one in found}),
        missing=missing,
        reason=_reason(voice, pool, systems, found),
        remark=_remark(voice, missing, n_items, library),
        voice=voice.code,
        voice_title=voice.title,
    )


def _without_voice(pool: Pool) -> ProposedScenario:
    return ProposedScenario(
        code=pool.name.lower().replace("_", "-"),
        title=TITLES[pool],
        pool=pool.value,
        n_items=ITEMS,
        systems=[],
        filters={},
        n_utterances=0,
        n_speakers=0,
        missing=SYSTEMS,
        reason="No target voice is installed: one appears once its folder lies in "
        "synth/weights/voices.",
        remark="",
    )


def _filters(
    voice: Voice, pool: Pool, library: Library, text: dict[str, list[str]]
) -> Filters | None:
    """The recordings a scenario draws from; None where there are none of the kind."""
    clean = library.matching({"conditions": [CLEAN], **text})
    spoken = [one for one in clean if speaks_language(voice, one.language)]
    everybody, own = {one.speaker.code for one in spoken}, {voice.speaker}
    speakers = everybody & own if pool is Pool.SAME_SPEAKER else everybody - own
    languages = {one.language for one in spoken if one.speaker.code in speakers}
    return having(library, conditions={CLEAN}, languages=languages, speakers=speakers)


def _reason(voice: Voice, pool: Pool, systems: Sequence[System], found: Sequence[Utterance]) -> str:
    if all(role_of(one.code) is not Role.SYSTEM for one in systems):
        return (
            "None of its systems is here: “manage.py load_corpus” registers those whose networks "
            "lie in synth/weights/voices."
        )
    if len(found) < 2:
        whose = f"by {voice.speaker}" if pool is Pool.SAME_SPEAKER else "by anybody else"
        return (
            f"This site has {len(found) or 'no'} clean {language_name(voice.language)} recordings "
            f"of 2 to 12 s with text {whose}, and a scenario needs two: one to rate and one to "
            "train on. “manage.py import_recordings” brings them in."
        )
    return ""


def _remark(voice: Voice, missing: Sequence[str], n_items: int, library: Library) -> str:
    remarks = []
    if missing:
        remarks.append(f"Not here: {', '.join(missing)}.")
    if 0 < n_items < ITEMS:
        remarks.append(f"Only {n_items} of {ITEMS} items: there are no more recordings.")
    if not library.matching({"speakers": [voice.speaker], "has_text": ["yes"]}):
        remarks.append(
            f"Similarity of voice cannot be asked: there is no recording of {voice.speaker} "
            "with text."
        )
    return " ".join(remarks)
