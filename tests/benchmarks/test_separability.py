"""The measure that says whether response times give the hidden reference away."""

import numpy as np
import pytest

from benchmarks.separability import Fetch, measure_separability, patient


def fetches(advantage_ms: float, *, n_pages: int = 20, n_repeats: int = 5) -> list[Fetch]:
    """Pages of one hidden reference and four others, which take about 10 ms times the page."""
    rng = np.random.default_rng(1)
    return [
        Fetch(page, f"{page}-{place}", place == 0, seconds)
        for page in range(n_pages)
        for place in range(5)
        for _ in range(n_repeats)
        for seconds in [0.01 * page + rng.normal(0, 0.001) - 0.001 * advantage_ms * (place == 0)]
    ]


def test_times_that_do_not_differ_are_at_chance():
    found = measure_separability(fetches(0), seed=1)
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.2
    assert (found.n_hidden, found.n_other) == (100, 400)


def test_a_hidden_reference_that_comes_sooner_is_found_out():
    found = measure_separability(fetches(1, n_repeats=40), seed=1)
    # Two normal distributions one standard deviation apart: Phi(-1 / sqrt 2) = 0.24.
    assert found.auc == pytest.approx(0.24, abs=0.05)
    assert found.high < 0.5


def test_asking_again_and_again_shows_what_one_request_hides():
    asked = fetches(1, n_repeats=9)
    once, often = (measure_separability(some, seed=1).auc for some in (asked, patient(asked)))
    assert len(patient(asked)) == 20 * 5
    assert often < 0.1 < once
