import numpy as np
import pytest

from synth.audio import checks
from synth.errors import SynthError

RATE_HZ = 16000


def speech_like(seed: int = 1) -> np.ndarray:
    """Two seconds of noise in bursts of uneven length."""
    rng = np.random.default_rng(seed)
    bursts = np.repeat(rng.uniform(0, 1, 40) ** 3, 800)
    return 0.3 * bursts * rng.standard_normal(len(bursts)) / 3


def shift(samples: np.ndarray, lag: int) -> np.ndarray:
    return np.roll(samples, lag)


def other_phase(samples: np.ndarray) -> np.ndarray:
    """The same envelopes on another carrier: what a vocoder may do."""
    frames = samples.reshape(-1, 80)
    levels = np.repeat(np.sqrt(np.mean(frames**2, axis=1)), 80)
    return levels * np.random.default_rng(7).standard_normal(len(samples))


def code_of(check, *args, **kwargs) -> str:
    with pytest.raises(SynthError) as error:
        check(*args, **kwargs)
    return error.value.code


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_sample_that_is_no_number_fails(bad):
    samples = speech_like()
    checks.check_finite(samples)

    samples[100] = bad

    assert code_of(checks.check_finite, samples) == "not_finite"


def test_one_sample_too_few_or_many_fails():
    checks.check_length(np.zeros(100), n_samples=100)
    checks.check_length(np.zeros(100), n_samples=110, tolerance=10)

    assert code_of(checks.check_length, np.zeros(101), n_samples=100) == "length_differs"
    assert code_of(checks.check_length, np.zeros(99), n_samples=100) == "length_differs"


@pytest.mark.parametrize("samples", [np.zeros(1000), np.full(1000, 1e-4), np.zeros(0)])
def test_silence_fails(samples):
    assert code_of(checks.check_audible, samples) == "silent"


def test_quiet_speech_is_no_silence():
    checks.check_audible(0.03 * speech_like())


def test_a_flat_top_at_full_scale_fails():
    clipped = np.clip(20 * speech_like(), -1, 32767 / 32768)

    assert code_of(checks.check_unclipped, clipped) == "clipping"


def test_single_samples_at_full_scale_and_flat_tops_below_pass():
    samples = speech_like()
    samples[[100, 200, 300]] = 1.0
    samples[400:404] = 0.9

    checks.check_unclipped(samples)
    checks.check_unclipped(np.ones(2))


def test_a_peak_over_minus_1_dbfs_fails():
    checks.check_peak(10 ** (-1 / 20))

    assert code_of(checks.check_peak, 10 ** (-0.9 / 20)) == "clipping"


@pytest.mark.parametrize("loudness", [-26.6, -25.4, -np.inf, np.nan])
def test_a_level_off_target_fails(loudness):
    assert code_of(checks.check_level, loudness, target_lufs=-26) == "level_off_target"


@pytest.mark.parametrize("loudness", [-26.5, -26.0, -25.5])
def test_a_level_within_half_a_unit_passes(loudness):
    checks.check_level(loudness, target_lufs=-26)


@pytest.mark.parametrize("lag", [-1, 1, 40])
def test_an_anchor_off_by_one_sample_fails(lag):
    natural = speech_like()
    checks.check_sample_aligned(0.5 * natural, natural, rate_hz=RATE_HZ)

    late = shift(natural, lag)

    assert checks.waveform_lag(late, natural, rate_hz=RATE_HZ) == lag
    assert code_of(checks.check_sample_aligned, late, natural, rate_hz=RATE_HZ) == "misaligned"


@pytest.mark.parametrize("lag_ms", [-80, -10, 8, 30])
def test_a_vocoder_that_is_late_or_early_fails(lag_ms):
    natural = speech_like()
    late = shift(other_phase(natural), lag_ms * RATE_HZ // 1000)

    assert code_of(checks.check_time_aligned, late, natural, rate_hz=RATE_HZ) == "misaligned"
    assert checks.envelope_lag(late, natural, rate_hz=RATE_HZ) == pytest.approx(
        lag_ms / 1000, abs=0.002
    )


@pytest.mark.parametrize("lag_ms", [-3, 0, 3])
def test_a_vocoder_may_change_the_phase_and_be_3_ms_off(lag_ms):
    natural = speech_like()
    late = shift(other_phase(natural), lag_ms * RATE_HZ // 1000)

    checks.check_time_aligned(late, natural, rate_hz=RATE_HZ)


def test_the_polarity_of_a_vocoder_does_not_matter():
    checks.check_time_aligned(-speech_like(), speech_like(), rate_hz=RATE_HZ)
