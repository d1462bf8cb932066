"""Noise is mixed as asked, babble is many people, and recorded noise is what was chosen."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from synth.audio.noise import add_noise, cut_noise, mix_babble, shape_noise
from synth.audio.noise_sources import DEMO_VOICES, NoiseSources
from synth.audio.speech_level import active_level
from synth.errors import SynthError

RATE_HZ = 16000
RECORDED = {"process": "noise", "noise": "recorded", "snr_db": 10}


def tone(frequency_hz: float, seconds: float = 2.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)


def test_a_steady_tone_is_active_throughout():
    assert active_level(0.3 * tone(200), rate_hz=RATE_HZ) == pytest.approx(0.3 / 2**0.5, rel=0.01)


def test_speech_in_bursts_has_the_level_of_the_bursts():
    """Half a second on, one second off: the pauses but their first 0.2 s do not count."""
    time_s = np.arange(9 * RATE_HZ) / RATE_HZ
    bursts = tone(200, 9.0) * (time_s % 1.5 < 0.5)

    level_db = 20 * np.log10(active_level(bursts, rate_hz=RATE_HZ) * 2**0.5)
    expected_db = 10 * np.log10(0.5 / (0.5 + 0.2))
    assert level_db == pytest.approx(expected_db, abs=0.7)


def test_noise_of_another_length_is_refused():
    with pytest.raises(ValueError, match="samples of noise"):
        add_noise(np.ones(10), np.ones(9), rate_hz=RATE_HZ, snr_db=10)


def test_short_noise_goes_round_and_round():
    cut = cut_noise(np.arange(5.0), n_samples=12, rng=np.random.default_rng(1))

    np.testing.assert_array_equal(np.diff(cut) % 5, 1)


def test_babble_has_every_voice_at_one_level():
    voices = [[gain * tone(hz)] for gain, hz in [(1, 200), (0.01, 300), (0.2, 450)]]

    spectrum = np.abs(np.fft.rfft(mix_babble(voices, rate_hz=RATE_HZ, n_samples=RATE_HZ, seed=1)))

    levels = spectrum[[200, 300, 450]]
    assert (levels > 0.05 * RATE_HZ).all()
    assert np.median(spectrum) < 1


def test_shaped_noise_has_the_spectrum_of_the_recording():
    rng = np.random.default_rng(1)
    recording = np.convolve(rng.standard_normal(8 * RATE_HZ), [1, 0.9, 0.5], "same")

    noise = shape_noise(recording, rate_hz=RATE_HZ, seed=2)

    bands = [np.abs(np.fft.rfft(x))[:-1].reshape(40, -1).std(axis=1) for x in (recording, noise)]
    ratio_db = 20 * np.log10(bands[1] / bands[0])
    assert np.abs(ratio_db - ratio_db.mean()).max() < 1
    assert abs(np.corrcoef(noise, recording)[0, 1]) < 0.05


def babble_for(source: Path) -> np.ndarray:
    params = {"process": "noise", "noise": "babble", "snr_db": 10}
    noise = NoiseSources().make(params, np.ones(30000), rate_hz=RATE_HZ, seed=5, source=source)
    assert noise is not None
    return noise


def test_nobody_babbles_behind_their_own_back():
    """For a speaker of the demo the babble is made of the others; for a stranger, of all."""
    listed = json.loads(DEMO_VOICES.read_text())["utterances"]
    of_june = [DEMO_VOICES.parent / one["path"] for one in listed if one["speaker"] == "june"]

    first, second = (babble_for(file) for file in of_june[:2])

    np.testing.assert_array_equal(first, second)
    other = next(DEMO_VOICES.parent / one["path"] for one in listed if one["speaker"] == "carlo")
    assert not np.array_equal(first, babble_for(other))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three noises, one in a folder below, of any rate and channels."""
    (tmp_path / "street").mkdir()
    rng = np.random.default_rng(1)
    soundfile.write(tmp_path / "fan.wav", 0.1 * rng.standard_normal(8000), 8000)
    soundfile.write(tmp_path / "rain.flac", 0.1 * rng.standard_normal((9000, 2)), 44100)
    soundfile.write(tmp_path / "street" / "tram.ogg", 0.1 * rng.standard_normal(9000), 22050)
    (tmp_path / "README.txt").write_text("not a noise")
    return tmp_path


def test_the_seed_draws_the_recorded_noise_and_pins_it(folder: Path):
    sources = NoiseSources(folder=folder)
    pinned = [sources.pin(RECORDED, seed=seed) for seed in range(20)]

    assert {one["noise_file"] for one in pinned} == {"fan.wav", "rain.flac", "street/tram.ogg"}
    assert sources.pin(pinned[3], seed=99) == pinned[3]


def make_recorded(folder: Path | None, params) -> np.ndarray | None:
    sources = NoiseSources(folder=folder)
    source = folder / "fan.wav" if folder else DEMO_VOICES
    return sources.make(params, np.ones(20000), rate_hz=RATE_HZ, seed=1, source=source)


@pytest.mark.parametrize("seed", range(4))
def test_pinned_noise_fills_the_recording(folder: Path, seed: int):
    noise = make_recorded(folder, NoiseSources(folder=folder).pin(RECORDED, seed=seed))

    assert noise is not None
    assert noise.shape == (20000,)
    assert noise.std() > 0.01


def test_noise_that_changed_since_is_refused(folder: Path):
    params = NoiseSources(folder=folder).pin(RECORDED, seed=1)
    (folder / params["noise_file"]).write_bytes((folder / "README.txt").read_bytes())

    with pytest.raises(SynthError) as caught:
        make_recorded(folder, params)
    assert caught.value.code == "noise_changed"


@pytest.mark.parametrize("file", ["gone.wav", "../secret.wav"])
def test_noise_outside_the_folder_is_not_read(folder: Path, file: str):
    with pytest.raises(SynthError) as caught:
        make_recorded(folder, {**RECORDED, "noise_file": file, "noise_sha256": "0"})

    assert caught.value.code == "noise_missing"


def test_without_a_folder_or_noises_in_it_recorded_noise_is_refused(tmp_path: Path):
    for sources in (NoiseSources(), NoiseSources(folder=tmp_path)):
        with pytest.raises(SynthError, match="EARSHOT_NOISES"):
            sources.pin(RECORDED, seed=1)
