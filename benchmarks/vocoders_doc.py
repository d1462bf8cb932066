"""Writes the figures of results/vocoders*.json between the markers of docs/networks.md.

python benchmarks/vocoders_doc.py
"""

import json
import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from synth.audio.metrics import HIGHER_IS_BETTER  # noqa: E402
from synth.vocoder.evaluation.clips import CLEAN, SPLITS  # noqa: E402
from synth.vocoder.evaluation.curve import CURVE_METRICS  # noqa: E402
from synth.vocoder.evaluation.diversity import is_sibling  # noqa: E402
from synth.vocoder.evaluation.report import GAIN_METRICS  # noqa: E402
from synth.vocoder.evaluation.stand_ins import TRUE  # noqa: E402
from synth.vocoder.evaluation.summary import UNSEEN  # noqa: E402

DOCUMENT = ROOT / "docs" / "networks.md"
EXAMPLES = ROOT / "docs" / "examples"
IMAGES = ROOT / "docs" / "images"
RESULTS = ROOT / "benchmarks" / "results" / "vocoders.json"
BESIDE = ("kept_aside", "curve")  # results of their own files, vocoders_NAME.json
_SECTION = re.compile(r"(<!-- vocoders: (\w+) -->\n).*?(<!-- end of vocoders -->)", re.DOTALL)
NOT_MEASURED = ["Not measured yet."]

COLUMNS = {
    "pesq_wb": "PESQ-wb",
    "estoi": "ESTOI",
    "mr_stft": "MR-STFT ↓",
    "log_mel_l1": "log-mel ↓",
    "mcd_db": "MCD dB ↓",
    "f0_rmse_cents": "F0 cents ↓",
    "voicing_error": "V/UV ↓",
    "periodicity_rmse": "periodicity ↓",
    "speaker_similarity": "speaker",
    "dnsmos_ovrl": "DNSMOS",
    "dnsmos_p808": "P.808",
}
SHORT = ("pesq_wb", "mr_stft", "periodicity_rmse", "dnsmos_ovrl")

Results = Mapping[str, Any]
Row = Mapping[str, Any]


def filled(text: str, results: Results) -> str:
    """The document with every marked section made anew from the results."""

    def section(found: re.Match[str]) -> str:
        return f"{found[1]}{chr(10).join(SECTIONS[found[2]](results))}\n{found[3]}"

    return _SECTION.sub(section, text)


def sections(text: str) -> list[str]:
    """The sections that the document has."""
    return [found[2] for found in _SECTION.finditer(text)]


def read_results() -> Results:
    """The results as the evaluation left them, those of other commands beside them."""
    content: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    for name in BESIDE:
        path = RESULTS.with_name(f"{RESULTS.stem}_{name}.json")
        if path.exists():
            content[name] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _clean(results: Results) -> Iterator[str]:
    for split in SPLITS:
        chosen = [c for c in _cells(results, condition=CLEAN, input=TRUE) if c["split"] == split]
        if chosen:
            yield from _cell_table(f"{_words(split)}, clean recordings, true mels", chosen)


def _predicted(results: Results) -> Iterator[str]:
    rows = [c for c in _cells(results, condition=CLEAN, split=UNSEEN) if c["input"] != TRUE]
    for given in dict.fromkeys(row["input"] for row in rows):
        chosen = [row for row in rows if row["input"] == given]
        yield from _cell_table(f"Unseen voices and languages, {given} mels", chosen)
    if not rows:
        yield from NOT_MEASURED


def _conditions(results: Results) -> Iterator[str]:
    rows = [c for c in _cells(results, input=TRUE) if c["condition"] != CLEAN]
    rows = [row for row in rows if row["split"] in (UNSEEN, "seen_speaker")]
    rows = [row for row in rows if not is_sibling(row["system"])]
    kinds = "real and simulated (from `synth/audio/conditions.py`)"
    yield f"Conditions, {kinds}; means over clips."
    yield ""
    heads = ["condition", "split", "system", "clips", "speakers", *(COLUMNS[m] for m in SHORT)]
    body = (
        [
            row["condition"],
            _words(row["split"]),
            row["system"],
            row["n_clips"],
            row["n_speakers"],
            *(_center(row, metric, with_interval=False) for metric in SHORT),
        ]
        for row in rows
    )
    yield from (_table(heads, body) if rows else NOT_MEASURED)


def _gains(results: Results) -> Iterator[str]:
    rows = [
        row
        for row in results["differences"]
        if row["condition"] == CLEAN and row["split"] in SPLITS and row["second"] != "natural"
        if not is_sibling(row["first"])
    ]
    cells: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in rows:
        key = (row["first"], row["second"], _words(row["split"]), row["input"])
        cells.setdefault(key, {})[row["metric"]] = row
    heads = ["first", "over", "split", "mels", "speakers", *map(_plain, GAIN_METRICS)]
    body = (
        [*key, next(iter(own.values()))["n_speakers"], *(_gain(own.get(m)) for m in GAIN_METRICS)]
        for key, own in cells.items()
    )
    yield from (_table(heads, body) if cells else NOT_MEASURED)


def _universality(results: Results) -> Iterator[str]:
    rows = [row for row in results["universality"] if row["metric"] in GAIN_METRICS]
    heads = ["system", "mels", "metric", "unseen languages", "seen languages", "ratio", "clips"]
    body = (
        [
            row["system"],
            row["input"],
            _plain(row["metric"]),
            _gain(row["unseen_language"]),
            _gain(row["seen_language"]),
            _ratio(row["ratio"]),
            row["ratio"]["n_clips"],
        ]
        for row in rows
    )
    yield from (_table(heads, body) if rows else NOT_MEASURED)


def _diversity(results: Results) -> Iterator[str]:
    means = results.get("diversity_means", [])
    if not means:
        yield from NOT_MEASURED
        return
    yield from _siblings(results, {row["system"] for row in means})
    yield "Means (each best one bold):"
    yield ""
    yield from _sibling_means(means)
    yield ""
    yield "Order by mean, best first:"
    yield ""
    yield from _sibling_orders(results["diversity_orders"])
    yield ""
    yield "Gain of the one that heard more voices over the one that heard fewer:"
    yield ""
    yield from _sibling_differences(results["diversity_differences"])


def _siblings(results: Results, names: Container[str]) -> Iterator[str]:
    heads = ["system", "speakers", "languages", "minutes of speech", "steps", "processor hours"]
    body = (
        [row[k] for k in ("system", "speakers", "languages", "minutes", "steps", "cpu_hours")]
        for row in sorted(results["systems"], key=lambda row: row.get("speakers", 0))
        if row["system"] in names
    )
    yield from _table(heads, body)
    yield ""


def _sibling_means(rows: Sequence[Row]) -> Iterator[str]:
    shown = [m for m in GAIN_METRICS if any(m in row["metrics"] for row in rows)]
    best = {
        (row["set"], row["input"], metric): choose(
            other["metrics"][metric]
            for other in rows
            if (other["set"], other["input"]) == (row["set"], row["input"])
        )
        for row in rows
        for metric in row["metrics"]
        for choose in [max if HIGHER_IS_BETTER[metric] else min]
    }
    body = (
        [row["set"], row["input"], row["n_clips"], row["n_speakers"], row["system"]]
        + [_marked(row["metrics"].get(m), best.get((row["set"], row["input"], m))) for m in shown]
        for row in rows
    )
    heads = ["set", "mels", "clips", "speakers", "system", *(COLUMNS[m] for m in shown)]
    yield from _table(heads, body)


def _marked(value: float | None, best: float | None) -> str:
    if value is None:
        return "-"
    shown = f"{value:.{1 if abs(value) >= 10 else 3}f}"
    return f"**{shown}**" if value == best else shown


def _sibling_orders(rows: Sequence[Row]) -> Iterator[str]:
    body = (
        [row["set"], row["input"], _plain(row["metric"]), ", ".join(row["order"])] for row in rows
    )
    yield from _table(["set", "mels", "metric", "order"], body)


def _sibling_differences(rows: Sequence[Row]) -> Iterator[str]:
    cells: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in rows:
        key = (row["set"], row["input"], row["first"], row["second"])
        cells.setdefault(key, {})[row["metric"]] = row
    heads = ["set", "mels", "first", "over", *map(_plain, GAIN_METRICS), "zero held in"]
    body = (
        [*key, *(_gain(own.get(m)) for m in GAIN_METRICS), _open(own)] for key, own in cells.items()
    )
    yield from _table(heads, body)
    n_open = sum(row["holds_zero"] for row in rows)
    yield ""
    yield (
        f"{n_open} of {len(rows)} intervals hold zero; none is corrected for their number. On a "
        "speaker-specific checkpoint's own voice they are over the clips of that one voice and "
        "speak for no other; elsewhere they take a speaker's clips as one cluster."
    )


def _open(own: Mapping[str, Row]) -> str:
    found = [_plain(m) for m in GAIN_METRICS if m in own and own[m]["holds_zero"]]
    return "all" if len(found) == len(own) else ", ".join(found) or "none"


def _kept_aside(results: Results) -> Iterator[str]:
    aside = results.get("kept_aside")
    if aside is None:
        yield from NOT_MEASURED
        return
    settings = aside["settings"]
    yield f"{settings['clips']} clips of {settings['speakers']} speakers; commit {aside['commit']}."
    yield ""
    heads = ["first", "over", "mels", "clips", *map(_plain, GAIN_METRICS)]
    body = (
        [first, second, given, label, *(_gain(rows.get(m)) for m in GAIN_METRICS)]
        for (first, second, given), pair in _bar_rows(results, aside)
        for label, rows in pair
    )
    yield from _table(heads, body)
    yield ""
    yield from _agreement(results, aside)


def _bar_rows(
    results: Results, aside: Results
) -> Iterator[tuple[tuple[str, str, str], list[tuple[str, dict[str, Row]]]]]:
    """Per compared pair and input: its gains on unseen clips as measured, and kept aside."""
    measured, kept = (_unseen_gains(found) for found in (results, aside))
    for key in measured:
        yield key, [("measured", measured[key]), ("kept aside", kept.get(key, {}))]


def _unseen_gains(results: Results) -> dict[tuple[str, str, str], dict[str, Row]]:
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in results["differences"]:
        is_bar = row["first"].startswith("universal") and not is_sibling(row["first"])
        is_bar = is_bar and row["second"] != "natural"
        if is_bar and row["split"] == UNSEEN and row["condition"] == CLEAN:
            key = (row["first"], row["second"], row["input"])
            found.setdefault(key, {})[row["metric"]] = row
    return found


def _agreement(results: Results, aside: Results) -> Iterator[str]:
    """How often both measurements say the same, and where they contradict each other."""
    pairs = [
        (key, metric, measured[metric], kept[metric])
        for key, [(_, measured), (_, kept)] in _bar_rows(results, aside)
        for metric in GAIN_METRICS
        if metric in measured and metric in kept
    ]
    verdicts = [(key, metric, _verdict(a), _verdict(b)) for key, metric, a, b in pairs]
    same = sum(a == b for _, _, a, b in verdicts)
    against = [
        f"{first} over {second} ({given} mels) in {_plain(metric)}"
        for (first, second, given), metric, a, b in verdicts
        if {a, b} == {"better", "worse"}
    ]
    yield (
        f"Of {len(pairs)} comparisons {same} come out alike (better, worse or open) in both; "
        f"contradicted: {'; '.join(against) or 'none'}."
    )


def _verdict(row: Row) -> str:
    if row["low"] is None or row["low"] <= 0 <= row["high"]:
        return "open"
    return "better" if row["low"] > 0 else "worse"


def _curve(results: Results) -> Iterator[str]:
    curve = results.get("curve")
    if curve is None:
        yield from NOT_MEASURED
        return
    points, settings = curve["points"], curve["settings"]
    yield (
        f"Run `{curve['run']}`: gain over Griffin-Lim with 60 iterations on {settings['clips']} "
        f"clean clips of {settings['speakers']} unseen voices, true mels, every step with "
        f"{curve['inference']['passes']} passes; commit {curve['commit']}. Below zero is behind."
    )
    yield ""
    yield "![Gains over Griffin-Lim against hours of training](images/vocoder-curve.png)"
    yield ""
    steps = dict.fromkeys((p["step"], p["hours"]) for p in points)
    by_place = {(p["step"], p["metric"]): p for p in points}
    body = (
        [f"{step:,}", f"{hours:.2f}", *(_gain(by_place.get((step, m))) for m in CURVE_METRICS)]
        for step, hours in steps
    )
    yield from _table(["step", "processor hours", *map(_plain, CURVE_METRICS)], body)


def _pairs(_: Results) -> Iterator[str]:
    for path in sorted(IMAGES.glob("vocoder-pairs-*.png")):
        number = path.stem.rpartition("-")[2]
        yield f"![Recordings and renderings by universal, {number}](images/{path.name})"
    if not list(IMAGES.glob("vocoder-pairs-*.png")):
        yield from NOT_MEASURED


def _speed(results: Results) -> Iterator[str]:
    heads = ["system", "processor s", "wall s"]
    body = ([r["system"], f"{r['cpu_s']:.3f}", f"{r['wall_s']:.3f}"] for r in results["speed"])
    yield from _table(heads, body)


def _how(results: Results) -> Iterator[str]:
    settings, machine = results["settings"], results["machine"]
    yield (
        f"Commit {results['commit']}; {settings['clips']} clips of {settings['speakers']} speakers "
        f"(at most {settings['per_speaker']} of each speaker and condition, "
        f"{settings['joined_clips']} of them short "
        f"utterances joined), {settings['shortest_s']:g} s or longer; pitch by "
        f"{settings['pitch_tracker']}; MR-STFT with (transform, hop, window) "
        f"{', '.join(str(tuple(shape)) for shape in settings['stft_resolutions'])}; "
        f"{machine['cores']} cores ({machine['cpu']}), one thread, load {machine['load_1min']}."
    )
    yield ""
    yield from (f"- {note}" for note in results["notes"])


def _examples(_: Results) -> Iterator[str]:
    folders = sorted(path for path in EXAMPLES.glob("*") if path.is_dir())
    for folder in folders:
        sounds, pictures = (sorted(folder.glob(f"*.{suffix}")) for suffix in ("flac", "png"))
        listen = ", ".join(_link(path) for path in sounds)
        look = ", ".join(_link(path) for path in pictures)
        speaker = folder.name.partition("-")[0]
        yield f"- {speaker}: {listen}; spectrograms under the reference's: {look}"
    if not folders:
        yield "None yet."


def _link(path: Path) -> str:
    return f"[{path.stem}]({path.relative_to(DOCUMENT.parent)})"


SECTIONS: Mapping[str, Callable[[Results], Iterator[str]]] = {
    "clean": _clean,
    "predicted": _predicted,
    "conditions": _conditions,
    "gains": _gains,
    "universality": _universality,
    "speed": _speed,
    "diversity": _diversity,
    "kept_aside": _kept_aside,
    "curve": _curve,
    "pairs": _pairs,
    "how": _how,
    "examples": _examples,
}


def _cells(results: Results, **wanted: str) -> list[Row]:
    return [cell for cell in results["cells"] if all(cell[k] == v for k, v in wanted.items())]


def _cell_table(title: str, rows: Sequence[Row]) -> Iterator[str]:
    counts = f"{rows[0]['n_clips']} clips of {rows[0]['n_speakers']} speakers"
    yield f"**{title}** ({counts}; mean [95 %])"
    yield ""
    shown = [m for m in COLUMNS if any(m in row["metrics"] for row in rows)]
    body = (
        [row["system"], *(_center(row, m) for m in shown), f"{row['rtf_cpu']:.4f}"] for row in rows
    )
    yield from _table(["system", *(COLUMNS[m] for m in shown), "RTF ↓"], body)
    yield ""


def _center(row: Row, metric: str, *, with_interval: bool = True) -> str:
    center = row["metrics"].get(metric)
    if center is None:
        return "-"
    digits = 1 if abs(center["mean"]) >= 10 else 3
    mean = f"{center['mean']:.{digits}f}"
    if not with_interval or center["low"] is None:
        return mean
    return f"{mean} [{center['low']:.{digits}f}, {center['high']:.{digits}f}]"


def _gain(row: Row | None) -> str:
    if row is None:
        return "-"
    if row["low"] is None:
        return f"{row['mean']:+.3f}"
    mark = "**" if row["low"] > 0 or row["high"] < 0 else ""
    return f"{mark}{row['mean']:+.3f}{mark} [{row['low']:+.3f}, {row['high']:+.3f}]"


def _ratio(ratio: Row) -> str:
    if ratio["value"] is None:
        return "no gain to compare with"
    return f"{ratio['value']:.2f} [{ratio['low']:.2f}, {ratio['high']:.2f}]"


def _plain(metric: str) -> str:
    return COLUMNS[metric].removesuffix(" ↓")


def _words(split: str) -> str:
    return split.replace("_", " ")


def _table(heads: Sequence[str], body: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in body:
        yield "| " + " | ".join(map(str, row)) + " |"


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(filled(text, read_results()), encoding="utf-8")
