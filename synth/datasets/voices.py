"""The prosody work's voices: whom it speaks with, whom it takes the melody from, and what for.

A *target voice* is spoken with; a *prosody reference* is a recording by somebody else whose
prosody is transferred. Networks may be trained on a target voice's ``train`` part, never on a
reference speaker (``never_trained_on``). All records lie in the prepared corpus; the sentences
with stress marks and the phone labels of festvox-ru are read from the unpacked package.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..text.clauses import clauses_of
from ..text.festvox import Label, read_labels
from ..text.normalize import STRESS_MARK, normalize
from ..text.phones import FESTVOX_RU, IPA
from ..text.symbols import UnknownSymbols
from . import festvox_ru, splits
from .records import Utterance

TARGET, REFERENCE = "target", "reference"
TRAIN, VALIDATION, TEST, KEPT_ASIDE = "train", "validation", "test", "kept-aside"
PARTS = (TRAIN, VALIDATION, TEST, KEPT_ASIDE)
SPLIT_NAME = "earshot-prosody-1"
MIN_REFERENCE_WORDS = 4  # shorter phrases have hardly a melody to transfer
DRAWN_PERCENT = 3  # of the corpus' train split for each part that is not trained on
KEPT_REFERENCE_PERCENT = 30  # of a reference speaker's phrases, for the last check
STRESSED = re.compile(r"\+(\w)")  # festvox-ru writes the mark before the vowel


@dataclass(frozen=True)
class TargetVoice:
    """A voice to speak with.

    ``references``: other speakers of the language whose recordings are references.
    ``sounds_like_a_reference``: groups that may hold a reference speaker too, by
    speakers.json: ``cs_fish_others`` lies above the threshold with the big fish's actor.
    """

    speaker: str
    language: str
    phone_set: str
    references: tuple[str, ...]
    sounds_like_a_reference: tuple[str, ...] = ()

    @property
    def never_trained_on(self) -> frozenset[str]:
        """Speaker groups that no network in this voice's chain may learn from."""
        return frozenset(self.references) | frozenset(self.sounds_like_a_reference)


VOICES: Mapping[str, TargetVoice] = {
    voice.speaker: voice
    for voice in (
        TargetVoice("ru_nsh", "ru", FESTVOX_RU, ("tux_ru",)),
        TargetVoice("cs_fish_small", "cs", IPA, ("cs_fish_big",), ("cs_fish_others",)),
        TargetVoice("cs_fish_big", "cs", IPA, ("cs_fish_small",)),  # the same pair, reversed
    )
}
SHIPPED = ("ru_nsh", "cs_fish_small")


@dataclass(frozen=True)
class VoiceRecord:
    """One recording of a target voice or of its references.

    ``index`` is its position in the prepared corpus. ``text`` has stress marks (U+0301) where
    the source has them. ``parallel`` names the line of dialogue, the same in every language,
    empty elsewhere. ``label_path`` is the festvox-ru phone label file, else None.
    """

    index: int
    utterance: Utterance
    role: str
    part: str
    text: str
    parallel: str = ""
    label_path: Path | None = None

    @property
    def labels(self) -> tuple[Label, ...] | None:
        """The phones with their times, machine made like all labels here; None without."""
        return read_labels(self.label_path) if self.label_path else None

    @property
    def was_trained_on_by_vocoder(self) -> bool:
        """Whether the universal vocoder has heard this very recording in training."""
        return self.utterance.split == splits.TRAIN


def voice_of(speaker: str) -> TargetVoice:
    """The target voice of this name.

    Raises:
        ValueError: for a speaker that is none.
    """
    if speaker not in VOICES:
        raise ValueError(f"Expected a target voice of {', '.join(VOICES)}, got {speaker!r}.")
    return VOICES[speaker]


def never_trained_on(voices: Iterable[str]) -> frozenset[str]:
    """Groups that a network serving all these voices may not learn from."""
    return frozenset().union(*(voice_of(name).never_trained_on for name in voices))


def read_records(utterances: Sequence[Utterance], sources: Path, speaker: str) -> list[VoiceRecord]:
    """Every usable record of a target voice and its references, in the corpus' order.

    Left out: overdriven recordings, texts that cannot be read, reference phrases of fewer than
    ``MIN_REFERENCE_WORDS`` words, and training sentences whose words are tested too.

    Args:
        utterances: all of the prepared 16 kHz corpus, in its order.
        sources: the folder of the unpacked packages, for festvox-ru.
        speaker: a key of ``VOICES``.
    """
    voice = voice_of(speaker)
    marked = stressed_texts(sources) if speaker == "ru_nsh" else {}
    records = []
    for index, utterance in enumerate(utterances):
        if utterance.speaker == speaker:
            records.append(target_record(index, utterance, marked, sources))
        elif utterance.speaker in voice.references:
            records.append(reference_record(index, utterance))
    return without_tested_texts([record for record in records if is_usable(record)])


def target_record(
    index: int, utterance: Utterance, marked: Mapping[str, str], sources: Path
) -> VoiceRecord:
    """A target voice's recording; with labels and stress marks if it is festvox-ru's."""
    path = Path(utterance.source_path)
    label_path = None
    if utterance.package == festvox_ru.SOURCE.package:
        label_path = sources / utterance.package / path.parent.parent / "lab" / f"{path.stem}.lab"
    return VoiceRecord(
        index,
        utterance,
        TARGET,
        target_part(utterance),
        marked.get(path.stem, utterance.text),
        parallel_of(utterance),
        label_path,
    )


def reference_record(index: int, utterance: Utterance) -> VoiceRecord:
    """A reference speaker's recording: tested on now, or kept aside for the last check."""
    part = KEPT_ASIDE if bucket_of(utterance) < KEPT_REFERENCE_PERCENT else TEST
    return VoiceRecord(index, utterance, REFERENCE, part, utterance.text, parallel_of(utterance))


def bucket_of(utterance: Utterance) -> int:
    """A number in 0..99 that speaker and text alone decide, not the corpus' own one."""
    words = splits.normalize_prompt(utterance.text)
    key = f"{SPLIT_NAME}|{utterance.speaker}|{words}"
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % 100


def target_part(utterance: Utterance) -> str:
    """What a target voice's recording is for.

    The corpus' own test split is tested on and its validation split kept aside, for the
    vocoder was trained on neither; of its training split a few are drawn for each part, so
    that every part has 30 sentences and more.
    """
    if utterance.split == splits.TEST:
        return TEST
    if utterance.split == splits.VALIDATION:
        return KEPT_ASIDE
    drawn = bucket_of(utterance) // DRAWN_PERCENT
    return (TEST, KEPT_ASIDE, VALIDATION)[drawn] if drawn < 3 else TRAIN


def parallel_of(utterance: Utterance) -> str:
    """``level/line`` of a line of dialogue: the same in Czech and Dutch."""
    if not utterance.package.startswith("fillets-ng-data-"):
        return ""
    return f"{utterance.topic}/{Path(utterance.source_path).stem}"


def stressed_texts(sources: Path) -> dict[str, str]:
    """festvox-ru's sentences by utterance name, with U+0301 after the vowels it marks."""
    path = sources / festvox_ru.SOURCE.package / festvox_ru.VOICE / "etc" / "txt.done.data"
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (festvox_ru.LINE.match(line.strip()) for line in lines)
    return {match[1]: STRESSED.sub(rf"\g<1>{STRESS_MARK}", match[2]) for match in found if match}


def is_usable(record: VoiceRecord) -> bool:
    """Whether a recording is clean and its text can be read, long enough for its role."""
    if record.utterance.is_overdriven or not record.text:
        return False
    try:
        n_words = word_count(record.text, record.utterance.language)
    except UnknownSymbols:
        return False
    return n_words >= (MIN_REFERENCE_WORDS if record.role == REFERENCE else 1)


def word_count(text: str, language: str) -> int:
    """How many words a text has once it is normalized.

    Raises:
        UnknownSymbols: if it cannot be read.
    """
    return sum(len(clause.words) for clause in clauses_of(normalize(text, language)))


def without_tested_texts(records: Sequence[VoiceRecord]) -> list[VoiceRecord]:
    """The records without those learned from whose words are also in a part that is not.

    Actors say some lines (*Ne!*) several times: the words of a test sentence are heard there
    alone. Validation counts as learned from, for it decides when training stops.
    """
    held = {words_of(one) for one in records if one.part in {TEST, KEPT_ASIDE}}
    return [one for one in records if one.part in {TEST, KEPT_ASIDE} or words_of(one) not in held]


def words_of(record: VoiceRecord) -> str:
    """The text as letters and digits."""
    return splits.normalize_prompt(record.text.replace(STRESS_MARK, ""))


def training_records(records: Iterable[VoiceRecord]) -> list[VoiceRecord]:
    """The records that may be learned from: the target voice's ``train`` part."""
    return [one for one in records if one.role == TARGET and one.part == TRAIN]


def parallel_pairs(
    records: Iterable[VoiceRecord], others: Iterable[Utterance]
) -> list[tuple[VoiceRecord, Utterance]]:
    """Records beside the same line of dialogue in another language."""
    lines = {parallel_of(utterance): utterance for utterance in others}
    return [
        (record, lines[record.parallel])
        for record in records
        if record.parallel and record.parallel in lines
    ]
