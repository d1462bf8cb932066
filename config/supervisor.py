"""The whole site as one thing that runs: queue, web server and worker."""

import contextlib
import errno
import fcntl
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from config import env
from config.broker import start_broker
from config.processes import Child, Command, stop

WEB_START_LIMIT_S = 60.0
WATCH_INTERVAL_S = 0.3
MOST_WORKER_PROCESSES = 2  # each holds its own torch and networks, several hundred MiB


class PortTakenError(RuntimeError):
    """Something else listens there."""


class AlreadyRunningError(RuntimeError):
    """Another site runs on the same data."""


@dataclass(frozen=True)
class RunningSite:
    """A site whose processes all run; `base_url` has no slash at its end."""

    base_url: str
    children: tuple[Child, ...]

    def check(self) -> None:
        """Raises ChildDiedError if one of the processes has ended."""
        for child in self.children:
            child.raise_if_dead()

    def watch(self, seconds: float) -> None:
        """Waits that long, checking. Raises ChildDiedError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.check()
            time.sleep(min(WATCH_INTERVAL_S, max(0.0, deadline - time.monotonic())))


@contextlib.contextmanager
def running_site(*, port: int, host: str = "127.0.0.1") -> Iterator[RunningSite]:
    """Starts everything on a migrated database with collected static files; stops it all after.

    Port 0 takes a free one. Call from the main thread: a child is killed with its starting thread.

    Raises: PortTakenError, AlreadyRunningError, BrokerError, ChildDiedError.
    """
    port = port or free_port(host)
    check_port(host, port)
    children: list[Child] = []
    with _sole_use(settings.VAR_DIR):
        try:
            if not env.text("BROKER_URL"):
                children.append(start_broker(settings.VAR_DIR / "broker", log_dir()))
            children.append(Child(web_command(host, port), log_dir()))
            children.append(Child(worker_command(), log_dir()))
            site = RunningSite(f"http://{_reachable(host)}:{port}", tuple(children))
            _wait_for_web(site)
            yield site
        finally:
            stop(children[1:])
            stop(children[:1])  # the queue last: a worker that has lost it stops slowly


def log_dir() -> Path:
    """Where the processes' output goes."""
    return settings.VAR_DIR / "log"


def check_port(host: str, port: int) -> None:
    """Raises PortTakenError if nothing could listen there."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = f"Port {port} is taken by another program. Choose another: PORT=8001."
            else:
                reason = f"Cannot listen on {host}, port {port}: {error.strerror}."
            raise PortTakenError(reason) from error


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nothing listens on just now."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def web_command(host: str, port: int) -> Command:
    """Gunicorn: threads, as listeners load sounds while ratings arrive; no torch in here, ever."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = {
        "--bind": address,
        "--worker-class": "gthread",
        "--workers": "2",
        "--threads": "4",
        "--graceful-timeout": "5",
    }
    arguments = [text for pair in options.items() for text in pair]
    command = _python("gunicorn", "config.wsgi", "--preload", "--no-control-socket", *arguments)
    return Command("web", command, orphan_signal=signal.SIGTERM)


def worker_command() -> Command:
    """A Celery worker with the beat of the sweep inside.

    Prefork: a process killed for want of memory takes one batch with it and is replaced; one
    torch thread in each process. Solo where there is a GPU, whose memory processes would fight
    for, and where prefork cannot start: it needs semaphores, and hardened containers make
    /dev/shm unwritable.
    """
    n_cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    arguments = ["-A", "config", "worker", "--beat", "--loglevel=WARNING"]
    arguments += ["--scheduler", "celery.beat:Scheduler"]  # in memory: one sweep, no file to break
    arguments += ["--without-gossip", "--without-mingle"]
    if _has_gpu() or not _has_semaphores():
        arguments += ["--pool=solo"]
    else:
        n_processes = max(1, min(MOST_WORKER_PROCESSES, n_cores))
        arguments += ["--pool=prefork", f"--concurrency={n_processes}"]
    return Command("worker", _python("celery", *arguments))


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _has_gpu() -> bool:
    """Looked up without torch, which would cost this process seconds and memory."""
    return Path("/dev/nvidiactl").exists() and os.environ.get("CUDA_VISIBLE_DEVICES") != ""


def _has_semaphores() -> bool:
    try:
        from multiprocessing import Semaphore

        Semaphore(1)
    except (ImportError, OSError):
        return False
    return True


def _reachable(host: str) -> str:
    """The address to call a server at that is bound to `host`."""
    if host in {"0.0.0.0", "::", ""}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _wait_for_web(site: RunningSite) -> None:
    deadline = time.monotonic() + WEB_START_LIMIT_S
    while time.monotonic() < deadline:
        site.check()
        try:
            urllib.request.urlopen(site.base_url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # an answer is an answer
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(
        f"The web server did not answer in {WEB_START_LIMIT_S:.0f} s; see {log_dir()}."
    )


@contextlib.contextmanager
def _sole_use(folder: Path) -> Iterator[None]:
    """Two sites on the same data would take each other's queue away."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "site.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(
                f"Earshot is running on {folder} already. Stop it first, or set EARSHOT_VAR to "
                "another folder."
            ) from error
        yield
