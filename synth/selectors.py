"""What synth knows, read from the database."""

import gzip
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from synth.audio.conditions import CLEAN, CONDITIONS, Condition
from synth.audio.noise_sources import NoiseSources
from synth.models import Checkpoint, Clip, Corpus, Job, System, Utterance
from synth.seenness import (
    HASH_DIGITS,
    UtteranceFacts,
    condition_heard,
    full_seenness,
    seenness,
)
from synth.voices import Voice, find_voices

WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class ClipFailure:
    """Why a clip failed, for the screen."""

    clip_id: int
    system: str
    utterance: str
    code: str
    message: str


@dataclass(frozen=True)
class JobProgress:
    """How far a job has come; `seconds_left` is None while there is nothing to judge by."""

    wanted: int
    running: int
    done: int
    failed: int
    failures: list[ClipFailure]
    seconds_left: float | None

    @property
    def total(self) -> int:
        """How many clips the job asked for."""
        return self.wanted + self.running + self.done + self.failed

    @property
    def is_finished(self) -> bool:
        """True when nothing is left to render; failed clips count as finished."""
        return self.wanted + self.running == 0

    @property
    def percent(self) -> int:
        """Finished clips per hundred; 100 only when all are."""
        return 100 * (self.done + self.failed) // self.total if self.total else 100


def job_progress(job: Job) -> JobProgress:
    """Read a job's progress off its clips, in one query."""
    clips = list(job.clips.select_related("system", "utterance").only(*_PROGRESS_FIELDS))
    counts = {state: sum(clip.state == state for clip in clips) for state in Clip.State.values}
    return JobProgress(
        **counts,
        failures=[_failure(clip) for clip in clips if clip.state == Clip.State.FAILED],
        seconds_left=_seconds_left(clips, since=job.created_at),
    )


_PROGRESS_FIELDS = (
    "state",
    "started_at",
    "finished_at",
    "error_code",
    "error_message",
    "system__title",
    "utterance__code",
)


def _failure(clip: Clip) -> ClipFailure:
    return ClipFailure(
        clip_id=clip.pk,
        system=clip.system.title,
        utterance=clip.utterance.code,
        code=clip.error_code,
        message=clip.error_message,
    )


def _seconds_left(clips: Sequence[Clip], *, since: datetime) -> float | None:
    """Clips that are left over the pace of those finished since the job began."""
    n_left = sum(clip.state in (Clip.State.WANTED, Clip.State.RUNNING) for clip in clips)
    spans = [
        (clip.started_at, clip.finished_at)
        for clip in clips
        if clip.started_at and clip.finished_at and clip.started_at >= since
    ]
    if not spans:
        return None if n_left else 0.0
    begun = min(start for start, _ in spans)
    ended = max(end for _, end in spans)
    return n_left * (ended - begun).total_seconds() / len(spans)


def count_unattended() -> int:
    """How many clips wait while no worker renders; 0 while one does, as it passes turns on."""
    if Clip.objects.filter(state=Clip.State.RUNNING).exists():
        return 0
    return Clip.objects.filter(state=Clip.State.WANTED).count()


def utterance_facts(utterance: Utterance, *, condition: str = CLEAN) -> UtteranceFacts:
    """An utterance in the vocabulary of model cards; networks were trained on uncut recordings.

    Args:
        condition: code of the condition simulated on it.
    """
    sha256 = utterance.source_sha256 or utterance.sha256
    return UtteranceFacts(
        speaker=utterance.speaker.code,
        language=utterance.language,
        style=utterance.style,
        condition=condition_heard(utterance.condition, condition),
        sha256=sha256[:HASH_DIGITS],
        topic=utterance.topic,
    )


def clip_seenness(
    system: System, utterance: Utterance, *, condition: str = CLEAN
) -> dict[str, bool]:
    """What the system's network knew of the utterance; empty for a system without a network.

    What is unknown is left out. A simulated condition is unseen unless the card lists it.
    """
    facts = utterance_facts(utterance, condition=condition)
    return seenness(_card_with_utterances(system.checkpoint), facts)


def full_clip_seenness(
    system: System, utterance: Utterance, *, condition: str = CLEAN
) -> dict[str, bool | None]:
    """The same with every claim, None where it is unknown."""
    facts = utterance_facts(utterance, condition=condition)
    return full_seenness(_card_with_utterances(system.checkpoint), facts)


def installed_voices() -> list[Voice]:
    """The voices that prosody systems can speak with on this site."""
    return find_voices()


def conditions_at_hand() -> list[Condition]:
    """All conditions there are words for, but for those whose noise this site lacks.

    Simulated ones can be asked for (`WantedClip.condition`), real ones are properties of
    recordings, and those not tested say why (`Condition.kind`, `Condition.description`).
    """
    has_noises = NoiseSources(folder=settings.NOISES).has_recorded
    return [one for one in CONDITIONS.values() if has_noises or not one.needs_noise_folder]


def _card_with_utterances(checkpoint: Checkpoint | None) -> Mapping[str, Any] | None:
    """The card, with the list of training utterances that is too long to lie in it."""
    if checkpoint is None:
        return None
    digests = _trained_on(checkpoint.name, checkpoint.sha256)
    if digests is None:
        return checkpoint.card
    training = {**checkpoint.card.get("training", {}), "utterances_sha256": digests}
    return {**checkpoint.card, "training": training}


@lru_cache(maxsize=16)
def _trained_on(name: str, sha256: str) -> frozenset[str] | None:
    """Hashes from NAME.training.json.gz, None without it; the weights' sha256 tells versions."""
    file = WEIGHTS / f"{name}.training.json.gz"
    if not file.is_file():
        return None
    listed = json.loads(gzip.decompress(file.read_bytes()))
    column = listed["columns"].index("sha256")
    return frozenset(row[column][:HASH_DIGITS] for row in listed["utterances"])


def speakers_seen_by(system: System) -> set[str]:
    """Codes of the speakers that the system's network was trained on; none without a network."""
    card = system.checkpoint.card if system.checkpoint else {}
    return set(card.get("training", {}).get("speakers", ()))


@dataclass(frozen=True)
class CorpusSummary:
    """A corpus with what lies in it."""

    corpus: Corpus
    n_speakers: int
    n_utterances: int
    minutes: float
    languages: list[str]


def corpus_summaries() -> list[CorpusSummary]:
    """All corpora, in two queries."""
    counted = Corpus.objects.annotate(
        n_speakers=Count("speakers", distinct=True),
        n_utterances=Count("speakers__utterances"),
        seconds=Coalesce(Sum("speakers__utterances__duration_s"), 0.0),
    )
    languages = defaultdict(list)
    spoken = Utterance.objects.order_by("language").values_list("speaker__corpus", "language")
    for corpus_id, language in spoken.distinct():
        languages[corpus_id].append(language)
    return [
        CorpusSummary(
            corpus=corpus,
            n_speakers=corpus.n_speakers,
            n_utterances=corpus.n_utterances,
            minutes=corpus.seconds / 60,
            languages=languages[corpus.pk],
        )
        for corpus in counted
    ]


def corpus_utterances(corpus: Corpus) -> QuerySet[Utterance]:
    """The corpus' utterances with their speakers, speaker by speaker."""
    rows = Utterance.objects.filter(speaker__corpus=corpus)
    return rows.select_related("speaker").order_by("speaker__code", "code")


@dataclass(frozen=True)
class MeasuredSystem:
    """One line of a model card's figures: what a system reached on one set of recordings."""

    name: str
    n_utterances: int
    pesq: float | None
    estoi: float | None
    real_time_factor: float | None


@dataclass(frozen=True)
class MeasuredSet:
    """A model card's figures on one set of recordings."""

    name: str
    systems: list[MeasuredSystem]


def card_figures(card: Mapping[str, Any]) -> list[MeasuredSet]:
    """The figures of a model card, set by set; empty when nothing was measured."""
    return [
        MeasuredSet(
            name=name.replace("_", " "),
            systems=[_measured(code, figures) for code, figures in one["systems"].items()],
        )
        for name, one in card.get("metrics", {}).items()
    ]


def _measured(code: str, figures: Mapping[str, Any]) -> MeasuredSystem:
    def mean(metric: str) -> float | None:
        return (figures.get(metric) or {}).get("mean")

    return MeasuredSystem(
        name=code.replace("_", " "),
        n_utterances=figures["n"],
        pesq=mean("pesq_wb"),
        estoi=mean("estoi"),
        real_time_factor=figures.get("rtf"),
    )
