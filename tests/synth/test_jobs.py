"""Asking for clips: equal wishes share one clip, and a failed one may be wanted again."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from kombu.exceptions import OperationalError

from synth.errors import SynthError
from synth.models import Clip, Corpus, Job, System, Utterance
from synth.requests import Rendering, RenderRequest
from synth.selectors import job_progress
from synth.services import jobs
from synth.services.jobs import WantedClip, request_clips, retry_failed
from synth.services.rendering import render_next
from synth.services.storage import audio_path
from tests.conftest import fake_render, render_all
from tests.synth.renderers import refusing
from tests.synth.voice_folders import install

pytestmark = pytest.mark.django_db


def wishes(n_utterances: int = 3, seed: int = 1) -> list[WantedClip]:
    utterances = Utterance.objects.order_by("pk")[:n_utterances]
    return [
        WantedClip(utterance.pk, system.pk, rate_hz=16000, seed=seed)
        for utterance in utterances
        for system in System.objects.all()
    ]


def ask(wanted: list[WantedClip]) -> Job:
    return request_clips(wanted, label="a batch", user=None)


@pytest.fixture(autouse=True)
def _registry(corpus: Corpus, systems: list[System]) -> None:
    """Twelve utterances, five systems."""


def test_each_wish_becomes_one_clip():
    job = ask(wishes())

    assert job.clips.count() == 15
    assert set(job.clips.values_list("state", flat=True)) == {Clip.State.WANTED}


def test_a_wish_made_twice_is_one_clip_of_both_jobs():
    first, second = ask(wishes()), ask(wishes() + wishes())

    assert Clip.objects.count() == 15
    assert set(first.clips.all()) == set(second.clips.all())


def test_whatever_decides_the_sound_makes_another_clip():
    ask(wishes(1))
    ask(wishes(1, seed=2))
    System.objects.filter(code="griffin_lim").update(params={"iterations": 32})
    ask(wishes(1))

    assert Clip.objects.count() == 5 + 5 + 1


def in_condition(wanted: list[WantedClip], code: str, seed: int = 7) -> list[WantedClip]:
    return [replace(wish, condition=code, condition_seed=seed) for wish in wanted]


def test_a_condition_makes_another_clip_and_a_clean_ones_key_is_as_ever():
    ask(wishes(1))
    clean = set(Clip.objects.values_list("key", flat=True))
    for code in ("babble_5db", "babble_10db"):
        ask(in_condition(wishes(1), code))
    ask(in_condition(wishes(1), "babble_5db", seed=8))
    ask(in_condition(wishes(1), "babble_5db"))

    assert Clip.objects.count() == 4 * 5
    assert set(Clip.objects.filter(condition="clean").values_list("key", flat=True)) == clean


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two installed voices, and a system that speaks with them."""
    for code in ("anna", "ben"):
        install(tmp_path, code, agg=f"weights of {code}")
    monkeypatch.setattr("synth.voices.FOLDER", tmp_path)
    params = {"network": "agg"}
    System.objects.create(code="transferred", title="Transferred", kind="prosody", params=params)
    return tmp_path


def spoken(voice: str) -> list[WantedClip]:
    utterance, system = Utterance.objects.first(), System.objects.get(code="transferred")
    assert utterance is not None
    return [WantedClip(utterance.pk, system.pk, rate_hz=16000, seed=1, voice=voice)]


@pytest.mark.usefixtures("voices")
def test_a_voice_and_its_networks_make_another_clip(voices: Path):
    ask(spoken("anna") + spoken("ben") + spoken("anna"))
    assert Clip.objects.count() == 2

    (voices / "anna" / "agg.json").write_text(json.dumps({"sha256": "trained on"}))
    ask(spoken("anna") + spoken("ben"))
    assert sorted(Clip.objects.values_list("voice", flat=True)) == ["anna", "anna", "ben"]


@pytest.mark.usefixtures("voices")
def test_who_speaks_is_asked_of_prosody_systems_alone():
    with pytest.raises(SynthError, match="choose one for the scenario"):
        ask(spoken(""))
    with pytest.raises(SynthError, match="no voice 'bob'"):
        ask(spoken("bob"))
    with pytest.raises(SynthError, match="ask for it without a voice"):
        ask([replace(wish, voice="anna") for wish in wishes(1) if wish.voice == ""][:1])


@pytest.mark.usefixtures("voices")
def test_the_renderer_is_told_who_speaks_and_what():
    asked: list[RenderRequest] = []

    def remembering(requests: Sequence[RenderRequest]) -> Sequence[Rendering | SynthError]:
        asked.extend(requests)
        return fake_render(requests)

    Utterance.objects.update(text="Good morning.", language="en")
    ask(spoken("ben"))
    render_next(render=remembering)

    (request,) = asked
    assert (request.kind, request.voice) == ("prosody", "ben")
    assert (request.text, request.language) == ("Good morning.", "en")


def test_the_key_of_a_clean_clip_has_not_changed_since_the_first_release(corpus: Corpus):
    """Else every clip of every installation would be rendered again."""
    utterance = Utterance.objects.get(code="speaker0-0")
    system = System.objects.get(code="griffin_lim")

    key = jobs.clip_key(Clip(utterance=utterance, system=system, rate_hz=16000, seed=1))

    assert key == "25bcd1bb48ee1cb445fffcaaf8de5339566db1548f950c54ce59d14fb4f3b196"


def test_noise_differs_between_utterances_but_not_between_systems_or_ratios():
    ask(in_condition(wishes(2), "babble_5db") + in_condition(wishes(2), "babble_20db"))

    seeds = set(Clip.objects.values_list("utterance__code", "condition_seed"))

    assert len(seeds) == len({seed for _, seed in seeds}) == 2


def test_a_recorded_noise_is_chosen_when_asked_for(settings, tmp_path: Path):
    settings.NOISES = tmp_path
    for name in ("rain", "tram"):
        (tmp_path / f"{name}.wav").write_bytes(name.encode())

    job = ask(in_condition(wishes(3), "noise_10db"))

    chosen = {(clip.utterance_id, clip.condition_params["noise_file"]) for clip in job.clips.all()}
    assert len(chosen) == 3  # one noise for all systems of an utterance
    assert all(len(clip.condition_params["noise_sha256"]) == 64 for clip in job.clips.all())


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("underwater", "condition_unknown"),
        ("telephone", "condition_not_simulated"),
        ("noise_10db", "noise_missing"),
    ],
)
def test_a_condition_that_cannot_be_simulated_is_refused_whole(settings, code: str, error: str):
    settings.NOISES = None

    with pytest.raises(SynthError) as caught:
        ask(wishes(1) + in_condition(wishes(1), code))
    assert caught.value.code == error
    assert not Job.objects.exists()


def test_a_job_of_sounds_that_are_there_is_finished_at_once():
    ask(wishes())
    render_all()

    progress = job_progress(ask(wishes()))

    assert progress.is_finished
    assert progress.percent == 100


def test_failed_clips_of_a_new_request_are_wanted_again():
    job = ask(wishes())
    while_refused(job)

    again = ask(wishes())

    assert job_progress(again).failed == 0
    assert job_progress(again).wanted == 3


def while_refused(job: Job) -> None:
    while render_next(render=refusing("world")):
        pass
    assert job_progress(job).failed == 3


def test_retrying_wants_only_the_failed_clips_again():
    job = ask(wishes())
    while_refused(job)

    assert retry_failed(job) == 3
    assert job_progress(job).done == 12
    assert set(job.clips.filter(state="wanted").values_list("error_message", "attempts")) == {
        ("", 0)
    }


def test_a_clip_whose_file_is_gone_is_rendered_anew():
    job = ask(wishes(1))
    render_all()
    lost = job.clips.get(system__code="world")
    audio_path(lost.audio_sha256).unlink()

    ask(wishes(1))
    render_all()

    assert audio_path(lost.audio_sha256).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [({"utterance_id": 0}, "unknown_utterance"), ({"system_id": 0}, "unknown_system")],
)
def test_a_wish_for_what_is_not_there_is_refused_whole(change: dict[str, int], code: str):
    wanted = wishes(1)
    wrong = WantedClip(**{**wanted[0].__dict__, **change})

    with pytest.raises(SynthError) as caught:
        ask([*wanted, wrong])
    assert caught.value.code == code
    assert not Job.objects.exists()


def test_progress_takes_one_query(django_assert_num_queries):
    job = ask(wishes())
    while_refused(job)

    with django_assert_num_queries(1):
        progress = job_progress(job)

    assert (progress.done, progress.failed, progress.total) == (12, 3, 15)
    assert {failure.message for failure in progress.failures} == {"world is refused here."}


def test_workers_are_woken_after_the_commit_only(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
):
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake_workers", woken.append)

    with django_capture_on_commit_callbacks(execute=True):
        ask(wishes())
        assert woken == []
    assert woken == [15]


def test_a_queue_that_is_down_loses_no_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def unreachable(*_: object, **__: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.undo()
    monkeypatch.setattr("synth.services.jobs.current_app.send_task", unreachable)

    jobs.wake_workers(3)

    assert "cannot be reached" in caplog.text


def test_the_job_knows_who_asked():
    user = User.objects.create_user("ann")

    assert request_clips(wishes(1), label="mine", user=user).created_by == user


def test_sounds_made_by_the_fake_differ_from_each_other():
    """Else every test above would pass with one file for all."""
    ask(wishes())
    render_all()

    assert Clip.objects.values("audio_sha256").distinct().count() == 15
    assert fake_render([]) == []
