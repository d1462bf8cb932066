"""Tables of an evaluation: cells, paired differences, equivalence, and the bar they are held to.

Intervals are Student's t over the utterances of one voice (leave-one-out errors where a figure
is a ratio of sums), so they speak for more utterances of that voice and for no other voice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.vocoder.evaluation.intervals import gain_ratio, robust_interval

from ..comparison import paired_difference, show_equivalence
from ..config import AGG, AGG_VAE, BASE, SEC_ATT
from .references import LABELS, Source
from .scoring import Observation
from .systems import COPY, COPY_GRIFFIN_LIM, GRIFFIN_LIM, TEXTLESS, TIMED, ZEROED

METRICS = (
    "f0_rmse_hz",
    "f0_rmse_cents",
    "f0_r",
    "ffe",
    "vde",
    "gpe",
    "fpe_cents",
    "duration_r",
    "log_duration_r",
    "duration_log_rmse",
    "tempo",
    "target_similarity",
    "reference_similarity",
    "dnsmos_ovrl",
    "dnsmos_p808",
)
PHONE_ERROR, SIMILARITY_RATIO = "phone_error", "similarity_ratio"
ENOUGH = 30  # utterances in a cell
# Stated before anything was measured.
CORRELATION_MARGIN, FRAME_MARGIN = 0.03, 0.02
PAIRS = (
    (AGG, BASE + TIMED),
    (AGG, SEC_ATT + TIMED),
    (AGG, AGG_VAE),
    (AGG, COPY),
    (AGG, AGG + ZEROED),
    (AGG, AGG + GRIFFIN_LIM),
    (TEXTLESS, AGG),
    (TEXTLESS, COPY),
    (COPY, COPY_GRIFFIN_LIM),
)
COMPARED = ("f0_r", "ffe", "duration_r", "target_similarity", "dnsmos_ovrl", "dnsmos_p808")

Row = dict[str, Any]
Values = NDArray[np.float64]
Table = Mapping[tuple[Source, str], Mapping[str, Mapping[str, float]]]


def tabled(observations: Iterable[Observation]) -> Table:
    """Scores by source and system, then by utterance."""
    table: dict[tuple[Source, str], dict[str, Mapping[str, float]]] = {}
    for one in observations:
        table.setdefault((one.source, one.system), {})[one.utterance] = one.scores
    return table


def values_of(scores: Mapping[str, Mapping[str, float]], name: str) -> Values:
    """One score over utterances (U,), those left out that have none."""
    return np.array([own[name] for own in scores.values() if name in own])


def cells(voice: str, table: Table) -> Iterator[Row]:
    """One row per source and system: means with intervals, medians, and phone errors."""
    natural = target_copies(voice, table)
    for (source, system), scores in table.items():
        metrics = {m: center(values_of(scores, m)) for m in METRICS if len(values_of(scores, m))}
        if found := pooled_errors(scores):
            metrics[PHONE_ERROR] = found
        if natural is not None and "target_similarity" in metrics:
            metrics[SIMILARITY_RATIO] = ratio(values_of(scores, "target_similarity"), natural)
        yield {**named(voice, source, system), "n": len(scores), "metrics": metrics}


def named(voice: str, source: Source, system: str) -> Row:
    """What a row is about."""
    return {"voice": voice, "speaker": source.speaker, "cut": source.cut, "system": system}


def center(values: Values) -> Row:
    """Mean with its interval, and median."""
    low, high = interval(values, np.ones(len(values)))
    return {
        "mean": float(values.mean()),
        "low": low,
        "high": high,
        "median": float(np.median(values)),
        "n": len(values),
    }


def interval(sums: Values, counts: Values) -> tuple[float | None, float | None]:
    """Of sums over counts; None for a single utterance."""
    return robust_interval(sums, counts) if len(sums) > 1 else (None, None)


def pooled_errors(scores: Mapping[str, Mapping[str, float]]) -> Row | None:
    """Edits over phones of all utterances; None where nobody listened."""
    edits, phones = values_of(scores, "phone_edits"), values_of(scores, "phones")
    if not len(phones):
        return None
    low, high = interval(edits, phones)
    return {"mean": float(edits.sum() / phones.sum()), "low": low, "high": high, "n": len(phones)}


def target_copies(voice: str, table: Table) -> Values | None:
    """How alike vocoded natural speech of the target voice is to the voice's center."""
    own = [s for (s, system) in table if s.speaker == voice and system == COPY]
    best = next((s for s in own if s.cut == LABELS), own[0] if own else None)
    found = values_of(table[best, COPY], "target_similarity") if best else np.zeros(0)
    return found if len(found) else None


def ratio(values: Values, natural: Values) -> Row:
    """Mean over mean, with a bootstrap interval over the utterances of both."""
    found = gain_ratio(*((list(map(float, one)), list(map(str, range(len(one)))))
                         for one in (values, natural)))  # fmt: skip
    return {"mean": found.value, "low": found.low, "high": found.high, "n": len(values)}


def paired(first: Mapping[str, Any], second: Mapping[str, Any], name: str) -> tuple[Values, Values]:
    """A score of two systems over the utterances that both have (U,)."""
    both = [key for key in first if key in second]
    return tuple(  # type: ignore[return-value]
        np.array([own[key].get(name, np.nan) for key in both]) for own in (first, second)
    )


def differences(voice: str, table: Table) -> Iterator[Row]:
    """Paired differences first - second per source, of the pairs that are there."""
    for source, first, second in compared(table):
        one, other = table[source, first], table[source, second]
        about = {**named(voice, source, first), "second": second}
        for metric in COMPARED:
            values = paired(one, other, metric)
            if np.isfinite(values[0] - values[1]).sum() > 1:
                yield {**about, "metric": metric, **asdict(paired_difference(*values))}
        if (row := error_difference(one, other)) is not None:
            yield {**about, "metric": PHONE_ERROR, **row}


def compared(table: Table) -> Iterator[tuple[Source, str, str]]:
    """Sources and the pairs of systems that both are measured there."""
    for source in dict.fromkeys(source for source, _ in table):
        for first, second in PAIRS:
            if (source, first) in table and (source, second) in table:
                yield source, first, second


def error_difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> Row | None:
    """How many more of the phones are wrong in the first; None where nobody listened."""
    one, other = paired(first, second, "phone_edits")
    phones = paired(first, second, "phones")[0]
    known = np.isfinite(one - other) & np.isfinite(phones)
    if known.sum() < 2:
        return None
    sums, counts = (one - other)[known], phones[known]
    low, high = interval(sums, counts)
    mean = float(sums.sum() / counts.sum())
    return {"mean": mean, "low": low, "high": high, "n_utterances": int(known.sum())}


def equivalences(voice: str, table: Table) -> Iterator[Row]:
    """Whether speech without a transcript follows as well as speech with one (paired TOST)."""
    margins = {"f0_r": CORRELATION_MARGIN, "ffe": FRAME_MARGIN}
    for source, first, second in compared(table):
        if (first, second) != (TEXTLESS, AGG):
            continue
        for metric, margin in margins.items():
            values = paired(table[source, first], table[source, second], metric)
            if np.isfinite(values[0] - values[1]).sum() < 2:
                continue
            difference = paired_difference(*values)
            shown = show_equivalence(difference, margin)
            about = {**named(voice, source, first), "second": second, "metric": metric}
            outcome = {"mean": difference.mean, "is_shown": shown.is_shown, **asdict(shown)}
            yield {**about, "n": difference.n_utterances, **outcome}


def few(rows: Sequence[Row]) -> list[str]:
    """Cells with too few utterances to be reported as such."""
    return [
        f"{row['voice']} from {row['speaker']} ({row['cut']}), {row['system']}: {row['n']}"
        for row in rows
        if row["n"] < ENOUGH
    ]


def of_network(rows: Sequence[Row], voice: str, network: str) -> list[Row]:
    """The cells that a network's card shows: its own, its controls', and the copies'."""
    own = {network, *(f"{network}{end}" for end in (ZEROED, GRIFFIN_LIM, TIMED))}
    chosen = own | {COPY, COPY_GRIFFIN_LIM}
    return [row for row in rows if row["voice"] == voice and row["system"] in chosen]
