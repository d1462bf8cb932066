"""Write what the prosody work's voices and texts are: figures and the tables of docs/prosody.md.

    python scripts/describe_voices.py            # counts and phoneme agreement, under a minute
    python scripts/describe_voices.py --voices   # also pitch and speaker embeddings, three minutes

Reads $EARSHOT_DATA/corpus and sources (default: var/data) and writes synth/datasets/voices.json
and the generated parts of docs/prosody.md. Needs espeak-ng, and with --voices Resemblyzer
(requirements-training.txt).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.records import Utterance  # noqa: E402
from synth.datasets.tables import replace_generated, table  # noqa: E402
from synth.datasets.voices import (  # noqa: E402
    MIN_REFERENCE_WORDS,
    PARTS,
    VOICES,
    VoiceRecord,
    parallel_of,
    read_records,
    word_count,
)
from synth.text.agreement import PhoneErrors, count_errors  # noqa: E402
from synth.text.normalize import normalize  # noqa: E402
from synth.text.phonemes import Phonemes, phonemes_of_all  # noqa: E402
from synth.text.phones import FESTVOX_RU  # noqa: E402
from synth.text.symbols import UnknownSymbols  # noqa: E402

PAGE = ROOT / "docs" / "prosody.md"
RESULT = ROOT / "synth" / "datasets" / "voices.json"
COMPARED = ("ru_nsh", "tux_ru", "cs_fish_small", "cs_fish_big", "nl_fish_small", "nl_fish_big")
SAMPLED = 100  # recordings of each voice that are embedded; 40 of them give its pitch
PITCH_SAMPLED = 40
MIN_SAMPLE_S, MAX_SAMPLE_S = 2.0, 6.0


def count_parts(records: Sequence[VoiceRecord]) -> dict[str, Any]:
    """Recordings and minutes by role and part; how many the vocoder was not trained on."""
    counts: dict[str, Any] = {}
    for role in sorted({one.role for one in records}):
        for part in PARTS:
            chosen = [one for one in records if (one.role, one.part) == (role, part)]
            if chosen:
                counts[f"{role} {part}"] = {
                    "recordings": len(chosen),
                    "minutes": round(sum(one.utterance.duration_s for one in chosen) / 60, 1),
                    "long_enough": sum(is_long_enough(one) for one in chosen),
                    "new_to_the_vocoder": sum(not one.was_trained_on_by_vocoder for one in chosen),
                }
    return counts


def is_long_enough(record: VoiceRecord) -> bool:
    """Whether a recording has as many words as a reference must have."""
    return word_count(record.text, record.utterance.language) >= MIN_REFERENCE_WORDS


def candidate(utterances: Iterable[Utterance]) -> dict[str, Any]:
    """What a voice was chosen by: minutes, text, bandwidth, translated lines."""
    chosen = list(utterances)
    bandwidths = sorted(one.bandwidth_hz for one in chosen)
    return {
        "recordings": len(chosen),
        "minutes": round(sum(one.duration_s for one in chosen) / 60, 1),
        "with_text": sum(bool(one.text) for one in chosen),
        "unreadable": sum(not is_readable(one) for one in chosen),
        "bandwidth_hz": round(bandwidths[len(bandwidths) // 2]),
        "original_rates_hz": sorted({one.original_rate_hz for one in chosen}),
    }


def is_readable(utterance: Utterance) -> bool:
    """Whether every symbol of the text has a reading."""
    try:
        normalize(utterance.text, utterance.language)
    except UnknownSymbols:
        return False
    return True


def measure_voices(corpus: PreparedCorpus) -> dict[str, dict[str, Any]]:
    """Of each compared voice: whether it is one person, by embeddings; its pitch."""
    from scripts.check_speakers import embedder

    embed = embedder()
    chosen = {name: sampled(corpus.utterances, name) for name in COMPARED}
    embedded = {
        name: np.stack([embed(beginning(corpus, index)) for index in indices])
        for name, indices in chosen.items()
    }
    centers = {name: center(vectors) for name, vectors in embedded.items()}
    return {
        name: likeness(name, embedded[name], centers)
        | pitch_of(corpus, chosen[name][:PITCH_SAMPLED])
        for name in COMPARED
    }


def sampled(utterances: Sequence[Utterance], speaker: str) -> list[int]:
    """Recordings of a speaker that last long enough, in the order of their hashes."""
    indices = [
        k
        for k, one in enumerate(utterances)
        if one.speaker == speaker and one.duration_s >= MIN_SAMPLE_S
    ]
    return sorted(indices, key=lambda k: utterances[k].sha256)[:SAMPLED]


def beginning(corpus: PreparedCorpus, index: int) -> NDArray[np.float32]:
    """The first seconds of a recording."""
    samples = corpus.samples_of(index)[: int(MAX_SAMPLE_S * 16_000)]
    return samples.astype(np.float32) / np.float32(32768)


def center(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean direction."""
    mean = vectors.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float64)


def likeness(
    name: str, vectors: NDArray[np.float64], centers: Mapping[str, NDArray[np.float64]]
) -> dict[str, Any]:
    """Cosines of a voice's recordings with its own center, and who lies nearer elsewhere."""
    own = vectors @ centers[name]
    others = np.stack([vectors @ centers[other] for other in centers if other != name])
    return {
        "embedded": len(own),
        "own_cosine": {
            "lowest": round(float(own.min()), 2),
            "median": round(float(np.median(own)), 2),
        },
        "nearer_to_another": int((others.max(axis=0) > own).sum()),
    }


def pitch_of(corpus: PreparedCorpus, indices: Sequence[int]) -> dict[str, Any]:
    """Median and 5th and 95th percentile of the voiced frames' F0, in Hz."""
    from synth.audio.pitch import track_pitch

    tracks = [track_pitch(beginning(corpus, index).astype(np.float64)) for index in indices]
    voiced = np.concatenate([track.f0_hz[track.voiced] for track in tracks])
    low, middle, high = np.quantile(voiced, [0.05, 0.5, 0.95])
    return {"f0_hz": {"p5": round(low), "median": round(middle), "p95": round(high)}}


def measure_agreement(records: Sequence[VoiceRecord]) -> dict[str, Any]:
    """espeak-ng's phones in the corpus' set against its label files."""
    labeled = [one for one in records if one.labels]
    begin_s = time.perf_counter()
    found = phonemes_of_all([one.text for one in labeled], "ru", phone_set=FESTVOX_RU)
    elapsed_s = time.perf_counter() - begin_s
    pairs = [
        ([label.symbol for label in one.labels or ()], phonemes.symbols)
        for one, phonemes in zip(labeled, found, strict=True)
        if isinstance(phonemes, Phonemes)
    ]
    errors = count_errors(pairs, FESTVOX_RU)
    return {
        "sentences": len(pairs),
        "unreadable": len(labeled) - len(pairs),
        "sentences_per_s": round(len(labeled) / elapsed_s),
        "phones": errors.phones.total(),
        "rate_percent": round(100 * errors.rate, 2),
        "folded_percent": round(100 * errors.folded_rate, 2),
        "pauses": dict(sorted(errors.pauses.items())),
        "classes": class_figures(errors),
    }


def class_figures(errors: PhoneErrors) -> dict[str, dict[str, Any]]:
    """Per class: phones, wrong in percent, wrong without stress and reduction, added."""
    return {
        kind: {
            "phones": count,
            "wrong_percent": round(100 * errors.wrong[kind] / count, 2),
            "folded_percent": round(100 * errors.folded_wrong[kind] / count, 2),
            "added": errors.added[kind],
        }
        for kind, count in errors.phones.most_common()
    }


def measure(data: Path, former: Mapping[str, Any], *, with_voices: bool) -> dict[str, Any]:
    """All figures; the voices' from the former file unless they are asked for."""
    corpus = PreparedCorpus.open(data / "corpus")
    sources = data / "sources"
    records = {name: read_records(corpus.utterances, sources, name) for name in VOICES}
    by_speaker = {
        name: [one for one in corpus.utterances if one.speaker == name] for name in COMPARED
    }
    lines = {
        language: {parallel_of(one) for name in names for one in by_speaker[name]}
        for language, names in (("cs", COMPARED[2:4]), ("nl", COMPARED[4:6]))
    }
    return {
        "parts": {name: count_parts(found) for name, found in records.items()},
        "candidates": {name: candidate(found) for name, found in by_speaker.items()},
        "lines_in_both_languages": len(lines["cs"] & lines["nl"]),
        "voices": measure_voices(corpus) if with_voices else former["voices"],
        "agreement": measure_agreement(records["ru_nsh"]),
    }


def generated_parts(figures: Mapping[str, Any]) -> dict[str, str]:
    """The generated parts of docs/prosody.md by name."""
    return {
        "voices": voices_table(figures),
        "parts": parts_table(figures["parts"]),
        "phones": phones_part(figures["agreement"]),
    }


def voices_table(figures: Mapping[str, Any]) -> str:
    """What the voices were chosen by."""
    rows = []
    for name, one in figures["candidates"].items():
        measured = figures["voices"][name]
        f0, own = measured["f0_hz"], measured["own_cosine"]
        rows.append(
            [
                name,
                f"{one['minutes']:.1f}",
                f"{one['with_text']} of {one['recordings']}",
                str(one["unreadable"]),
                f"{one['bandwidth_hz']:,}",
                f"{f0['median']} ({f0['p5']}–{f0['p95']})",
                f"{own['median']:.2f}, {own['lowest']:.2f}",
                f"{measured['nearer_to_another']} of {measured['embedded']}",
            ]
        )
    header = ["group", "minutes", "with text", "not readable", "bandwidth Hz"]
    header += ["F0 median (p5–p95) Hz", "cosine with own center: median, lowest"]
    lines = f"{figures['lines_in_both_languages']:,} lines of both actors exist in Czech and Dutch."
    return f"{table([*header, 'nearer to another'], rows)}\n\n{lines}"


def parts_table(parts: Mapping[str, Any]) -> str:
    """What each recording is for."""
    header = ["target voice", "role and part", "recordings", "minutes"]
    header += [f"of {MIN_REFERENCE_WORDS} words or more", "the vocoder was not trained on"]
    rows = [
        [
            voice,
            kind,
            str(one["recordings"]),
            f"{one['minutes']:.1f}",
            str(one["long_enough"]),
            str(one["new_to_the_vocoder"]),
        ]
        for voice, kinds in parts.items()
        for kind, one in kinds.items()
    ]
    return table(header, rows)


def phones_part(agreement: Mapping[str, Any]) -> str:
    """The phone errors by class and in words."""
    rows = [
        [
            kind,
            f"{one['phones']:,}",
            f"{one['wrong_percent']:.1f}",
            f"{one['folded_percent']:.1f}",
            str(one["added"]),
        ]
        for kind, one in agreement["classes"].items()
    ]
    header = ["class", "phones", "wrong %", "wrong without stress and reduction %", "added"]
    pauses = agreement["pauses"]
    words = (
        f"{agreement['sentences']} sentences, {agreement['phones']:,} phones: "
        f"{agreement['rate_percent']:.1f} % phone error, {agreement['folded_percent']:.1f} % "
        f"without stress and reduction. Of the labels' pauses "
        f"{pauses['both']:,} stand where punctuation puts one and {pauses['reference only']:,} "
        f"elsewhere; at {pauses['found only']:,} marks the labels have none."
    )
    return f"{words}\n\n{table(header, rows)}"


def main() -> None:
    """Describe the voices below the data folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voices", action="store_true", help="measure pitch and embeddings anew")
    with_voices = parser.parse_args().voices or not RESULT.exists()
    former = {} if with_voices else json.loads(RESULT.read_text(encoding="utf-8"))
    figures = measure(data_folder(), former, with_voices=with_voices)
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    RESULT.write_text(text + "\n", encoding="utf-8")
    page = replace_generated(PAGE.read_text(encoding="utf-8"), generated_parts(figures))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
