"""Bring held-out recordings of a prepared corpus to the site, for studies to draw on.

Run by a command: reading a prepared corpus needs more than the web process should load.
"""

import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import soundfile
from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from numpy.typing import NDArray

from synth.audio.checks import check_audible, check_level, check_unclipped
from synth.audio.conditions import CLIPPED
from synth.audio.loudness import TARGET_LEVEL_LUFS, align_loudness
from synth.datasets.prepared import MANIFEST, SAMPLES, PreparedCorpus
from synth.datasets.records import NOISE, RATE_HZ, samples_sha256
from synth.datasets.records import Utterance as Record
from synth.datasets.sources import SOURCES
from synth.datasets.speaker_check import voice_of
from synth.datasets.splits import CONDITION, TEST, UNSEEN, split_of
from synth.errors import SynthError
from synth.models import Corpus, Speaker, Utterance

HELD_OUT = frozenset({TEST, UNSEEN, CONDITION})
# What a listening test can use; see mushra/design/sampling.py.
MIN_DURATION_S = 2.0
MAX_DURATION_S = 12.0
MAX_CORPUS_CODE = 50
FULL_SCALE = 32768.0

_SOURCES = {source.package: source for source, _ in SOURCES}


@dataclass(frozen=True)
class ImportSummary:
    """What an import brought: `n_new` of `n_chosen` were not there before.

    `other_terms`: recordings left out because their speaker belongs to a corpus with another
    licence.
    """

    corpora: Sequence[str]
    n_speakers: int
    n_chosen: int
    n_new: int
    other_terms: Sequence[str]


def import_recordings(folder: Path, *, per_voice: int, seed: int) -> ImportSummary:
    """Held-out recordings of the prepared corpus in `folder`, as FLAC files below MEDIA_ROOT.

    Of each voice (a speaker in one language and recording condition) at most `per_voice` are
    drawn, by the seed; a larger number brings the same ones and more. What was trained on, is
    clipped or silent, or is too short or long for a listening test is never taken. Repeated, it
    changes nothing.

    Raises: SynthError "corpus_missing", "corpus_invalid" or "recording_differs".
    """
    corpus = _open(folder)
    chosen = _choose(corpus, per_voice=per_voice, seed=seed)
    shared = _packages_with_two_licences(corpus.utterances)
    there_already = set(Utterance.objects.values_list("code", flat=True))
    speakers: dict[str, Speaker] = {}
    other_terms, codes = [], []
    with transaction.atomic():
        for index in sorted(chosen):  # whichever package comes first gives a voice its corpus
            record = corpus.utterances[index]
            speaker = _speaker(record, shared)
            if not _same_terms(record.licence, speaker.corpus.licence):
                other_terms.append(record.code)
                continue
            file = _write(corpus.samples_of(index), record, _corpus_code(record, shared))
            codes.append(_store(record, speaker, file).code)
            speakers[speaker.code] = speaker
    return ImportSummary(
        corpora=sorted({speaker.corpus.code for speaker in speakers.values()}),
        n_speakers=len(speakers),
        n_chosen=len(codes),
        n_new=len(set(codes) - there_already),
        other_terms=other_terms,
    )


def _choose(corpus: PreparedCorpus, *, per_voice: int, seed: int) -> list[int]:
    """Positions of the recordings to take: held out, usable, at most `per_voice` of a voice."""
    records = corpus.utterances
    recorded_here = _hashes_of_other_corpora(records)
    voices = defaultdict(list)
    for index, record in enumerate(records):
        if _is_held_out(record) and _is_usable(record) and record.sha256 not in recorded_here:
            voices[voice_of(record)].append(index)
    chosen: list[int] = []
    for voice, indices in sorted(voices.items()):
        ordered = sorted(indices, key=lambda index: records[index].code)
        Random(f"earshot import {seed} {voice}").shuffle(ordered)
        fit = (i for i in ordered if _passes_checks(records[i], corpus.samples_of(i)))
        chosen.extend(islice(fit, per_voice))
    return chosen


def _open(folder: Path) -> PreparedCorpus:
    for name in (MANIFEST, SAMPLES):
        if not (folder / name).is_file():
            raise SynthError(
                f"{folder} is no prepared corpus: it has no {name}. Prepare one with "
                "scripts/fetch_corpora.py and give its folder corpus/.",
                code="corpus_missing",
            )
    try:
        return PreparedCorpus.open(folder)
    except (ValueError, TypeError, json.JSONDecodeError) as error:
        message = f"The prepared corpus in {folder} cannot be read: {error}"
        raise SynthError(message, code="corpus_invalid") from error


def _is_held_out(record: Record) -> bool:
    """By the split it was prepared with, and by today's rule, which may be newer."""
    today = split_of(
        speaker=record.speaker,
        language=record.language,
        prompt=record.prompt,
        condition=record.condition,
    )
    return record.split in HELD_OUT and today in HELD_OUT


def _is_usable(record: Record) -> bool:
    fits = MIN_DURATION_S <= record.duration_s <= MAX_DURATION_S
    return fits and record.speaker != NOISE and not record.is_overdriven


def _passes_checks(record: Record, samples: NDArray[np.int16]) -> bool:
    """Whether a study would take it: the worker refuses recordings that fail these checks."""
    floats = samples / FULL_SCALE
    try:
        if record.condition != CLIPPED:
            check_unclipped(floats)
        check_audible(floats)
        aligned = align_loudness(floats, rate_hz=RATE_HZ)
        check_level(aligned.loudness_lufs, target_lufs=TARGET_LEVEL_LUFS)
    except SynthError:
        return False
    return True


def _hashes_of_other_corpora(records: Sequence[Record]) -> set[str]:
    """Hashes of recordings that the site has under another code, as the demo's."""
    codes = {_code(record) for record in records}
    rows = Utterance.objects.values_list("code", "sha256", "source_sha256")
    return {sha256 for code, *both in rows if code not in codes for sha256 in both if sha256}


def _packages_with_two_licences(records: Sequence[Record]) -> set[str]:
    """A corpus has one licence, so these packages become one corpus for each of theirs."""
    licences = defaultdict(set)
    for record in records:
        licences[record.package].add(record.licence)
    return {package for package, found in licences.items() if len(found) > 1}


def _corpus_code(record: Record, shared: set[str]) -> str:
    name = f"{record.package} {record.licence}" if record.package in shared else record.package
    return slugify(name)[:MAX_CORPUS_CODE]


def _same_terms(licence: str, of_corpus: str) -> bool:
    """The same licence, or the corpus' with a word on whose it is."""
    return licence.casefold().startswith(of_corpus.casefold())


def _speaker(record: Record, shared: set[str]) -> Speaker:
    """The speaker of that code, whichever corpus has it: model cards know speakers by code."""
    found = Speaker.objects.select_related("corpus").filter(code=record.speaker).first()
    if found:
        return found
    code = _corpus_code(record, shared)
    corpus, _ = Corpus.objects.get_or_create(code=code, defaults=_corpus_row(record, shared))
    return Speaker.objects.create(corpus=corpus, code=record.speaker, name=record.speaker)


def _corpus_row(record: Record, shared: set[str]) -> Mapping[str, str]:
    folder = _folder(_corpus_code(record, shared)).resolve()
    inside = folder.is_relative_to(settings.BASE_DIR)
    return {
        "name": f"{record.package}, {record.licence}"
        if record.package in shared
        else record.package,
        "licence": record.licence,
        "attribution": _attribution(record),
        "source": f"Debian package {record.package}"
        if record.package in _SOURCES
        else record.package,
        "root": str(folder.relative_to(settings.BASE_DIR) if inside else folder),
    }


def _attribution(record: Record) -> str:
    """Whom to credit: a package names its people, but not those of parts on other terms."""
    source = _SOURCES.get(record.package)
    if source is None:
        return ""
    if source.licence == record.licence:
        return source.attribution
    return f"See the copyright file of the Debian package {record.package}"


def _folder(corpus: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "recordings" / corpus


def _code(record: Record) -> str:
    """The record's code as addresses can have it: letters, digits, hyphens."""
    return slugify(record.code.replace(".", "-"))


def _write(samples: NDArray[np.int16], record: Record, corpus: str) -> Path:
    """The samples as a FLAC file that is there whole or not at all."""
    if samples_sha256(np.asarray(samples)) != record.sha256:
        raise SynthError(
            f"The samples of {record.code} are not those that {MANIFEST} describes (their sha256 "
            "differs): prepare the corpus again.",
            code="recording_differs",
        )
    file = _folder(corpus) / f"{_code(record)}.flac"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        soundfile.write(partial, samples, RATE_HZ, format="FLAC", subtype="PCM_16")
        partial.replace(file)
    return file


def _store(record: Record, speaker: Speaker, file: Path) -> Utterance:
    """The row, made or brought up to date. Its path leads from its speaker's corpus' folder."""
    utterance, _ = Utterance.objects.update_or_create(
        code=_code(record),
        defaults={
            "speaker": speaker,
            "path": os.path.relpath(file.resolve(), speaker.corpus.folder.resolve()),
            "language": record.language,
            "style": record.style,
            "condition": record.condition,
            "topic": record.topic,
            "text": record.text,
            "text_source": f"{record.package}: {record.source_path}" if record.text else "",
            "duration_s": record.duration_s,
            "rate_hz": RATE_HZ,
            "bandwidth_hz": record.bandwidth_hz,
            "sha256": record.sha256,
        },
    )
    return utterance
