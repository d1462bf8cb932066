"""Speech as it rings on in a room, with the times that it had without one.

An aligner taught so hears an echo as the pause that it fills, not as the vowel that made it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth.audio.mel import RATE_HZ, FloatArray
from synth.audio.reverberation import reverberate

from .features import Features, features_of

RT60_S = (0.15, 0.25, 0.4, 0.6, 0.8)
ROOMS = (0, 1, 2)  # of each; seeds of rooms


def dry_and_wet(
    samples: FloatArray, *, seed: int, rooms: Sequence[int] = ROOMS
) -> tuple[Features, Features]:
    """The features (T, M) of a recording (N,) at 16 kHz, as it is and in a room.

    The room, one of ``rooms`` and ``RT60_S``, follows from the seed; the direct sound stays.

    Raises:
        SynthError: if there is no sound in it ("no_sound").
    """
    rng = np.random.default_rng(seed)
    rt60_s, room = RT60_S[int(rng.integers(len(RT60_S)))], rooms[int(rng.integers(len(rooms)))]
    wet = reverberate(samples, rate_hz=RATE_HZ, rt60_s=rt60_s, seed=room)
    return features_of(samples), features_of(np.asarray(wet, dtype=np.float32))
