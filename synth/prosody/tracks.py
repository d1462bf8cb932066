"""F0 tracks on the frames of the shared front end, by trackers that do not know each other.

Axes: N samples at 16 kHz, T = 1 + N // 160 frames; frame t is centered on sample 160 t.
Features are made with one tracker and judged with another: a tracker that made the features
forgives its own mistakes. Praat's autocorrelation (praat-parselmouth, GPL-3, from
requirements-evaluation.txt) is for judging only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.audio.mel import HOP, RATE_HZ, FloatArray, n_frames
from synth.audio.pitch import SWIFT_F0, WORLD, Pitch, track_pitch

HOP_S = HOP / RATE_HZ
PRAAT = "praat"
PRAAT_RANGE_HZ = (60.0, 400.0)
WIDE_RANGE_HZ = (60.0, 800.0)  # before anything is known of a voice
# Praat's manual, "Intro 4.2. Configuring the pitch contour": for a male and a female voice.
LOW_VOICE_HZ, HIGH_VOICE_HZ = (75.0, 300.0), (100.0, 500.0)
BETWEEN_VOICES_HZ = 165.0  # the median above which a voice is a high one
TRACKERS = (PRAAT, SWIFT_F0, WORLD)
SHORTEST = 4_000  # samples that every tracker can work on; shorter signals get zeros appended

Track = NDArray[np.float64]


def f0_on_frames(
    samples: FloatArray, tracker: str, *, range_hz: tuple[float, float] = PRAAT_RANGE_HZ
) -> Track:
    """F0 in Hz at every frame (T,), 0 where it is unvoiced, as the tracker has it.

    A frame is voiced where the tracker's nearest frame is; between two voiced frames of the
    tracker log F0 is interpolated.

    Args:
        samples: (N,) at 16 kHz.
        tracker: "praat", "swift-f0" or "world".
        range_hz: where Praat looks; the others look from 50 to 1000 Hz. A voice that goes above
            is tracked an octave too low: see ``voice_range``.
    Raises:
        ValueError: for another tracker, or samples that are not one channel.
        ModuleNotFoundError: if the tracker is not installed.
    """
    if tracker not in TRACKERS:
        raise ValueError(f"No pitch tracker {tracker!r}; there are {', '.join(TRACKERS)}.")
    if samples.ndim != 1:
        raise ValueError(f"Expected one channel of samples (N,), got {samples.shape}.")
    padded = np.pad(samples, (0, max(0, SHORTEST - len(samples))))
    if tracker == PRAAT:
        f0_hz, times_s = _by_praat(padded, range_hz)
    else:
        f0_hz, times_s = _timed(track_pitch(padded, tracker=tracker))
    return at_frames(f0_hz, times_s, n_frames(len(samples)))


def _timed(pitch: Pitch) -> tuple[Track, Track]:
    return pitch.f0_hz, np.arange(len(pitch.f0_hz), dtype=np.float64) * pitch.hop_s


def _by_praat(samples: FloatArray, range_hz: tuple[float, float]) -> tuple[Track, Track]:
    """Praat's autocorrelation method, its standard settings but for step and range.

    Source: Boersma 1993, IFA Proceedings 17.
    """
    import parselmouth

    sound = parselmouth.Sound(np.asarray(samples, dtype=np.float64), RATE_HZ)
    low_hz, high_hz = range_hz
    found = sound.to_pitch_ac(time_step=HOP_S, pitch_floor=low_hz, pitch_ceiling=high_hz)
    return np.asarray(found.selected_array["frequency"]), np.asarray(found.xs())


def at_frames(f0_hz: Track, times_s: Track, count: int) -> Track:
    """A track with frames at ``times_s`` (K,), ascending, read at frames 10 ms apart (count,).

    Where the track has no frame within half its step, as before its first, it is unvoiced.
    """
    voiced = f0_hz > 0
    if not voiced.any():
        return np.zeros(count)
    frames_s = np.arange(count, dtype=np.float64) * HOP_S
    nearest = np.searchsorted((times_s[1:] + times_s[:-1]) / 2, frames_s)
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else HOP_S
    is_near = np.abs(times_s[nearest] - frames_s) <= step_s / 2 * (1 + 1e-6)
    line = np.exp(np.interp(frames_s, times_s[voiced], np.log(f0_hz[voiced])))
    return np.where(voiced[nearest] & is_near, line, 0.0)


def voice_range(track: Track) -> tuple[float, float]:
    """Where to look for the pitch of a voice in Hz, from a track of it over ``WIDE_RANGE_HZ``.

    75 to 300 Hz for a voice whose median is below 165 Hz, else 100 to 500 Hz. Fixed once per
    voice, on recordings of it: a floor far below a voice lets Praat halve its pitch, a ceiling
    within it does so always.

    Raises:
        ValueError: if no frame is voiced.
    """
    if not (track > 0).any():
        raise ValueError("A track without any voiced frame shows no range.")
    is_low = np.median(track[track > 0]) < BETWEEN_VOICES_HZ
    return LOW_VOICE_HZ if is_low else HIGH_VOICE_HZ
