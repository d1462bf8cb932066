"""Parts of a report that do not wait for each other, on one processor or more."""

import gc
import multiprocessing
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Name = TypeVar("Name", bound=Hashable)

# In a forked process: the jobs as they stood then, so that nothing but their results is sent.
_inherited: Sequence[Callable[[], Any]] = ()


def run_jobs(jobs: Mapping[Name, Callable[[], Any]], *, processes: int = 1) -> dict[Name, Any]:
    """What each job returns, by its name, in the order given.

    With two processes or more, so many are forked off this one, which itself does the last job and
    waits. Forking is for commands: a web server has threads, whose locks a fork would keep forever.

    Args:
        jobs: at least one, pure; the longest first, so that no processor idles at the end. The
            last one stays in this process; what others return must be picklable.
        processes: 1, as where the system cannot fork, does one after the other here.
    Raises: whatever a job raises; BrokenProcessPool when a process is killed.
    """
    *sent, last = jobs
    if processes < 2 or not sent or "fork" not in multiprocessing.get_all_start_methods():
        return {name: job() for name, job in jobs.items()}
    gc.freeze()  # looking for garbage would copy every page that is shared with this process
    with ProcessPoolExecutor(
        min(processes, len(sent)),
        mp_context=multiprocessing.get_context("fork"),
        initializer=_inherit,
        initargs=([jobs[name] for name in sent],),
    ) as pool:
        coming = pool.map(_run, range(len(sent)))
        own = jobs[last]()
        return {**dict(zip(sent, coming, strict=True)), last: own}


def _inherit(jobs: Sequence[Callable[[], Any]]) -> None:
    global _inherited
    _inherited = jobs


def _run(place: int) -> Any:
    return _inherited[place]()
