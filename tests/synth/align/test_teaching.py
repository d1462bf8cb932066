"""What is learned from: true times of espeak-ng's speech, never a reference speaker."""

from dataclasses import replace

import numpy as np
import pytest

from synth.align.teaching import (
    Manners,
    capped,
    labeled_examples,
    lessons,
    may_teach,
    spoken_examples,
    spoken_texts,
    teachers,
)
from synth.align.train import AlignerTrainer
from synth.datasets import splits
from synth.datasets.voices import (
    TARGET,
    TEST,
    TRAIN,
    VOICES,
    VoiceRecord,
    never_trained_on,
)
from tests.synth.align.made import QUICK, tiny
from tests.synth.align.made_corpus import made_corpus, made_sources


@pytest.fixture(scope="module")
def corpus():
    return made_corpus()


@pytest.fixture(scope="module")
def taught(corpus, tmp_path_factory):
    return teachers(corpus, made_sources(tmp_path_factory.mktemp("sources")))


def test_no_reference_speaker_teaches(corpus, taught):
    speakers = {corpus.utterances[one.index].speaker for one in taught}
    assert speakers == {"nl_fish_small", "nl_fish_big"}
    assert not speakers & never_trained_on(VOICES)
    texts = {one.phonemes.language for one in spoken_texts(corpus)}
    assert texts == {"nl"}


@pytest.mark.parametrize(
    "change",
    [
        {"split": splits.TEST},
        {"split": splits.UNSEEN},
        {"speaker": "tux_ru"},
        {"speaker": "cs_fish_others"},
        {"text": ""},
        {"language": "zh"},
        {"clipped_share": 0.5},
        {"duration_s": 0.2},
    ],
)
def test_who_may_not_teach(corpus, change):
    fit = corpus.utterances[0]
    assert may_teach(fit)
    assert not may_teach(replace(fit, **change))


def test_a_speaker_teaches_so_many_minutes_in_the_order_of_hashes(corpus):
    places = [(k, one.text) for k, one in enumerate(corpus.utterances[:5])]
    hashes = [corpus.utterances[k].sha256 for k, _ in capped(places, corpus, 1.0)]
    assert hashes == sorted(hashes)
    assert len(hashes) == 5
    assert len(capped(places, corpus, 0.01)) == 1


def test_lessons_are_true_times_and_guesses(corpus, taught):
    found = lessons(corpus, taught)
    assert [one.is_certain for one in found] == [True] * 10 + [False] * len(taught)
    assert all(one.durations.sum() == len(one.features) for one in found)


def test_guesses_may_be_known_or_made_by_a_network(corpus, taught):
    by_warping = [one.durations for one in lessons(corpus, taught) if not one.is_certain]
    again = [one.durations for one in lessons(corpus, taught, by_warping) if not one.is_certain]
    assert all(a is b for a, b in zip(by_warping, again, strict=True))
    network = AlignerTrainer(tiny(), QUICK, []).average
    made = [one for one in lessons(corpus, taught, network) if not one.is_certain]
    assert [one.durations.sum() for one in made] == [one.sum() for one in by_warping]
    assert any((a.durations != b).any() for a, b in zip(made, by_warping, strict=True))


def test_labels_of_the_training_part_are_certain(corpus, tmp_path, monkeypatch):
    path = tmp_path / "one.lab"
    path.write_text("#\n0.1 125 pau\n0.2 125 v\n0.3 125 pau\n")
    records = [
        VoiceRecord(place, corpus.utterances[place], TARGET, part, "", label_path=labels)
        for place, part, labels in ((0, TRAIN, path), (1, TEST, path), (2, TRAIN, None))
    ]
    monkeypatch.setattr("synth.align.teaching.read_records", lambda *_: records)
    found = labeled_examples(corpus, tmp_path)
    assert list(found) == [0]
    assert found[0].is_certain
    assert found[0].script.sounds == ("pau", "v", "pau")
    assert found[0].durations.tolist() == [10, 10, len(found[0].features) - 20]


def test_a_voices_own_recordings_teach_its_aligner_alone(corpus, tmp_path):
    found = teachers(corpus, made_sources(tmp_path), voice="cs_fish_big")
    speakers = {corpus.utterances[one.index].speaker for one in found}
    assert speakers == {"nl_fish_small", "nl_fish_big", "cs_fish_big"}
    assert not speakers & never_trained_on(["cs_fish_big"])


def test_espeaks_manner_is_drawn_by_the_seed(taught):
    manners = Manners(("", "+f2"), (150, 200), (50,))
    first, again = (spoken_examples(taught[:4], manners, seed=3) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.features, other.features)
    assert {one.script.sounds[0] for one in first} == {"pau"}
    drawn = {manners.draw(np.random.default_rng(seed)) for seed in range(40)}
    assert drawn == {(v, r, 50) for v in ("", "+f2") for r in (150, 200)}
