"""Chunks cover a recording, and what has a reach comes out as from one piece."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from synth.chunks import CHUNK_S, plan_chunks, render_in_chunks

RATE_HZ = 400  # so that minutes are small


def noise(n_samples: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(n_samples)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60_000), st.integers(0, 3000), st.sampled_from([1, 7, 160]))
def test_chunks_cover_the_recording_once(n_samples, reach, hop):
    chunks = list(plan_chunks(noise(n_samples), rate_hz=RATE_HZ, reach=reach, hop=hop))

    assert [one.first for one in chunks] == [0, *(one.last for one in chunks[:-1])]
    assert chunks[-1].last == n_samples
    for one in chunks:
        assert one.start % hop == one.first % hop == 0
        assert one.start == 0 or one.first - one.start >= reach
        assert one.stop == n_samples or one.stop - one.last >= reach
        assert one.last - one.first <= (CHUNK_S + 5) * RATE_HZ


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60_000), st.integers(0, 400))
def test_a_filter_of_that_reach_comes_out_as_from_one_piece(n_samples, reach):
    samples = noise(n_samples)
    taps = noise(2 * reach + 1, seed=2)

    output = render_in_chunks(
        samples, lambda part: centered(part, taps), rate_hz=RATE_HZ, reach=reach
    )

    np.testing.assert_allclose(output, centered(samples, taps), atol=1e-9 * np.sum(np.abs(taps)))


def centered(samples, taps):
    return signal.fftconvolve(samples, taps)[len(taps) // 2 :][: len(samples)]


def test_a_recording_is_cut_where_it_is_quiet():
    samples = noise(60_000)
    pauses = (np.arange(60_000) % 1000) < 60
    samples[pauses] = 0

    chunks = list(plan_chunks(samples, rate_hz=RATE_HZ, reach=0))

    assert len(chunks) > 5
    assert all(pauses[one.last] for one in chunks[:-1])


def test_no_part_is_longer_than_a_chunk_and_its_surroundings():
    lengths = []

    def render(part):
        lengths.append(len(part))
        return part

    render_in_chunks(noise(240_000), render, rate_hz=RATE_HZ, reach=100)  # ten minutes

    assert max(lengths) <= (CHUNK_S + 5) * RATE_HZ + 2 * 110
    assert sum(lengths) < 1.1 * 240_000


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_constant_stays_constant_over_the_joints(level):
    output = render_in_chunks(
        np.full(50_000, level), lambda part: part, rate_hz=RATE_HZ, reach=50, hop=16
    )

    np.testing.assert_allclose(output, level)
