"""A real queue, a real worker, real recordings: what is wanted gets done once, come what may."""

import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings as site_settings

from config.broker import socket_path, start_broker
from config.processes import Child, stop
from config.supervisor import worker_command
from synth.models import Clip, Job, System, Utterance
from synth.selectors import job_progress
from synth.services.corpora import load_corpus, load_systems
from synth.services.jobs import WantedClip, request_clips
from synth.services.storage import audio_path, read_audio
from tests.site import database_url

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
]

SYSTEMS = ("natural", "anchor35", "griffin_lim")
LIMIT_S = 60


class Farm:
    """Workers on the test's database and a queue of their own."""

    def __init__(self, var: Path) -> None:
        self._log = var / "log"
        self.workers: list[Child] = []

    def start_worker(self) -> Child:
        worker = Child(worker_command(), self._log)
        self.workers.append(worker)
        return worker


@pytest.fixture
def farm(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Farm]:
    var = Path(tempfile.mkdtemp(prefix="ear"))  # short: a socket's path may have 100 bytes
    broker = start_broker(var / "broker", var / "log")
    url = f"redis+socket://{socket_path(var / 'broker')}"
    settings.MEDIA_ROOT = var / "media"
    monkeypatch.setattr("synth.services.jobs.current_app", Celery("test", broker=url))
    for name, value in {
        "BROKER_URL": url,
        "EARSHOT_VAR": str(var),
        "EARSHOT_LEASE_S": "3",
        "DATABASE_URL": database_url(),
    }.items():
        monkeypatch.setenv(name, value)
    farm = Farm(var)
    yield farm
    stop([*farm.workers, broker])
    shutil.rmtree(var)


@pytest.fixture
def wanted(db) -> list[WantedClip]:
    load_corpus(site_settings.DEMO_CORPUS)
    load_systems()
    return [
        WantedClip(utterance.pk, system.pk, rate_hz=16000, seed=1)
        for system in System.objects.filter(code__in=SYSTEMS)
        for utterance in Utterance.objects.order_by("duration_s")[:3]
    ]


def wait_for(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not reached():
        assert time.monotonic() < deadline, Counter(Clip.objects.values_list("state", flat=True))
        time.sleep(0.05)


def is_finished(job: Job) -> bool:
    return job_progress(job).is_finished


def running() -> list[Clip]:
    return list(Clip.objects.filter(state=Clip.State.RUNNING))


def check_every_clip_done_once(job: Job) -> None:
    progress = job_progress(job)
    assert (progress.done, progress.failures) == (9, [])
    hashes = set(job.clips.values_list("audio_sha256", flat=True))
    files = [path for path in audio_path("0" * 64).parents[2].rglob("*") if path.is_file()]
    assert {path.stem for path in files} == hashes
    assert len(files) == len(hashes) == 9
    for clip in job.clips.all():
        samples, rate_hz = read_audio(clip.audio_sha256, verify=True)
        assert (len(samples), rate_hz) == (clip.n_samples, clip.rate_hz)


def test_a_request_wakes_the_worker_and_renders_real_speech(farm: Farm, wanted: list[WantedClip]):
    worker = farm.start_worker()

    job = request_clips(wanted, label="demo", user=None)
    wait_for(lambda: is_finished(job))

    worker.raise_if_dead()
    check_every_clip_done_once(job)
    assert set(job.clips.values_list("attempts", flat=True)) == {1}
    per_utterance = set(job.clips.values_list("utterance", "n_samples"))
    assert len(per_utterance) == 3  # all of an item equally long
    assert all(clip.provenance["source_sha256"] for clip in job.clips.all())


def test_a_killed_pool_process_is_replaced_and_its_clips_are_done(
    farm: Farm, wanted: list[WantedClip]
):
    worker = farm.start_worker()
    job = request_clips(wanted, label="demo", user=None)
    wait_for(lambda: bool(running()))

    lost = kill_holder()
    wait_for(lambda: is_finished(job))

    worker.raise_if_dead()
    check_every_clip_done_once(job)
    assert lost <= tried_again(job)


def test_a_killed_worker_loses_and_doubles_nothing(farm: Farm, wanted: list[WantedClip]):
    worker = farm.start_worker()
    job = request_clips(wanted, label="demo", user=None)
    wait_for(lambda: bool(running()))

    os.kill(worker.pid, signal.SIGKILL)
    wait_for(lambda: not any(is_alive(pid_of(clip)) for clip in running()))
    lost = {clip.pk for clip in running()}
    farm.start_worker()
    wait_for(lambda: is_finished(job))

    check_every_clip_done_once(job)
    assert lost <= tried_again(job)


def test_clips_wanted_while_nobody_worked_are_done_at_the_start(
    farm: Farm, wanted: list[WantedClip], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("synth.services.jobs.wake_workers", lambda n_clips: None)
    job = request_clips(wanted, label="demo", user=None)

    farm.start_worker()
    wait_for(lambda: is_finished(job))

    check_every_clip_done_once(job)


def tried_again(job: Job) -> set[int]:
    return set(job.clips.filter(attempts__gt=1).values_list("pk", flat=True))


def pid_of(clip: Clip) -> int:
    return int(clip.worker.rpartition(":")[2])


def kill_holder() -> set[int]:
    """Kill one process that holds clips; the ids of those that it then still held."""
    pid = pid_of(running()[0])
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(pid))
    return {clip.pk for clip in running() if pid_of(clip) == pid}


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
