"""A speaker in a room, by the image-source method."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import signal

SPEED_OF_SOUND_M_S = 343.0
ROOM_M = (5.9, 4.3, 2.7)  # about; no two sides in a simple ratio, as in any careful room
DISTANCE_M = 1.5  # from mouth to microphone
WALL_M = 0.6  # the least distance from a wall
GRID_HZ = 128_000  # images are placed this finely before the response is brought to its rate
TUNING_HZ = 16_000
MOST_ADJUSTMENTS = 8
TUNED = 0.005  # near enough to the time asked for
LENGTH_PER_RT60 = 1.1


@dataclass(frozen=True)
class _Images:
    """Sources behind the walls: how far away, and over how many reflections, each (I,)."""

    distances_m: np.ndarray
    reflections: np.ndarray


def reverberate(samples: np.ndarray, *, rate_hz: int, rt60_s: float, seed: int) -> np.ndarray:
    """The recording as it sounds in a room: (N,) float64, its direct sound unchanged at lag 0.

    The room's tail after the last sample is cut, so that the length stays.
    """
    response = room_response(rate_hz=rate_hz, rt60_s=rt60_s, seed=seed)
    return signal.oaconvolve(samples, response)[: len(samples)]


@lru_cache(maxsize=16)
def room_response(*, rate_hz: int, rt60_s: float, seed: int) -> np.ndarray:
    """The response of a shoebox room from its direct sound on: (L,) float64, about 1.0 at lag 0.

    The seed draws the room (each side within 10 % of ROOM_M) and where speaker and microphone
    stand (1.5 m apart). All walls reflect alike, at all frequencies; the reflection is set so
    that `measure_rt60` of the response gives `rt60_s`. The array is cached: do not write to it.
    Source: Allen and Berkley (1979), JASA 65(4); reflections change the sign, which keeps the
    response free of an offset, after Lehmann and Johansson (2008), JASA 124(1).
    """
    images, reflection = _tuned_room(rt60_s, seed)
    response = _response(images, reflection, rate_hz)
    response.setflags(write=False)
    return response


@lru_cache(maxsize=2)
def _tuned_room(rt60_s: float, seed: int) -> tuple[_Images, float]:
    """The room, and the reflection of its walls that makes it decay in that time."""
    images = _draw_images(length_s=LENGTH_PER_RT60 * rt60_s, rng=np.random.default_rng(seed))
    reflection = 10 ** (-3 / _mean_reflections(rt60_s))
    for _ in range(MOST_ADJUSTMENTS):
        measured_s = measure_rt60(_response(images, reflection, TUNING_HZ), rate_hz=TUNING_HZ)
        # The level of an image falls by 20 log10(reflection) dB per wall it is seen through.
        reflection **= measured_s / rt60_s
        if abs(measured_s / rt60_s - 1) < TUNED:
            break
    return images, reflection


def measure_rt60(response: np.ndarray, *, rate_hz: int) -> float:
    """Seconds in which the sound in a room decays by 60 dB, from its response (L,).

    Twice the time from -5 dB to -35 dB on a line fitted to the backward-integrated energy (T30
    of ISO 3382-1). Source: Schroeder (1965), JASA 37(3).
    """
    energy = np.cumsum(np.square(response[::-1]))[::-1]
    decay_db = 10 * np.log10(np.maximum(energy / energy[0], 1e-12))
    fitted = np.flatnonzero((decay_db <= -5) & (decay_db >= -35))
    slope_db, _ = np.polyfit(fitted / rate_hz, decay_db[fitted], 1)
    return float(-60 / slope_db)


def _mean_reflections(rt60_s: float) -> float:
    """How many walls a sound meets in that time, in a room of about ROOM_M."""
    width, depth, height = ROOM_M
    surface = 2 * (width * depth + width * height + depth * height)
    return SPEED_OF_SOUND_M_S * rt60_s * surface / (4 * width * depth * height)


def _draw_images(*, length_s: float, rng: np.random.Generator) -> _Images:
    room = np.array(ROOM_M) * rng.uniform(0.9, 1.1, 3)
    microphone = rng.uniform(WALL_M, room - WALL_M)
    source = _draw_source(room, microphone, rng)
    reach_m = length_s * SPEED_OF_SOUND_M_S
    axes = [_axis_images(*one, reach_m) for one in zip(room, source, microphone, strict=True)]
    squares = [distance**2 for distance, _ in axes]
    # Two axes at once, and only what the third can bring within reach, to bound the memory.
    plane = (squares[0][:, None] + squares[1]).ravel()
    walls = (axes[0][1][:, None] + axes[1][1]).ravel()
    parts = [
        (total[total < reach_m**2], (walls + count)[total < reach_m**2])
        for square, count in zip(squares[2], axes[2][1], strict=True)
        for total in [plane + square]
    ]
    distances = np.sqrt(np.concatenate([total for total, _ in parts]))
    return _Images(distances, np.concatenate([count for _, count in parts]))


def _draw_source(room: np.ndarray, microphone: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    while True:
        angle = rng.uniform(0, 2 * np.pi)
        source = microphone + DISTANCE_M * np.array([np.cos(angle), np.sin(angle), 0.0])
        if (source > WALL_M / 2).all() and (source < room - WALL_M / 2).all():
            return source


def _axis_images(
    length_m: float, source_m: float, microphone_m: float, reach_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Distances along one axis, and the walls in between, of all images within reach."""
    most = int(reach_m / (2 * length_m)) + 1
    rooms = np.arange(-most, most + 1)
    same = 2 * rooms * length_m + source_m - microphone_m
    mirrored = 2 * rooms * length_m - source_m - microphone_m
    walls = np.concatenate([2 * np.abs(rooms), np.abs(2 * rooms - 1)])
    return np.concatenate([same, mirrored]), walls


def _response(images: _Images, reflection: float, rate_hz: int) -> np.ndarray:
    """The images' sum on a fine grid, brought to the rate by a linear-phase filter."""
    direct_m = images.distances_m.min()
    factor = max(1, -(-GRID_HZ // rate_hz))
    delays = (images.distances_m - direct_m) / SPEED_OF_SOUND_M_S * rate_hz * factor
    amplitudes = direct_m / images.distances_m * (-reflection) ** images.reflections
    fine = np.bincount(np.rint(delays).astype(int), weights=amplitudes)
    if factor == 1:
        return fine
    # resample_poly's filter passes a lone sample with a peak of 1 / factor.
    return factor * signal.resample_poly(fine, 1, factor)
