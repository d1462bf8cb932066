"""The sources: pulses of the right pitch and power, phase, the one noise."""

import numpy as np
import pytest
import torch

from synth.vocoder.source import (
    NOISE_SAMPLES,
    frequency_of_samples,
    gate,
    noise_at,
    phase_of_samples,
    pulse_train,
)

RATE_HZ = 16_000


def steady(hz, n_samples=16_000):
    frequency = torch.full((1, n_samples), float(hz))
    return frequency, phase_of_samples(frequency, RATE_HZ)


@pytest.mark.parametrize("hz", [60.0, 137.0, 440.0])
def test_pulses_are_the_sum_of_their_harmonics(hz):
    frequency, phase = steady(hz)
    n_harmonics = int(0.975 * 8000 / hz)
    cycles = np.arange(16_000) * hz / RATE_HZ
    summed = sum(np.cos(2 * np.pi * k * cycles) for k in range(1, n_harmonics + 1))
    expected = summed * np.sqrt(2 / n_harmonics)
    assert pulse_train(phase, frequency, RATE_HZ)[0].numpy() == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("hz", [50.0, 200.0, 799.0])
def test_pulses_have_unit_power(hz):
    frequency, phase = steady(hz)
    assert float(pulse_train(phase, frequency, RATE_HZ).square().mean()) == pytest.approx(1, 0.02)


def test_phase_begins_at_zero_and_grows_by_the_frequency():
    frequency = torch.tensor([[100.0, 200.0, 400.0]])
    assert phase_of_samples(frequency, RATE_HZ)[0].tolist() == pytest.approx(
        [0, 100 / RATE_HZ, 300 / RATE_HZ]
    )


def test_frequencies_between_frames_are_even_on_a_log_scale():
    between = frequency_of_samples(torch.tensor([[100.0, 400.0]]), hop=160)
    assert between.shape == (1, 160)
    assert float(between[0, 0]) == pytest.approx(100, rel=1e-4)
    assert float(between[0, 80]) == pytest.approx(200, rel=1e-3)


def test_the_noise_is_always_the_same_wherever_one_begins():
    assert torch.equal(noise_at(0, 500)[200:], noise_at(200, 300))
    assert torch.equal(noise_at(NOISE_SAMPLES - 10, 20)[10:], noise_at(0, 10))


def test_pulses_pass_where_there_is_voice_and_nearly_nothing_elsewhere():
    let_through = gate(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), hop=160)
    assert let_through.shape == (1, 480)
    assert float(let_through[0, 0]) == pytest.approx(0.03)
    assert float(let_through[0, 240]) == pytest.approx(0.515, rel=0.02)
    assert float(let_through[0, 400]) == pytest.approx(1.0)
