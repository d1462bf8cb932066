"""BS.1534-3 5.3: the sound itself, rendered by the player's graph in an OfflineAudioContext."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.site import Sitting, serve

pytestmark = pytest.mark.browser

RATES = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000]
QUANTUM = 128  # frames; offline rendering can only be interrupted between quanta
TOLERANCE = 2e-6  # single precision


@pytest.fixture(scope="module")
def offline_page(chromium: Browser) -> Iterator[Page]:
    with serve(Sitting()) as address:
        page = chromium.new_page()
        page.goto(f"{address}/offline/player.html")
        yield page
        page.close()


@pytest.fixture
def record(offline_page: Page) -> Callable[..., tuple[np.ndarray, list[dict[str, Any]]]]:

    def run(**plan: Any) -> tuple[np.ndarray, list[dict[str, Any]]]:
        recorded = offline_page.evaluate(
            "async (plan) => (await import('/offline/record.js')).record(plan)", plan
        )
        samples = np.frombuffer(base64.b64decode(recorded["samples"]), dtype="<f4")
        return samples.astype(float), recorded["seen"]

    return run


def quantum_after(seconds: float, rate_hz: int) -> int:
    return -(-int(seconds * rate_hz) // QUANTUM) * QUANTUM


def fade_out(rate_hz: int) -> np.ndarray:
    frames = int(np.floor(0.005 * rate_hz + 0.5))
    return 0.5 * (1 + np.cos(np.pi * np.arange(frames) / frames))


def fade_in(rate_hz: int) -> np.ndarray:
    return 1 - fade_out(rate_hz)


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_switch_fades_out_then_in_over_5_ms_each(record, rate_hz):
    at = quantum_after(0.1, rate_hz)
    samples, _ = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=rate_hz // 2,
        signals=[{"shape": "constant", "value": 1}, {"shape": "constant", "value": 0.5}],
        steps=[{"at": 0, "does": "play"}, {"at": at, "does": "select", "index": 1}],
    )
    switch = np.concatenate([fade_out(rate_hz), 0.5 * fade_in(rate_hz)])
    expected = np.concatenate([np.ones(QUANTUM), switch, np.full(QUANTUM, 0.5)])
    heard = samples[at - QUANTUM : at + len(switch) + QUANTUM]
    np.testing.assert_allclose(heard, expected, atol=TOLERANCE)
    assert len(switch) / rate_hz <= 0.012


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_switch_keeps_the_position_to_the_sample(record, rate_hz):
    n_frames = rate_hz
    at = quantum_after(0.2, rate_hz)
    samples, _ = record(
        rateHz=rate_hz,
        nFrames=n_frames,
        recorded=rate_hz // 2,
        signals=[{"shape": "ramp", "value": 1}, {"shape": "ramp", "value": -1}],
        steps=[{"at": 0, "does": "play"}, {"at": at, "does": "select", "index": 1}],
    )
    position = np.arange(len(samples)) / n_frames
    fade = len(fade_out(rate_hz))
    np.testing.assert_allclose(samples[fade:at], position[fade:at], atol=TOLERANCE)
    after = slice(at + 2 * fade, None)
    np.testing.assert_allclose(samples[after], -position[after], atol=TOLERANCE)


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_loop_wraps_with_5_ms_fades_on_both_sides(record, rate_hz):
    start, end = rate_hz // 10, rate_hz // 10 + rate_hz // 2
    length = end - start
    samples, _ = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=3 * length,
        signals=[{"shape": "constant", "value": 1}],
        steps=[
            {"at": 0, "does": "region", "start": start, "end": end},
            {"at": 0, "does": "play"},
        ],
    )
    rise = fade_in(rate_hz)
    once = np.concatenate([rise, np.ones(length - 2 * len(rise)), rise[::-1]])
    np.testing.assert_allclose(samples, np.tile(once, 3), atol=TOLERANCE)


def test_a_wrap_of_a_loud_tone_makes_no_click(record):
    rate_hz, hz = 16_000, 440
    samples, _ = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=3 * rate_hz,
        signals=[{"shape": "sine", "hz": hz}],
        steps=[{"at": 0, "does": "region", "start": 37, "end": 9011}, {"at": 0, "does": "play"}],
    )
    steepest = 2 * np.pi * hz / rate_hz + np.pi / 2 / len(fade_out(rate_hz))
    assert np.abs(np.diff(samples)).max() <= steepest


def test_the_position_is_kept_across_many_wraps(record):
    rate_hz, length = 16_000, 8_000
    at = quantum_after(1.7, rate_hz)
    samples, seen = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=2 * rate_hz,
        signals=[{"shape": "ramp", "value": 1}, {"shape": "ramp", "value": -1}],
        steps=[
            {"at": 0, "does": "region", "start": 0, "end": length},
            {"at": 0, "does": "play"},
            {"at": at, "does": "select", "index": 1},
        ],
    )
    later = at + 400
    assert samples[later] == pytest.approx(-(later % length) / rate_hz, abs=TOLERANCE)
    assert seen[-1]["position"] == at % length


def test_two_signals_are_never_heard_together(record):
    rate_hz, at = 16_000, quantum_after(0.1, 16_000)
    hurried = [{"at": at, "does": "select", "index": index} for index in (1, 2, 0, 2)]
    samples, _ = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=rate_hz // 2,
        signals=[{"shape": "constant", "value": 1}] * 3,
        steps=[{"at": 0, "does": "play"}, *hurried],
    )
    assert samples.max() <= 1 + TOLERANCE
    switching = samples[at : at + 4 * 161]
    assert (switching < TOLERANCE).sum() >= 4, "each of the four switches passes through silence"
    np.testing.assert_allclose(samples[at + 4 * 161 :], 1, atol=TOLERANCE)


def test_pausing_fades_out_and_playing_goes_on_from_there(record):
    rate_hz = 16_000
    pause, resume = quantum_after(0.2, rate_hz), quantum_after(0.3, rate_hz)
    samples, seen = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=rate_hz // 2,
        signals=[{"shape": "ramp", "value": 1}],
        steps=[
            {"at": 0, "does": "play"},
            {"at": pause, "does": "pause"},
            {"at": resume, "does": "play"},
        ],
    )
    fade = len(fade_out(rate_hz))
    level = np.arange(pause, pause + fade) / rate_hz
    np.testing.assert_allclose(
        samples[pause : pause + fade], level * fade_out(rate_hz), atol=TOLERANCE
    )
    assert not samples[pause + fade : resume].any()
    assert samples[resume + fade] == pytest.approx((pause + 2 * fade) / rate_hz, abs=TOLERANCE)
    assert seen[1]["position"] == pause + fade


def test_a_new_loop_region_keeps_a_position_that_lies_inside(record):
    rate_hz, at = 16_000, quantum_after(0.4, 16_000)
    samples, _ = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=rate_hz // 2,
        signals=[{"shape": "ramp", "value": 1}],
        steps=[
            {"at": 0, "does": "play"},
            {"at": at, "does": "region", "start": 4000, "end": 16000},
        ],
    )
    later = at + 400
    assert samples[later] == pytest.approx(later / rate_hz, abs=TOLERANCE)


def test_restarting_fades_out_and_begins_the_loop_anew(record):
    rate_hz, at = 16_000, quantum_after(0.4, 16_000)
    samples, _ = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=rate_hz // 2,
        signals=[{"shape": "constant", "value": 1}],
        steps=[{"at": 0, "does": "play"}, {"at": at, "does": "restart"}],
    )
    expected = np.concatenate([fade_out(rate_hz), fade_in(rate_hz), np.ones(100)])
    np.testing.assert_allclose(samples[at : at + len(expected)], expected, atol=TOLERANCE)


def test_what_was_heard_is_counted_by_the_audio_clock(record):
    rate_hz, length = 16_000, 8_000
    first, second = quantum_after(1.2, rate_hz), quantum_after(2.0, rate_hz)
    _, seen = record(
        rateHz=rate_hz,
        nFrames=rate_hz,
        recorded=3 * rate_hz,
        signals=[{"shape": "constant", "value": 1}] * 2,
        steps=[
            {"at": 0, "does": "region", "start": 0, "end": length},
            {"at": 0, "does": "play"},
            {"at": first, "does": "select", "index": 1},
            {"at": second, "does": "nothing"},
        ],
    )
    fade = len(fade_out(rate_hz))
    before, after = seen[1]["heard"][0], seen[2]["heard"][0]
    assert before == {"index": 0, "seconds": (first + fade) / rate_hz, "loops": 2}
    assert after == {"index": 1, "seconds": (second - first - fade) / rate_hz, "loops": 2}
