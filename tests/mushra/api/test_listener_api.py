"""The listener's API: statuses, the one error shape, and who may ask."""

import io
import json

import numpy as np
import pytest
import soundfile
from django.test import Client
from django.urls import reverse

from mushra.models import Rating, Stimulus
from mushra.selectors.sittings import current_presentation, trial_data
from mushra.services.sittings import begin_sitting
from synth.models import Clip
from synth.services.storage import audio_path, store_audio

pytestmark = pytest.mark.django_db
HEARD = {"plays": 1, "heard_s": 2.0, "switches": 0, "loops": 0}


@pytest.fixture
def page(sitting):
    return trial_data(current_presentation(sitting))


def post(url, body):
    return Client().post(url, json.dumps(body), content_type="application/json")


def rating(page, number=0, **changes):
    stimulus = page["stimuli"][number]["token"]
    return {"stimulus": stimulus, "sequence": 1, "score": 70, "evidence": HEARD} | changes


def error_of(response):
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "field"}
    return response.status_code, body["error"]["code"], body["error"]["field"]


def test_a_new_rating_is_created_and_the_same_again_is_confirmed(page):
    first, again = (post(page["ratingsUrl"], rating(page)) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"score": 101}, (400, "invalid", "score")),
        ({"score": -1}, (400, "invalid", "score")),
        ({"score": "loud"}, (400, "invalid", "score")),
        ({"sequence": 0}, (400, "invalid", "sequence")),
        ({"evidence": {}}, (400, "invalid", "evidence")),
        ({"evidence": HEARD | {"heard_s": 0}}, (400, "not_heard", "evidence")),
        ({"stimulus": "no-such"}, (404, "no_such_stimulus", None)),
    ],
)
def test_bad_ratings_are_refused_in_one_shape(page, changes, expected):
    assert error_of(post(page["ratingsUrl"], rating(page, **changes))) == expected
    assert not Rating.objects.exists()


def test_another_score_under_the_same_number_conflicts(page):
    post(page["ratingsUrl"], rating(page))
    response = post(page["ratingsUrl"], rating(page, score=71))
    assert error_of(response) == (409, "sequence_taken", "sequence")


def test_a_body_that_is_not_json_is_refused(page):
    response = Client().post(page["ratingsUrl"], "score=3", content_type="application/json")
    assert error_of(response)[:2] == (400, "parse_error")


def test_a_page_completes_only_when_all_is_rated(page):
    status, code, _ = error_of(post(page["completeUrl"], {}))
    assert (status, code) == (409, "not_all_rated")
    for number in range(len(page["stimuli"])):
        post(page["ratingsUrl"], rating(page, number))
    response = post(page["completeUrl"], {})
    assert (response.status_code, response.json()) == (200, {"next": page["nextUrl"]})


def test_sound_is_a_wav_file_of_the_promised_length(page):
    response = Client().get(page["reference"]["url"])
    samples, rate_hz = soundfile.read(io.BytesIO(response.content))
    assert (len(samples), rate_hz) == (page["nSamples"], page["rateHz"])
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_frozen_sound_is_served_even_when_its_clip_was_rendered_anew(page):
    before = Client().get(page["reference"]["url"]).content
    Clip.objects.update(audio_sha256=store_audio(np.full(8000, 0.1), 16000))
    assert Client().get(page["reference"]["url"]).content == before


def test_a_missing_file_is_told_calmly(page):
    for stimulus in Stimulus.objects.all():
        audio_path(stimulus.audio_sha256).unlink(missing_ok=True)
    status, code, _ = error_of(Client().get(page["reference"]["url"]))
    assert (status, code) == (503, "sound_unavailable")


def test_one_listener_cannot_use_another_listeners_tokens(page, running_test):
    other = begin_sitting(running_test)
    stolen = page["stimuli"][0]["token"]
    ratings_url = reverse("api-ratings", args=[other.token])
    assert post(ratings_url, rating(page)).status_code == 404
    assert Client().get(reverse("api-audio", args=[other.token, stolen])).status_code == 404


def test_sounds_of_later_pages_are_not_served_yet(sitting):
    later = sitting.presentations.get(page_number=2).presented.first()
    url = reverse("api-audio", args=[sitting.token, later.token])
    assert error_of(Client().get(url)) == (404, "no_such_stimulus", None)


def test_an_unknown_sitting_is_not_found():
    for name in ("api-ratings", "api-level-audio"):
        response = Client().get(reverse(name, args=["nobody"]))
        assert response.status_code in {404, 405}
        assert "error" in response.json()
