"""Ask for clips, and ask again for those that failed."""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from synth.audio.conditions import CLEAN, simulated_condition
from synth.audio.noise_sources import NoiseSources
from synth.errors import SynthError
from synth.models import Clip, Job, JobClip, System, Utterance
from synth.requests import ENGINE_VERSION
from synth.services.storage import audio_path
from synth.voices import find_voice

logger = logging.getLogger(__name__)

MOST_WAKE_UPS = 8  # as many workers as one request ever wakes
WAKE_UP_EXPIRES_S = 600  # a wake-up that nobody heard is replaced by the sweep


@dataclass(frozen=True)
class WantedClip:
    """One wish: this system's rendering of that utterance.

    Attributes:
        condition: code of a simulated condition; clean for the recording as it is.
        condition_seed: of everything random in the condition. One batch, one seed: noises and
            rooms differ from utterance to utterance all the same, and are the same for all
            systems, and for all signal-to-noise ratios, of one utterance.
        voice: code of the installed voice that a prosody system speaks with, else empty.
    """

    utterance_id: int
    system_id: int
    rate_hz: int
    seed: int
    condition: str = CLEAN
    condition_seed: int = 0
    voice: str = ""


def request_clips(wanted: Sequence[WantedClip], *, label: str, user: User | None) -> Job:
    """One job for all wishes; a clip that is done already, or underway, is shared, not repeated.

    Clips that failed before are wanted again.

    Raises: SynthError "unknown_utterance", "unknown_system", "condition_unknown",
        "condition_not_simulated", "noise_missing", "voice_unknown", "voice_missing" or
        "voice_needless".
    """
    clips = [_new_clip(*parts) for parts in _resolve(wanted)]
    keys = {clip.key for clip in clips}
    with transaction.atomic():
        job = Job.objects.create(label=label, created_by=user)
        Clip.objects.bulk_create(clips, ignore_conflicts=True)  # equal wishes meet in their key
        stored = _with_keys(keys)
        JobClip.objects.bulk_create(JobClip(job=job, clip_id=pk) for pk in stored)
        _want_again(Clip.objects.filter(jobs=job))
        _want_lost(job)
        transaction.on_commit(lambda: wake_workers(len(stored)))
    return job


def retry_failed(job: Job) -> int:
    """Want the job's failed clips, and those whose audio is gone, again; how many there were."""
    with transaction.atomic():
        n_clips = _want_again(Clip.objects.filter(jobs=job)) + _want_lost(job)
        if n_clips:
            transaction.on_commit(lambda: wake_workers(n_clips))
    return n_clips


def wake_workers(n_clips: int) -> None:
    """Tell the workers that there is work. A lost message loses nothing: the sweep looks too."""
    for _ in range(min(n_clips, MOST_WAKE_UPS)):
        try:
            current_app.send_task(
                "synth.tasks.render_wanted", expires=WAKE_UP_EXPIRES_S, retry=False
            )
        except OperationalError as error:
            logger.warning("The queue cannot be reached (%s); the next sweep will see.", error)
            return


def clip_key(clip: Clip) -> str:
    """The sha256 over everything that decides how a clip sounds: equal wishes, equal keys."""
    system = clip.system
    decisive = {
        "system": system.code,
        "kind": system.kind,
        "params": system.params,
        "checkpoint": system.checkpoint.sha256 if system.checkpoint else None,
        "utterance": [clip.utterance.code, clip.utterance.sha256],
        "rate_hz": clip.rate_hz,
        "seed": clip.seed,
        "engine": ENGINE_VERSION,
        **_condition_of(clip),
        **_voice_of(clip),
    }
    canonical = json.dumps(decisive, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _condition_of(clip: Clip) -> dict[str, Any]:
    """Nothing for a clean clip, whose key is as it was before there were conditions."""
    if clip.condition == CLEAN:
        return {}
    return {"condition": [clip.condition, clip.condition_params, clip.condition_seed]}


def _voice_of(clip: Clip) -> dict[str, Any]:
    """Nothing for a clip in the recording's own voice; text and language decide the others."""
    if not clip.voice:
        return {}
    spoken = [clip.utterance.text, clip.utterance.language]
    return {"voice": [clip.voice, clip.voice_sha256, *spoken]}


def _resolve(
    wanted: Sequence[WantedClip],
) -> Iterable[tuple[WantedClip, Utterance, System]]:
    utterances = Utterance.objects.in_bulk({wish.utterance_id for wish in wanted})
    systems = System.objects.select_related("checkpoint").in_bulk(
        {wish.system_id for wish in wanted}
    )
    for wish in wanted:
        if wish.utterance_id not in utterances:
            message = f"There is no utterance {wish.utterance_id}. Load its corpus first."
            raise SynthError(message, code="unknown_utterance")
        if wish.system_id not in systems:
            message = f"There is no system {wish.system_id}. Run load_corpus to register systems."
            raise SynthError(message, code="unknown_system")
        yield wish, utterances[wish.utterance_id], systems[wish.system_id]


def _new_clip(wish: WantedClip, utterance: Utterance, system: System) -> Clip:
    clip = Clip(utterance=utterance, system=system, rate_hz=wish.rate_hz, seed=wish.seed)
    if wish.condition != CLEAN:
        seed = _seed_for(utterance, wish.condition_seed)
        params = simulated_condition(wish.condition).params
        clip.condition = wish.condition
        clip.condition_params = noise_sources().pin(params, seed=seed)
        clip.condition_seed = seed
    if _needs_voice(wish, system):
        clip.voice, clip.voice_sha256 = wish.voice, find_voice(wish.voice).sha256
    clip.key = clip_key(clip)
    return clip


def _needs_voice(wish: WantedClip, system: System) -> bool:
    is_spoken = system.kind == System.Kind.PROSODY
    if is_spoken and not wish.voice:
        message = f"{system.title} speaks with a target voice: choose one for the scenario."
        raise SynthError(message, code="voice_missing", field="voice")
    if wish.voice and not is_spoken:
        message = f"{system.title} keeps the voice of the recording: ask for it without a voice."
        raise SynthError(message, code="voice_needless", field="voice")
    return is_spoken


def _seed_for(utterance: Utterance, condition_seed: int) -> int:
    """Another seed for every utterance, whatever else is in the batch."""
    digest = hashlib.sha256(f"{condition_seed} {utterance.code}".encode()).digest()
    return int.from_bytes(digest[:6])


def noise_sources() -> NoiseSources:
    """What this site's conditions take their noise from."""
    return NoiseSources(folder=settings.NOISES)


def _with_keys(keys: set[str]) -> list[int]:
    """Ids in the order of the wishes' creation; in slices, for databases that limit parameters."""
    ordered = sorted(keys)
    slices = (ordered[start : start + 500] for start in range(0, len(ordered), 500))
    return sorted(
        pk
        for part in slices
        for pk in Clip.objects.filter(key__in=part).values_list("pk", flat=True)
    )


def _want_again(clips: QuerySet[Clip]) -> int:
    return clips.filter(state=Clip.State.FAILED).update(
        state=Clip.State.WANTED,
        attempts=0,
        wanted_at=timezone.now(),
        error_code="",
        error_message="",
        error_traceback="",
    )


def _want_lost(job: Job) -> int:
    """A clip whose audio file has gone is rendered anew; how many there were."""
    done = job.clips.filter(state=Clip.State.DONE).values_list("pk", "audio_sha256")
    lost = [pk for pk, sha256 in done if not audio_path(sha256).exists()]
    return Clip.objects.filter(pk__in=lost).update(
        state=Clip.State.WANTED, attempts=0, wanted_at=timezone.now()
    )
