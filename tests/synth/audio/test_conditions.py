"""Simulated conditions against closed forms, and against anything a recording may hold."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.audio.checks import waveform_lag
from synth.audio.conditions import CONDITIONS, Kind, simulated_condition
from synth.audio.io import read_recording
from synth.audio.noise_sources import NoiseSources
from synth.audio.simulation import simulate
from synth.audio.speech_level import active_level
from synth.errors import SynthError

DEMO = Path(__file__).resolve().parents[3] / "demo" / "audio"
SOURCE = DEMO / "librivox_austen_0870.flac"
RATE_HZ = 16000
SIMULATED = [one.code for one in CONDITIONS.values() if one.is_simulated]

each_simulated = pytest.mark.parametrize("code", SIMULATED)


@pytest.fixture(scope="module")
def speech():
    return read_recording(SOURCE).samples[:40000]


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> NoiseSources:
    """A folder of one noise beside the demo's voices."""
    import soundfile

    folder = tmp_path_factory.mktemp("noises")
    hum = 0.1 * np.random.default_rng(0).standard_normal((30000, 2)).cumsum(axis=0) / 100
    soundfile.write(folder / "hum.wav", hum, 22050)
    return NoiseSources(folder=folder)


def heard_in(code: str, samples, sources: NoiseSources, seed: int = 1):
    params = sources.pin(simulated_condition(code).params, seed=seed)
    noise = sources.make(params, samples, rate_hz=RATE_HZ, seed=seed, source=SOURCE)
    return simulate(samples, rate_hz=RATE_HZ, params=params, seed=seed, noise=noise)


@each_simulated
def test_a_condition_keeps_length_and_time_and_changes_the_sound(code, speech, sources):
    heard = heard_in(code, speech, sources)

    assert heard.shape == speech.shape
    assert heard.dtype == np.float64
    assert np.isfinite(heard).all()
    assert np.abs(heard - speech).max() > 0.001
    if code != "whisperized":  # whose waveform has nothing in common with the recording's
        assert waveform_lag(heard, speech, rate_hz=RATE_HZ) == 0


@each_simulated
def test_the_same_seed_gives_the_same_samples(code, speech, sources):
    np.testing.assert_array_equal(heard_in(code, speech, sources), heard_in(code, speech, sources))


@pytest.mark.parametrize("code", [one for one in SIMULATED if "telephone" not in one])
def test_another_seed_gives_other_samples(code, speech, sources):
    if code.startswith("clipping"):
        pytest.skip("nothing in it is random")
    other = heard_in(code, speech, sources, seed=2)

    assert not np.array_equal(other, heard_in(code, speech, sources))


@each_simulated
@pytest.mark.parametrize("gain", [1e-12, 1e12])
def test_a_condition_does_not_depend_on_the_level(code, speech, sources, gain):
    loud = heard_in(code, speech * gain, sources)

    expected = heard_in(code, speech, sources)
    np.testing.assert_allclose(loud / gain, expected, atol=2e-3 * np.abs(expected).max())


@pytest.mark.parametrize("snr_db", [5, 10, 20])
@pytest.mark.parametrize("name", ["babble", "shaped_noise", "noise"])
def test_the_mixture_has_the_ratio_asked_for(name, snr_db, speech, sources):
    """Active speech level (P.56) over the mean power of what was added."""
    added = heard_in(f"{name}_{snr_db}db", speech, sources) - speech

    level = active_level(speech, rate_hz=RATE_HZ)
    assert 10 * np.log10(level**2 / np.mean(added**2)) == pytest.approx(snr_db, abs=0.01)


def test_the_ratio_does_not_depend_on_the_silence_around_the_speech(speech, sources):
    pause = np.zeros(3 * RATE_HZ)
    padded = np.concatenate([pause, speech, pause])
    level = active_level(padded, rate_hz=RATE_HZ)

    assert level == pytest.approx(active_level(speech, rate_hz=RATE_HZ), rel=0.06)
    assert np.sqrt(np.mean(padded**2)) < 0.7 * level


def test_noise_and_reverberation_are_the_room_and_then_the_noise(speech, sources):
    both = simulated_condition("babble_10db_reverberation_600ms").params
    noise = sources.make(both, speech, rate_hz=RATE_HZ, seed=1, source=SOURCE)
    room = heard_in("reverberation_600ms", speech, sources)
    added = heard_in("babble_10db_reverberation_600ms", speech, sources) - room

    assert np.corrcoef(added, noise)[0, 1] == pytest.approx(1)
    level = active_level(room, rate_hz=RATE_HZ)
    assert 10 * np.log10(level**2 / np.mean(added**2)) == pytest.approx(10, abs=0.01)


def test_the_stated_share_of_samples_is_clipped(speech, sources):
    clipped = heard_in("clipping_5pct", speech, sources)
    is_flat = np.abs(clipped) >= np.abs(clipped).max()

    assert np.mean(is_flat) == pytest.approx(0.05, abs=0.002)
    np.testing.assert_allclose(clipped[~is_flat], speech[~is_flat])


def params_with_noise(code: str, n_samples: int):
    params = simulated_condition(code).params
    noise = np.random.default_rng(0).standard_normal(n_samples) if "noise" in params else None
    return params, noise


@each_simulated
@settings(max_examples=25, deadline=None)
@given(
    n_samples=st.integers(1, 4000),
    rate_hz=st.sampled_from([8000, 11025, 16000, 44100]),
    level=st.sampled_from([0.0, 5e-324, 1e-200, 1e-6, 1.0, 1e6, 1e150]),
    shape=st.sampled_from(["noise", "step", "impulse", "half silence"]),
)
def test_whatever_comes_in_something_finite_of_its_length_comes_out(
    code, n_samples, rate_hz, level, shape
):
    samples = level * SHAPES[shape](n_samples)
    params, noise = params_with_noise(code, n_samples)

    heard = simulate(samples, rate_hz=rate_hz, params=params, seed=3, noise=noise)

    assert heard.shape == samples.shape
    assert np.isfinite(heard).all()
    if not samples.any():
        assert not heard.any()


SHAPES: dict[str, Callable[[int], np.ndarray]] = {
    "noise": lambda n: np.random.default_rng(n).uniform(-1, 1, n),
    "step": np.ones,
    "impulse": lambda n: np.eye(1, n, n // 2)[0],
    "half silence": lambda n: np.where(np.arange(n) < n // 2, 0.0, np.sin(np.arange(n))),
}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"process": "magic"}, "condition_unknown"),
        ({}, "condition_unknown"),
        ({"process": "noise", "snr_db": 10}, "noise_missing"),
        ({"process": "clipping"}, "condition_invalid"),
        ({"process": "clipping", "share": 0.9}, "condition_invalid"),
        ({"process": "reverberation", "rt60_s": float("nan")}, "condition_invalid"),
        ({"process": "reverberation", "rt60_s": 30}, "condition_invalid"),
    ],
)
def test_params_that_mean_nothing_are_refused(speech, params, code):
    with pytest.raises(SynthError) as caught:
        simulate(speech, rate_hz=RATE_HZ, params=params, seed=1)

    assert caught.value.code == code


def test_nan_is_refused():
    with pytest.raises(SynthError, match="NaN"):
        simulate(np.array([0.0, np.nan]), rate_hz=RATE_HZ, params={"process": "whisper"}, seed=1)


def test_every_condition_says_what_it_is():
    kinds = {one.kind for one in CONDITIONS.values()}

    assert kinds == set(Kind)
    for one in CONDITIONS.values():
        assert one.title
        assert one.description.endswith(".")
        assert one.is_simulated == bool(one.params)


def test_the_studys_languages_without_recordings_are_listed_as_not_tested():
    not_tested = {one.title for one in CONDITIONS.values() if one.kind is Kind.NOT_TESTED}

    assert {"Amharic", "Swahili", "Wolof", "Breathy", "Pressed"} <= not_tested


@pytest.mark.parametrize(
    ("code", "error"),
    [("underwater", "condition_unknown"), ("telephone", "condition_not_simulated")],
)
def test_only_a_simulated_condition_can_be_simulated(code, error):
    with pytest.raises(SynthError) as caught:
        simulated_condition(code)

    assert caught.value.code == error


def test_the_page_for_researchers_lists_every_simulated_condition():
    page = (DEMO.parents[1] / "docs" / "researchers.md").read_text()

    assert [code for code in SIMULATED if f"`{code}`" not in page] == []
