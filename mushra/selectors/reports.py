"""Gathers what a report of a test is built from."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from mushra.design.attributes import Attribute
from mushra.design.method import MID_ANCHOR
from mushra.models import ListeningTest, Preregistration, Rating, Scenario, Stimulus
from mushra.reports.design import (
    MaterialEntry,
    Registration,
    ReportDesign,
    ScenarioEntry,
    SimulationTruth,
    SystemEntry,
)
from mushra.reports.document import ReportDocument, build_report
from mushra.selectors.ratings import ratings_with_listening, unfinished_listeners
from mushra.stats.screening import LISTENING_RULES
from mushra.stats.simulate import SimulationModel
from mushra.stats.table import RatingTable
from synth.models import Corpus, System

TRAINING = (
    "One training page before the rated trials, with a sentence that is not rated later; its "
    "ratings are discarded."
)
NO_PLAYBACK = (
    "None: the listeners are simulated. Their programs fetched every sound over HTTP, as a browser "
    "does, and listened to nothing."
)
PLAYBACK = (
    "In the listener's browser, over headphones or loudspeakers as each listener stated. All "
    "versions of a sentence play in step on one clock; a switch fades out and then in, 5 ms of "
    "raised cosine each (BS.1534-3 §5.3). A version can be rated only after it was played."
)
LEVEL = (
    "Each listener set a comfortable level once, on the first signal of the training page{which}, "
    "and was asked to leave it there; the site cannot measure it."
)
ALIGNED = (
    "All versions of a sentence have the same number of samples at {rate_hz} Hz, are aligned in "
    "time, and are set to the same loudness (-26 LUFS, ITU-R BS.1770)."
)
OWN_TIMING = (
    "All signals are at {rate_hz} Hz and set to the same loudness (-26 LUFS, ITU-R BS.1770). "
    "Systems that speak with a target voice keep the timing they chose, so the signals of a page "
    "begin together, are not aligned in time after that, and end in silence where they are shorter "
    "than the page's longest."
)
SERVED = (
    "Each is served as 16-bit PCM under its own dither, so that nothing but the sound tells {what}."
)


@dataclass(frozen=True)
class ReportWithRatings:
    """A report and the ratings that it was computed from."""

    document: ReportDocument
    table: RatingTable


def report_of(test: ListeningTest) -> ReportWithRatings:
    """The report of a test as it stands. Raises: TooFewRatings while nobody has finished."""
    found = ratings_with_listening(test)
    document = build_report(found.table, report_design(test), found.listening)
    return ReportWithRatings(document, found.table)


def report_design(test: ListeningTest) -> ReportDesign:
    """The design of a test as its report states it."""
    asked = test.asked
    scenarios = list(test.batch.scenarios.all())
    rated = _stimuli(test, asked.rated)
    systems = list(System.objects.filter(pk__in=rated.values("system")).order_by("sort_order"))
    roles = dict(rated.values_list("role", "system__code").distinct())
    mid_anchors = set(
        rated.filter(role=Stimulus.Role.MID_ANCHOR).values_list("system__code", flat=True)
    )
    # Scenarios may differ: rule R2 needs the 7 kHz anchor on every page.
    mid_anchor_valid = mid_anchors == {MID_ANCHOR}
    return ReportDesign(
        title=test.title,
        method=test.method,
        attribute=asked.phrase,
        systems=tuple(SystemEntry(system.code, system.title) for system in systems),
        reference=roles.get(Stimulus.Role.REFERENCE) if asked.has_hidden_reference else None,
        low_anchor=next((roles[role] for role in asked.low_anchors if role in roles), None),
        mid_anchor=roles.get(Stimulus.Role.MID_ANCHOR),
        deviations=tuple(test.deviations),
        screening=_screening(test, mid_anchor_valid),
        mid_anchor_valid=mid_anchor_valid,
        simulated=test.is_simulated,
        seed=test.seed,
        protocol_hash=test.protocol_hash,
        scenarios=tuple(ScenarioEntry(one.code, one.title) for one in scenarios),
        simulation=_simulation(test),
        versions=_versions(test),
        last_rating_at=_last_rating_at(test),
        instructions=test.instructions,
        training=TRAINING,
        n_unfinished=len(unfinished_listeners(test)),
        level="" if test.is_simulated else _level(asked),
        playback=NO_PLAYBACK if test.is_simulated else PLAYBACK,
        stimuli=_made_alike(test, scenarios),
        material=_material(test),
        **_registered(test),
    )


def _stimuli(test: ListeningTest, roles: Collection[str]) -> QuerySet[Stimulus]:
    return Stimulus.objects.filter(item__scenario__batch=test.batch_id, role__in=roles)


def _level(asked: Attribute) -> str:
    return LEVEL.format(which=", its reference" if asked.labelled else "")


def _made_alike(test: ListeningTest, scenarios: Sequence[Scenario]) -> str:
    """What the signals of a page have in common, and what nobody can tell them by."""
    has_voice = any(scenario.voice for scenario in scenarios)
    alike = (OWN_TIMING if has_voice else ALIGNED).format(rate_hz=test.batch.rate_hz)
    hides_reference = test.asked.has_hidden_reference
    what = "the hidden reference" if hides_reference else "one signal from another"
    return f"{alike} {SERVED.format(what=what)}"


def _screening(test: ListeningTest, mid_anchor_valid: bool) -> tuple[str, ...]:
    rules: tuple[str, ...] = ()
    if test.screen_by_reference:
        rules += ("R1", "R2") if mid_anchor_valid else ("R1",)
    if test.screen_by_listening:
        rules += LISTENING_RULES
    return rules


def _registered(test: ListeningTest) -> dict[str, Any]:
    """What was registered before the test opened, with its margin of equivalence; if anything."""
    found = Preregistration.objects.filter(test=test).defer("pdf").first()
    if found is None:
        return {}
    return {
        "margin": float(found.document["plan"]["margin"]),
        "margin_is_registered": True,
        "registration": Registration(
            found.registered_at.isoformat(timespec="seconds"), found.sha256
        ),
    }


def _simulation(test: ListeningTest) -> SimulationTruth | None:
    if not test.is_simulated:
        return None
    return SimulationTruth.from_model(SimulationModel.from_json(test.simulation), seed=test.seed)


def _versions(test: ListeningTest) -> dict[str, str]:
    """Engine and checkpoints that made the stimuli, as their provenance says."""
    versions: dict[str, set[str]] = defaultdict(set)
    shown = _stimuli(test, test.asked.shown)
    for system, provenance in shown.values_list("system__code", "clip__provenance"):
        if "engine_version" in provenance:
            versions["engine"].add(str(provenance["engine_version"]))
        if provenance.get("checkpoint_sha256"):
            versions[f"checkpoint {system}"].add(provenance["checkpoint_sha256"])
    return {name: ", ".join(sorted(found)) for name, found in versions.items()}


def _last_rating_at(test: ListeningTest) -> str | None:
    ratings = Rating.objects.filter(
        presented__presentation__sitting__test=test,
        presented__presentation__sitting__completed_at__isnull=False,
    )
    last = ratings.aggregate(last=Max("received_at"))["last"]
    return last.isoformat(timespec="seconds") if last else None


def _material(test: ListeningTest) -> tuple[MaterialEntry, ...]:
    recordings = _stimuli(test, test.asked.shown).values("clip__utterance")
    corpora = Corpus.objects.filter(speakers__utterances__in=recordings).distinct()
    return tuple(
        MaterialEntry(corpus.name, corpus.licence, corpus.attribution) for corpus in corpora
    )
