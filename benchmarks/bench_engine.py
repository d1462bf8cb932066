"""How fast each system renders, as seconds of work per second of sound.

    python benchmarks/bench_engine.py [--quick]

The whole way of a clip through the engine: read, align, render, check. One thread, the demo's
recordings. WORLD and Griffin-Lim are the peers that the networks are compared with.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.results import Report, Row, percentile, publish, settle  # noqa: E402
from synth.requests import JSON, RenderRequest  # noqa: E402
from synth.systems import find_systems  # noqa: E402

MANIFEST = ROOT / "demo" / "manifest.json"
WEIGHTS = ROOT / "synth" / "weights"
RATE_HZ = 16000
BATCH = 8
SEED = 1
PEERS = ("world", "griffin_lim")


@dataclass(frozen=True)
class TimedSystem:
    """A system as it is asked for, so many utterances at once."""

    code: str
    kind: str
    params: Mapping[str, JSON]
    checkpoint: str | None = None
    batch: int = 1

    @property
    def name(self) -> str:
        """What the table calls it."""
        return self.code if self.batch == 1 else f"{self.code}, {self.batch} together"


@dataclass(frozen=True)
class Factors:
    """Seconds of work per second of sound, once by the clock and once by the processor."""

    wall: list[float]
    processor: list[float]


SIGNAL_SYSTEMS = (
    TimedSystem("natural", "natural", {}),
    TimedSystem("anchor35", "anchor", {"cutoff_hz": 3500}),
    TimedSystem("griffin_lim", "griffin_lim", {"iterations": 60}),
    TimedSystem("world", "world", {}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every third recording")
    quick = parser.parse_args().quick
    settle()
    utterances = demo_utterances()[:: 3 if quick else 1]
    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as folder:
        weights, notes = _weights(Path(folder))
        systems = [*SIGNAL_SYSTEMS, *networks(weights)]
        factors = measure(systems, utterances, weights)
    publish(report(factors, n_utterances=len(utterances), notes=notes))


def demo_utterances() -> list[dict[str, Any]]:
    """The demo's entries, shortest first, so that batches hold what is alike in length."""
    entries: list[dict[str, Any]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["utterances"]
    return sorted(entries, key=lambda entry: entry["duration_s"])


def _weights(folder: Path) -> tuple[Path, list[str]]:
    """The folder of trained checkpoints; an untrained one of the same size if there is none."""
    if any(WEIGHTS.glob("*.safetensors")):
        return WEIGHTS, []
    _write_untrained(folder)
    return folder, ["No trained weights were there: an untrained network of the same size ran."]


def _write_untrained(folder: Path) -> None:
    from dataclasses import asdict

    import torch

    from synth.vocoder.config import NETWORKS
    from synth.vocoder.infer import file_sha256, write_weights
    from synth.vocoder.network import VocoderNetwork

    torch.manual_seed(SEED)
    path = folder / "untrained.safetensors"
    write_weights(VocoderNetwork(NETWORKS["small"]), path)
    card = {
        "architecture": VocoderNetwork.architecture,
        "sha256": file_sha256(path),
        "network": asdict(NETWORKS["small"]),
    }
    path.with_suffix(".json").write_text(json.dumps(card))


def networks(weights: Path) -> list[TimedSystem]:
    """Every vocoder checkpoint, alone and in batches."""
    names = sorted({one.checkpoint for one in find_systems(weights) if one.checkpoint})
    return [
        TimedSystem(name, "vocoder", {}, checkpoint=name, batch=batch)
        for name in names
        for batch in (1, BATCH)
    ]


def measure(
    systems: Sequence[TimedSystem], utterances: Sequence[Mapping[str, Any]], weights: Path
) -> dict[str, Factors]:
    """Factors per system. All systems take turns at each batch of utterances."""
    from synth.engine import Engine

    engine = Engine(device="cpu", weights=weights)
    factors = {system.name: Factors([], []) for system in systems}
    for system in systems:
        _time(engine, system, utterances[:1])  # loads the libraries and the weights
    for start in range(0, len(utterances), BATCH):
        group = utterances[start : start + BATCH]
        for system in systems:
            for first in range(0, len(group), system.batch):
                wall, processor = _time(engine, system, group[first : first + system.batch])
                factors[system.name].wall.append(wall)
                factors[system.name].processor.append(processor)
    return factors


def _time(
    engine: Any, system: TimedSystem, group: Sequence[Mapping[str, Any]]
) -> tuple[float, float]:
    requests = [_request(system, entry) for entry in group]
    wall, processor = time.perf_counter(), time.process_time()
    renderings = engine.render(requests)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    for rendering in renderings:
        if isinstance(rendering, Exception):
            raise rendering
    sound_s = sum(len(rendering.samples) for rendering in renderings) / RATE_HZ
    return wall / sound_s, processor / sound_s


def _request(system: TimedSystem, entry: Mapping[str, Any]) -> RenderRequest:
    return RenderRequest(
        system=system.code,
        kind=system.kind,
        params=system.params,
        checkpoint=system.checkpoint,
        source=MANIFEST.parent / entry["path"],
        rate_hz=RATE_HZ,
        bandwidth_hz=entry["bandwidth_hz"],
        seed=SEED,
    )


def report(factors: Mapping[str, Factors], *, n_utterances: int, notes: Sequence[str]) -> Report:
    """The table, and each network's ratio to the peers, by processor time."""
    medians = {name: statistics.median(factor.processor) for name, factor in factors.items()}
    compared = [name for name in medians if name not in {"natural", "anchor35", *PEERS}]
    ratios = {
        f"{name} / {peer}": medians[name] / medians[peer] for name in compared for peer in PEERS
    }
    ratios["griffin_lim / world"] = medians["griffin_lim"] / medians["world"]
    for name in compared:
        if f"{name}, {BATCH} together" in medians:
            ratios[f"{name}: {BATCH} together / alone"] = (
                medians[f"{name}, {BATCH} together"] / medians[name]
            )
    return Report(
        benchmark="engine",
        settings={"utterances": n_utterances, "rate_hz": RATE_HZ, "threads": 1},
        tables={"Seconds of work per second of sound": _rows(factors)},
        ratios=ratios,
        notes=notes,
    )


def _rows(factors: Mapping[str, Factors]) -> list[Row]:
    return [
        {
            "system": name,
            "n": len(factor.wall),
            "median_processor": statistics.median(factor.processor),
            "p90_processor": percentile(factor.processor, 90),
            "median_clock": statistics.median(factor.wall),
            "p90_clock": percentile(factor.wall, 90),
        }
        for name, factor in factors.items()
    ]


if __name__ == "__main__":
    main()
