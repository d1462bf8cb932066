"""Nothing but the sound itself separates the hidden reference from the other stimuli.

A crawler takes many sittings, keeps every byte and header that a listener's browser could see,
and asks whether anything in it knows more than chance.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from scipy import stats

from mushra.models import PresentedStimulus, Stimulus
from mushra.selectors.sittings import current_presentation, trial_data
from mushra.services.sittings import begin_sitting, record_device
from synth.audio.dither import PADDING_BYTES
from synth.services.storage import read_file
from tests.conftest import SYSTEMS
from tests.mushra.services.test_attributes import each_question, sit
from tests.transfer import SPOKEN

pytestmark = pytest.mark.django_db
N_SITTINGS = 24
HEARD = {"plays": 1, "heard_s": 1.0, "switches": 0, "loops": 0}
# RIFF header, fmt chunk, and the header of the padding chunk, after which the key decides.
FIXED_HEADER_BYTES = 12 + 24 + 8


@dataclass(frozen=True)
class Heard:
    """One signal as the browser got it."""

    page: tuple[int, int]
    place: int
    token: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Crawl:
    """What listeners got, and (known to the test alone) what it was."""

    signals: list[Heard]
    texts: list[str]
    hidden: set[str]
    secrets: set[str]

    def pages(self) -> list[list[Heard]]:
        by_page = defaultdict(list)
        for heard in self.signals:
            by_page[heard.page].append(heard)
        return list(by_page.values())


_crawled: list[Crawl] = []


@pytest.fixture
def crawl(request) -> Crawl:
    """Many sittings, taken once for all tests here."""
    if not _crawled:
        _crawled.append(_take_sittings(request.getfixturevalue("running_test")))
    return _crawled[0]


def _take_sittings(test) -> Crawl:
    signals: list[Heard] = []
    texts: list[str] = []
    for number in range(N_SITTINGS):
        sitting = record_device(begin_sitting(test), "headphones")
        client = Client()
        while True:
            response = client.get(reverse("sitting", args=[sitting.token]))
            texts.append(response.content.decode() + repr(sorted(response.headers.items())))
            data = _trial_data(response.content.decode())
            if data is None:
                break
            page = (number, len(texts))
            for place, signal in enumerate([data["reference"], *data["stimuli"]]):
                signals.append(_fetch(client, page, place, signal))
            _answer(client, data)
    return Crawl(signals, texts, _hidden_references(), _secrets())


def _secrets() -> set[str]:
    secrets = {code for code, _, _ in SYSTEMS if code != "natural"}
    secrets |= {"low_anchor", "mid_anchor", "hidden_reference"}
    for stimulus in Stimulus.objects.select_related("item__utterance", "clip"):
        secrets |= {stimulus.audio_sha256, stimulus.item.utterance.code, stimulus.clip.key}
    return secrets


def _trial_data(html):
    found = re.search(r'<script id="trial-data" type="application/json">(.*?)</script>', html)
    return json.loads(found.group(1)) if found else None


def _fetch(client, page, place, signal):
    response = client.get(signal["url"])
    assert response.status_code == 200
    headers = tuple(sorted(response.headers.items()))
    return Heard(page, place, signal["token"], signal["url"], headers, response.content)


def _answer(client, data):
    for stimulus in data["stimuli"]:
        rating = {
            "stimulus": stimulus["token"],
            "sequence": 1,
            "score": 50,
            "evidence": HEARD,
        }
        client.post(data["ratingsUrl"], json.dumps(rating), content_type="application/json")
    client.post(data["completeUrl"], "{}", content_type="application/json")


def _hidden_references():
    return set(
        PresentedStimulus.objects.filter(stimulus__role="reference", position__gt=0).values_list(
            "token", flat=True
        )
    )


def test_the_crawl_met_every_page_of_every_sitting(crawl):
    assert [len(page) for page in crawl.pages()] == [6] * (N_SITTINGS * 6)
    assert len(crawl.hidden) == N_SITTINGS * 6


def test_no_text_names_a_system_a_role_or_a_recording(crawl):
    everything = "\n".join(crawl.texts)
    assert [secret for secret in crawl.secrets if secret in everything] == []


def test_headers_urls_and_lengths_are_the_same_for_every_signal_of_a_page(crawl):
    for page in crawl.pages():
        assert len({(h.headers, len(h.url), len(h.body)) for h in page}) == 1


def test_no_two_signals_share_their_bytes_and_only_the_fixed_header_is_common(crawl):
    bodies = [heard.body for heard in crawl.signals]
    assert len({hashlib.sha256(body).digest() for body in bodies}) == len(bodies)
    assert len({body[:FIXED_HEADER_BYTES] for body in bodies}) == 1
    paddings = {body[FIXED_HEADER_BYTES : FIXED_HEADER_BYTES + PADDING_BYTES] for body in bodies}
    assert len(paddings) == len(bodies)


def test_the_hidden_reference_differs_from_the_labelled_one_in_its_dither_only(crawl):
    for page in crawl.pages():
        (hidden,) = (_samples(heard) for heard in page if heard.token in crawl.hidden)
        difference = _samples(page[0]) - hidden
        assert np.mean(difference != 0) > 0.3
        assert np.abs(difference).max() <= 3  # inaudible: dither of 16 bits


def test_the_hidden_reference_is_fetched_in_any_place_equally_often(crawl):
    places = [heard.place for heard in crawl.signals if heard.token in crawl.hidden]
    assert stats.chisquare(np.bincount(places, minlength=6)[1:]).pvalue > 1e-4


def test_tokens_are_drawn_from_one_distribution(crawl):
    letters = {True: Counter(), False: Counter()}
    for heard in crawl.signals:
        letters[heard.token in crawl.hidden].update(heard.token)
    alphabet = sorted(letters[True] | letters[False])
    table = [[letters[kind][letter] for letter in alphabet] for kind in (True, False)]
    assert stats.chi2_contingency(table).pvalue > 1e-4


def test_tokens_never_repeat(crawl):
    tokens = [heard.token for heard in crawl.signals]
    assert len(set(tokens)) == len(tokens)


def test_each_sound_costs_the_server_the_same_files(sitting, monkeypatch):
    """Else the second sound from one file comes sooner: the hidden reference, when not cached."""
    read: list[str] = []

    def noted(sha256: str) -> bytes:
        read.append(sha256)
        return read_file(sha256)

    monkeypatch.setattr("mushra.services.sound.read_file", noted)
    page = trial_data(current_presentation(sitting))
    files = []
    for signal in [page["reference"], *page["stimuli"]]:
        read.clear()
        assert Client().get(signal["url"]).status_code == 200
        files.append(sorted(read))
    assert len(files[0]) == len(SYSTEMS)
    assert files == [files[0]] * len(files)


@each_question
def test_other_questions_tell_as_little(transfer_batch, attribute):
    """Sounds of different lengths, with another reference or none."""
    first_page = current_presentation(sit(transfer_batch, attribute))
    client, url = Client(), reverse("sitting", args=[first_page.sitting.token])
    html = client.get(url).content.decode()
    data = _trial_data(html)
    signals = [*filter(None, [data["reference"]]), *data["stimuli"]]
    page = [_fetch(client, (0, 0), place, signal) for place, signal in enumerate(signals)]
    assert len({(h.headers, len(h.url), len(h.body)) for h in page}) == 1
    assert len({heard.body for heard in page}) == len(page)
    assert len({heard.body[:FIXED_HEADER_BYTES] for heard in page}) == 1
    told = {*SPOKEN, "target_voice", "hidden_reference", *_secrets()}
    assert [secret for secret in told if secret in html] == []


def _samples(heard):
    pcm = heard.body[FIXED_HEADER_BYTES + PADDING_BYTES + 8 :]
    return np.frombuffer(pcm, dtype="<i2").astype(int)
