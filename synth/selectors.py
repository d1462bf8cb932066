"""What synth knows, read from the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from synth.models import Clip, Job, System, Utterance
from synth.seenness import UtteranceFacts, seenness


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


def utterance_facts(utterance: Utterance) -> UtteranceFacts:
    """An utterance in the vocabulary of model cards."""
    return UtteranceFacts(
        speaker=utterance.speaker.code,
        language=utterance.language,
        style=utterance.style,
        condition=utterance.condition,
        sha256=utterance.sha256,
    )


def clip_seenness(system: System, utterance: Utterance) -> dict[str, bool]:
    """What the system's network knew of the utterance; empty for a system without a network."""
    card = system.checkpoint.card if system.checkpoint else None
    return seenness(card, utterance_facts(utterance))


def speakers_seen_by(system: System) -> set[str]:
    """Codes of the speakers that the system's network was trained on; none without a network."""
    card = system.checkpoint.card if system.checkpoint else {}
    return set(card.get("training", {}).get("speakers", ()))
