"""Serves a stimulus so that nothing but its sound says what it is."""

import hmac

from django.conf import settings

from mushra.models import Stimulus
from synth.audio.dither import serve_pcm16
from synth.services.storage import read_audio, read_file


def disguised_wav(stimulus: Stimulus, key: str) -> bytes:
    """The stimulus, as it was frozen, as a 16-bit WAV file under its own inaudible dither.

    Every signal of a trial has equally many samples, hence equally many bytes. The dither and
    the padding follow from `key` and the site's secret, so that the same recording served as
    the labelled and as the hidden reference, or to two listeners, never has the same bytes.

    Raises: SynthError if a file is missing or is not the one that was frozen.
    """
    # Every file of the page is read for each of its sounds: the hidden reference shares its file
    # with the labelled one, and would come sooner than the rest where files are not cached.
    for sha256 in stimulus.item.stimuli.values_list("audio_sha256", flat=True):
        read_file(sha256)
    samples, rate_hz = read_audio(stimulus.audio_sha256, verify=True)
    secret = hmac.digest(settings.SECRET_KEY.encode(), key.encode(), "sha256")
    return serve_pcm16(samples, rate_hz=rate_hz, key=secret)
