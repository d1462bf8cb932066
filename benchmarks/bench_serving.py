"""Does the time a sound takes tell which one is the hidden reference? And what does serving cost?

    python benchmarks/bench_serving.py [--quick]

Several sittings' sounds are fetched over HTTP in random order from the site as `make run` starts
it: again and again with the files in the system's cache, then page by page with the files thrown
out of the cache before each page. The limit of the same run is a static file of the same size
from the same server.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.load import Client  # noqa: E402
from benchmarks.results import Report, Row, percentile, publish, settle  # noqa: E402
from benchmarks.separability import (  # noqa: E402
    Fetch,
    measure_separability,
    patient,
)
from benchmarks.site import throwaway_site  # noqa: E402

if TYPE_CHECKING:
    from benchmarks.study import ShownSound

SYSTEMS = ("natural", "anchor35", "anchor20", "griffin_lim", "world")
N_ITEMS = 8
N_WARM_UP = 40
SEED = 1534


@dataclass(frozen=True)
class Page:
    """A sitting's current page: its address, its sounds, a static file of exactly their size."""

    path: str
    sounds: Sequence["ShownSound"]
    static_path: str

    @property
    def rated(self) -> list["ShownSound"]:
        """Those that the listener rates, the hidden reference among them."""
        return [sound for sound in self.sounds if not sound.is_labelled_reference]


@dataclass(frozen=True)
class Times:
    """What was measured; milliseconds of the static twins."""

    warm: list[Fetch]
    cold: list[Fetch]
    static_ms: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few pages and repeats")
    n_pages, n_repeats = (6, 4) if parser.parse_args().quick else (27, 12)
    settle()
    with throwaway_site():
        times = measure(n_pages, n_repeats)
    publish(report(times, n_pages=n_pages, n_repeats=n_repeats))


def measure(n_pages: int, n_repeats: int) -> Times:
    """Makes the stimuli, then fetches them."""
    from config.supervisor import running_site

    pages = _pages(n_pages)
    rng = random.Random(SEED)
    with running_site(port=0) as site:
        client = Client(site.base_url)
        for number in range(N_WARM_UP):  # both web processes, which load on their first request
            _time(Client(site.base_url), pages[number % n_pages].sounds[0].path)
        warm, static_ms = fetch_warm(client, pages, n_repeats, rng)
        cold = fetch_cold(client, pages, n_repeats, rng)
    return Times(warm, cold, static_ms)


def _pages(n_pages: int) -> list[Page]:
    from benchmarks.study import (
        open_benchmark_test,
        page_path,
        shown_sounds,
        sitting_at,
        write_static_twin,
    )

    test = open_benchmark_test(N_ITEMS, SYSTEMS)
    n_numbers = test.trials.count()
    sittings = [sitting_at(test, 1 + page % n_numbers) for page in range(n_pages)]
    return [
        Page(page_path(sitting), shown_sounds(sitting, page), write_static_twin(sitting))
        for page, sitting in enumerate(sittings)
    ]


def fetch_warm(
    client: Client, pages: Sequence[Page], n_repeats: int, rng: random.Random
) -> tuple[list[Fetch], list[float]]:
    """Every rated sound and every static twin, `n_repeats` times, all shuffled."""
    wanted: list[ShownSound | str] = []
    for page in pages:
        wanted += page.rated * n_repeats + [page.static_path] * n_repeats
    rng.shuffle(wanted)
    fetches, static_ms = [], []
    for one in wanted:
        if isinstance(one, str):
            static_ms.append(1000 * _time(client, one))
        else:
            fetches.append(_fetch(client, one))
    return fetches, static_ms


def fetch_cold(
    client: Client, pages: Sequence[Page], n_repeats: int, rng: random.Random
) -> list[Fetch]:
    """As a page first loads: the page, its labelled reference, then the others, none cached."""
    fetches = []
    for page in [page for page in pages for _ in range(n_repeats)]:
        for sound in page.sounds:
            _forget(sound.audio)
        _time(client, page.path)
        _time(client, page.sounds[0].path)
        rated = page.rated
        rng.shuffle(rated)
        fetches += [_fetch(client, sound) for sound in rated]
    return fetches


def _forget(path: Path) -> None:
    """Takes a file that is safely on disk out of the system's cache."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def _fetch(client: Client, sound: "ShownSound") -> Fetch:
    return Fetch(sound.page, sound.token, sound.is_natural, _time(client, sound.path))


def _time(client: Client, path: str) -> float:
    start = time.perf_counter()
    status, _ = client.get(path)
    seconds = time.perf_counter() - start
    if status != 200:
        raise RuntimeError(f"{path} was answered with {status}.")
    return seconds


def report(times: Times, *, n_pages: int, n_repeats: int) -> Report:
    """The tables and the ratio to static files."""
    warm_ms = [1000 * fetch.seconds for fetch in times.warm]
    cold_ms = [1000 * fetch.seconds for fetch in times.cold]
    blinding = [
        _separability("in the cache, one request", times.warm),
        _separability(f"in the cache, median of {n_repeats}", patient(times.warm)),
        _separability("not in the cache, one request", times.cold),
        _separability(f"not in the cache, median of {n_repeats}", patient(times.cold)),
    ]
    hidden = [fetch.seconds for fetch in times.warm if fetch.is_hidden_reference]
    other = [fetch.seconds for fetch in times.warm if not fetch.is_hidden_reference]
    return Report(
        benchmark="serving",
        settings={"pages": n_pages, "repeats": n_repeats},
        tables={
            "Can time tell the hidden reference? (AUC, 0.5 is chance)": blinding,
            "Time of one file": [
                _spread("stimulus, in the cache", warm_ms),
                _spread("stimulus, not in the cache", cold_ms),
                _spread("static file of the same size", times.static_ms),
            ],
        },
        ratios={
            "stimulus / static file": statistics.median(warm_ms)
            / statistics.median(times.static_ms),
            "hidden reference / other stimuli": statistics.median(hidden)
            / statistics.median(other),
        },
    )


def _separability(name: str, fetches: Sequence[Fetch]) -> Row:
    found = measure_separability(fetches, seed=SEED)
    return {
        "files": name,
        "hidden_references": found.n_hidden,
        "others": found.n_other,
        "AUC": found.auc,
        "95_%_low": found.low,
        "95_%_high": found.high,
    }


def _spread(name: str, milliseconds: Sequence[float]) -> Row:
    return {
        "file": name,
        "n": len(milliseconds),
        "median_ms": statistics.median(milliseconds),
        "p90_ms": percentile(milliseconds, 90),
    }


if __name__ == "__main__":
    main()
