"""A stimulus' page, its sound and its pictures."""

import io

import pytest
import soundfile
from django.test import Client
from django.urls import reverse

from mushra.models import Stimulus
from mushra.services.batches import freeze_batch, generate_batch
from synth.models import Checkpoint, Clip, System
from synth.services.storage import audio_path
from tests.conftest import signed_in
from tests.mushra.views.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(viewer) -> Client:
    return signed_in(viewer)


@pytest.fixture
def stimulus(ready_batch) -> Stimulus:
    return Stimulus.objects.select_related("clip").filter(system__code="world")[0]


def audio_address(stimulus: Stimulus) -> str:
    return reverse("stimulus-audio", args=[stimulus.pk])


class TestPage:
    def test_the_sound_is_traced_to_its_making(self, client, stimulus):
        page = text_of(client.get(reverse("stimulus", args=[stimulus.pk])))
        assert stimulus.clip.audio_sha256 in page
        assert "−26.0 LUFS" in page
        assert "Seed 7" in page
        assert "CC0-1.0" in page

    def test_it_stands_beside_its_reference(self, client, stimulus):
        page = client.get(reverse("stimulus", args=[stimulus.pk])).content.decode()
        reference = stimulus.item.stimuli.get(role="reference")
        for shown in (stimulus, reference):
            assert reverse("stimulus-spectrogram", args=[shown.pk]) in page
            assert audio_address(shown) in page

    def test_the_reference_stands_alone(self, client, stimulus):
        reference = stimulus.item.stimuli.get(role="reference")
        page = client.get(reverse("stimulus", args=[reference.pk])).content.decode()
        assert page.count("<audio") == 1

    def test_the_waveform_spans_the_whole_sound(self, client, stimulus):
        response = client.get(reverse("stimulus", args=[stimulus.pk]))
        outline = response.context["waveform"]
        assert outline.startswith("M0,")
        assert " L599," in outline
        assert outline.endswith("Z")

    def test_a_system_without_a_network_claims_no_seenness(self, client, stimulus):
        page = text_of(client.get(reverse("stimulus", args=[stimulus.pk])))
        assert "This system has no trained network" in page

    def test_a_network_tells_whom_it_heard(self, client, stimulus):
        card = {"training": {"speakers": ["somebody"], "languages": ["en", "fr"]}}
        checkpoint = Checkpoint.objects.create(
            name="universal", architecture="made-up", sha256="c" * 64, card=card
        )
        System.objects.filter(code="world").update(checkpoint=checkpoint)
        page = text_of(client.get(reverse("stimulus", args=[stimulus.pk])))
        assert "Speaker never heard" in page
        assert "Language in training" in page
        assert "c" * 64 in page

    def test_a_failed_stimulus_says_why(self, client, draft_batch):
        generate_batch(draft_batch, user=None)
        Clip.objects.update(state="failed", error_code="x", error_message="Too narrow a band.")
        page = text_of(client.get(reverse("stimulus", args=[Stimulus.objects.first().pk])))
        assert "Too narrow a band." in page

    def test_a_wanted_stimulus_has_no_player_yet(self, client, draft_batch):
        generate_batch(draft_batch, user=None)
        page = client.get(reverse("stimulus", args=[Stimulus.objects.first().pk]))
        assert "not rendered yet" in text_of(page)
        assert "<audio" not in page.content.decode()

    def test_the_page_takes_a_fixed_number_of_queries(
        self, client, stimulus, django_assert_num_queries
    ):
        with django_assert_num_queries(6):
            client.get(reverse("stimulus", args=[stimulus.pk]))


class TestSound:
    def test_the_sound_is_the_rendered_file(self, client, stimulus):
        response = client.get(audio_address(stimulus))
        content = b"".join(response.streaming_content)
        assert content == audio_path(stimulus.clip.audio_sha256).read_bytes()
        assert response.headers["Content-Type"] == "audio/wav"

    def test_a_frozen_stimulus_keeps_its_sound(self, client, stimulus, ready_batch):
        kept = stimulus.clip.audio_sha256
        freeze_batch(ready_batch)
        other = Clip.objects.exclude(pk=stimulus.clip_id).first()
        Clip.objects.filter(pk=stimulus.clip_id).update(audio_sha256=other.audio_sha256)
        content = b"".join(client.get(audio_address(stimulus)).streaming_content)
        assert content == audio_path(kept).read_bytes()

    @pytest.mark.parametrize(
        ("wanted", "first", "last"),
        [("bytes=0-9", 0, 9), ("bytes=100-", 100, None), ("bytes=-7", -7, None)],
    )
    def test_a_player_gets_the_part_it_asks_for(self, client, stimulus, wanted, first, last):
        whole = audio_path(stimulus.clip.audio_sha256).read_bytes()
        part = whole[first:] if last is None else whole[first : last + 1]
        response = client.get(audio_address(stimulus), headers={"Range": wanted})
        start = first % len(whole)
        assert response.status_code == 206
        assert response.content == part
        assert response.headers["Content-Range"] == (
            f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
        )

    def test_a_part_beyond_the_end_is_refused(self, client, stimulus):
        response = client.get(audio_address(stimulus), headers={"Range": "bytes=9999999-"})
        assert response.status_code == 416
        assert response.headers["Content-Range"].startswith("bytes */")

    @pytest.mark.parametrize("wanted", ["bytes=0-4,9-12", "bytes=-", "lines=1-2", "bytes=a-b"])
    def test_a_range_that_is_not_understood_is_overlooked(self, client, stimulus, wanted):
        response = client.get(audio_address(stimulus), headers={"Range": wanted})
        assert response.status_code == 200

    def test_a_missing_file_is_not_found(self, client, stimulus):
        audio_path(stimulus.clip.audio_sha256).unlink()
        assert client.get(audio_address(stimulus)).status_code == 404
        assert client.get(reverse("stimulus", args=[stimulus.pk])).status_code == 200

    def test_an_unrendered_stimulus_has_no_sound(self, client, draft_batch):
        generate_batch(draft_batch, user=None)
        assert client.get(audio_address(Stimulus.objects.first())).status_code == 404


def test_the_spectrogram_is_a_picture(client, stimulus):
    response = client.get(reverse("stimulus-spectrogram", args=[stimulus.pk]))
    assert response.content.startswith(b"\x89PNG")
    assert "private" in response.headers["Cache-Control"]


def test_audio_can_be_read_by_a_player(client, stimulus):
    content = b"".join(client.get(audio_address(stimulus)).streaming_content)
    samples, rate_hz = soundfile.read(io.BytesIO(content))
    assert (len(samples), rate_hz) == (stimulus.clip.n_samples, 16000)


def test_the_target_voice_shows_its_own_recording(client, transfer_batch):
    target = Stimulus.objects.select_related("item__target_utterance").filter(role="target").first()
    page = client.get(reverse("stimulus", args=[target.pk])).content.decode()
    assert target.item.target_utterance.text in page
    assert target.item.utterance.text not in page


def test_speech_of_a_target_voice_says_whose_it_is(client, transfer_batch):
    spoken = Stimulus.objects.filter(system__code="transferred").first()
    page = client.get(reverse("stimulus", args=[spoken.pk])).content.decode()
    assert "<dt>Voice</dt><dd>Anna</dd>" in page
