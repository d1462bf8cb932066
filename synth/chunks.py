"""Long recordings in pieces, so that memory stays bounded however long they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

CHUNK_S = 20.0  # the most that is rendered at once, overlaps not counted
SEARCH_S = 5.0  # the end of a chunk is the quietest place in its last seconds
FADE_S = 0.02  # over which one chunk takes over from the one before


@dataclass(frozen=True)
class Chunk:
    """A part of a recording: heard from `first` to `last`, rendered from `start` to `stop`."""

    first: int
    last: int
    start: int
    stop: int


def render_in_chunks(
    samples: np.ndarray,
    render: Callable[[np.ndarray], np.ndarray],
    *,
    rate_hz: int,
    reach: int,
    hop: int = 1,
) -> np.ndarray:
    """What `render` makes of the recording: (N,) float64, as from one piece or nearly so.

    Where an output sample depends on no more than `reach` samples to either side, and a shift
    by whole hops changes nothing, the result is that of the whole recording. Otherwise chunks
    are joined where it is quietest.

    Args:
        samples: (N,) float.
        render: (n,) float to (n,) float, for any part of the recording.
        hop: chunks begin at multiples of it.
    """
    chunks = list(plan_chunks(samples, rate_hz=rate_hz, reach=reach, hop=hop))
    fade = max(hop, round(FADE_S * rate_hz))
    output = np.zeros(len(samples))
    for chunk in chunks:
        rendered = np.asarray(render(samples[chunk.start : chunk.stop]), dtype=np.float64)
        low, high = max(0, chunk.first - fade), min(len(samples), chunk.last + fade)
        weights = _weights(chunk, fade, len(samples))
        output[low:high] += weights * rendered[low - chunk.start : high - chunk.start]
    return output


def plan_chunks(samples: np.ndarray, *, rate_hz: int, reach: int, hop: int = 1) -> Iterator[Chunk]:
    """Chunks that cover the recording, as `render_in_chunks` takes them."""
    fade = max(hop, round(FADE_S * rate_hz))
    margin = -(-(reach + fade) // hop) * hop
    first = 0
    while first < len(samples):
        last = _end_after(first, samples, rate_hz=rate_hz, hop=hop)
        start, stop = max(0, first - margin), min(len(samples), last + margin)
        yield Chunk(first, last, start, stop)
        first = last


def _end_after(first: int, samples: np.ndarray, *, rate_hz: int, hop: int) -> int:
    """The quietest multiple of the hop near the end of the chunk that begins at `first`."""
    latest = first + round(CHUNK_S * rate_hz)
    if latest + round(SEARCH_S * rate_hz) >= len(samples):
        return len(samples)
    window = max(1, round(FADE_S * rate_hz))
    begin = latest - round(SEARCH_S * rate_hz)
    power = np.convolve(np.square(samples[begin:latest]), np.ones(window), mode="same")
    quietest = begin + window + int(np.argmin(power[window:-window]))
    return quietest // hop * hop


def _weights(chunk: Chunk, fade: int, n_samples: int) -> np.ndarray:
    """Rises over the fade around the beginning, falls around the end; neighbors sum to one."""
    low, high = max(0, chunk.first - fade), min(n_samples, chunk.last + fade)
    places = np.arange(low, high)
    rising = 1.0 if chunk.first == 0 else (places - chunk.first + fade) / (2 * fade)
    falling = 1.0 if chunk.last == n_samples else (chunk.last + fade - places) / (2 * fade)
    return np.clip(np.minimum(rising, falling), 0, 1) * np.ones(len(places))
