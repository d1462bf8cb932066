"""Serves a stimulus so that nothing but its sound says what it is."""

import hmac
import io

import numpy as np
import soundfile
from django.conf import settings

from mushra.models import PresentedStimulus
from synth.audio.dither import serve_pcm16
from synth.services.storage import read_audio, read_file


def disguised_wav(presented: PresentedStimulus, key: str) -> bytes:
    """The stimulus, as it was frozen, as a 16-bit WAV file under its own inaudible dither.

    Every signal of a page has equally many samples, hence equally many bytes: what is shorter than
    the page's longest ends in silence. The dither and the padding follow from `key` and the site's
    secret, so that the same recording served as the labelled and as the hidden reference, or to
    two listeners, never has the same bytes.

    Raises: SynthError if a file is missing or is not the one that was frozen.
    """
    # Every file of the page is read for each of its sounds: a hidden reference shares its file
    # with the labelled one, and would come sooner than the rest where files are not cached.
    page = PresentedStimulus.objects.filter(presentation=presented.presentation_id)
    files = sorted(set(page.values_list("stimulus__audio_sha256", flat=True)))
    longest = max(_n_samples(read_file(sha256)) for sha256 in files)
    samples, rate_hz = read_audio(presented.stimulus.audio_sha256, verify=True)
    padded = np.pad(samples, (0, longest - len(samples)))
    secret = hmac.digest(settings.SECRET_KEY.encode(), key.encode(), "sha256")
    return serve_pcm16(padded, rate_hz=rate_hz, key=secret)


def _n_samples(content: bytes) -> int:
    return soundfile.info(io.BytesIO(content)).frames
