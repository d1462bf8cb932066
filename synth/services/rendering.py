"""Render wanted clips: claim under a lease, render, store, complete.

A clip's lease is extended while its worker lives. When the worker dies the lease runs out and the
clip is wanted again; whoever then claims it gets a new token, and the old token opens nothing.
"""

import logging
import os
import socket
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeAlias

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from synth.audio.conditions import CLEAN
from synth.errors import SynthError
from synth.models import Clip
from synth.requests import AppliedCondition, Rendering, RenderRequest
from synth.services.storage import store_audio

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
HEARTBEATS_PER_LEASE = 4  # three may be missed
BATCH_SIZE = 8  # one network pass; also what a dying worker makes others repeat at most

Render: TypeAlias = Callable[[Sequence[RenderRequest]], Sequence[Rendering | SynthError]]


def render_next(*, render: Render) -> int:
    """Claim one batch, render and finish each of its clips; how many there were, 0 if none.

    A clip that the renderer refuses with a SynthError fails at once, with that reason. Any other
    exception sends the clips it hit back to be tried again, each alone, MAX_ATTEMPTS times in all.
    """
    lease = timedelta(seconds=settings.CLIP_LEASE_S)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    clips = claim_clips(worker=worker, limit=BATCH_SIZE, lease=lease)
    if not clips:
        return 0
    with _heartbeat(clips[0].lease_token, lease):
        try:
            results = render([_request(clip) for clip in clips])
            pairs = list(zip(clips, results, strict=True))
        except Exception as error:
            logger.exception("Rendering %d clips of %s failed", len(clips), clips[0].system.code)
            for clip in clips:
                _crash_clip(clip, error)
            return len(clips)
        for clip, result in pairs:
            _finish_clip(clip, result)
    return len(clips)


def _finish_clip(clip: Clip, result: Rendering | SynthError) -> None:
    if isinstance(result, SynthError):
        _fail_or_retry(clip, result)
        return
    try:
        complete_clip(clip, result)
    except SynthError as error:
        fail_clip(clip, error)
    except Exception as error:
        logger.exception("Storing clip %s failed", clip.pk)
        _crash_clip(clip, error)


def _fail_or_retry(clip: Clip, error: SynthError) -> None:
    """An error that was raised from another is the engine's word for one that nobody foresaw."""
    if isinstance(error.__cause__, Exception):
        _crash_clip(clip, error.__cause__)
    else:
        fail_clip(clip, error)


def _request(clip: Clip) -> RenderRequest:
    system, utterance = clip.system, clip.utterance
    return RenderRequest(
        system=system.code,
        kind=system.kind,
        params=system.params,
        checkpoint=system.checkpoint.name if system.checkpoint else None,
        source=utterance.file,
        rate_hz=clip.rate_hz,
        bandwidth_hz=utterance.bandwidth_hz,
        seed=clip.seed,
        condition=_condition(clip),
        recorded_condition=utterance.condition,
        voice=clip.voice,
        text=utterance.text,
        language=utterance.language,
    )


def _condition(clip: Clip) -> AppliedCondition | None:
    if clip.condition == CLEAN:
        return None
    return AppliedCondition(clip.condition, clip.condition_params, clip.condition_seed)


def claim_clips(*, worker: str, limit: int, lease: timedelta) -> list[Clip]:
    """Take up to `limit` wanted clips of one system, the oldest first, all under one new token.

    A clip that was tried before comes alone, so that it cannot take others down again.
    """
    now = timezone.now()
    with transaction.atomic():
        release_expired_leases()
        clips = _next_wanted(limit)
        claimed = Clip.objects.filter(pk__in=[clip.pk for clip in clips])
        claimed.update(
            state=Clip.State.RUNNING,
            attempts=F("attempts") + 1,
            worker=worker,
            lease_token=uuid.uuid4(),
            lease_until=now + lease,
            started_at=now,
            finished_at=None,
        )
    related = claimed.select_related("system__checkpoint", "utterance__speaker__corpus")
    return list(related.order_by("wanted_at", "id")) if clips else []


def _next_wanted(limit: int) -> list[Clip]:
    wanted = _locked(Clip.objects.filter(state=Clip.State.WANTED).order_by("wanted_at", "id"))
    oldest = wanted.first()
    if oldest is None:
        return []
    if oldest.attempts:
        return [oldest]
    return list(wanted.filter(system_id=oldest.system_id, attempts=0)[:limit])


def _locked(clips: QuerySet[Clip]) -> QuerySet[Clip]:
    """Rows no other claim can take; SQLite's IMMEDIATE transaction has locked them all already."""
    if connection.features.has_select_for_update_skip_locked:
        return clips.select_for_update(skip_locked=True)
    return clips


def extend_lease(token: uuid.UUID, lease: timedelta) -> int:
    """Hold on to the clips still claimed under the token; how many they are."""
    held = Clip.objects.filter(state=Clip.State.RUNNING, lease_token=token)
    return held.update(lease_until=timezone.now() + lease)


@contextmanager
def _heartbeat(token: uuid.UUID | None, lease: timedelta) -> Iterator[None]:
    """Extends the lease from a thread for as long as the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(token, lease, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(token: uuid.UUID, lease: timedelta, stop: threading.Event) -> None:
    try:
        while not stop.wait(lease.total_seconds() / HEARTBEATS_PER_LEASE):
            try:
                extend_lease(token, lease)
            except DatabaseError:
                logger.exception("A heartbeat was missed")
    finally:
        connection.close()  # this thread's own


def release_expired_leases() -> int:
    """Clips of dead workers are wanted again, or failed after MAX_ATTEMPTS; how many there were."""
    now = timezone.now()
    expired = Clip.objects.filter(state=Clip.State.RUNNING, lease_until__lt=now)
    n_failed = expired.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Clip.State.FAILED,
        finished_at=now,
        error_code="worker_lost",
        error_message=(
            f"The worker died {MAX_ATTEMPTS} times while rendering this clip, most likely for "
            "want of memory. Look at the worker's log, give it more memory, then retry the clip."
        ),
        **_NO_LEASE,
    )
    return n_failed + expired.update(state=Clip.State.WANTED, wanted_at=now, **_NO_LEASE)


_NO_LEASE = {"lease_token": None, "lease_until": None}


def _held(clip: Clip) -> QuerySet[Clip]:
    """The clip's row, as long as it is still held under the token that `clip` was claimed with."""
    return Clip.objects.filter(pk=clip.pk, state=Clip.State.RUNNING, lease_token=clip.lease_token)


def complete_clip(clip: Clip, rendering: Rendering) -> bool:
    """Store the sound and finish the clip; False, and nothing changed, if it is no longer ours."""
    audio_sha256 = store_audio(rendering.samples, rendering.rate_hz)
    n_changed = _held(clip).update(
        state=Clip.State.DONE,
        finished_at=timezone.now(),
        audio_sha256=audio_sha256,
        n_samples=len(rendering.samples),
        loudness_lufs=rendering.loudness_lufs,
        gain_db=rendering.gain_db,
        peak=rendering.peak,
        provenance=dict(rendering.provenance),
        error_code="",
        error_message="",
        error_traceback="",
        **_NO_LEASE,
    )
    return n_changed == 1


def fail_clip(clip: Clip, error: SynthError, *, trace: str = "") -> bool:
    """Finish the clip as failed; False, and nothing changed, if it is no longer ours."""
    n_changed = _held(clip).update(
        state=Clip.State.FAILED,
        finished_at=timezone.now(),
        error_code=error.code,
        error_message=error.message,
        error_traceback=trace,
        **_NO_LEASE,
    )
    return n_changed == 1


def _crash_clip(clip: Clip, error: Exception) -> bool:
    """After an error nobody foresaw: wanted again, at the back of the queue, until the last try."""
    message = f"Rendering stopped with {type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error))
    if clip.attempts >= MAX_ATTEMPTS:
        return fail_clip(clip, SynthError(message, code="crashed"), trace=trace)
    n_changed = _held(clip).update(
        state=Clip.State.WANTED,
        wanted_at=timezone.now(),
        error_message=message,
        error_traceback=trace,
        **_NO_LEASE,
    )
    return n_changed == 1
