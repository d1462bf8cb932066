"""Prosody transfer's tables in docs/prosody.md, from results/prosody_transfer*.json.

Written into the page by prosody_doc.py.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import RESULTS, ROOT

IMAGES = ROOT / "docs" / "images"
NOT_MEASURED = "Not measured yet."
MEASURED, KEPT_ASIDE = "prosody_transfer", "prosody_transfer_kept_aside"
Row = Mapping[str, Any]
Results = Mapping[str, Any]

# metric: its head, by what it is multiplied, digits
FIGURES: Mapping[str, tuple[str, float, int]] = {
    "f0_rmse_hz": ("F0 RMSE Hz", 1, 1),
    "f0_rmse_cents": ("cents", 1, 0),
    "f0_r": ("r", 1, 3),
    "ffe": ("FFE %", 100, 1),
    "vde": ("VDE %", 100, 1),
    "gpe": ("GPE %", 100, 1),
    "duration_r": ("duration r", 1, 3),
    "log_duration_r": ("log duration r", 1, 3),
    "phone_error": ("phone error %", 100, 1),
    "similarity_ratio": ("voice, of natural", 1, 3),
    "target_similarity": ("cosine with target", 1, 3),
    "reference_similarity": ("with reference", 1, 3),
    "dnsmos_ovrl": ("DNSMOS", 1, 2),
    "dnsmos_p808": ("P.808", 1, 2),
}
PITCH = ("f0_rmse_hz", "f0_rmse_cents", "f0_r", "ffe", "vde", "gpe")
REST = tuple(name for name in FIGURES if name not in PITCH)
COMPARED = ("f0_r", "ffe", "duration_r", "phone_error", "target_similarity", "dnsmos_ovrl")


def read_results(folder: Path = RESULTS) -> dict[str, Results]:
    """What the evaluation wrote: as measured, and of recordings kept aside, where there are."""
    paths = {name: folder / f"{name}.json" for name in (MEASURED, KEPT_ASIDE)}
    return {
        name: json.loads(path.read_text(encoding="utf-8"))
        for name, path in paths.items()
        if path.exists()
    }


def transfer_parts(results: Mapping[str, Results]) -> dict[str, str]:
    """The generated parts of the page, by name; each says so where nothing is measured."""
    measured, aside = results.get(MEASURED), results.get(KEPT_ASIDE)
    makers = {
        "transfer, networks": networks,
        "transfer, bar": bar,
        "transfer, pitch": pitch,
        "transfer, rest": rest,
        "transfer, differences": differences,
        "transfer, equivalence": equivalence,
        "transfer, how": how,
    }
    parts = {name: _lines(make, measured) for name, make in makers.items()}
    parts["transfer, kept aside"] = _lines(bar, aside)
    return parts | {"transfer, pictures": "\n".join(pictures())}


def _lines(make: Any, results: Results | None) -> str:
    return "\n".join(make(results) if results else [NOT_MEASURED])


def networks(results: Results) -> Iterator[str]:
    """The networks that were measured."""
    heads = ["voice", "network", "parameters", "MB", "minutes learned from", "steps", "CPU hours"]
    body = (
        [
            row["voice"],
            row["network"],
            f"{row['parameters']:,}",
            f"{row['bytes'] / 1e6:.1f}",
            row["minutes"],
            f"{row['steps']:,}",
            row["cpu_hours"],
        ]
        for row in results["networks"]
    )
    yield from _table(heads, body)


def bar(results: Results) -> Iterator[str]:
    """What was demanded and what was found."""
    heads = ["voice", "prosody from", "cut by", "demand", "limit", "found [95 %]", "copy", "met"]
    yield from _table(heads, (_bar_cells(row) for row in results["bar"]))
    yield ""
    n_met = sum(row["is_met"] for row in results["bar"])
    yield f"{n_met} of {len(results['bar'])} are met."


def _bar_cells(row: Row) -> list[str]:
    sign = "≥" if row["at_least"] else "≤"
    is_equivalence = row["what"].startswith("textless equivalent")
    limit = f"within ±{row['limit']:g}" if is_equivalence else f"{sign} {row['limit']:g}"
    copy = "" if row["copy"] is None else f"{row['copy']:.3f}"
    verdict = "yes" if row["is_met"] else "**no**"
    return [*_about(row), row["what"], limit, _figure(row, 1, 3), copy, verdict]


def pitch(results: Results) -> Iterator[str]:
    """The paper's table: pitch of every variant, by whose recordings are followed."""
    yield from _cells(results, PITCH, "median r")


def rest(results: Results) -> Iterator[str]:
    """Durations, words, voice and opinions."""
    yield from _cells(results, REST, "")


def _cells(results: Results, metrics: Sequence[str], median: str) -> Iterator[str]:
    shown = [m for m in metrics if any(m in row["metrics"] for row in results["cells"])]
    heads = [*(FIGURES[m][0] for m in shown), *([median] if median else [])]
    for about in dict.fromkeys(_about(row) for row in results["cells"]):
        rows = [row for row in results["cells"] if _about(row) == about]
        yield f"**{_title(about)}** ({max(row['n'] for row in rows)} utterances; mean [95 %])"
        yield ""
        body = (
            [row["system"], *(_metric(row, m) for m in shown)]
            + ([f"{row['metrics']['f0_r']['median']:.3f}"] if median else [])
            for row in rows
        )
        yield from _table(["system", *heads], body)
        yield ""
    yield from _left_out(results)


def _left_out(results: Results) -> Iterator[str]:
    listed = [
        f"{_title(_about(row))} "
        + (
            ", ".join(f"{n} {why.replace('_', ' ')}" for why, n in row["left_out"].items())
            or "none"
        )
        for row in results["left_out"]
    ]
    yield f"Left out: {'; '.join(listed)}."


def differences(results: Results) -> Iterator[str]:
    """First less second, the same utterances."""
    cells: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in results["differences"]:
        key = (*_about(row), row["system"], row["second"])
        cells.setdefault(key, {})[row["metric"]] = row
    shown = [m for m in COMPARED if any(m in own for own in cells.values())]
    heads = ["voice", "prosody from", "cut by", "first", "less", *(FIGURES[m][0] for m in shown)]
    body = ([*key, *(_difference(own.get(m), m) for m in shown)] for key, own in cells.items())
    yield from (_table(heads, body) if cells else [NOT_MEASURED])


def equivalence(results: Results) -> Iterator[str]:
    """Two one-sided tests of speech without a transcript against speech with one."""
    heads = [
        "voice",
        "prosody from",
        "cut by",
        "figure",
        "difference [90 %]",
        "margin",
        "p",
        "shown",
    ]
    body = (
        [
            *_about(row),
            FIGURES[row["metric"]][0].removesuffix(" %"),
            _figure(row, 1, 4, signed=True),
            f"±{row['margin']:g}",
            f"{row['p']:.3g}",
            "yes" if row["is_shown"] else f"**no** (within ±{row['smallest_margin']:.3f})",
        ]
        for row in results["equivalences"]
    )
    yield from (_table(heads, body) if results["equivalences"] else [NOT_MEASURED])


def how(results: Results) -> Iterator[str]:
    """Commit, machine, and what a reader must know."""
    settings, machine = results["settings"], results["machine"]
    judged = "" if settings["has_judge"] else "; no phone errors, for there was no judge"
    yield (
        f"Commit {results['commit']}; at most {settings['at_most']} utterances a cell, the first "
        f"by hash{judged}; {machine['cores']} cores ({machine['cpu']}), one thread."
    )
    yield ""
    yield from (f"- {note}" for note in results["notes"])


def pictures() -> Iterator[str]:
    """Contours and spectrograms that lie in docs/images."""
    names = {
        "prosody-contours-": "F0 of a reference and of what was made of it",
        "prosody-pairs-": "References and the same as agg says it",
    }
    found = [
        f"![{words}](images/{path.name})"
        for start, words in names.items()
        for path in sorted(IMAGES.glob(f"{start}*.png"))
    ]
    yield from found or ["None yet."]


def _about(row: Row) -> tuple[str, ...]:
    return row["voice"], row["speaker"], row["cut"]


def _title(about: Sequence[str]) -> str:
    voice, speaker, cut = about
    whose = "its own sentences" if speaker == voice else speaker
    return f"`{voice}` from {whose}, cut by {'its labels' if cut == 'labels' else 'the aligner'}"


def _metric(row: Row, metric: str) -> str:
    found = row["metrics"].get(metric)
    _, factor, digits = FIGURES[metric]
    return "-" if found is None or found["mean"] is None else _figure(found, factor, digits)


def _difference(row: Row | None, metric: str) -> str:
    if row is None:
        return "-"
    _, factor, digits = FIGURES[metric]
    is_clear = row["low"] is not None and (row["low"] > 0 or row["high"] < 0)
    return _figure(row, factor, digits, signed=True, bold=is_clear)


def _figure(
    found: Row, factor: float, digits: int, *, signed: bool = False, bold: bool = False
) -> str:
    sign = "+" if signed else ""
    mean = f"{factor * found['mean']:{sign}.{digits}f}"
    mean = f"**{mean}**" if bold else mean
    if found["low"] is None:
        return mean
    low, high = (f"{factor * found[end]:{sign}.{digits}f}" for end in ("low", "high"))
    return f"{mean} [{low}, {high}]"


def _table(heads: Sequence[str], body: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in body:
        yield "| " + " | ".join(map(str, row)) + " |"
