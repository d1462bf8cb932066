"""`manage.py up` starts everything or nothing, and leaves nothing behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.supervisor import PortTakenError, check_port, free_port

pytestmark = pytest.mark.worker

LIMIT_S = 120


class Site:
    """`manage.py up` on data of its own."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.port = port
        self.output = var / "output.txt"
        self._env = {**os.environ, "EARSHOT_VAR": str(var), "PORT": str(port)}
        self._env.pop("BROKER_URL", None)
        self._env.pop("DATABASE_URL", None)

    def start(self) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                env={**self._env, "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start_and_wait(self) -> subprocess.Popen[bytes]:
        process = self.start()
        wait_for(lambda: "Listeners" in self.said() or process.poll() is not None)
        assert "Listeners" in self.said(), self.said()
        return process

    def said(self) -> str:
        return self.output.read_text()

    def processes(self) -> list[int]:
        """Everything alive that was started on this site's data."""
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if self._owns(folder)]

    def _owns(self, process: Path) -> bool:
        """By its environment or, as servers overwrite theirs, by its command line."""
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            return False
        return str(self.var).encode() in told


def wait_for(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site that was started and stopped once."""
    var = tmp_path_factory.mktemp("ear")
    site = Site(var, free_port())
    process = site.start_and_wait()
    process.terminate()
    assert process.wait(LIMIT_S) == 0
    return var


@pytest.fixture
def empty() -> Iterator[Site]:
    with site_in_new_folder() as site:
        yield site


@pytest.fixture
def site(prepared: Path) -> Iterator[Site]:
    with site_in_new_folder() as site:
        shutil.copytree(prepared, site.var, dirs_exist_ok=True)
        yield site


@contextmanager
def site_in_new_folder() -> Iterator[Site]:
    var = Path(tempfile.mkdtemp(prefix="ear"))  # short: a socket's path may have 100 bytes
    site = Site(var, free_port())
    yield site
    for pid in site.processes():
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(var, ignore_errors=True)


def test_a_taken_port_is_said_before_anything_starts(empty: Site):
    with socket.create_server(("127.0.0.1", empty.port)):
        code = empty.start().wait(LIMIT_S)

    assert code == 1
    assert f"Port {empty.port} is taken" in empty.said()
    assert "Traceback" not in empty.said()
    assert not (empty.var / "earshot.sqlite3").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all(site: Site, number: signal.Signals):
    process = site.start_and_wait()
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/sign-in/") as response:
        assert response.status == 200
    assert len(site.processes()) >= 6  # supervisor, broker, web master, web, worker, pool

    process.send_signal(number)

    assert process.wait(LIMIT_S) == 0
    assert site.processes() == []


def test_an_account_that_was_never_used_gets_a_new_password_at_each_start(
    site: Site, prepared: Path
):
    site.start_and_wait()

    assert password_in(site.said()) != password_in((prepared / "output.txt").read_text())


def password_in(output: str) -> str:
    found = re.search(r"one-time password (\S+)", output)
    assert found, output
    return found[1]


@pytest.mark.parametrize("name", ["broker", "web", "worker"])
def test_the_death_of_a_part_stops_the_rest_and_is_told(site: Site, name: str):
    process = site.start_and_wait()

    os.kill(child_named(site, name), signal.SIGKILL)

    assert process.wait(LIMIT_S) == 1
    assert f"The {name} stopped unexpectedly (signal 9)" in site.said()
    assert str(site.var / "log" / f"{name}.log") in site.said()
    wait_for(lambda: site.processes() == [])


MARKS = {"broker": "broker.sock", "web": "gunicorn", "worker": "celery"}


def child_named(site: Site, name: str) -> int:
    """The lowest process id with the part's command: its children come later."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in site.processes()}
    return min(pid for pid, line in lines.items() if MARKS[name] in line)


def test_a_killed_supervisor_leaves_no_orphan(site: Site):
    process = site.start_and_wait()

    process.kill()
    process.wait()

    wait_for(lambda: site.processes() == [])


def test_two_sites_on_the_same_data_are_refused(site: Site):
    process = site.start_and_wait()
    other = Site(site.var, free_port())
    other.output = site.var / "other.txt"

    assert other.start().wait(LIMIT_S) == 1
    assert "is running on" in other.said()
    assert process.poll() is None


def test_a_free_port_passes_and_a_taken_one_does_not():
    port = free_port()
    check_port("127.0.0.1", port)

    with socket.create_server(("127.0.0.1", port)), pytest.raises(PortTakenError):
        check_port("127.0.0.1", port)
