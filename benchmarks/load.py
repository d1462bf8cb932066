"""Listeners who post as fast as they are answered: the same client for every server."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TypeAlias
from urllib.parse import urlsplit

TIMEOUT_S = 60


@dataclass(frozen=True)
class Post:
    """One request; `key` is how to find again what it stores."""

    key: tuple[str, int, int]
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Outcome:
    """What happened to the posts of one burst."""

    acknowledged: list[tuple[str, int, int]] = field(default_factory=list)
    latencies_s: list[float] = field(default_factory=list)  # of the acknowledged ones
    refused: int = 0
    wall_s: float = 0.0

    @property
    def per_s(self) -> float:
        """Acknowledged posts per second."""
        return len(self.acknowledged) / self.wall_s

    def add(self, other: "Outcome") -> None:
        """Takes in what happened to another listener's or burst's posts."""
        self.acknowledged += other.acknowledged
        self.latencies_s += other.latencies_s
        self.refused += other.refused


Accepts: TypeAlias = Callable[[int, bytes], bool]


def burst(
    base_url: str, listeners: Sequence[Iterator[Post]], seconds: float, accepts: Accepts
) -> Outcome:
    """Lets the listeners post at once for so long. `accepts` reads an acknowledgment."""
    outcomes = [Outcome() for _ in listeners]
    deadline = time.perf_counter() + seconds

    def listen(number: int) -> None:
        _post_until(deadline, Client(base_url), listeners[number], (accepts, outcomes[number]))

    threads = [threading.Thread(target=listen, args=[n]) for n in range(len(listeners))]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Outcome(wall_s=time.perf_counter() - start)
    for outcome in outcomes:
        total.add(outcome)
    return total


class Client:
    """Requests over one connection, kept open where the server keeps it."""

    def __init__(self, base_url: str) -> None:
        self._connection = HTTPConnection(urlsplit(base_url).netloc, timeout=TIMEOUT_S)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        return self._ask("GET", path)

    def post(self, post: Post) -> tuple[int, bytes]:
        """Status and body; 0 and nothing where the connection broke."""
        try:
            return self._ask("POST", post.path, post.body, post.headers)
        except (HTTPException, OSError):
            self._connection.close()
            return 0, b""

    def _ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        self._connection.request(method, path, body or None, dict(headers or {}))
        with self._connection.getresponse() as response:
            return response.status, response.read()


def _post_until(
    deadline: float, client: Client, posts: Iterator[Post], result: tuple[Accepts, Outcome]
) -> None:
    accepts, outcome = result
    for post in posts:
        start = time.perf_counter()
        if start >= deadline:
            return
        status, body = client.post(post)
        if accepts(status, body):
            outcome.acknowledged.append(post.key)
            outcome.latencies_s.append(time.perf_counter() - start)
        else:
            outcome.refused += 1
