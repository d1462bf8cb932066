"""What the disk allows at best: nothing that acknowledges after fsync can be faster."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

RECORD_BYTES = 256  # about what one rating takes


def append_rate(folder: Path, seconds: float) -> float:
    """Appends of one small record per second to one file, each followed by fsync."""
    handle = os.open(folder / "appends", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    record = b"x" * RECORD_BYTES

    def append() -> None:
        os.write(handle, record)
        os.fsync(handle)

    try:
        return _rate(append, seconds)
    finally:
        os.close(handle)


def sqlite_rate(folder: Path, seconds: float) -> float:
    """Bare inserts per second into SQLite, one transaction each, with the site's own settings."""
    connection = sqlite3.connect(folder / "inserts.sqlite3", isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS rating (id INTEGER PRIMARY KEY, evidence TEXT);"
    )
    evidence = "x" * RECORD_BYTES

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rating (evidence) VALUES (?)", [evidence])
        connection.execute("COMMIT")

    try:
        return _rate(insert, seconds)
    finally:
        connection.close()


def _rate(write: Callable[[], None], seconds: float) -> float:
    start = time.perf_counter()
    n_writes = 0
    while time.perf_counter() - start < seconds:
        write()
        n_writes += 1
    return n_writes / (time.perf_counter() - start)
