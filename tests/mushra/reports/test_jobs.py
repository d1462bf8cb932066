"""Jobs one after the other or side by side: the same results, and errors reach the caller."""

import os
from collections.abc import Callable
from functools import partial

import pytest

from mushra.reports.jobs import run_jobs


def fail() -> None:
    raise ValueError("three is too many")


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_results_come_by_name_in_the_order_of_the_jobs(processes):
    jobs = {name: partial(str.upper, name) for name in ("long", "short", "last")}

    found = run_jobs(jobs, processes=processes)

    assert list(found.items()) == [("long", "LONG"), ("short", "SHORT"), ("last", "LAST")]


def test_only_the_last_job_stays_in_this_process():
    found = run_jobs(dict.fromkeys(("first", "second", "last"), os.getpid), processes=2)

    assert found["last"] == os.getpid()
    assert os.getpid() not in (found["first"], found["second"])


def test_a_forked_job_need_not_be_picklable():
    assert run_jobs({"first": lambda: 1, "last": lambda: 2}, processes=2) == {"first": 1, "last": 2}


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_reaches_the_caller(place, processes):
    jobs: list[Callable[[], object]] = [os.getpid, os.getpid]
    jobs[place] = fail

    with pytest.raises(ValueError, match="three is too many"):
        run_jobs(dict(zip("ab", jobs, strict=True)), processes=processes)


def test_a_killed_process_is_no_silent_wait():
    with pytest.raises(RuntimeError, match="terminated abruptly"):
        run_jobs({"dies": partial(os._exit, 9), "last": os.getpid}, processes=2)
