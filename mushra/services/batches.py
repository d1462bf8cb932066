"""Plans a batch, asks the synth app for its clips, and freezes it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from mushra.design.attributes import Role
from mushra.design.method import REFERENCE, TARGET_VOICE, check_composition, role_of
from mushra.design.sampling import (
    Candidate,
    Drawn,
    TooFewCandidates,
    Wish,
    draw_scenarios,
    matching,
)
from mushra.errors import ConflictError, MushraError
from mushra.models import Batch, Item, Project, Scenario, Stimulus
from mushra.selectors.batches import batch_state, batch_stimuli, candidate_utterances
from mushra.selectors.voices import is_spoken
from mushra.services.target_voices import check_language, check_voice, draw_targets, text_filter
from synth.audio.conditions import CLEAN, CONDITIONS, simulated_condition
from synth.audio.telephone import HIGH_HZ as TELEPHONE_HZ
from synth.errors import SynthError
from synth.models import Clip, Job, System, Utterance
from synth.seenness import condition_heard
from synth.selectors import clip_seenness, conditions_at_hand
from synth.services.jobs import WantedClip, request_clips, retry_failed
from synth.services.storage import read_audio

# An anchor is refused below this multiple of its cutoff: it would nearly be the reference.
MIN_BANDWIDTH_PER_CUTOFF = 1.3


@dataclass(frozen=True)
class ScenarioPlan:
    """A scenario as a researcher words it.

    `filters`: factor -> accepted codes. `condition`: simulated on every recording drawn. `voice`:
    code of the installed voice that its systems of prosody transfer speak with.
    """

    code: str
    title: str
    n_items: int
    systems: Sequence[str]
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    condition: str = CLEAN
    voice: str = ""


@dataclass(frozen=True)
class BatchPlan:
    """A batch as a researcher words it."""

    name: str
    seed: int
    scenarios: Sequence[ScenarioPlan]
    description: str = ""
    rate_hz: int = 16000


@transaction.atomic
def create_batch(project: Project, plan: BatchPlan, *, user: User | None) -> Batch:
    """A draft batch. Raises MushraError if the plan cannot become a listening test."""
    if not plan.scenarios:
        raise MushraError("A batch needs at least one scenario.", code="empty", field="scenarios")
    if Batch.objects.filter(project=project, name=plan.name).exists():
        raise ConflictError(
            f"{project} already has a batch named {plan.name!r}: choose another name.",
            code="name_taken",
            field="name",
        )
    batch = Batch.objects.create(
        project=project,
        name=plan.name,
        description=plan.description,
        seed=plan.seed,
        rate_hz=plan.rate_hz,
        created_by=user,
    )
    for position, scenario in enumerate(plan.scenarios):
        with _naming_scenario(position):
            _create_scenario(batch, position, scenario)
    _draw_all_items(batch)
    draw_targets(batch)
    return batch


@transaction.atomic
def generate_batch(batch: Batch, *, user: User | None) -> Batch:
    """Asks the worker for every clip of the batch; asked again, retries what failed or got lost."""
    _lock(batch)
    if batch.is_frozen:
        raise ConflictError(
            "A frozen batch keeps its stimuli: make a new batch to change them.", code="frozen"
        )
    if batch.job is not None:
        retry_failed(batch.job)
        return batch
    pairs = _items_with_systems(batch)
    job = request_clips(
        [_wanted(batch, item, system) for item, system in pairs],
        label=batch.name,
        user=user,
    )
    _create_stimuli(pairs, job)
    batch.job = job
    batch.save(update_fields=["job"])
    return batch


def freeze_batch(batch: Batch) -> Batch:
    """Snapshots factors and audio hashes, after which nothing of the batch changes.

    Raises: ConflictError unless every clip is done and its audio whole; what is missing is asked
        for again at once.
    """
    if batch.job and batch_state(batch) == Batch.State.READY and (lost := retry_failed(batch.job)):
        raise ConflictError(
            f"The audio of {lost} clips was missing and is being rendered again: freeze the batch "
            "when it is ready.",
            code="audio_missing",
        )
    return _freeze(batch)


@transaction.atomic
def _freeze(batch: Batch) -> Batch:
    _lock(batch)
    if batch.is_frozen:
        return batch
    if batch_state(batch) != Batch.State.READY:
        raise ConflictError(
            "A batch is frozen when every clip is done: wait for the worker, or retry what failed.",
            code="not_ready",
        )
    stimuli = list(batch_stimuli(batch))
    for stimulus in stimuli:
        stimulus.factors = _factors(stimulus)
        stimulus.audio_sha256 = _verified(stimulus.clip)
    Stimulus.objects.bulk_update(stimuli, ["factors", "audio_sha256"])
    batch.stimuli_hash = _stimuli_hash(batch, stimuli)
    batch.frozen_at = timezone.now()
    batch.save(update_fields=["stimuli_hash", "frozen_at"])
    return batch


def _verified(clip: Clip) -> str:
    """The clip's hash, once its file was read and found to have it."""
    try:
        read_audio(clip.audio_sha256, verify=True)
    except SynthError as error:
        raise ConflictError(error.message, code=error.code) from error
    return clip.audio_sha256


@contextmanager
def _naming_scenario(position: int) -> Iterator[None]:
    """Makes a refused field say whose it is: "n_items" becomes "scenarios.0.n_items"."""
    try:
        yield
    except MushraError as error:
        error.field = f"scenarios.{position}.{error.field}"
        raise


def _lock(batch: Batch) -> None:
    """Holds the batch, as it stands now, until the transaction ends: others wait their turn."""
    batch.refresh_from_db(from_queryset=Batch.objects.select_for_update())


def _items_with_systems(batch: Batch) -> list[tuple[Item, System]]:
    items = Item.objects.filter(scenario__batch=batch).select_related("scenario")
    return [(item, system) for item in items for system in item.scenario.systems.all()]


def _wanted(batch: Batch, item: Item, system: System) -> WantedClip:
    """Every system of an item starts from one sound: same condition, same seed of it."""
    utterance_id, condition = _source(item, system)
    return WantedClip(
        utterance_id,
        system.pk,
        rate_hz=batch.rate_hz,
        seed=batch.seed,
        condition=condition,
        condition_seed=batch.seed,
        voice=_voice(item, system),
    )


def _source(item: Item, system: System) -> tuple[int, str]:
    """The recording a system starts from, and in which condition: the target voice from its own."""
    if role_of(system.code) is Role.TARGET:
        if item.target_utterance_id is None:
            raise ValueError(f"{item} has no recording of its scenario's target voice.")
        return item.target_utterance_id, CLEAN
    return item.utterance_id, item.condition


def _voice(item: Item, system: System) -> str:
    return item.scenario.voice if is_spoken(system) else ""


def _create_stimuli(pairs: list[tuple[Item, System]], job: Job) -> None:
    clip_of = {
        (clip.utterance_id, clip.condition, clip.voice, clip.system_id): clip
        for clip in job.clips.all()
    }
    Stimulus.objects.bulk_create(
        Stimulus(
            item=item,
            system=system,
            clip=clip_of[*_source(item, system), _voice(item, system), system.pk],
            role=role_of(system.code),
        )
        for item, system in pairs
    )


def _create_scenario(batch: Batch, position: int, plan: ScenarioPlan) -> None:
    systems = _systems(plan)
    check_voice(plan.title, plan.voice, systems)
    _check_condition(plan.condition)
    scenario = Scenario.objects.create(
        batch=batch,
        code=plan.code,
        title=plan.title,
        position=position,
        filters={factor: list(codes) for factor, codes in plan.filters.items()},
        condition=plan.condition,
        voice=plan.voice,
        n_items=plan.n_items,
    )
    scenario.systems.set(systems)


def _systems(plan: ScenarioPlan) -> list[System]:
    codes = set(plan.systems) | {REFERENCE}
    # The target voice is no choice: a scenario with a voice has it, where there is a recording.
    systems = list(System.objects.filter(code__in=codes - {TARGET_VOICE}))
    unknown = codes - {system.code for system in systems}
    if unknown:
        raise MushraError(
            f"Unknown systems: {', '.join(sorted(unknown))}.",
            code="unknown_system",
            field="systems",
        )
    check_composition(plan.title, codes)
    return systems


def _check_condition(code: str) -> None:
    """Refuses, at the field of the scenario, what cannot be simulated here."""
    if code == CLEAN:
        return
    try:
        found = simulated_condition(code)
    except SynthError as error:
        raise MushraError(error.message, code=error.code, field="condition") from error
    if found not in conditions_at_hand():
        raise MushraError(
            f"{found.title} takes its noise from a folder, and EARSHOT_NOISES names none on this "
            "site: choose babble, or ask whoever runs the site.",
            code="noise_missing",
            field="condition",
        )


def _draw_all_items(batch: Batch) -> None:
    """Draws each scenario's items, and one more of the first scenario to train on."""
    scenarios = list(batch.scenarios.all())
    drawn = _draw(scenarios, Random(batch.seed))
    for scenario, rated in zip(scenarios, drawn.rated, strict=True):
        training = [drawn.training] if scenario.position == 0 else []
        with _naming_scenario(scenario.position):
            _refuse_narrow_recordings(scenario, [*rated, *training])
        _create_items(scenario, rated, training)


def _draw(scenarios: Sequence[Scenario], rng: Random) -> Drawn:
    candidates = candidate_utterances()
    for scenario in scenarios:
        with _naming_scenario(scenario.position):
            check_language(scenario, matching(candidates, scenario.filters))
    wishes = [Wish(one.n_items, one.condition, one.filters | text_filter(one)) for one in scenarios]
    try:
        return draw_scenarios(candidates, wishes, rng)
    except TooFewCandidates as shortage:
        raise _too_few(scenarios[shortage.position], shortage.n_left) from shortage


def _too_few(scenario: Scenario, n_left: int) -> MushraError:
    n_training = 1 if scenario.position == 0 else 0
    spare = " (one of them for the training page)" if n_training else ""
    known = " and whose text is known, because it is spoken," if text_filter(scenario) else ""
    return MushraError(
        f"Scenario {scenario.title!r} needs {scenario.n_items + n_training} utterances of "
        f"2 to 12 s{spare}{known} but {n_left} unused ones match: widen its filters or ask "
        "for fewer items.",
        code="too_few_utterances",
        field=f"scenarios.{scenario.position}.n_items",
    )


def _refuse_narrow_recordings(scenario: Scenario, drawn: Sequence[Candidate]) -> None:
    highest_hz = min(scenario.batch.rate_hz / 2, _highest_hz(scenario.condition))
    bandwidths = [
        (code, min(bandwidth_hz, highest_hz))
        for code, bandwidth_hz in Utterance.objects.filter(
            code__in=[candidate.code for candidate in drawn]
        ).values_list("code", "bandwidth_hz")
    ]
    for system in scenario.systems.filter(kind=System.Kind.ANCHOR):
        needed_hz = MIN_BANDWIDTH_PER_CUTOFF * system.params["cutoff_hz"]
        narrow = [code for code, bandwidth_hz in bandwidths if bandwidth_hz < needed_hz]
        if narrow:
            raise MushraError(
                f"At {scenario.batch.rate_hz} Hz{_as_heard(scenario)}, {len(narrow)} of "
                f"{len(drawn)} recordings in scenario {scenario.title!r} have less than the "
                f"{needed_hz:.0f} Hz of bandwidth that the anchor {system.title!r} needs to "
                f"differ from the reference (first: {narrow[0]}). Choose a lower anchor.",
                code="anchor_refused",
                field="systems",
            )


def _highest_hz(condition: str) -> float:
    """What is left of a recording's band in that condition."""
    params = CONDITIONS[condition].params
    return TELEPHONE_HZ if params.get("process") == "telephone" else float("inf")


def _as_heard(scenario: Scenario) -> str:
    if scenario.condition == CLEAN:
        return ""
    return f" and in the condition {CONDITIONS[scenario.condition].title!r}"


def _create_items(
    scenario: Scenario, rated: Sequence[Candidate], training: Sequence[Candidate]
) -> None:
    codes = [one.code for one in (*rated, *training)]
    utterances = Utterance.objects.in_bulk(codes, field_name="code")
    Item.objects.bulk_create(
        Item(
            scenario=scenario,
            utterance=utterances[code],
            condition=scenario.condition,
            purpose=Item.Purpose.RATED if position < len(rated) else Item.Purpose.TRAINING,
            position=position,
        )
        for position, code in enumerate(codes)
    )


def _factors(stimulus: Stimulus) -> dict[str, str]:
    """What a report may split by, as it stands now. Seenness is claimed of trained systems only."""
    utterance, simulated = stimulus.clip.utterance, stimulus.clip.condition
    voice = stimulus.item.scenario.voice
    factors = {
        "scenario": stimulus.item.scenario.code,
        "corpus": utterance.speaker.corpus.code,
        "speaker": utterance.speaker.code,
        "language": utterance.language,
        "topic": utterance.topic,
        "style": utterance.style,
        "condition": condition_heard(utterance.condition, simulated),
        "condition_kind": "real" if simulated == CLEAN else "simulated",
    }
    factors |= {"voice": voice} if voice else {}
    seen = clip_seenness(stimulus.system, utterance, condition=simulated)
    return factors | {claim: "yes" if is_so else "no" for claim, is_so in seen.items()}


def _stimuli_hash(batch: Batch, stimuli: list[Stimulus]) -> str:
    document = {
        "seed": batch.seed,
        "rate_hz": batch.rate_hz,
        "scenarios": [
            [
                *(scenario.code, scenario.n_items, scenario.filters, scenario.condition),
                *([scenario.voice] if scenario.voice else []),
            ]
            for scenario in batch.scenarios.all()
        ],
        "stimuli": sorted(
            [s.item.code, s.item.purpose, s.system.code, s.role, s.audio_sha256] for s in stimuli
        ),
    }
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
