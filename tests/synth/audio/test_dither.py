import hashlib
import io
import struct

import numpy as np
import pytest
import soundfile

from synth.audio.dither import draw_dither, serve_pcm16
from synth.errors import SynthError

RATE_HZ = 16000
TONE = 0.3 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE_HZ) / RATE_HZ)
HEADER_BYTES = 12 + 24 + 8  # RIFF, "fmt " and the head of "JUNK"


def serve(samples: np.ndarray, key: bytes) -> bytes:
    return serve_pcm16(samples, rate_hz=RATE_HZ, key=key)


def decode(content: bytes) -> np.ndarray:
    samples, rate_hz = soundfile.read(io.BytesIO(content), dtype="float64")
    assert rate_hz == RATE_HZ
    return samples


def chunks_of(content: bytes) -> list[tuple[bytes, int]]:
    found, position = [], 12
    while position < len(content):
        name, size = struct.unpack_from("<4sI", content, position)
        found.append((name, size))
        position += 8 + size
    assert position == len(content)
    return found


def test_the_file_is_a_plain_16_bit_wav():
    content = serve(TONE, b"one")

    info = soundfile.info(io.BytesIO(content))
    assert (info.format, info.subtype, info.channels) == ("WAV", "PCM_16", 1)
    assert info.frames == len(TONE)
    assert chunks_of(content) == [(b"fmt ", 16), (b"JUNK", 256), (b"data", 2 * len(TONE))]
    assert struct.unpack_from("<I", content, 4)[0] == len(content) - 8


def test_the_sound_comes_back_to_a_step_and_a_half():
    error = decode(serve(TONE, b"one")) - TONE

    assert np.abs(error).max() <= 1.5 / 32768


def test_the_same_key_gives_the_same_bytes_and_another_key_other_bytes():
    assert serve(TONE, b"one") == serve(TONE, b"one")
    assert serve(TONE, b"one") != serve(TONE, b"two")


@pytest.mark.parametrize("samples", [TONE, np.zeros(4000), np.zeros(0)])
def test_nothing_but_the_header_is_equal_between_keys(samples):
    first, second = serve(samples, b"one"), serve(samples, b"two")

    assert len(first) == len(second)
    assert hashlib.sha256(first).digest() != hashlib.sha256(second).digest()
    assert first[:HEADER_BYTES] == second[:HEADER_BYTES]
    padding = slice(HEADER_BYTES, HEADER_BYTES + 256)
    same = np.frombuffer(first[padding], np.uint8) == np.frombuffer(second[padding], np.uint8)
    assert same.mean() < 0.05


def test_every_stretch_of_the_sound_differs_between_keys():
    """With this dither two servings of a sample agree about half of the time, never for long."""
    pcm = [np.frombuffer(serve(TONE, key)[-2 * len(TONE) :], "<i2") for key in (b"one", b"two")]
    agree = pcm[0] == pcm[1]

    assert 0.4 < agree.mean() < 0.65
    assert not np.lib.stride_tricks.sliding_window_view(agree, 64).all(axis=1).any()


def test_files_of_equally_long_sounds_are_equally_long():
    assert len(serve(TONE, b"one")) == len(serve(np.zeros_like(TONE), b"a longer key" * 9))


def test_dither_is_triangular_over_two_steps():
    dither = draw_dither(200_000, b"one")

    assert np.abs(dither).max() < 1
    assert dither.mean() == pytest.approx(0, abs=0.005)
    assert dither.var() == pytest.approx(1 / 6, rel=0.02)
    assert np.mean(np.abs(dither) < 0.5) == pytest.approx(0.75, abs=0.01)  # uniform: 0.5


def test_dither_of_two_keys_and_of_neighbors_is_uncorrelated():
    one, two = draw_dither(200_000, b"one"), draw_dither(200_000, b"two")

    assert abs(np.corrcoef(one, two)[0, 1]) < 0.01
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.01


@pytest.mark.parametrize("samples", [np.zeros(100_000), np.tile(TONE, 4)])
def test_the_noise_lies_at_minus_96_dbfs_whatever_the_sound(samples):
    """A quarter of a squared step: 1/6 dither + 1/12 rounding."""
    noise = decode(serve(samples, b"one")) - samples
    level_db = 10 * np.log10(np.mean(noise**2))

    assert level_db == pytest.approx(-96.3, abs=0.2)


def test_the_noise_does_not_follow_the_sound():
    sound = np.tile(TONE, 4)
    noise = decode(serve(sound, b"one")) - sound

    assert abs(np.corrcoef(noise, sound)[0, 1]) < 0.01
    assert abs(np.corrcoef(noise**2, sound**2)[0, 1]) < 0.01  # nor does its power: needs TPDF


def test_a_sound_under_one_step_survives():
    """What dither is for: rounding alone would leave silence."""
    faint = TONE / 0.3 * 0.4 / 32768

    heard = decode(serve(np.tile(faint, 10), b"one"))

    assert not np.rint(faint * 32768).any()
    gain = np.dot(heard, np.tile(faint, 10)) / np.dot(faint, faint) / 10
    assert gain == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(("bad", "code"), [(np.nan, "not_finite"), (1.01, "clipping")])
def test_what_16_bits_cannot_hold_is_refused(bad, code):
    with pytest.raises(SynthError) as error:
        serve(np.array([0.0, bad]), b"one")

    assert error.value.code == code


def test_full_scale_does_not_wrap_around():
    decoded = decode(serve(np.repeat([1.0, -1.0], 5000), b"one"))

    assert decoded[:5000].min() > 0.999
    assert decoded[5000:].max() < -0.999
