"""A real web server on the tests' database, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
START_S = 30


def database_url() -> str:
    """The tests' database as another process has to name it."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    return f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class WebServer:
    """gunicorn as the product runs it, on the tests' database and a var folder of its own."""

    var: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=self._env(), check=True)

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--workers=1", "--threads=4"]
        command += [f"--bind=127.0.0.1:{self.port}", "--no-control-socket"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._env(), start_new_session=True)
        self._wait_until_it_answers()

    def kill(self) -> None:
        """kill -9 of the server and its workers at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _env(self) -> dict[str, str]:
        own = {"DATABASE_URL": database_url(), "EARSHOT_VAR": str(self.var)}
        return os.environ | own

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                with urlopen(f"{self.base_url}/t/nothing/", timeout=2):
                    return
            except HTTPError:
                return
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise TimeoutError("The web server did not answer.")
