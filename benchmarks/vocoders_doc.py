"""Writes the figures of results/vocoders.json between the markers of docs/networks.md.

python benchmarks/vocoders_doc.py
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from synth.vocoder.evaluation.clips import CLEAN, SPLITS  # noqa: E402
from synth.vocoder.evaluation.report import GAIN_METRICS  # noqa: E402
from synth.vocoder.evaluation.stand_ins import TRUE  # noqa: E402
from synth.vocoder.evaluation.summary import UNSEEN  # noqa: E402

DOCUMENT = ROOT / "docs" / "networks.md"
EXAMPLES = ROOT / "docs" / "examples"
RESULTS = ROOT / "benchmarks" / "results" / "vocoders.json"
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
    """The results as the evaluation left them."""
    content: Results = json.loads(RESULTS.read_text(encoding="utf-8"))
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
