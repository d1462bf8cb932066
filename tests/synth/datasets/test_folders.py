"""A user's own folders, laid out like LibriTTS and VCTK."""

import pytest

from synth.datasets.folders import OwnCorpus, reader_of
from synth.datasets.licences import PERMISSIVE, UNKNOWN
from synth.datasets.prepared import PreparedCorpus, prepare

from . import packages

OWN = OwnCorpus("mine", language="de", licence="CC-BY-4.0", tier=PERMISSIVE)


def libritts(root):
    packages.write_audio(root / "84/121123/84_121123_000001.wav", packages.tone(0.5))
    packages.write_text(root / "84/121123/84_121123_000001.normalized.txt", "Go on!\n")
    packages.write_audio(root / "85/9/85_9_000001.flac", packages.tone(0.6, hz=300))
    packages.write_text(root / "85/9/85_9.trans.tsv", "unused")
    return root


def vctk(root):
    for microphone, hz in (("mic1", 300), ("mic2", 500)):
        path = root / f"wav48_silence_trimmed/p225/p225_001_{microphone}.flac"
        packages.write_audio(path, packages.tone(0.5, rate_hz=48_000, hz=hz), rate_hz=48_000)
    packages.write_text(root / "txt/p225/p225_001.txt", "Please call Stella.\n")
    packages.write_audio(root / "wav48/p226/p226_002.wav", packages.tone(0.7))
    return root


def summary(recordings):
    return [(r.path.name, r.speaker, r.language, r.text) for r in recordings]


def test_a_libritts_folder_gives_speakers_and_texts(tmp_path):
    assert summary(reader_of("libritts", OWN)(libritts(tmp_path))) == [
        ("84_121123_000001.wav", "mine_84", "de", "Go on!"),
        ("85_9_000001.flac", "mine_85", "de", ""),
    ]


def test_a_vctk_folder_gives_one_microphone(tmp_path):
    assert summary(reader_of("vctk", OWN)(vctk(tmp_path))) == [
        ("p226_002.wav", "mine_p226", "de", ""),
        ("p225_001_mic1.flac", "mine_p225", "de", "Please call Stella."),
    ]


@pytest.mark.parametrize(("layout", "make"), [("libritts", libritts), ("vctk", vctk)])
def test_an_own_folder_is_prepared_like_a_package(tmp_path, layout, make):
    root = make(tmp_path / "own")
    assert prepare(tmp_path / "corpus", [(root, OWN.source, reader_of(layout, OWN))]) == 2
    utterances = PreparedCorpus.open(tmp_path / "corpus").utterances
    assert {(u.package, u.licence, u.licence_tier) for u in utterances} == {
        ("mine", "CC-BY-4.0", PERMISSIVE)
    }


def test_an_own_corpus_without_stated_terms_is_of_unknown_tier():
    assert OwnCorpus("mine").source.tier == UNKNOWN


def test_another_layout_is_refused():
    with pytest.raises(ValueError, match="libritts, vctk"):
        reader_of("ljspeech", OWN)
