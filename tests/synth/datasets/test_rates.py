"""Which recordings a corpus of a higher rate takes, and that it knows its rate."""

import json

import numpy as np
import pytest

from synth.datasets import festvox_ru
from synth.datasets.decoding import bandwidth_hz, decode, stored_rate_hz
from synth.datasets.prepared import PreparedCorpus, prepare
from synth.datasets.rates import RULE, corpus_folder, preparation_of, prepared_rate_hz
from synth.datasets.records import samples_sha256

from . import packages

STORED = {  # name: (rate it is stored at, highest frequency)
    "wide": (44_100, 15_000),
    "narrow": (44_100, 7_900),
    "low": (22_050, 11_000),
    "plain": (16_000, 8_000),
    "exact": (24_000, 12_000),
}


@pytest.fixture
def unpacked(tmp_path):
    wav = tmp_path / "package" / festvox_ru.VOICE / "wav"
    packages.write_text(wav.parent / "etc/txt.done.data", "")
    for name, (rate_hz, below_hz) in STORED.items():
        samples = packages.hiss(1.0, rate_hz=rate_hz, below_hz=below_hz)
        packages.write_audio(wav / f"{name}.wav", samples, rate_hz=rate_hz)
    return [(tmp_path / "package", festvox_ru.SOURCE, festvox_ru.read_recordings)]


@pytest.fixture
def wide(unpacked, tmp_path):
    prepare(tmp_path / "corpus-24000", unpacked, preparation_of(24_000))
    return PreparedCorpus.open(tmp_path / "corpus-24000", rate_hz=24_000)


def names(corpus):
    return [one.source_path.rpartition("/")[2] for one in corpus.utterances]


def test_a_wide_corpus_takes_what_was_stored_and_sounds_wide(wide):
    assert names(wide) == ["exact.wav", "wide.wav"]
    assert [one.original_rate_hz for one in wide.utterances] == [24_000, 44_100]
    assert all(one.bandwidth_hz > 11_000 for one in wide.utterances)


def test_its_samples_and_records_are_those_of_its_rate(wide):
    assert wide.rate_hz == 24_000
    for index, one in enumerate(wide.utterances):
        assert one.duration_s == pytest.approx(1.0)
        assert len(wide.samples_of(index)) == 24_000
        assert one.sha256 == samples_sha256(np.array(wide.samples_of(index)))
    stored = packages.hiss(1.0, rate_hz=24_000, below_hz=12_000)
    assert np.array_equal(wide.samples_of(0), stored)


def test_the_corpus_of_16_khz_takes_everything(unpacked, tmp_path):
    prepare(tmp_path / "corpus", unpacked)
    corpus = PreparedCorpus.open(tmp_path / "corpus")
    assert names(corpus) == [f"{name}.wav" for name in sorted(STORED)]
    assert corpus.rate_hz == 16_000


def test_a_corpus_says_its_rate_and_is_refused_at_another(wide, tmp_path):
    folder = tmp_path / "corpus-24000"
    assert json.loads((folder / RULE).read_text())["rate_hz"] == 24_000
    with pytest.raises(ValueError, match=r"24000 Hz but 16000 Hz.*--rate 16000"):
        PreparedCorpus.open(folder)


def test_a_corpus_that_does_not_say_its_rate_is_of_16_khz(unpacked, tmp_path):
    prepare(tmp_path / "corpus", unpacked)
    (tmp_path / "corpus" / RULE).unlink()
    assert prepared_rate_hz(tmp_path / "corpus") == 16_000
    assert PreparedCorpus.open(tmp_path / "corpus").rate_hz == 16_000


def test_each_rate_has_its_folder(tmp_path):
    assert corpus_folder(tmp_path).name == "corpus"
    assert corpus_folder(tmp_path, 24_000).name == "corpus-24000"


def test_a_rate_without_a_front_end_is_refused():
    with pytest.raises(ValueError, match="22050"):
        preparation_of(22_050)


@pytest.mark.parametrize("rate_hz", [16_000, 24_000])
def test_bandwidth_is_found_at_every_rate(rate_hz):
    samples = packages.hiss(1.0, rate_hz=rate_hz, below_hz=6_000)
    assert bandwidth_hz(samples, rate_hz=rate_hz) == pytest.approx(6_000, abs=200)


def test_what_was_raised_from_16_khz_is_not_wide(tmp_path):
    """Its resampler's slope reaches beyond 8 kHz, but not as far as what is asked for."""
    path = tmp_path / "low.wav"
    packages.write_audio(path, packages.hiss(1.0, rate_hz=16_000, below_hz=8_000))
    raised, _ = decode(path, to_hz=44_100)
    packages.write_audio(path, raised, rate_hz=44_100)
    samples, _ = decode(path, to_hz=24_000)
    assert not preparation_of(24_000).takes_bandwidth(bandwidth_hz(samples, rate_hz=24_000))


def test_the_stored_rate_is_known_without_decoding(tmp_path):
    packages.write_audio(tmp_path / "one.wav", packages.tone(0.5), rate_hz=11_025)
    content = (tmp_path / "one.wav").read_bytes()
    (tmp_path / "archive").write_bytes(b"head" + content + b"tail")
    assert stored_rate_hz(tmp_path / "one.wav") == 11_025
    assert stored_rate_hz(tmp_path / "archive" / "one", (4, len(content))) == 11_025
    assert [stored_rate_hz(tmp_path / f"x.{kind}") for kind in ("g722", "gsm", "raw")] == [
        16_000,
        8_000,
        8_000,
    ]
