"""What there is to choose from when a batch is planned: recordings and systems."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Trim

from mushra.design.attributes import Role
from mushra.design.conditions import title_of
from mushra.design.method import FLAT_PROSODY, LOW_ANCHOR, MID_ANCHOR, SPEECH_ANCHOR, role_of
from mushra.design.sampling import MAX_EXCERPT_S, MIN_EXCERPT_S
from synth.models import System, Utterance

# A scenario's factors and where an utterance keeps each.
FACTOR_FIELDS: Mapping[str, str] = {
    "corpora": "speaker__corpus__code",
    "languages": "language",
    "speakers": "speaker__code",
    "styles": "style",
    "conditions": "condition",
}

_ANCHOR_HINTS: Mapping[str, str] = {
    LOW_ANCHOR: "the low anchor that MUSHRA requires",
    MID_ANCHOR: "the mid anchor, for recordings of 9.1 kHz bandwidth or more",
    SPEECH_ANCHOR: "the mid anchor for recordings at 16 kHz",
    FLAT_PROSODY: "the low anchor for similarity of prosody; speaks with the target voice",
}


@dataclass(frozen=True)
class FactorValue:
    """One value that a factor takes, and how many usable utterances have it."""

    code: str
    label: str
    n_utterances: int

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class SystemChoice:
    """A system that a scenario may show, and the part it would play."""

    code: str
    title: str
    role: Role
    kind: str

    def __str__(self) -> str:
        return self.title

    @property
    def hint(self) -> str:
        """When to choose it: anchors say so, other systems say what they are."""
        kind = "" if self.kind.lower() in self.title.lower() else self.kind
        return _ANCHOR_HINTS.get(self.code, kind)


@dataclass(frozen=True)
class MatchingRecordings:
    """What is left after a scenario's filters. Some systems speak from a text (`n_with_text`)."""

    n_utterances: int
    n_with_text: int
    n_speakers: int
    narrowest_hz: float | None


def usable_utterances() -> QuerySet[Utterance]:
    """The utterances that are neither too short nor too long to be compared."""
    return Utterance.objects.filter(duration_s__gte=MIN_EXCERPT_S, duration_s__lte=MAX_EXCERPT_S)


def factor_values() -> dict[str, list[FactorValue]]:
    """Factor -> its values with their counts; one query per factor."""
    return {factor: _values(factor, name) for factor, name in FACTOR_FIELDS.items()}


def matching_recordings(filters: Mapping[str, Collection[str]]) -> MatchingRecordings:
    """How many utterances pass the filters, as mushra.design.sampling.matching would say."""
    accepted = {
        f"{FACTOR_FIELDS[factor]}__in": list(codes) for factor, codes in filters.items() if codes
    }
    found = (
        usable_utterances()
        .filter(**accepted)
        .annotate(words=Trim("text"))
        .aggregate(
            n_utterances=Count("pk"),
            n_with_text=Count("pk", filter=~Q(words="")),
            n_speakers=Count("speaker", distinct=True),
            narrowest_hz=Min("bandwidth_hz"),
        )
    )
    return MatchingRecordings(**found)


def system_choices() -> Sequence[SystemChoice]:
    """Every system, in the order in which pages list them."""
    return [
        SystemChoice(system.code, system.title, role_of(system.code), system.get_kind_display())
        for system in System.objects.all()
    ]


def language_name(code: str) -> str:
    """The English name of a language code, e.g. "Russian"; the code where none is known."""
    base = code.replace("_", "-").lower()
    info = LANG_INFO.get(base) or LANG_INFO.get(base.split("-")[0]) or {}
    return str(info.get("name", code))


def _values(factor: str, name: str) -> list[FactorValue]:
    title = {"corpora": "speaker__corpus__name", "speakers": "speaker__name"}.get(factor, name)
    counted = usable_utterances().values_list(name, title).annotate(n=Count("pk")).order_by(name)
    spoken = {"languages": language_name, "conditions": title_of}.get(factor, str)
    return [FactorValue(code, spoken(label), n) for code, label, n in counted]
