"""The corpora pages: for researchers who are signed in, and for nobody else."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.contrib.auth.models import User
from django.urls import reverse

from synth.models import Checkpoint, Corpus, System, Utterance
from synth.selectors import corpus_summaries
from tests.conftest import signed_in

CARD = {
    "parameters": 1234567,
    "training": {
        "speakers": ["ann"],
        "languages": ["en"],
        "utterances": 500,
        "minutes": 41.5,
        "steps": 1000,
    },
    "metrics": {
        "unseen_bob": {
            "systems": {
                "world": {"n": 8, "pesq_wb": {"mean": 2.345}, "estoi": None, "rtf": 0.05},
                "universal": {"n": 8, "pesq_wb": {"mean": 3.21}, "estoi": {"mean": 0.912}},
            }
        }
    },
    "notes": ["Nobody listened."],
}


def page(user: User, name: str, *arguments: str) -> str:
    response = signed_in(user).get(reverse(name, args=arguments))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "address", ["/corpora/", "/corpora/made/", "/systems/", "/utterances/speaker0-1/audio/"]
)
def test_a_stranger_is_sent_to_the_sign_in(client, corpus: Corpus, address: str):
    response = client.get(address)

    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")


def test_the_overview_names_licence_and_amount(stranger: User, corpus: Corpus):
    content = page(stranger, "corpora")

    assert "CC0-1.0" in content
    assert "en, fr" in content
    assert '<td class="number">12</td>' in content


def test_the_overview_counts_in_two_queries(corpus: Corpus, django_assert_num_queries):

    with django_assert_num_queries(2):
        (summary,) = corpus_summaries()
    assert (summary.n_speakers, summary.n_utterances, summary.minutes) == (3, 12, 0.5)


def test_without_recordings_the_page_says_how_to_add_some(stranger: User):
    assert "load_corpus" in page(stranger, "corpora")


def test_a_corpus_lists_sentences_and_never_invents_a_text(stranger: User, corpus: Corpus):
    Utterance.objects.filter(code="speaker0-1").update(text="Bonjour <b>", language="fr")

    content = page(stranger, "corpus", corpus.code)

    assert "Bonjour &lt;b&gt;" in content
    assert content.count("The source gives no text") == 11
    assert content.count("data-play") == 12


def test_the_recording_is_played_as_it_lies_on_disk(stranger: User, corpus: Corpus, tmp_path: Path):
    Corpus.objects.update(root=str(tmp_path))
    soundfile.write(tmp_path / "speaker0-1.flac", np.zeros(100), 16000)

    response = signed_in(stranger).get("/utterances/speaker0-1/audio/")

    assert response["Content-Type"] == "audio/flac"
    assert response.getvalue() == (tmp_path / "speaker0-1.flac").read_bytes()


def test_a_missing_recording_is_not_found(stranger: User, corpus: Corpus):
    assert signed_in(stranger).get("/utterances/speaker0-1/audio/").status_code == 404


def test_a_network_shows_what_it_was_trained_on_and_what_was_measured(stranger: User):
    checkpoint = Checkpoint.objects.create(
        name="universal", architecture="U-Net", sha256="f" * 64, card=CARD
    )
    System.objects.create(
        code="universal", title="Universal vocoder", kind="vocoder", checkpoint=checkpoint
    )

    content = page(stranger, "systems")

    for expected in ["U-Net", "41.5 minutes", "unseen bob", "3.21", "0.912", "Nobody listened."]:
        assert expected in content
