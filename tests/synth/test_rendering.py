"""Claims, leases and retries: every clip is finished once, whatever workers do."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from synth.errors import SynthError
from synth.models import Clip, Corpus, Job, System, Utterance
from synth.requests import Rendering, RenderRequest
from synth.services.jobs import WantedClip, request_clips
from synth.services.rendering import (
    BATCH_SIZE,
    MAX_ATTEMPTS,
    Render,
    claim_clips,
    complete_clip,
    extend_lease,
    fail_clip,
    release_expired_leases,
    render_next,
)
from tests.conftest import fake_render
from tests.site import database_url
from tests.synth.renderers import crashing, refusing

LEASE = timedelta(seconds=20)


def claim(limit: int = BATCH_SIZE, worker: str = "one") -> list[Clip]:
    return claim_clips(worker=worker, limit=limit, lease=LEASE)


def let_leases_expire() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Clip.objects.filter(state=Clip.State.RUNNING).update(lease_until=past)


def sound_of(clip: Clip) -> Rendering:
    (rendering,) = fake_render([RenderRequest("s", "k", {}, None, clip.utterance.file, 1, 1.0, 1)])
    return rendering


def states() -> list[str]:
    return sorted(Clip.objects.values_list("state", flat=True))


@pytest.fixture
def job(corpus: Corpus, systems: list[System]) -> Job:
    """Natural and WORLD renderings of the twelve utterances, asked for in turn."""
    wanted = [
        WantedClip(utterance.pk, system.pk, rate_hz=16000, seed=1)
        for system in systems
        if system.code in {"natural", "world"}
        for utterance in Utterance.objects.all()
    ]
    return request_clips(wanted, label="a batch", user=None)


def test_a_claim_takes_the_oldest_clips_of_one_system(job: Job):
    clips = claim()

    assert len(clips) == BATCH_SIZE
    assert len({clip.system_id for clip in clips}) == 1
    assert len({clip.lease_token for clip in clips}) == 1
    assert max(clip.pk for clip in clips) < min(
        Clip.objects.filter(state="wanted", system=clips[0].system).values_list("pk", flat=True)
    )


def test_no_clip_is_claimed_twice(job: Job):
    claims = [clip.pk for _ in range(6) for clip in claim()]

    assert sorted(claims) == sorted(job.clips.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_three_processes_at_once_claim_every_clip_once(job: Job):
    workers = [start_claiming(str(number)) for number in range(3)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    outputs = [worker.communicate(timeout=60)[0].split() for worker in workers]

    claimed = sorted(int(pk) for output in outputs for pk in output)
    assert claimed == sorted(job.clips.values_list("pk", flat=True))
    assert sum(bool(output) for output in outputs) > 1


def start_claiming(name: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.synth.claiming", name],
        env={**os.environ, "DATABASE_URL": database_url()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_nothing_wanted_is_nothing_claimed(db):
    assert claim() == []
    assert render_next(render=fake_render) == 0


def test_a_finished_clip_carries_its_sound_and_where_it_comes_from(job: Job):
    render_next(render=fake_render)

    clip = Clip.objects.filter(state=Clip.State.DONE)[0]
    assert len(clip.audio_sha256) == 64
    assert clip.provenance == {"renderer": "fake"}
    assert (clip.n_samples, clip.duration_s, clip.loudness_lufs) == (8000, 0.5, -26.0)
    assert clip.lease_token is None
    assert clip.finished_at is not None


def noting(asked: list[RenderRequest]) -> Render:
    """A renderer that writes down what it was asked for."""

    def render(requests: Sequence[RenderRequest]) -> list[Rendering]:
        asked.extend(requests)
        return fake_render(requests)

    return render


def test_the_renderer_is_told_everything_that_decides_the_sound(job: Job):
    seen: list[RenderRequest] = []

    render_next(render=noting(seen))

    utterance = Utterance.objects.get(path=seen[0].source.name)
    assert seen[0] == RenderRequest(
        "natural",
        "natural",
        {},
        None,
        utterance.file,
        16000,
        utterance.bandwidth_hz,
        1,
        text=utterance.text,
        language=utterance.language,
    )


def test_an_expired_lease_gives_the_clip_to_the_next_worker(job: Job):
    lost = claim()
    let_leases_expire()
    assert release_expired_leases() == len(lost)

    ids = set()
    while clips := claim(worker="two"):
        ids |= {clip.pk for clip in clips}

    assert {clip.pk for clip in lost} <= ids
    assert set(Clip.objects.filter(pk__in=ids).values_list("worker", flat=True)) == {"two"}


def test_a_lease_that_is_extended_does_not_expire(job: Job):
    clips = claim()
    let_leases_expire()

    assert extend_lease(clips[0].lease_token, LEASE) == len(clips)
    assert release_expired_leases() == 0


def test_a_zombie_changes_nothing(job: Job):
    (zombie,) = claim(limit=1)
    let_leases_expire()
    release_expired_leases()
    while (taken := claim(worker="two")) and zombie.pk not in {clip.pk for clip in taken}:
        pass

    assert not complete_clip(zombie, sound_of(zombie))
    assert not fail_clip(zombie, SynthError("too late", code="late"))
    assert extend_lease(zombie.lease_token, LEASE) == 0
    zombie.refresh_from_db()
    assert (zombie.state, zombie.worker, zombie.error_code) == ("running", "two", "")


def test_a_clip_is_completed_once(job: Job):
    (clip,) = claim(limit=1)

    assert complete_clip(clip, sound_of(clip))
    assert not complete_clip(clip, sound_of(clip))


def test_a_refused_clip_fails_alone_and_at_once(job: Job):
    while render_next(render=refusing("world")):
        pass

    assert states() == ["done"] * 12 + ["failed"] * 12
    failed = Clip.objects.filter(state="failed")
    assert set(failed.values_list("error_code", "error_message", "attempts")) == {
        ("refused", "world is refused here.", 1)
    }


def test_a_crash_is_tried_again_until_the_last_attempt_and_takes_nobody_along(job: Job):
    culprit = Utterance.objects.order_by("pk")[3].code
    while render_next(render=crashing(culprit)):
        pass

    failed = Clip.objects.filter(state=Clip.State.FAILED)
    assert {clip.utterance.code for clip in failed} == {culprit}
    assert states().count("done") == 22
    for clip in failed:
        assert (clip.error_code, clip.attempts) == ("crashed", MAX_ATTEMPTS)
        assert "out of memory" in clip.error_message
        assert "RuntimeError" in clip.error_traceback


def test_an_error_raised_from_an_unforeseen_one_is_tried_again(job: Job):
    calls = []

    def wrapped_once(requests: Sequence[RenderRequest]) -> list[Rendering | SynthError]:
        calls.append(len(requests))
        if len(calls) > 1:
            return list(fake_render(requests))
        error = SynthError("Rendering failed unexpectedly.", code="render_failed")
        error.__cause__ = RuntimeError("a passing cloud")
        return [error] * len(requests)

    while render_next(render=wrapped_once):
        pass

    assert states() == ["done"] * 24


def test_too_few_results_are_a_crash_not_a_loss(job: Job):
    render_next(render=lambda requests: fake_render(requests)[1:])

    assert states() == ["wanted"] * 24


def test_a_disk_that_is_full_is_a_crash(job: Job, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr("synth.services.rendering.store_audio", full)
    while render_next(render=fake_render):
        pass

    assert set(Clip.objects.values_list("state", "error_code")) == {("failed", "crashed")}


def test_a_clip_that_kills_its_workers_fails_with_what_to_do(job: Job):
    for _ in range(MAX_ATTEMPTS):
        while claim():
            pass
        let_leases_expire()
    release_expired_leases()

    assert set(Clip.objects.values_list("state", "error_code", "attempts")) == {
        ("failed", "worker_lost", MAX_ATTEMPTS)
    }
    assert "give it more memory" in Clip.objects.all()[0].error_message


def test_a_clip_that_was_tried_before_comes_alone(job: Job):
    n_first = len(claim())
    let_leases_expire()
    release_expired_leases()

    sizes = []
    while clips := claim():
        sizes.append(len(clips))

    assert sizes.count(1) >= n_first
    assert sum(sizes) == 24


@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_while_rendering_and_its_connection_is_closed(
    job: Job, settings, monkeypatch: pytest.MonkeyPatch
):
    settings.CLIP_LEASE_S = 0.2
    beats, closed = [], threading.Event()
    wait = threading.Event()

    def beat(token: object, lease: timedelta) -> int:
        beats.append((token, lease))
        if len(beats) == 3:
            wait.set()
        return 1

    def slow(requests: Sequence[RenderRequest]) -> list[Rendering]:
        assert wait.wait(10)
        return fake_render(requests)

    monkeypatch.setattr("synth.services.rendering.extend_lease", beat)
    monkeypatch.setattr(
        "synth.services.rendering.connection", _Closing(closed, connection), raising=True
    )
    render_next(render=slow)

    n_beats = len(beats)
    time.sleep(0.2)
    assert len(beats) == n_beats >= 3
    assert closed.is_set()


class _Closing:
    """A connection that tells when it is closed."""

    def __init__(self, closed: threading.Event, real: object) -> None:
        self._closed = closed
        self._real = real

    def close(self) -> None:
        self._closed.set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


def test_the_renderer_is_told_the_condition_and_how_the_recording_sounds(job: Job):
    """The seed is the utterance's own, so that every system starts from the same sound."""
    Utterance.objects.filter(code="speaker0-0").update(condition="clipped")
    wanted = [
        WantedClip(clip.utterance_id, clip.system_id, 16000, 1, "clipping_5pct", 3)
        for clip in job.clips.filter(utterance__code="speaker0-0")
    ]
    Clip.objects.filter(jobs=job).update(state=Clip.State.FAILED, error_code="not now")
    request_clips(wanted, label="noisy", user=None)
    asked: list[RenderRequest] = []

    while render_next(render=noting(asked)):
        pass

    assert {one.recorded_condition for one in asked} == {"clipped"}
    assert {one.condition.code for one in asked} == {"clipping_5pct"}
    assert asked[0].condition.params == {"process": "clipping", "share": 0.05}
    assert asked[0].condition == asked[1].condition


def test_a_clean_clip_has_no_condition(job: Job):
    asked: list[RenderRequest] = []

    render_next(render=noting(asked))

    assert {one.condition for one in asked} == {None}
