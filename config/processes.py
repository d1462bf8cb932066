"""Child processes that never outlive us: started in groups of their own, watched, stopped."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

STOP_GRACE_S = 6.0  # then killed: its clips are wanted again once their lease has run out
LOG_TAIL_LINES = 15

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Loaded before any fork: between fork and exec there is no loading of libraries.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    """Have the kernel send us the signal when our parent dies, even by kill -9. Linux only.

    The parent is the thread that started us: processes are started from main threads.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signal_number))


class ChildDiedError(RuntimeError):
    """A child that should run on has ended; the message ends with the tail of its log."""


@dataclass(frozen=True)
class Command:
    """What to start: its name names the log; the signal is what it gets should we be killed."""

    name: str
    arguments: Sequence[str]
    orphan_signal: signal.Signals = signal.SIGKILL


class Child:
    """One running command, with its output in LOG_DIR/NAME.log (the one before in NAME.log.1)."""

    def __init__(self, command: Command, log_dir: Path) -> None:
        self.name = command.name
        self.log = _fresh_log(log_dir, command.name)
        parent = os.getpid()

        def before_exec() -> None:
            die_with_parent(command.orphan_signal)
            if os.getppid() != parent:  # died before the kernel knew
                os._exit(1)

        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                command.arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **_ONE_THREAD},
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop the others in order
                preexec_fn=before_exec,
            )

    @property
    def pid(self) -> int:
        """The process id, which is its group's id too."""
        return self._process.pid

    def raise_if_dead(self) -> None:
        """Raises ChildDiedError once the process has ended."""
        code = self._process.poll()
        if code is not None:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            raise ChildDiedError(
                f"The {self.name} stopped unexpectedly ({how}). The end of {self.log}:\n"
                f"{_tail(self.log)}"
            )

    def ask_to_stop(self) -> None:
        """Sends SIGTERM to the process, which ends its own children."""
        if self._process.poll() is None:
            self._process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        """Waits until `deadline` (monotonic), then kills whatever is left of the group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


# With several processes on few cores, OpenMP threads spin: a step of 0.1 s took 8.
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "PYTHONUNBUFFERED": "1",
}


def stop(children: Sequence[Child]) -> None:
    """Stop all at once, and leave none behind."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_GRACE_S
    for child in children:
        child.wait_or_kill(deadline)


def _fresh_log(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    if log.exists():
        log.replace(folder / f"{name}.log.1")
    return log


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(f"  {line}" for line in lines[-LOG_TAIL_LINES:]) or "  (empty)"
