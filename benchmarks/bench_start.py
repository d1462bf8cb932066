"""How long a start takes until the page answers: the first, and any later one.

    python benchmarks/bench_start.py [--quick]

A start is `manage.py up`, which `make run` calls: broker, web server, worker. The limit of the
same run is the web server alone, on a site that is ready.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.results import Report, Row, percentile, publish, settle  # noqa: E402
from benchmarks.site import PLACE  # noqa: E402

LIMIT_S = 120
POLL_S = 0.02
FIRST, LATER, BARE = "first start", "later start", "web server alone"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one start of each kind")
    n_rounds = 1 if parser.parse_args().quick else 3
    settle()
    seconds: dict[str, list[float]] = {FIRST: [], LATER: [], BARE: []}
    for _ in range(n_rounds):
        PLACE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=PLACE) as var:
            seconds[FIRST].append(time_start(up_command(), var))
            seconds[LATER].append(time_start(up_command(), var))
            seconds[BARE].append(time_start(web_command(), var))
    publish(report(seconds))


def up_command() -> tuple[list[str], int]:
    """What `make run` calls, and the port it will answer on."""
    from config.supervisor import free_port

    port = free_port()
    return [sys.executable, "manage.py", "up", "--port", str(port)], port


def web_command() -> tuple[list[str], int]:
    """The web server as the site starts it, without queue, worker and preparation."""
    from config import supervisor

    port = supervisor.free_port()
    return list(supervisor.web_command("127.0.0.1", port).arguments), port


def time_start(start: tuple[Sequence[str], int], var: str) -> float:
    """Seconds from starting the command to its first page. It is stopped after."""
    command, port = start
    environment = {**os.environ, "EARSHOT_VAR": var}
    for name in ("DATABASE_URL", "BROKER_URL"):
        environment.pop(name, None)
    silent = subprocess.DEVNULL
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=silent, stderr=silent)
    try:
        _wait_for(f"http://127.0.0.1:{port}/sign-in/", process)
        return time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=30).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(POLL_S)
    raise RuntimeError(f"Nothing answered at {url}.")


def report(seconds: Mapping[str, Sequence[float]]) -> Report:
    """The table and the ratio of a later start to its limit."""
    rows: list[Row] = [
        {
            "start": name,
            "n": len(values),
            "median_s": statistics.median(values),
            "p90_s": percentile(values, 90),
        }
        for name, values in seconds.items()
    ]
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return Report(
        benchmark="start",
        settings={"rounds": len(seconds[FIRST])},
        tables={"Seconds until the page answers": rows},
        ratios={
            "later start / web server alone": medians[LATER] / medians[BARE],
            "first start / later start": medians[FIRST] / medians[LATER],
        },
    )


if __name__ == "__main__":
    main()
