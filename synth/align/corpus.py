"""All recordings of a corpus that have a text, aligned speaker by speaker.

Axes: T frames of 10 ms, K sounds there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..datasets.prepared import PreparedCorpus
from ..datasets.records import Utterance
from ..datasets.voices import VOICES, stressed_texts
from ..errors import SynthError
from ..text.languages import LANGUAGES
from .alignment import Alignment, align_posteriors
from .features import features_of
from .network import AlignerNetwork, log_posteriors
from .sentences import Sentence, as_float, read_sentences
from .store import StoredAlignment
from .verdicts import OPEN, limits_of

SAMPLED = 100  # of a speaker's recordings, for the limits
LEAST_SAMPLED = 20  # with fewer there are no limits
LABELED = "ru_nsh"
Posteriors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Heard:
    """One speaker's sentences of one language and the log posteriors (T, K) of each."""

    sentences: Sequence[Sentence]
    posteriors: Sequence[Posteriors]


def groups_of(corpus: PreparedCorpus, sources: Path) -> dict[tuple[str, str], list[Sentence]]:
    """The sentences that can be read, by speaker and language, without overdriven recordings."""
    marked = stressed_texts(sources)
    places: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for index, utterance in enumerate(corpus.utterances):
        if utterance.text and utterance.language in LANGUAGES and not utterance.is_overdriven:
            key = utterance.speaker, utterance.language
            places.setdefault(key, []).append((index, text_of(utterance, marked)))
    return {
        (speaker, language): read_sentences(own, language, phone_set=phone_set_of(speaker))
        for (speaker, language), own in places.items()
    }


def text_of(utterance: Utterance, marked: Mapping[str, str]) -> str:
    """The text, with stress marks where the speaker's corpus has them."""
    if utterance.speaker != LABELED:
        return utterance.text
    return marked.get(Path(utterance.source_path).stem, utterance.text)


def phone_set_of(speaker: str) -> str | None:
    """The phone set of the voice that a speaker is, or is a reference of; None for others."""
    for voice in VOICES.values():
        if speaker == voice.speaker or speaker in voice.references:
            return voice.phone_set
    return None


def hear(corpus: PreparedCorpus, sentences: Sequence[Sentence], network: AlignerNetwork) -> Heard:
    """The sentences with what the network hears; those without any sound are left out."""
    kept, posteriors = [], []
    for sentence in sentences:
        try:
            features = features_of(as_float(corpus, sentence.index))
        except SynthError:
            continue
        kept.append(sentence)
        posteriors.extend(log_posteriors(network, [features]))
    return Heard(kept, posteriors)


def sampled(heard: Heard, corpus: PreparedCorpus) -> Heard:
    """Some of a speaker's sentences, in the order of their hashes."""
    hashes = [corpus.utterances[one.index].sha256 for one in heard.sentences]
    chosen = np.argsort(np.array(hashes))[:SAMPLED]
    return Heard([heard.sentences[k] for k in chosen], [heard.posteriors[k] for k in chosen])


def align_speaker(heard: Heard, corpus: PreparedCorpus) -> list[Alignment]:
    """Every sentence, judged by limits that suit the speaker.

    With too few sentences for limits nothing is refused but what does not fit at all.
    """
    scripts = [one.script for one in heard.sentences]
    limits = OPEN
    if len(scripts) >= LEAST_SAMPLED:
        some = sampled(heard, corpus)
        limits = limits_of(some.posteriors, [one.script for one in some.sentences])
    return align_posteriors(heard.posteriors, scripts, limits)


def align_corpus(
    corpus: PreparedCorpus, sources: Path, network: AlignerNetwork, taught: Collection[str]
) -> Iterator[StoredAlignment]:
    """The alignment of every sentence, speaker by speaker.

    Args:
        taught: sha256 of the recordings that the network learned from.
    """
    for sentences in groups_of(corpus, sources).values():
        heard = hear(corpus, sentences, network)
        found = align_speaker(heard, corpus)
        for sentence, alignment in zip(heard.sentences, found, strict=True):
            yield stored(sentence, alignment, corpus.utterances[sentence.index], taught)


def stored(
    sentence: Sentence, alignment: Alignment, utterance: Utterance, taught: Collection[str]
) -> StoredAlignment:
    """An alignment as it is kept."""
    return StoredAlignment(
        utterance.sha256,
        utterance.speaker,
        utterance.language,
        sentence.phonemes.phone_set,
        alignment.symbols,
        tuple(int(n) for n in alignment.durations),
        tuple(round(float(one), 3) for one in alignment.scores),
        round(alignment.score, 4),
        round(alignment.weakest, 4),
        alignment.ok,
        alignment.reason,
        utterance.sha256 in taught,
    )
