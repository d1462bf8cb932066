"""The universal vocoder study as this site can hold it: what is there, and why the rest is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mushra.design.method import role_of
from mushra.design.vocoder_study import (
    CODE,
    EXPRESSIVE_STYLES,
    LISTENERS_PER_UTTERANCE,
    NEUTRAL_STYLES,
    ONE_SPEAKER,
    SCENARIOS,
    TITLE,
    UNIVERSAL,
    Pool,
    StudyScenario,
)
from mushra.selectors.seenness import Library, SystemSeenness, read_library, seen_by
from synth.audio.conditions import CLEAN, CONDITIONS, Condition, Kind
from synth.models import System, Utterance
from synth.selectors import conditions_at_hand, speakers_seen_by

_PREFIX = ONE_SPEAKER.removesuffix("*")

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ProposedScenario:
    """A scenario of the template, filled in for this site.

    `missing`: systems of the study that have no checkpoint here. `reason`: why it cannot be held
    here, in words; empty if it can. `remark`: what is different from the paper all the same.
    """

    code: str
    title: str
    pool: str
    n_items: int
    systems: Sequence[System]
    filters: Filters
    condition: str
    n_utterances: int
    n_speakers: int
    missing: Sequence[str]
    reason: str
    remark: str
    seen: Sequence[SystemSeenness]

    @property
    def is_available(self) -> bool:
        """True if a batch can be made with it as it is."""
        return not self.reason

    def initial(self) -> dict[str, Any]:
        """What the form of a scenario starts from."""
        systems = [one.code for one in self.systems if role_of(one.code) != "reference"]
        return {
            "title": self.title,
            "n_items": self.n_items,
            "condition": self.condition,
            "systems": systems,
            **self.filters,
        }


@dataclass(frozen=True)
class StudyProposal:
    """The whole template on this site. `not_tested`: what the paper had and nobody here can."""

    code: str
    title: str
    scenarios: Sequence[ProposedScenario]
    not_tested: Sequence[Condition]

    @property
    def available(self) -> list[ProposedScenario]:
        """The scenarios that can be held."""
        return [one for one in self.scenarios if one.is_available]

    @property
    def n_pages(self) -> int:
        """Pages that a listener rates if all that is available is kept."""
        return sum(one.n_items for one in self.available)

    @property
    def n_listeners(self) -> int:
        """How many listeners rate each utterance, as proposed."""
        return LISTENERS_PER_UTTERANCE

    @property
    def description(self) -> str:
        """The batch's description as proposed; it stays with the batch, so it says what is not."""
        lines = [
            "After Lorenzo-Trueba et al. 2019 (Interspeech). Proposed: "
            f"{LISTENERS_PER_UTTERANCE} listeners an utterance.",
            *(f"Not held: {one.title}. {one.reason}" for one in self.scenarios if one.reason),
            f"Not tested: {', '.join(one.title for one in self.not_tested)}.",
        ]
        return "\n".join(lines)


def propose_vocoder_study() -> StudyProposal:
    """The template as this site can hold it, in two queries; seenness is told by model cards."""
    library = read_library()
    without_data = [one for one in CONDITIONS.values() if one.kind is Kind.NOT_TESTED]
    brought = [one for one in without_data if _having(library, **_recorded_as(one))]
    templates = [*SCENARIOS, *(_of_own_recordings(one) for one in brought)]
    return StudyProposal(
        code=CODE,
        title=TITLE,
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
        return _having(library, **_recorded_as(CONDITIONS[scenario.condition]))
    if scenario.pool is Pool.EXPRESSIVE:
        return _having(library, conditions={CLEAN}, styles=EXPRESSIVE_STYLES)
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
    return _having(library, conditions={CLEAN}, styles=NEUTRAL_STYLES, **accepted)


def _having(library: Library, **accepted: Collection[str]) -> Filters | None:
    """Filters that accept only what is there; None where nothing is left.

    An empty factor would accept everything, so "none of these" must not become one.
    """
    if not all(accepted.values()):
        return None
    found = library.matching(accepted)
    if not found:
        return None
    return {factor: sorted({_value(factor, one) for one in found}) for factor in sorted(accepted)}


def _value(factor: str, utterance: Utterance) -> str:
    if factor == "speakers":
        return utterance.speaker.code
    return str(getattr(utterance, factor.removesuffix("s")))


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
