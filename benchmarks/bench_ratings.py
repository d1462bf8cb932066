"""How many ratings per second our server acknowledges, and whether each one is there afterwards.

    python benchmarks/bench_ratings.py [--quick]

Listeners post over HTTP as fast as they are answered: to Earshot as `make run` starts it, then to
pymushra (the server of webMUSHRA's listeners), in turns. The limits of the same disk are measured
between the turns.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.limits import append_rate, sqlite_rate  # noqa: E402
from benchmarks.load import Outcome, Post, burst  # noqa: E402
from benchmarks.peer import (  # noqa: E402
    VERSION,
    PeerMissingError,
    peer_acknowledges,
    peer_posts,
    peer_python,
    peer_server,
    read_stored,
)
from benchmarks.results import Report, Row, percentile, publish, settle  # noqa: E402
from benchmarks.site import throwaway_site  # noqa: E402

LISTENERS = (1, 4, 16)
WARM_UP_S = 4.0
FIRST = "first"  # the listener who comes before all others
SYSTEMS = ("natural", "anchor35", "anchor20", "world")


@dataclass
class Tally:
    """All bursts of one server with one number of listeners."""

    rates: list[float] = field(default_factory=list)
    total: Outcome = field(default_factory=Outcome)
    stored: int = 0
    lost: int = 0  # acknowledged, but not to be read afterwards
    unasked: int = 0  # stored twice, or without having been acknowledged

    def add(self, outcome: Outcome, stored: Sequence[object]) -> None:
        """Takes in a burst and the keys that its server holds afterwards."""
        self.rates.append(outcome.per_s)
        self.total.add(outcome)
        asked = set(outcome.acknowledged)
        self.stored += len(stored)
        self.lost += len(asked - set(stored))
        self.unasked += len(stored) - len(asked & set(stored))

    def row(self, server: str, n_listeners: int) -> Row:
        """One line of the table."""
        latencies = [1000 * second for second in self.total.latencies_s] or [float("nan")]
        return {
            "server": server,
            "listeners": n_listeners,
            "bursts": len(self.rates),
            "acknowledged_per_s": statistics.median(self.rates),
            "p50_ms": percentile(latencies, 50),
            "p99_ms": percentile(latencies, 99),
            "acknowledged": len(self.total.acknowledged),
            "refused": self.total.refused,
            "stored": self.stored,
            "acknowledged_but_lost": self.lost,
            "stored_but_not_acknowledged": self.unasked,
        }


@dataclass
class Measured:
    """Everything one run collects."""

    ours: dict[int, Tally] = field(default_factory=lambda: {n: Tally() for n in LISTENERS})
    peers: dict[int, Tally] = field(default_factory=lambda: {n: Tally() for n in LISTENERS})
    appends: list[float] = field(default_factory=list)
    inserts: list[float] = field(default_factory=list)
    damaged: list[tuple[int, int]] = field(default_factory=list)  # salvageable, acknowledged
    notes: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short burst each")
    quick = parser.parse_args().quick
    settle()
    n_rounds, seconds = (1, 1.5) if quick else (5, 2.0)
    with throwaway_site() as var:
        measured = measure(var, n_rounds=n_rounds, seconds=seconds)
    publish(report(measured, n_rounds=n_rounds, seconds=seconds))


def measure(var: Path, *, n_rounds: int, seconds: float) -> Measured:
    """Bursts at Earshot and at the peer, in turns; the disk's limits in every round."""
    from benchmarks.study import open_benchmark_test
    from config.supervisor import running_site

    measured = Measured()
    peer = _peer(measured)
    test = open_benchmark_test(2, SYSTEMS)
    with running_site(port=0) as site:
        _warm_up(site.base_url, test.pk)
        for number in range(n_rounds):
            measured.appends.append(append_rate(var, seconds / 3))
            measured.inserts.append(sqlite_rate(var, seconds / 3))
            for n_listeners in LISTENERS:
                _burst_ours(
                    measured.ours[n_listeners], (site.base_url, test.pk), n_listeners, seconds
                )
                if peer is not None:
                    database = var / f"peer-{number}-{n_listeners}.json"
                    _burst_peer(measured, (peer, database), n_listeners, seconds)
    return measured


def _peer(measured: Measured) -> Path | None:
    try:
        return peer_python()
    except PeerMissingError as error:
        measured.notes.append(f"{error} Only the limits of the same run are compared with.")
        return None


def _warm_up(base_url: str, test_pk: int) -> None:
    """Both web processes load on their first request what they answer with."""
    _burst_ours(Tally(), (base_url, test_pk), 8, WARM_UP_S)


def _burst_ours(tally: Tally, at: tuple[str, int], n_listeners: int, seconds: float) -> None:
    from benchmarks.study import acknowledges, rating_posts, sitting_at, stored_ratings
    from mushra.models import ListeningTest

    base_url, test_pk = at
    test = ListeningTest.objects.get(pk=test_pk)
    sittings = [sitting_at(test, 1) for _ in range(n_listeners)]
    posts = [rating_posts(sitting) for sitting in sittings]
    outcome = burst(base_url, posts, seconds, acknowledges)
    tally.add(outcome, stored_ratings(sittings))


def _burst_peer(
    measured: Measured, at: tuple[Path, Path], n_listeners: int, seconds: float
) -> None:
    from config.supervisor import free_port

    python, database = at
    with peer_server(python, database, free_port()) as base_url:
        _create_table(base_url)
        posts: list[Iterator[Post]] = [peer_posts(f"listener{n}") for n in range(n_listeners)]
        outcome = burst(base_url, posts, seconds, peer_acknowledges)
    stored = read_stored(database)
    readable = [key for key in stored.readable if key[0] != FIRST]
    if not stored.is_intact:
        measured.damaged.append((len(readable), len(outcome.acknowledged)))
    measured.peers[n_listeners].add(outcome, readable if stored.is_intact else [])


def _create_table(base_url: str) -> None:
    """One session first, so that no two listeners race to create the table."""
    burst(base_url, [iter([next(peer_posts(FIRST))])], WARM_UP_S, peer_acknowledges)


def report(measured: Measured, *, n_rounds: int, seconds: float) -> Report:
    """The tables and ratios."""
    rows = [tally.row("Earshot", n) for n, tally in measured.ours.items()]
    rows += [tally.row("pymushra", n) for n, tally in measured.peers.items() if tally.rates]
    limits: list[Row] = [
        _limit("append of 256 bytes and fsync", measured.appends),
        _limit("SQLite insert, WAL and FULL, no HTTP", measured.inserts),
    ]
    return Report(
        benchmark="ratings",
        settings={"rounds": n_rounds, "burst_s": seconds, "pymushra": VERSION},
        tables={"Posts acknowledged": rows, "Limits of the same disk": limits},
        ratios=_ratios(measured),
        notes=[*measured.notes, *_damage(measured)],
    )


def _damage(measured: Measured) -> list[str]:
    if not measured.damaged:
        return []
    salvageable, acknowledged = (sum(column) for column in zip(*measured.damaged, strict=True))
    n_bursts = sum(len(tally.rates) for tally in measured.peers.values())
    return [
        f"pymushra's file could not be parsed after {len(measured.damaged)} of {n_bursts} bursts; "
        f"of the {acknowledged} posts acknowledged in those, {salvageable} stand in the first "
        "complete JSON value of the file and could be cut out by hand."
    ]


def _limit(name: str, rates: list[float]) -> Row:
    return {"limit": name, "n": len(rates), "median_per_s": statistics.median(rates)}


def _ratios(measured: Measured) -> dict[str, float]:
    insert, append = statistics.median(measured.inserts), statistics.median(measured.appends)
    ratios = {}
    for n_listeners, tally in measured.ours.items():
        ours = statistics.median(tally.rates)
        ratios[f"Earshot / fsynced appends, {n_listeners} at once"] = ours / append
        ratios[f"Earshot / bare SQLite inserts, {n_listeners} at once"] = ours / insert
        peer = measured.peers[n_listeners]
        if peer.rates and statistics.median(peer.rates) > 0:
            name = f"Earshot / pymushra, acknowledged per s, {n_listeners} at once"
            ratios[name] = ours / statistics.median(peer.rates)
    return ratios


if __name__ == "__main__":
    main()
