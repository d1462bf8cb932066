"""The universal vocoder study as this site can hold it: what is there, and why the rest is not."""

from collections.abc import Collection, Sequence

from mushra.design.method import role_of
from mushra.design.vocoder_study import (
    CODE,
    EXPRESSIVE_STYLES,
    LISTENERS_PER_UTTERANCE,
    NEUTRAL_STYLES,
    ONE_SPEAKER,
    SCENARIOS,
    SOURCE,
    TITLE,
    UNIVERSAL,
    Pool,
    StudyScenario,
)
from mushra.selectors.proposals import Filters, ProposedScenario, StudyProposal, having
from mushra.selectors.seenness import Library, read_library, seen_by
from synth.audio.conditions import CLEAN, CONDITIONS, Condition, Kind
from synth.models import System, Utterance
from synth.selectors import conditions_at_hand, speakers_seen_by

_PREFIX = ONE_SPEAKER.removesuffix("*")


def propose_vocoder_study() -> StudyProposal:
    """The template as this site can hold it, in two queries; seenness is told by model cards."""
    library = read_library()
    without_data = [one for one in CONDITIONS.values() if one.kind is Kind.NOT_TESTED]
    brought = [one for one in without_data if having(library, **_recorded_as(one))]
    templates = [*SCENARIOS, *(_of_own_recordings(one) for one in brought)]
    return StudyProposal(
        code=CODE,
        title=TITLE,
        source=SOURCE,
        n_listeners=LISTENERS_PER_UTTERANCE,
        scenarios=[
            _propose(scenario, library)
            for template in templates
            for scenario in _one_per_voice(template, library)
        ],
        not_tested=[one for one in without_data if one not in brought],
    )


def _of_own_recordings(condition: Condition) -> StudyScenario:
    """What we found no recordings of is tested where a site has its own."""
    code = f"{condition.code}-recorded"
    return StudyScenario(code, condition.title, Pool.RECORDED, condition=condition.code)


def _recorded_as(condition: Condition) -> dict[str, Collection[str]]:
    """The filter for recordings in a condition: a real one may be a style or a language."""
    return {f"{condition.factor}s": {condition.code}}


def _one_per_voice(template: StudyScenario, library: Library) -> list[StudyScenario]:
    """In-domain means another voice for each one-speaker vocoder: a scenario for each."""
    own = _one_speaker_systems(library)
    if template.pool is not Pool.IN_DOMAIN or not own:
        return [template]
    return [
        StudyScenario(
            code=f"{template.code}-{name.removeprefix(_PREFIX)}",
            title=f"{template.title}: {name.removeprefix(_PREFIX)}",
            pool=template.pool,
            systems=tuple(name if one == ONE_SPEAKER else one for one in template.systems),
            n_items=template.n_items,
        )
        for name in own
    ]


def _propose(scenario: StudyScenario, library: Library) -> ProposedScenario:
    systems, missing = _systems(scenario, library)
    filters = _filters(scenario, systems, library)
    found = library.matching(filters) if filters is not None else []
    applied = scenario.condition if scenario.pool is Pool.SIMULATED else CLEAN
    n_items = min(scenario.n_items, len(found)) or scenario.n_items
    return ProposedScenario(
        code=scenario.code,
        title=scenario.title,
        pool=scenario.pool.value,
        n_items=n_items,
        systems=systems,
        filters=filters or {},
        condition=applied,
        n_utterances=len(found),
        n_speakers=len({one.speaker_id for one in found}),
        missing=missing,
        reason=_reason(scenario, systems, found),
        remark=_remark(missing, n_items, scenario.n_items),
        seen=seen_by(systems, found, condition=applied),
    )


def _one_speaker_systems(library: Library) -> list[str]:
    return [one.code for one in library.systems if one.code.startswith(_PREFIX)]


def _systems(scenario: StudyScenario, library: Library) -> tuple[list[System], list[str]]:
    """The scenario's systems that are here, in the site's order, and the names of the others."""
    own = _one_speaker_systems(library)
    wanted = {
        code
        for one in scenario.systems
        for code in ((own or [ONE_SPEAKER]) if one == ONE_SPEAKER else [one])
    }
    here = [one for one in library.systems if one.code in wanted]
    known = {one.code for one in here}
    return here, [one for one in scenario.systems if one in wanted - known]


def _filters(
    scenario: StudyScenario, systems: Sequence[System], library: Library
) -> Filters | None:
    """The recordings the scenario draws from; None where there are none of the kind."""
    finders = {
        Pool.IN_DOMAIN: _in_domain,
        Pool.UNSEEN_SPEAKERS: _unseen_speakers,
        Pool.UNSEEN_LANGUAGES: _unseen_languages,
        Pool.SIMULATED: _any_neutral,
    }
    if scenario.pool is Pool.RECORDED:
        return having(library, **_recorded_as(CONDITIONS[scenario.condition]))
    if scenario.pool is Pool.EXPRESSIVE:
        return having(library, conditions={CLEAN}, styles=EXPRESSIVE_STYLES)
    return finders[scenario.pool](library, systems)


def _in_domain(library: Library, systems: Sequence[System]) -> Filters | None:
    """The voices that every network of the scenario was trained on."""
    heard = [speakers_seen_by(one) for one in systems if one.checkpoint]
    return _neutral(library, speakers=set.intersection(*heard)) if heard else None


def _unseen_speakers(library: Library, systems: Sequence[System]) -> Filters | None:
    """Heard and unheard by the universal network: the others heard fewer."""
    universal = _universal(library)
    if universal is None:
        return None
    everybody = {one.speaker.code for one in library.utterances.values()}
    speakers = everybody - speakers_seen_by(universal)
    return _neutral(library, speakers=speakers, languages=_languages(universal))


def _unseen_languages(library: Library, systems: Sequence[System]) -> Filters | None:
    universal = _universal(library)
    if universal is None:
        return None
    spoken = {one.language for one in library.utterances.values()}
    return _neutral(library, languages=spoken - _languages(universal))


def _any_neutral(library: Library, systems: Sequence[System]) -> Filters | None:
    """Voices heard in training, where there are enough: then the condition alone is new."""
    universal = _universal(library)
    heard = _neutral(library, speakers=speakers_seen_by(universal)) if universal else None
    return heard or _neutral(library)


def _neutral(library: Library, **accepted: Collection[str]) -> Filters | None:
    return having(library, conditions={CLEAN}, styles=NEUTRAL_STYLES, **accepted)


def _universal(library: Library) -> System | None:
    return next(iter(library.networks({UNIVERSAL})), None)


def _languages(system: System) -> set[str]:
    card = system.checkpoint.card if system.checkpoint else {}
    return set(card.get("training", {}).get("languages", ()))


def _reason(scenario: StudyScenario, systems: Sequence[System], found: Sequence[Utterance]) -> str:
    condition = CONDITIONS[scenario.condition]
    if condition.is_simulated and condition not in conditions_at_hand():
        return "Its noise is read from a folder, and EARSHOT_NOISES names none on this site."
    if all(role_of(one.code) != "system" for one in systems):
        return (
            "None of its systems is here: a vocoder appears once its checkpoint and card lie in "
            "synth/weights."
        )
    if not found:
        return (
            f"This site has no such recordings of 2 to 12 s ({scenario.pool.value}). "
            "“manage.py import_recordings” brings them in."
        )
    return ""


def _remark(missing: Sequence[str], n_items: int, n_proposed: int) -> str:
    remarks = []
    if missing:
        remarks.append(f"No checkpoint here: {', '.join(missing)}.")
    if n_items < n_proposed:
        remarks.append(f"Only {n_items} of {n_proposed} items: there are no more recordings.")
    return " ".join(remarks)
