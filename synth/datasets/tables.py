"""The prepared corpora in figures and tables: corpora.json, corpora-24000.json, docs/corpora.md.

All are written by scripts/describe_corpora.py, never by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .licences import TIERS
from .rates import WIDE_RATE_HZ
from .records import Source, Utterance
from .splits import CONDITION, HEARD, SPLITS, TRAIN

SUMMARY = Path(__file__).with_name("corpora.json")
WIDE_SUMMARY = Path(__file__).with_name(f"corpora-{WIDE_RATE_HZ}.json")
BEGIN, END = "<!-- begin generated: {name} -->", "<!-- end generated: {name} -->"

Row = Sequence[str]


def total(utterances: Iterable[Utterance]) -> dict[str, Any]:
    """Utterances, minutes, speaker groups and languages of some utterances."""
    chosen = list(utterances)
    return {
        "utterances": len(chosen),
        "minutes": round(sum(one.duration_s for one in chosen) / 60, 1),
        "speaker_groups": len({one.speaker for one in chosen}),
        "languages": sorted({one.language for one in chosen}),
    }


def summarize_speaker(utterances: Sequence[Utterance]) -> dict[str, Any]:
    """One speaker group: where from, how it sounds, minutes by split."""
    minutes = {
        split: round(sum(u.duration_s for u in utterances if u.split == split) / 60, 2)
        for split in SPLITS
    }
    bandwidths = sorted(one.bandwidth_hz for one in utterances)
    return {
        "packages": sorted({one.package for one in utterances}),
        "languages": sorted({one.language for one in utterances}),
        "styles": sorted({one.style for one in utterances}),
        "conditions": sorted({one.condition for one in utterances}),
        "licence_tiers": sorted({one.licence_tier for one in utterances}),
        "utterances": len(utterances),
        "minutes": {split: value for split, value in minutes.items() if value},
        "bandwidth_hz": round(bandwidths[len(bandwidths) // 2]),
        "overdriven": sum(one.is_overdriven for one in utterances),
        "with_text": sum(bool(one.text) for one in utterances),
    }


def summarize(utterances: Sequence[Utterance], noises: Sequence[Utterance]) -> dict[str, Any]:
    """What corpora.json holds: totals by split and licence tier, and every speaker group."""
    by_speaker: dict[str, list[Utterance]] = {}
    for one in utterances:
        by_speaker.setdefault(one.speaker, []).append(one)
    trained = [one for one in utterances if one.split == TRAIN]
    tiers = [tier for tier in TIERS if any(one.licence_tier == tier for one in utterances)]
    return {
        "all": total(utterances),
        "trained_or_unseen": total(u for u in utterances if u.split not in {CONDITION, HEARD}),
        "splits": {s: total(u for u in utterances if u.split == s) for s in SPLITS},
        "train_by_tier": {t: total(u for u in trained if u.licence_tier == t) for t in tiers},
        "noises": {"files": len(noises), "minutes": total(noises)["minutes"]},
        "speakers": {name: summarize_speaker(by_speaker[name]) for name in sorted(by_speaker)},
    }


def summarize_wide(utterances: Sequence[Utterance]) -> dict[str, Any]:
    """What corpora-24000.json holds: totals by split, and what of the training split is learned
    from."""
    learned = [one for one in utterances if one.split == TRAIN and not one.is_overdriven]
    bandwidths = sorted(one.bandwidth_hz for one in utterances)
    return {
        "all": total(utterances),
        "trained_or_unseen": total(u for u in utterances if u.split not in {CONDITION, HEARD}),
        "splits": {s: total(u for u in utterances if u.split == s) for s in SPLITS},
        "learned_from": total(learned),
        "bandwidth_hz": round(bandwidths[len(bandwidths) // 2]),
    }


def table(header: Row, rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def splits_table(summary: Mapping[str, Any]) -> str:
    """Utterances, minutes, speaker groups and languages of each split."""
    both = ("all but condition and heard", summary["trained_or_unseen"])
    named = [*summary["splits"].items(), both, ("all", summary["all"])]
    rows = [
        [
            name,
            f"{one['utterances']:,}",
            f"{one['minutes']:.1f}",
            str(one["speaker_groups"]),
            f"{len(one['languages'])}: {' '.join(one['languages'])}",
        ]
        for name, one in named
    ]
    return table(["split", "utterances", "minutes", "speaker groups", "languages"], rows)


def tiers_table(summary: Mapping[str, Any]) -> str:
    """What can be trained on at each licence tier."""
    rows = [
        [
            tier,
            f"{one['minutes']:.1f}",
            str(one["speaker_groups"]),
            f"{len(one['languages'])}: {' '.join(one['languages'])}",
        ]
        for tier, one in summary["train_by_tier"].items()
        if one["utterances"]
    ]
    return table(["tier", "minutes trained on", "speaker groups", "languages"], rows)


def speakers_table(summary: Mapping[str, Any]) -> str:
    """Every speaker group."""
    header = ["speaker group", "package", "languages", "style", "condition", "tier"]
    rows = []
    for name, one in summary["speakers"].items():
        minutes = ", ".join(f"{split} {value:.1f}" for split, value in one["minutes"].items())
        kinds = ("packages", "languages", "styles", "conditions", "licence_tiers")
        cells = [", ".join(one[kind]) for kind in kinds]
        rows.append([name, *cells, minutes, str(one["bandwidth_hz"]), str(one["overdriven"])])
    return table([*header, "minutes by split", "bandwidth Hz", "overdriven files"], rows)


def packages_table(sources: Iterable[Source]) -> str:
    """Packages, licences and the people to thank."""
    rows = [[f"`{s.package}`", s.licence, s.tier, s.attribution] for s in sources]
    return table(["package", "licence", "tier", "by"], rows)


def voices_table(found: Mapping[str, Any]) -> str:
    """Each voice of the unseen and heard splits and the closest one of the training set."""
    rows = [
        [voice, one["split"], f"{one['minutes']:.1f}", one["closest"], f"{one['cosine']:.2f}"]
        for voice, one in sorted(found["voices"].items(), key=lambda item: -item[1]["cosine"])
        if one["split"] in {"unseen", "heard"}
    ]
    return table(["voice", "split", "minutes", "closest voice trained on", "cosine"], rows)


def alike_table(found: Mapping[str, Any]) -> str:
    """Pairs of voices that sound alike or are one person."""
    rows = [[first, second, f"{cosine:.2f}"] for first, second, cosine in found["alike"]]
    return table(["voice", "voice", "cosine"], rows)


def clusters(found: Mapping[str, Any], split: str) -> int:
    """How many voices a split holds when those above the threshold count as one person."""
    voices = [voice for voice, one in found["voices"].items() if one["split"] == split]
    group = {voice: voice for voice in voices}
    for first, second, _ in found["alike"]:
        if first in group and second in group:
            old, new = group[second], group[first]
            group = {voice: new if name == old else name for voice, name in group.items()}
    return len(set(group.values()))


def replace_generated(page: str, parts: Mapping[str, str]) -> str:
    """The page with every generated part in its place.

    Raises:
        ValueError: if the page has no place for a part.
    """
    for name, text in parts.items():
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, found_begin, rest = page.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            raise ValueError(f"The page has no lines {begin!r} and {end!r}.")
        page = f"{before}{begin}\n{text}\n{end}{after}"
    return page
