"""A voice's recordings, cut by whoever knows when its phonemes are said."""

import numpy as np
import pytest

from synth.align.store import StoredAlignment
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.records import Utterance
from synth.datasets.voices import REFERENCE, TARGET, VoiceRecord
from synth.prosody.preparation import aligned_cutter, cut_voice, hear_voice, prepare_voice
from synth.prosody.prepared_voice import open_voice

from .made_voice import KnowingRecognizer, a_sentence

MADE = [a_sentence(seed) for seed in range(3)]


def an_utterance(code, samples):
    return Utterance(
        code=code,
        speaker="made",
        language="ru",
        style="read",
        condition="clean",
        prompt=code,
        text=code,
        licence="MIT",
        package="made",
        source_path=f"{code}.wav",
        duration_s=len(samples) / 16_000,
        original_rate_hz=16_000,
        bandwidth_hz=8000,
        sha256=code,
        split="train",
        topic="",
        licence_tier="permissive",
        clipped_share=0.0,
    )


@pytest.fixture
def corpus():
    signals = [(32767 * samples).astype(np.int16) for _, samples in MADE]
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in signals])])
    utterances = tuple(an_utterance(f"made-{k}", one) for k, one in enumerate(signals))
    return PreparedCorpus(utterances, offsets, np.concatenate(signals))


def records_of(corpus, *, role=TARGET):
    return [
        VoiceRecord(k, utterance, role, "train", utterance.text)
        for k, utterance in enumerate(corpus.utterances)
    ]


def known_cut(record, count):
    """What an aligner says; the last recording is one that it refuses."""
    spoken = MADE[record.index][0]
    assert count == spoken.n_frames
    return None if record.index == 2 else (spoken.symbols, spoken.durations)


def test_an_aligners_cuts_make_a_voice(corpus, tmp_path):
    recordings, samples = cut_voice(corpus, records_of(corpus), known_cut)
    assert [one.origin.code for one in recordings] == ["made-0", "made-1"]
    prepare_voice(tmp_path, recordings, samples, phone_set="festvox-ru", speeds=(1.0, 1.1))
    voice = open_voice(tmp_path)
    assert voice.speeds == (1.0, 1.1, 1.0, 1.1)
    assert voice.speaker.n_phrases == 2


def an_alignment(index, **changes):
    spoken = MADE[index][0]
    known = {
        "sha256": f"made-{index}",
        "speaker": "made",
        "language": "ru",
        "phone_set": "festvox-ru",
        "symbols": spoken.symbols,
        "durations": tuple(int(n) for n in spoken.durations),
        "scores": (0.0,) * len(spoken.symbols),
        "score": 0.0,
        "weakest": 0.0,
        "ok": True,
        "reason": "",
        "taught": False,
    }
    return StoredAlignment(**{**known, **changes})


def test_only_alignments_that_are_believed_are_learned_from(corpus):
    stored = [
        an_alignment(0),
        an_alignment(1, ok=False, reason="poor_match"),
        an_alignment(2, phone_set="ipa"),
    ]
    cutter = aligned_cutter({one.sha256: one for one in stored}, "festvox-ru")
    recordings, _ = cut_voice(corpus, records_of(corpus), cutter)
    assert [one.origin.code for one in recordings] == ["made-0"]
    np.testing.assert_array_equal(recordings[0].durations, MADE[0][0].durations)


def test_references_are_never_learned_from(corpus):
    recordings, _ = cut_voice(corpus, records_of(corpus, role=REFERENCE), known_cut)
    assert recordings == []


def test_without_labels_there_is_nothing_to_cut(corpus):
    assert cut_voice(corpus, records_of(corpus))[0] == []


def test_a_voice_is_one_speaker_and_has_something_to_learn(tmp_path):
    held = [a_sentence(1, part="test")[0]]
    with pytest.raises(ValueError, match="one speaker"):
        prepare_voice(tmp_path, held, lambda one: np.zeros(1), phone_set="festvox-ru")


def test_a_recognizer_makes_a_voice_without_any_text(corpus, tmp_path):
    recordings, samples = hear_voice(corpus, records_of(corpus)[:1], KnowingRecognizer(MADE[0][0]))
    prepare_voice(tmp_path, recordings, samples, phone_set="festvox-ru", speeds=(1.0, 1.1))
    voice = open_voice(tmp_path)
    assert voice.speeds == (1.0, 1.1)
    own, fast = (voice.phones[voice.phonemes_at(place)] for place in range(2))
    np.testing.assert_array_equal(own, recordings[0].posteriors)
    np.testing.assert_array_equal(own, fast)
