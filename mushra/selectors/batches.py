"""Batches as the researcher's pages and the services read them."""

from django.db.models import QuerySet

from mushra.design.sampling import Candidate
from mushra.models import Batch, Stimulus
from synth.models import Utterance
from synth.selectors import JobProgress, job_progress


def batch_progress(batch: Batch) -> JobProgress | None:
    """How far the worker has come with the batch's clips; None for a draft."""
    return None if batch.job is None else job_progress(batch.job)


def batch_state(batch: Batch) -> Batch.State:
    """Draft, generating, ready or frozen; a batch with failed clips is still generating."""
    if batch.is_frozen:
        return Batch.State.FROZEN
    progress = batch_progress(batch)
    if progress is None:
        return Batch.State.DRAFT
    return Batch.State.READY if progress.done == progress.total else Batch.State.GENERATING


def candidate_utterances() -> list[Candidate]:
    """Every utterance as sampling sees it."""
    return [candidate_of(one) for one in Utterance.objects.select_related("speaker__corpus")]


def candidate_of(utterance: Utterance) -> Candidate:
    """The utterance as sampling sees it; with speaker and corpus selected, without a query."""
    return Candidate(
        code=utterance.code,
        speaker=utterance.speaker.code,
        duration_s=utterance.duration_s,
        factors={
            "corpora": utterance.speaker.corpus.code,
            "speakers": utterance.speaker.code,
            "languages": utterance.language,
            "styles": utterance.style,
            "conditions": utterance.condition,
            "has_text": "yes" if utterance.text.strip() else "no",
        },
    )


def batch_stimuli(batch: Batch) -> QuerySet[Stimulus]:
    """The batch's stimuli with all that describes them, in item and system order."""
    return (
        Stimulus.objects.filter(item__scenario__batch=batch)
        .select_related(
            "clip__utterance__speaker__corpus",
            "system",
            "item__scenario",
            "item__utterance",
        )
        .prefetch_related("system__checkpoint")  # a model card is large: once, not with every row
        .order_by("item__scenario__position", "item__position", "system__sort_order")
    )
