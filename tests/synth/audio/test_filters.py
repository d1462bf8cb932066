"""BS.1534-3 5.1: the anchors' filters, measured at every rate that has room for them."""

import numpy as np
import pytest
from scipy import signal

from synth.audio.filters import (
    LOW_ANCHOR_HZ,
    MID_ANCHOR_HZ,
    SPEECH_ANCHOR_HZ,
    design_anchor,
    render_anchor,
)
from synth.errors import SynthError

RATES_HZ = (
    *(8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    *(64000, 88200, 96000, 128000, 176400, 192000),
)
# cutoff: (end of the pass band, frequency of >= 25 dB, frequency of >= 50 dB)
TOLERANCES_HZ = {
    LOW_ANCHOR_HZ: (3500, 4000, 4500),
    MID_ANCHOR_HZ: (7000, 8000, 9000),
    SPEECH_ANCHOR_HZ: (2000, 2286, 2571.5),
}
CASES = [(c, r) for c, edges in TOLERANCES_HZ.items() for r in RATES_HZ if r / 2 > edges[2]]


def noise(n_samples: int, seed: int = 1) -> np.ndarray:
    return 0.1 * np.random.default_rng(seed).standard_normal(n_samples)


def measured_gain_db(cutoff_hz: float, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Gain of the whole rendering, from its impulse response: independent of the design."""
    impulse = np.zeros(2**16)
    impulse[2**15] = 1.0
    response = render_anchor(
        impulse, rate_hz=rate_hz, cutoff_hz=cutoff_hz, bandwidth_hz=rate_hz / 2
    )
    frequencies = np.fft.rfftfreq(len(impulse), 1 / rate_hz)
    return frequencies, 20 * np.log10(np.abs(np.fft.rfft(response)) + 1e-12)


def test_every_standard_rate_is_measured():
    assert (LOW_ANCHOR_HZ, 24000) in CASES
    assert (LOW_ANCHOR_HZ, 96000) in CASES
    assert (SPEECH_ANCHOR_HZ, 8000) in CASES
    assert (MID_ANCHOR_HZ, 16000) not in CASES


@pytest.mark.parametrize(("cutoff_hz", "rate_hz"), CASES)
def test_an_anchor_keeps_the_tolerances_of_the_standard(cutoff_hz, rate_hz):
    if rate_hz / 2 < 1.3 * cutoff_hz:
        pytest.skip("no recording of this rate is wide enough for the anchor")
    pass_hz, slope_hz, stop_hz = TOLERANCES_HZ[cutoff_hz]

    frequencies, gain_db = measured_gain_db(cutoff_hz, rate_hz)

    assert np.abs(gain_db[frequencies <= pass_hz]).max() <= 0.1
    assert gain_db[frequencies >= slope_hz].max() <= -25
    assert gain_db[frequencies >= stop_hz].max() <= -50


@pytest.mark.parametrize(("cutoff_hz", "rate_hz"), CASES)
def test_an_anchor_has_linear_phase(cutoff_hz, rate_hz):
    taps = design_anchor(rate_hz=rate_hz, cutoff_hz=cutoff_hz)

    assert len(taps) % 2 == 1
    np.testing.assert_allclose(taps, taps[::-1], atol=1e-15)


@pytest.mark.parametrize("rate_hz", [16000, 24000, 44100, 96000])
def test_an_anchor_is_aligned_to_the_sample(rate_hz):
    samples = noise(rate_hz)

    anchor = render_anchor(samples, rate_hz=rate_hz, cutoff_hz=3500, bandwidth_hz=rate_hz / 2)
    correlation = signal.correlate(anchor, samples, mode="full")

    assert len(anchor) == len(samples)
    assert np.argmax(correlation) == len(samples) - 1


def test_a_tone_in_the_pass_band_passes_unmoved():
    times = np.arange(16000) / 16000
    tone = np.sin(2 * np.pi * 1000 * times)

    anchor = render_anchor(tone, rate_hz=16000, cutoff_hz=3500, bandwidth_hz=8000)

    np.testing.assert_allclose(anchor[200:-200], tone[200:-200], atol=0.002)


def test_a_recording_shorter_than_the_filter_keeps_its_length():
    anchor = render_anchor(noise(50), rate_hz=96000, cutoff_hz=3500, bandwidth_hz=48000)

    assert len(anchor) == 50


@pytest.mark.parametrize("cutoff_hz", TOLERANCES_HZ)
def test_a_recording_narrower_than_1_3_times_the_cutoff_is_refused(cutoff_hz):
    narrow, wide = 1.3 * cutoff_hz - 1, 1.3 * cutoff_hz

    with pytest.raises(SynthError, match="Use recordings") as refusal:
        render_anchor(noise(100), rate_hz=48000, cutoff_hz=cutoff_hz, bandwidth_hz=narrow)

    assert refusal.value.code == "anchor_refused"
    assert refusal.value.field == "bandwidth_hz"
    render_anchor(noise(100), rate_hz=48000, cutoff_hz=cutoff_hz, bandwidth_hz=wide)


@pytest.mark.parametrize(("cutoff_hz", "rate_hz"), [(7000, 16000), (3500, 8000), (3500, 9000)])
def test_a_rate_without_room_for_the_stop_band_is_refused(cutoff_hz, rate_hz):
    with pytest.raises(SynthError, match="stop band") as refusal:
        render_anchor(noise(100), rate_hz=rate_hz, cutoff_hz=cutoff_hz, bandwidth_hz=rate_hz / 2)

    assert refusal.value.code == "anchor_refused"
    assert refusal.value.field == "rate_hz"
