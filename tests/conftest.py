"""Roles and states that tests start from: who asks, and how far a study has come."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client

from mushra.models import Batch, ListeningTest, Membership, Project, Sitting
from mushra.services.batches import (
    BatchPlan,
    ScenarioPlan,
    create_batch,
    freeze_batch,
    generate_batch,
)
from mushra.services.listening_tests import TestPlan, create_test, open_test
from mushra.services.sittings import begin_sitting, record_device
from synth.models import Corpus, Speaker, System, Utterance
from synth.requests import Rendering, RenderRequest
from synth.services.rendering import render_next
from tests.site import WebServer

RATE_HZ = 16000
SYSTEMS = (
    ("natural", "natural", {}),
    ("anchor35", "anchor", {"cutoff_hz": 3500}),
    ("anchor20", "anchor", {"cutoff_hz": 2000}),
    ("griffin_lim", "griffin_lim", {"iterations": 60}),
    ("world", "world", {}),
)


@pytest.fixture(autouse=True)
def _own_var(tmp_path: Path, settings) -> None:
    """No test writes into the site's own folder, nor asks a real broker."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.CELERY_BROKER_URL = "memory://"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _no_wake_ups(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips stay wanted until a test renders them; tests with a real worker keep the queue."""
    if request.node.get_closest_marker("worker") is None:
        monkeypatch.setattr("synth.services.jobs.wake_workers", lambda n_clips: None)


def make_user(name: str) -> User:
    return User.objects.create_user(name, password=f"{name}-pass-phrase")


@pytest.fixture
def project(db) -> Project:
    return Project.objects.create(name="Vocoder study")


@pytest.fixture
def owner(project: Project) -> User:
    user = make_user("owner")
    Membership.objects.create(project=project, user=user, role=Membership.Role.OWNER)
    return user


@pytest.fixture
def editor(project: Project) -> User:
    user = make_user("editor")
    Membership.objects.create(project=project, user=user, role=Membership.Role.EDITOR)
    return user


@pytest.fixture
def viewer(project: Project) -> User:
    user = make_user("viewer")
    Membership.objects.create(project=project, user=user, role=Membership.Role.VIEWER)
    return user


@pytest.fixture
def stranger(db) -> User:
    return make_user("stranger")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def systems(db) -> list[System]:
    return [
        System.objects.create(code=code, title=code, kind=kind, params=params, sort_order=order)
        for order, (code, kind, params) in enumerate(SYSTEMS)
    ]


@pytest.fixture
def corpus(db, tmp_path: Path) -> Corpus:
    """Twelve utterances by three speakers in two languages; no files: the renderer is a fake."""
    corpus = Corpus.objects.create(
        code="made", name="Made for tests", licence="CC0-1.0", source="tests", root=str(tmp_path)
    )
    for number, language in enumerate(["en", "en", "fr"]):
        speaker = Speaker.objects.create(corpus=corpus, code=f"speaker{number}", name=f"S{number}")
        for sentence in range(4):
            make_utterance(speaker, language, sentence)
    return corpus


def make_utterance(speaker: Speaker, language: str, sentence: int) -> Utterance:
    code = f"{speaker.code}-{sentence}"
    return Utterance.objects.create(
        speaker=speaker,
        code=code,
        path=f"{code}.flac",
        language=language,
        style="read",
        duration_s=2.5,
        rate_hz=RATE_HZ,
        bandwidth_hz=7500,
        sha256=code.ljust(64, "0"),
    )


def fake_render(requests: Sequence[RenderRequest]) -> list[Rendering]:
    """Half a second of noise per request, different for each; fast, for tests of the flow."""
    return [_noise(request) for request in requests]


def _noise(request: RenderRequest) -> Rendering:
    # Python's hash of a string changes from run to run: sounds must not.
    seed = [request.seed, *f"{request.system} {request.source}".encode()]
    samples = 0.1 * np.random.default_rng(seed).standard_normal(RATE_HZ // 2)
    return Rendering(
        samples=np.clip(samples, -0.9, 0.9),
        rate_hz=RATE_HZ,
        provenance={"renderer": "fake"},
        loudness_lufs=-26.0,
        gain_db=0.0,
        peak=0.5,
    )


def render_all() -> None:
    while render_next(render=fake_render):
        pass


@pytest.fixture
def plan() -> BatchPlan:
    codes = [code for code, _, _ in SYSTEMS]
    return BatchPlan(
        name="First comparison",
        seed=7,
        scenarios=[ScenarioPlan(code="all", title="All speakers", n_items=5, systems=codes)],
    )


@pytest.fixture
def draft_batch(project: Project, corpus: Corpus, systems: list[System], plan: BatchPlan) -> Batch:
    return create_batch(project, plan, user=None)


@pytest.fixture
def ready_batch(draft_batch: Batch) -> Batch:
    batch = generate_batch(draft_batch, user=None)
    render_all()
    return batch


@pytest.fixture
def frozen_batch(ready_batch: Batch) -> Batch:
    return freeze_batch(ready_batch)


@pytest.fixture
def draft_test(frozen_batch: Batch) -> ListeningTest:
    return create_test(frozen_batch, TestPlan(title="Which vocoder?"), user=None)


@pytest.fixture
def running_test(draft_test: ListeningTest) -> ListeningTest:
    return open_test(draft_test)


@pytest.fixture
def sitting(running_test: ListeningTest) -> Sitting:
    return record_device(begin_sitting(running_test), Sitting.Device.HEADPHONES)


@pytest.fixture
def web_server(running_test: ListeningTest, tmp_path: Path) -> Iterator[WebServer]:
    """gunicorn on the test's own database; for tests with committed data (transaction=True)."""
    server = WebServer(tmp_path)
    server.prepare()
    server.start()
    yield server
    server.kill()


@pytest.fixture
def transfer_site(corpus: Corpus, systems: list[System], tmp_path: Path, monkeypatch) -> None:
    """A site with the systems of prosody transfer, a voice, and the texts it speaks."""
    from tests import transfer

    transfer.install_voice(tmp_path / "voices", monkeypatch)
    transfer.add_transfer_systems()
    transfer.say_something()


@pytest.fixture
def transfer_batch(project: Project, transfer_site: None) -> Batch:
    """A frozen batch whose systems speak with a target voice, sounds of different lengths."""
    from tests import transfer

    batch = generate_batch(create_batch(project, transfer.transfer_plan(), user=None), user=None)
    transfer.render_uneven()
    return freeze_batch(batch)
