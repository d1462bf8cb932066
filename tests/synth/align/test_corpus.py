"""A whole corpus: every sentence aligned, each speaker by limits of his own."""

import numpy as np
import pytest

from synth.align import corpus as aligning
from synth.align.alignment import Alignment
from synth.align.corpus import AlignerOf, align_corpus, groups_of, phone_set_of
from synth.align.train import AlignerTrainer
from synth.align.verdicts import OPEN
from tests.synth.align.made import QUICK, tiny
from tests.synth.align.made_corpus import made_corpus, made_sources


@pytest.fixture(scope="module")
def corpus():
    return made_corpus()


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    return made_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def aligner(corpus):
    network = AlignerTrainer(tiny(), QUICK, []).average
    return AlignerOf(network, frozenset({corpus.utterances[0].sha256}))


def test_speakers_of_a_voice_are_read_in_its_phone_set():
    assert phone_set_of("tux_ru") == phone_set_of("ru_nsh") == "festvox-ru"
    assert phone_set_of("cs_fish_big") == "ipa"
    assert phone_set_of("tux_ro") is None


def test_sentences_come_by_speaker_and_language(corpus, sources):
    found = groups_of(corpus, sources)
    sizes = {key: len(sentences) for key, sentences in found.items()}
    assert sizes == {
        ("nl_fish_small", "nl"): 5, ("nl_fish_big", "nl"): 5, ("cs_fish_big", "cs"): 5
    }  # fmt: skip


def test_every_sentence_is_aligned_whole(corpus, sources, aligner):
    found = list(align_corpus(corpus, sources, aligner))
    assert [one.sha256 for one in found] == [one.sha256 for one in corpus.utterances]
    for one, utterance in zip(found, corpus.utterances, strict=True):
        assert sum(one.durations) == 1 + round(utterance.duration_s * 16_000) // 160
        assert len(one.symbols) == len(one.durations) == len(one.scores)
        assert (one.speaker, one.language, one.phone_set) == (
            utterance.speaker, utterance.language, "ipa"
        )  # fmt: skip
    assert [one.taught for one in found] == [True] + [False] * 14


def test_an_aligner_of_a_voice_is_for_it_and_its_references(corpus, sources, aligner):
    small = AlignerOf(aligner.network, aligner.taught, "cs_fish_small")
    found = list(align_corpus(corpus, sources, small))
    assert {(one.speaker, one.voice) for one in found} == {("cs_fish_big", "cs_fish_small")}


def test_each_speaker_has_limits_of_his_own(corpus, sources, aligner, monkeypatch):
    asked = []

    def limits_of(posteriors, scripts):
        asked.append(len(scripts))
        return OPEN

    monkeypatch.setattr(aligning, "limits_of", limits_of)
    monkeypatch.setattr(aligning, "LEAST_SAMPLED", 5)
    monkeypatch.setattr(aligning, "SAMPLED", 4)
    list(align_corpus(corpus, sources, aligner))
    assert asked == [4, 4, 4]


def test_what_does_not_fit_is_kept_with_its_reason(corpus, sources, aligner, monkeypatch):
    none = np.zeros(0, dtype=np.intp)
    empty = Alignment((), none, none, np.zeros(0), ok=False, reason="too_short")
    monkeypatch.setattr(aligning, "align_posteriors", lambda p, scripts, limits: [empty] * len(p))
    found = list(align_corpus(corpus, sources, aligner))
    assert {(one.ok, one.reason, one.symbols) for one in found} == {(False, "too_short", ())}
