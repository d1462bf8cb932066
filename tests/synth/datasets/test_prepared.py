"""Decoding and the prepared corpus."""

import hashlib

import numpy as np
import pytest

from synth.datasets import festvox_ru
from synth.datasets.decoding import bandwidth_hz, clipped_share, decode
from synth.datasets.prepared import SAMPLES, PreparedCorpus, prepare, replace_folder
from synth.datasets.records import samples_sha256

from . import packages


@pytest.fixture
def corpus(tmp_path):
    root = packages.festvox_ru(tmp_path / "festvox-ru")
    prepare(tmp_path / "corpus", [(root, festvox_ru.SOURCE, festvox_ru.read_recordings)])
    return PreparedCorpus.open(tmp_path / "corpus")


def test_records_know_source_licence_and_samples(corpus):
    utterance = corpus.utterances[0]
    assert utterance.package == "festvox-ru"
    assert utterance.source_path.endswith("wav/ru_0001.wav")
    assert utterance.licence == festvox_ru.SOURCE.licence
    assert utterance.sha256 == samples_sha256(np.array(corpus.samples_of(0)))


def test_samples_come_back_as_they_were(corpus):
    assert np.array_equal(corpus.samples_of(1), packages.tone(0.6, hz=300))


def test_a_copy_of_a_recording_is_dropped(corpus):
    assert [u.source_path[-11:] for u in corpus.utterances] == ["ru_0001.wav", "ru_0002.wav"]


def test_splits_partition_the_corpus(corpus):
    names = ("train", "validation", "test", "unseen")
    assert sorted(index for name in names for index in corpus.indices(name)) == [0, 1]


def test_truncated_samples_are_refused(corpus, tmp_path):
    stored = tmp_path / "corpus" / SAMPLES
    stored.write_bytes(stored.read_bytes()[:-200])
    with pytest.raises(ValueError, match="prepare the corpus again"):
        PreparedCorpus.open(tmp_path / "corpus")


def test_short_and_empty_files_are_left_out(tmp_path):
    root = tmp_path / "festvox-ru"
    wav = packages.festvox_ru(root) / festvox_ru.VOICE / "wav"
    packages.write_audio(wav / "ru_0004.wav", packages.tone(0.2))
    packages.write_audio(wav / "ru_0005.wav", np.zeros(16_000, np.int16))
    unpacked = [(root, festvox_ru.SOURCE, festvox_ru.read_recordings)]
    assert prepare(tmp_path / "corpus", unpacked) == 2


def test_other_rates_are_resampled(tmp_path):
    path = tmp_path / "tone.wav"
    packages.write_audio(path, packages.tone(1.0, rate_hz=44_100), rate_hz=44_100)
    samples, rate_hz = decode(path)
    assert (len(samples), rate_hz) == (16_000, 44_100)
    middle = slice(4000, 12_000)
    assert np.abs(samples[middle] - packages.tone(1.0)[middle].astype(int)).max() < 60


def test_channels_are_averaged(tmp_path):
    path = tmp_path / "stereo.wav"
    left = packages.tone(0.5)
    packages.write_audio(path, np.stack([left, np.zeros_like(left)], axis=1))
    samples, _ = decode(path)
    assert np.abs(samples - left // 2).max() <= 1


def test_g722_decodes_at_16_khz(tmp_path):
    av = pytest.importorskip("av")
    path = tmp_path / "tone.g722"
    with av.open(str(path), "w", format="g722") as container:
        stream = container.add_stream("g722", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(packages.tone(1.0)[None], format="s16", layout="mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    samples, rate_hz = decode(path)
    assert rate_hz == 16_000
    assert len(samples) == pytest.approx(16_000, abs=400)
    assert np.abs(samples[2000:8000]).max() == pytest.approx(8000, rel=0.1)


def test_an_empty_g722_file_has_no_samples(tmp_path):
    pytest.importorskip("av")
    (tmp_path / "empty.g722").write_bytes(b"")
    try:
        samples, _ = decode(tmp_path / "empty.g722")
    except OSError:
        return
    assert len(samples) == 0


@pytest.mark.parametrize("hz", [500.0, 3000.0])
def test_bandwidth_ends_above_the_highest_tone(hz):
    assert hz <= bandwidth_hz(packages.tone(1.0, hz=hz)) < hz + 300


def test_the_bandwidth_of_silence_is_zero():
    assert bandwidth_hz(np.zeros(1000, np.int16)) == 0.0


def test_the_hash_is_that_of_little_endian_samples():
    samples = np.array([1, -2, 300], np.int16)
    assert samples_sha256(samples) == hashlib.sha256(b"\x01\x00\xfe\xff\x2c\x01").hexdigest()


@pytest.mark.parametrize("wrong", [np.zeros(3), np.zeros((2, 3), np.int16)])
def test_only_one_channel_of_int16_is_hashed(wrong):
    with pytest.raises(ValueError, match="int16"):
        samples_sha256(wrong)


def test_an_open_corpus_survives_its_replacement(corpus, tmp_path):
    before = np.array(corpus.samples_of(0))
    root = tmp_path / "other"
    wav = packages.festvox_ru(root) / festvox_ru.VOICE / "wav"
    packages.write_audio(wav / "ru_0001.wav", packages.tone(0.9, hz=700))

    prepare(tmp_path / "corpus", [(root, festvox_ru.SOURCE, festvox_ru.read_recordings)])

    assert np.array_equal(corpus.samples_of(0), before)
    assert len(PreparedCorpus.open(tmp_path / "corpus").samples_of(0)) == 14_400


def test_a_crash_leaves_the_former_corpus_and_nothing_else(corpus, tmp_path):
    def failing(root):
        yield from festvox_ru.read_recordings(root)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        prepare(tmp_path / "corpus", [(tmp_path / "festvox-ru", festvox_ru.SOURCE, failing)])

    assert PreparedCorpus.open(tmp_path / "corpus").utterances == corpus.utterances
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_overdriven_recordings_are_told_by_their_samples_at_full_scale(corpus):
    assert corpus.utterances[0].clipped_share == 0.0
    assert clipped_share(np.array([-32768, 0, 32767, 100], np.int16)) == 0.5
    assert clipped_share(np.zeros(0, np.int16)) == 0.0


def test_the_former_corpus_comes_back_when_it_cannot_be_replaced(tmp_path):
    former = tmp_path / "corpus"
    former.mkdir()
    (former / "kept").touch()

    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / ".corpus.missing", former)

    assert [path.name for path in former.iterdir()] == ["kept"]
