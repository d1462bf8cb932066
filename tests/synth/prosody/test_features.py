"""Features of lines with known means and slopes, and lines rebuilt from features."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.prosody.contours import Contours
from synth.prosody.controls import energy_line, pitch_line, rebuild, voice_frames
from synth.prosody.features import FEATURES, Prosody, measure, prosody_of
from synth.prosody.segments import slope_weights
from tests.synth.audio.sounds import RATE_HZ, harmonics

durations_of_phonemes = st.lists(st.integers(1, 20), min_size=1, max_size=25).map(np.array)


def some_contours(n_frames, *, seed=0):
    """A wandering melody with voiced stretches and changing energy."""
    rng = np.random.default_rng(seed)
    return Contours(
        log_f0=5 + np.cumsum(rng.normal(0, 0.02, n_frames)),
        voiced=np.repeat(rng.random(n_frames // 5 + 1) < 0.7, 5)[:n_frames],
        energy=rng.normal(0, 1, n_frames),
    )


def test_a_straight_glide_has_its_slope_in_every_phoneme():
    line = np.log(200) - 0.8 * np.arange(40) * 0.01  # falls by 0.8 per second
    contours = Contours(line, np.ones(40, dtype=bool), np.zeros(40))
    prosody = measure(contours, np.array([1, 2, 3, 14, 20]))
    np.testing.assert_allclose(prosody.slope, -0.8)
    np.testing.assert_allclose(prosody.log_f0[3], line[6:20].mean())


def test_slopes_are_those_of_least_squares():
    contours = some_contours(50)
    prosody = measure(contours, np.array([20, 30]))
    first, second = contours.log_f0[:20], contours.log_f0[20:]
    wanted = [np.polyfit(np.arange(len(x)) * 0.01, x, 1)[0] for x in (first, second)]
    np.testing.assert_allclose(prosody.slope, wanted)


def test_a_short_phoneme_borrows_a_frame_on_each_side():
    line = np.array([0.0, 0.1, 0.5, 0.3, 0.3])
    rows = slope_weights(np.array([2, 1, 2])) @ line
    assert rows[1] == pytest.approx((0.3 - 0.1) / 0.02)
    assert rows[0] == pytest.approx(np.polyfit([0, 0.01, 0.02], line[:3], 1)[0])


def test_a_single_frame_is_level():
    contours = Contours(np.array([5.0]), np.array([True]), np.array([0.0]))
    prosody = measure(contours, np.array([1]))
    assert (prosody.log_f0[0], prosody.slope[0]) == (5.0, 0.0)
    assert rebuild(prosody).log_f0 == pytest.approx([5.0])


def test_voicing_is_a_share_and_durations_come_back():
    voiced = np.array([True] * 3 + [False] * 7)
    prosody = measure(Contours(np.zeros(10), voiced, np.zeros(10)), np.array([4, 6]))
    assert prosody.voicing.tolist() == [0.75, 0.0]
    assert prosody.durations.tolist() == [4, 6]
    np.testing.assert_allclose(np.exp(prosody.log_duration), [0.04, 0.06])
    assert prosody.matrix().shape == (2, len(FEATURES))


def test_pauses_carry_no_voice():
    contours = Contours(np.zeros(10), np.ones(10, dtype=bool), np.zeros(10))
    prosody = measure(contours, np.array([4, 6]), is_pause=np.array([False, True]))
    assert prosody.voiced_frames.tolist() == [4.0, 0.0]


@pytest.mark.parametrize("durations", [[5, 4], [10, 0], [], [5.0, 5.0], [[5, 5]], [11, -1]])
def test_durations_that_do_not_fit_are_refused(durations):
    with pytest.raises(ValueError, match="frames"):
        measure(some_contours(10), np.array(durations))


def test_features_of_different_lengths_are_refused():
    four, five = np.zeros(4), np.zeros(5)
    with pytest.raises(ValueError, match="one value per phoneme"):
        Prosody(four, four, four, four, five, four.astype(bool))


def test_a_made_sound_has_the_features_it_was_made_with():
    halves = [harmonics(120.0, duration_s=1), 2 * harmonics(180.0, duration_s=1)]
    prosody = prosody_of(np.concatenate(halves), np.array([100, 101]), tracker="world")
    np.testing.assert_allclose(prosody.log_f0, np.log([120, 180]), atol=0.02)
    np.testing.assert_allclose(np.diff(prosody.energy), np.log(2), atol=0.05)
    np.testing.assert_allclose(prosody.slope, 0, atol=0.1)
    assert prosody.voicing.min() > 0.95


@settings(max_examples=40, deadline=None)
@given(durations_of_phonemes, st.integers(0, 99))
def test_what_is_rebuilt_has_the_features_it_was_rebuilt_from(durations, seed):
    prosody = measure(some_contours(int(durations.sum()), seed=seed), durations)
    again = measure(rebuild(prosody), prosody.durations)
    for name in FEATURES:
        np.testing.assert_allclose(getattr(again, name), getattr(prosody, name), atol=1e-5)


def test_a_rebuilt_line_is_continuous_and_a_straight_one_comes_back():
    durations = np.array([7, 1, 2, 12, 8])
    line = 5 + 0.004 * np.arange(30)
    prosody = measure(Contours(line, np.ones(30, dtype=bool), line), durations)
    found = pitch_line(prosody.log_f0, prosody.slope, durations)
    np.testing.assert_allclose(found, line, atol=6e-4)  # a cent
    steps = np.diff(rebuild(measure(some_contours(30), durations)).log_f0)
    assert np.abs(steps).max() < 0.15


def test_contradicting_features_give_a_line_all_the_same():
    """Three single frames whose slopes deny their means."""
    line = pitch_line(np.array([5.0, 5.1, 5.2]), np.array([-50.0, 90.0, -50.0]), np.ones(3, int))
    assert np.isfinite(line).all()


def test_an_energy_line_keeps_the_means():
    line = energy_line(np.array([-1.0, 0.5]), np.array([5, 9]))
    np.testing.assert_allclose([line[:5].mean(), line[5:].mean()], [-1.0, 0.5])


@pytest.mark.parametrize(
    ("voicing", "frames"),
    [
        ([1.0, 0.5, 0.0], "vvvv vv.. ...."),
        ([0.0, 0.5, 1.0], ".... ..vv vvvv"),
        ([0.0, 0.5, 0.0], ".... .vv. ...."),
        ([1.0, 0.5, 1.0], "vvvv v..v vvvv"),
        ([0.25, 1.0, 0.75], "...v vvvv vvv."),
    ],
)
def test_voiced_frames_lie_towards_the_voiced_neighbor(voicing, frames):
    found = voice_frames(np.array(voicing), np.array([4, 4, 4]))
    assert "".join("v" if one else "." for one in found) == frames.replace(" ", "")


@given(durations_of_phonemes, st.data())
def test_as_many_frames_are_voiced_as_the_share_says(durations, data):
    counts = np.array([data.draw(st.integers(0, int(n))) for n in durations])
    voiced = voice_frames(counts / durations, durations)
    starts = np.cumsum(durations) - durations
    assert np.add.reduceat(voiced.astype(int), starts).tolist() == counts.tolist()


def test_a_louder_recording_has_the_same_prosody():
    sound = harmonics(150 + 30 * np.sin(np.arange(RATE_HZ) / 3000), duration_s=1)
    first, second = (prosody_of(x, np.array([50, 51]), tracker="world") for x in (sound, 4 * sound))
    np.testing.assert_allclose(first.matrix(), second.matrix(), atol=1e-3)
