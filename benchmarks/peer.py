"""pymushra, the server that webMUSHRA's listeners post to, in an environment of its own."""

import contextlib
import itertools
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.load import Post
from benchmarks.results import ROOT

VERSION = "0.5"
START_LIMIT_S = 60
RATINGS_PER_POST = 4
_SERVER = ROOT / "benchmarks" / "pymushra_server.py"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class PeerMissingError(RuntimeError):
    """The peer cannot be installed here."""


@dataclass(frozen=True)
class Stored:
    """What can be read back from the peer's file: all of it, or only its undamaged beginning."""

    readable: tuple[tuple[str, int, int], ...]
    is_intact: bool


def peer_python() -> Path:
    """The Python of the peer's environment, made below the temporary folder where it is missing.

    Raises: PeerMissingError.
    """
    folder = Path(tempfile.gettempdir()) / "earshot-peers" / f"pymushra-{VERSION}"
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", f"pymushra=={VERSION}"]
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        if subprocess.run([python, "-c", "import pymushra"], capture_output=True).returncode:
            subprocess.run(install, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PeerMissingError(f"pymushra {VERSION} cannot be installed: {error}") from error
    return python


@contextlib.contextmanager
def peer_server(python: Path, database: Path, port: int) -> Iterator[str]:
    """The peer's address while it serves on a fresh database file."""
    command = [str(python), str(_SERVER), str(database), str(port)]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=silent, stderr=silent)
    try:
        base_url = f"http://127.0.0.1:{port}"
        _wait_for(base_url, process)
        yield base_url
    finally:
        process.terminate()
        process.wait()


def peer_posts(listener: str) -> Iterator[Post]:
    """Finished sessions as webMUSHRA sends them, each of one page with four ratings."""
    for number in itertools.count(1):
        key = (listener, number, 0)
        body = urlencode({"sessionJSON": json.dumps(_session(f"{listener}-{number}"))})
        yield Post(key, "/service/write.php", _FORM, body.encode())


def peer_acknowledges(status: int, body: bytes) -> bool:
    """Errors come with status 200 too: the answer's own flag counts."""
    try:
        return status == 200 and json.loads(body)["error"] is False
    except (ValueError, KeyError, TypeError):
        return False


def read_stored(database: Path) -> Stored:
    """The sessions in the peer's file. A damaged file is read up to the first complete value."""
    text = database.read_text(errors="replace")
    try:
        content, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return Stored((), is_intact=not text)
    rows = itertools.chain.from_iterable(
        table.values() for name, table in content.items() if name != "_default"
    )
    names = (row["questionaire"]["listener"].rpartition("-") for row in rows)
    keys = tuple((listener, int(number), 0) for listener, _, number in names)
    return Stored(keys, is_intact=not text[end:].strip())


def _session(name: str) -> dict[str, object]:
    responses = [
        {"stimulus": f"C{number}", "score": (17 * number) % 101, "time": 12000 + number}
        for number in range(RATINGS_PER_POST)
    ]
    page = {"type": "mushra", "id": "trial_1", "responses": responses}
    return {
        "testId": "benchmark",
        "config": "configs/benchmark.yaml",
        "participant": {"name": ["listener", "age"], "response": [name, "30"]},
        "trials": [{**page, "testId": "benchmark"}],
        "surveys": [],
    }


def _wait_for(base_url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{base_url}/service/write.php", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise PeerMissingError("pymushra did not start.")
