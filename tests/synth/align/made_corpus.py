"""A corpus that espeak-ng speaks: two people of two languages, and a reference speaker."""

import numpy as np

from synth.align.timed_speech import Clause, Manner, join_clauses, speak
from synth.datasets import splits
from synth.datasets.festvox_ru import SOURCE, VOICE
from synth.datasets.prepared import PreparedCorpus
from synth.datasets.records import Utterance, samples_sha256

CZECH = (
    "Vidíš tamten velký kámen",
    "Musíme najít cestu ven",
    "Tohle přece není žádná ryba",
    "Kolik stupňů má voda",
    "Podej mi prosím tu lampu",
)
DUTCH = (
    "Wij zoeken een uitgang",
    "Dat is een grote steen",
    "Het water wordt koud",
    "Geef mij die oude lamp",
    "Zie je de groene vis",
)
SPEAKERS = {  # name: (language, voice, texts)
    "nl_fish_small": ("nl", "nl+f2", DUTCH),
    "nl_fish_big": ("nl", "nl+m3", DUTCH),
    "cs_fish_big": ("cs", "cs+m1", CZECH),
}


def made_corpus():
    """Every speaker with every text of the language."""
    utterances, pieces = [], []
    for speaker, (language, voice, texts) in SPEAKERS.items():
        for text in texts:
            clause = speak([Clause(text, language, Manner(voice))])[0]
            samples = join_clauses([clause], [2000, 2000]).samples
            pieces.append(np.round(20_000 * samples).astype(np.int16))
            utterances.append(utterance(speaker, language, text, pieces[-1]))
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in pieces])])
    return PreparedCorpus(tuple(utterances), offsets, np.concatenate(pieces), 16_000)


def utterance(speaker, language, text, samples):
    return Utterance(
        code=f"{speaker}.{text}",
        speaker=speaker,
        language=language,
        style="read",
        condition="clean",
        prompt=text,
        text=text,
        licence="",
        package="made",
        source_path=f"{text}.wav",
        duration_s=len(samples) / 16_000,
        original_rate_hz=16_000,
        bandwidth_hz=8000.0,
        sha256=samples_sha256(samples),
        split=splits.TRAIN,
    )


def made_sources(folder):
    """The one file that is read of an unpacked festvox-ru: no sentences."""
    texts = folder / SOURCE.package / VOICE / "etc" / "txt.done.data"
    texts.parent.mkdir(parents=True)
    texts.write_text("")
    return folder
