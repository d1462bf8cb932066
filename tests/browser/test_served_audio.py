"""A browser hears what is served: every sample, and nothing of the padding."""

import base64

import numpy as np
import pytest
from playwright.sync_api import Browser

from synth.audio.dither import serve_pcm16

pytestmark = pytest.mark.browser

DECODE = """async (content) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const context = new OfflineAudioContext(1, 16000, 16000);
  const decoded = await context.decodeAudioData(bytes.buffer);
  return [decoded.sampleRate, decoded.numberOfChannels, Array.from(decoded.getChannelData(0))];
}"""


def test_web_audio_decodes_every_sample_of_a_served_file(chromium: Browser) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(40123) / 16000)
    content = serve_pcm16(tone, rate_hz=16000, key=b"one")
    page = chromium.new_page()

    rate_hz, n_channels, decoded = page.evaluate(DECODE, base64.b64encode(content).decode())

    assert (rate_hz, n_channels, len(decoded)) == (16000, 1, len(tone))
    # A step and a half, and Chromium divides positive samples by 32767.
    assert np.abs(np.array(decoded) - tone).max() <= 2 / 32768
