import numpy as np
import pytest
import soundfile

from synth.audio.io import file_sha256, read_recording, write_flac, write_wav
from synth.errors import SynthError


@pytest.fixture
def samples():
    return np.random.default_rng(1).uniform(-0.9, 0.9, 4000)


@pytest.mark.parametrize("bits", [16, 24])
def test_flac_comes_back_to_half_a_step(tmp_path, samples, bits):
    write_flac(tmp_path / "one.flac", samples, 22050, bits=bits)

    recording = read_recording(tmp_path / "one.flac")

    assert recording.rate_hz == 22050
    assert recording.samples.dtype == np.float64
    assert recording.duration_s == pytest.approx(4000 / 22050)
    assert np.abs(recording.samples - samples).max() <= 0.5001 / 2 ** (bits - 1)


def test_sixteen_bit_samples_come_back_as_they_were(tmp_path):
    pcm = np.arange(-32768, 32768, 7, dtype=np.int16)

    write_flac(tmp_path / "one.flac", pcm / 32768, 16000, bits=16)

    np.testing.assert_array_equal(soundfile.read(tmp_path / "one.flac", dtype="int16")[0], pcm)


def test_wav_is_written_with_24_bits(tmp_path, samples):
    write_wav(tmp_path / "one.wav", samples, 16000)

    assert soundfile.info(tmp_path / "one.wav").subtype == "PCM_24"
    assert np.abs(read_recording(tmp_path / "one.wav").samples - samples).max() <= 2**-24 * 1.01


def write_stereo(path):
    soundfile.write(path, np.zeros((100, 2)), 16000)


def write_nothing(path):
    soundfile.write(path, np.zeros(0), 16000)


def write_nan(path):
    soundfile.write(path, np.array([0.0, np.nan]), 16000, subtype="FLOAT")


def write_text(path):
    path.write_text("not audio")


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (write_stereo, "audio_not_mono"),
        (write_nothing, "audio_empty"),
        (write_nan, "audio_not_finite"),
        (write_text, "audio_unreadable"),
        (lambda path: None, "audio_missing"),
    ],
)
def test_what_cannot_be_a_stimulus_is_refused_by_name(tmp_path, write, code):
    path = tmp_path / "one.wav"
    write(path)

    with pytest.raises(SynthError, match=r"one\.wav") as error:
        read_recording(path)

    assert error.value.code == code


@pytest.mark.parametrize(("bad", "code"), [(np.nan, "not_finite"), (1.2, "clipping")])
def test_what_a_file_cannot_hold_is_not_written(tmp_path, bad, code):
    with pytest.raises(SynthError) as error:
        write_wav(tmp_path / "one.wav", np.array([0.0, bad]), 16000)

    assert error.value.code == code
    assert not (tmp_path / "one.wav").exists()


def test_the_file_hash_is_that_of_its_bytes(tmp_path):
    (tmp_path / "one").write_bytes(b"abc")

    assert file_sha256(tmp_path / "one") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
