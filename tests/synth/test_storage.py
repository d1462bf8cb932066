"""Audio on disk is named by its content and never half there."""

import hashlib

import numpy as np
import pytest

from synth.errors import SynthError
from synth.services.storage import audio_path, read_audio, store_audio


def noise(seed: int = 0, n_samples: int = 800) -> np.ndarray:
    return 0.5 * np.tanh(np.random.default_rng(seed).standard_normal(n_samples))


def test_a_file_is_named_by_the_hash_of_its_bytes():
    sha256 = store_audio(noise(), 16000)

    assert hashlib.sha256(audio_path(sha256).read_bytes()).hexdigest() == sha256


def test_samples_come_back_within_half_a_step_of_24_bits():
    samples, rate_hz = read_audio(store_audio(noise(), 22050), verify=True)

    assert rate_hz == 22050
    np.testing.assert_allclose(samples, noise(), atol=2**-23)


def test_equal_sounds_share_one_file_and_others_do_not():
    assert store_audio(noise(1), 16000) == store_audio(noise(1), 16000)
    assert store_audio(noise(1), 16000) != store_audio(noise(2), 16000)
    assert store_audio(noise(1), 16000) != store_audio(noise(1), 8000)


def test_file_size_depends_on_length_alone():
    sizes = {
        audio_path(store_audio(samples, 16000)).stat().st_size
        for samples in (noise(3), np.zeros(800), noise(4))
    }

    assert len(sizes) == 1


def test_a_write_that_breaks_leaves_no_file(monkeypatch: pytest.MonkeyPatch):
    def broken(_: int) -> None:
        raise OSError("disk full")

    expected = store_audio(noise(), 16000)
    audio_path(expected).unlink()
    monkeypatch.setattr("synth.services.storage.os.fsync", broken)

    with pytest.raises(OSError, match="disk full"):
        store_audio(noise(), 16000)
    assert list(audio_path(expected).parent.iterdir()) == []


@pytest.mark.parametrize(
    ("samples", "code"),
    [
        (np.array([]), "audio_shape"),
        (np.zeros((10, 2)), "audio_shape"),
        (np.array([0.0, np.nan]), "audio_clipped"),
        (np.array([0.0, 1.01]), "audio_clipped"),
    ],
)
def test_unusable_audio_is_refused(samples: np.ndarray, code: str):
    with pytest.raises(SynthError) as caught:
        store_audio(samples, 16000)

    assert caught.value.code == code


def test_a_changed_byte_is_noticed_when_verifying():
    sha256 = store_audio(noise(), 16000)
    content = bytearray(audio_path(sha256).read_bytes())
    content[-1] ^= 1
    audio_path(sha256).write_bytes(content)

    with pytest.raises(SynthError, match="has changed"):
        read_audio(sha256, verify=True)


def test_a_missing_file_is_told_from_a_damaged_one():
    with pytest.raises(SynthError) as caught:
        read_audio("0" * 64)

    assert caught.value.code == "audio_missing"
