"""All recordings of a corpus that have a text, aligned speaker by speaker.

Axes: T frames of 10 ms, K sounds there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..datasets.prepared import PreparedCorpus
from ..datasets.records import Utterance
from ..datasets.voices import VOICES, stressed_texts, voice_of
from ..errors import SynthError
from ..text.languages import LANGUAGES
from .alignment import Alignment, align_posteriors
from .features import features_of
from .network import AlignerNetwork, log_posteriors
from .sentences import Sentence, as_float, read_sentences
from .store import StoredAlignment
from .throats import best_factor, warped_alike
from .verdicts import OPEN, limits_of

SAMPLED = 100  # of a speaker's recordings, for the limits
LEAST_SAMPLED = 20  # with fewer there are no limits
N_WARPED = 20  # recordings of a speaker, to choose the warp by
LABELED = "ru_nsh"
Posteriors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class AlignerOf:
    """A network, the sha256 of what it learned from, and the target voice that it is for.

    Without a voice it is for everybody.
    """

    network: AlignerNetwork
    taught: frozenset[str]
    voice: str = ""

    def is_for(self, speaker: str) -> bool:
        """Whether a speaker is the voice or a reference of it, or there is none."""
        return not self.voice or speaker in {self.voice, *voice_of(self.voice).references}


@dataclass(frozen=True, eq=False)
class Heard:
    """One speaker's sentences of one language and the log posteriors (T, K) of each.

    ``factor``: by which the speaker's frequencies were multiplied.
    """

    sentences: Sequence[Sentence]
    posteriors: Sequence[Posteriors]
    factor: float = 1.0


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
    """One speaker's sentences with what the network hears, warped to suit the speaker.

    Sentences without any sound are left out.
    """
    kept, features = [], []
    for sentence in sentences:
        try:
            features.append(features_of(as_float(corpus, sentence.index)))
        except SynthError:
            continue
        kept.append(sentence)
    chosen = some_of(kept, corpus, N_WARPED)
    scripts = [kept[k].script for k in chosen]
    factor = best_factor(network, [features[k] for k in chosen], scripts)
    return Heard(kept, log_posteriors(network, warped_alike(features, factor)), factor)


def some_of(sentences: Sequence[Sentence], corpus: PreparedCorpus, n: int) -> list[int]:
    """Places of ``n`` sentences, the first in the order of their hashes."""
    hashes = [corpus.utterances[one.index].sha256 for one in sentences]
    return [int(k) for k in np.argsort(np.array(hashes))[:n]]


def align_speaker(heard: Heard, corpus: PreparedCorpus) -> list[Alignment]:
    """Every sentence, judged by limits that suit the speaker.

    With too few sentences for limits nothing is refused but what does not fit at all.
    """
    scripts = [one.script for one in heard.sentences]
    limits = OPEN
    if len(scripts) >= LEAST_SAMPLED:
        some = some_of(heard.sentences, corpus, SAMPLED)
        limits = limits_of([heard.posteriors[k] for k in some], [scripts[k] for k in some])
    return align_posteriors(heard.posteriors, scripts, limits)


def align_corpus(
    corpus: PreparedCorpus, sources: Path, chain: AlignerOf
) -> Iterator[StoredAlignment]:
    """The alignment of every sentence that an aligner is for, speaker by speaker."""
    for (speaker, _), sentences in groups_of(corpus, sources).items():
        if chain.is_for(speaker):
            heard = hear(corpus, sentences, chain.network)
            found = align_speaker(heard, corpus)
            for sentence, alignment in zip(heard.sentences, found, strict=True):
                yield stored(sentence, alignment, corpus.utterances[sentence.index], chain)


def stored(
    sentence: Sentence, alignment: Alignment, utterance: Utterance, chain: AlignerOf
) -> StoredAlignment:
    """An alignment as it is kept."""
    return StoredAlignment(
        sha256=utterance.sha256,
        speaker=utterance.speaker,
        language=utterance.language,
        phone_set=sentence.phonemes.phone_set,
        symbols=alignment.symbols,
        durations=tuple(int(n) for n in alignment.durations),
        scores=tuple(round(float(one), 3) for one in alignment.scores),
        score=round(alignment.score, 4),
        weakest=round(alignment.weakest, 4),
        ok=alignment.ok,
        reason=alignment.reason,
        taught=utterance.sha256 in chain.taught,
        voice=chain.voice,
    )
