"""Speech in rooms: an echo that fills a pause, and the times that it had outside."""

import numpy as np

from synth.align.features import features_of
from synth.align.rooms import RT60_S, dry_and_wet
from synth.audio.mel import RATE_HZ


def burst():
    """A second of silence, half a second of voice-like sound, and silence again."""
    times = np.arange(RATE_HZ // 2) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 150 * k * times) / k for k in range(1, 20))
    noise = 1e-4 * np.random.default_rng(0).standard_normal(3 * RATE_HZ)
    noise[RATE_HZ : RATE_HZ + len(tone)] += 0.1 * tone
    return noise.astype(np.float32)


def loud(features):
    """Frames whose mean over bands is above that of speech less one spread."""
    return np.flatnonzero(features.mean(axis=1) > -1.0)


def test_sound_begins_where_it_did_and_rings_on():
    dry, wet = dry_and_wet(burst(), seed=3)
    assert dry.shape == wet.shape
    np.testing.assert_array_equal(dry, features_of(burst()))
    assert abs(loud(wet)[0] - loud(dry)[0]) <= 1
    assert loud(wet)[-1] > loud(dry)[-1] + 3


def test_the_seed_draws_the_room():
    first, again, other = (dry_and_wet(burst(), seed=seed)[1] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_every_room_is_drawn(monkeypatch):
    drawn = set()

    def noted(samples, *, rate_hz, rt60_s, seed):
        drawn.add((rt60_s, seed))
        return samples

    monkeypatch.setattr("synth.align.rooms.reverberate", noted)
    for seed in range(60):
        dry_and_wet(burst()[:1600], seed=seed, rooms=(7, 8))
    assert drawn == {(rt60_s, room) for rt60_s in RT60_S for room in (7, 8)}
