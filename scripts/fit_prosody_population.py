"""Fit what is known of a speaker's prosody beforehand to many speakers of the prepared corpus.

    EARSHOT_DATA=/somewhere python scripts/fit_prosody_population.py [--phrases FILE.npz]

Writes synth/prosody/population.json. Speakers that serve as prosody references are left out.
Phonemes are stood in for by segments between spectral changes, for few speakers have labels.
Such segments come about as fast in slow speech as in fast, so tempo is taken from the time that
a text takes, by its number of phonemes, and how much phonemes differ from the labels there are.
Needs the prepared corpus, the unpacked sources, espeak-ng and requirements-evaluation.txt.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.datasets import festvox_ru  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.records import Utterance  # noqa: E402
from synth.errors import SynthError  # noqa: E402
from synth.prosody.features import FEATURES, Prosody, prosody_of  # noqa: E402
from synth.prosody.population import STORED, Prior, fit_population, fit_prior  # noqa: E402
from synth.prosody.quasi_phones import quasi_phones  # noqa: E402
from synth.prosody.samples import Sample  # noqa: E402
from synth.prosody.tracks import HOP_S  # noqa: E402
from synth.text.festvox import read_labels  # noqa: E402
from synth.text.phonemes import phonemes_of  # noqa: E402
from synth.text.phones import PAUSE  # noqa: E402

FITTED = (
    "ru_nsh",
    "allison",
    "june",
    "carlo",
    "dal_zot",
    "armelle",
    "july_jimenez",
    "tux_ro",
    "tux_es",
    "tux_fr",
    "tux_el",
    "tux_bg",
    "tux_be",
    "tux_ca",
)
REFERENCES = (
    "tux_ru",
    "ivrvoice_ru",
    "cs_fish_small",
    "cs_fish_big",
    "nl_fish_small",
    "nl_fish_big",
)
PER_SPEAKER = 100
MIN_S, MAX_S = 1.5, 5.0
TEXT_MAX_S = 8.0
WITH_TEXT = ("ru_nsh", "tux_ro", "tux_es", "tux_fr", "tux_el", "tux_bg", "tux_be", "tux_ca")
N_TEXTS, LEAST_PHONEMES = 60, 12  # of shorter texts, other sounds in the recording are much
LANGUAGES = {"allison": "en"}  # who speaks two is one speaker all the same
SEGMENTS = (
    "segments between spectral changes; durations: time per phoneme of the text, "
    "spread within a phrase as in the labels of festvox-ru"
)

LABELS = festvox_ru.VOICE / "lab"
Phrases = Mapping[str, Sequence[Prosody]]


def indices_of(corpus: PreparedCorpus, speaker: str, *, max_s: float = MAX_S) -> list[int]:
    """Up to ``PER_SPEAKER`` recordings of a speaker, by the hash of their samples."""
    own = [
        (utterance.sha256, index)
        for index, utterance in enumerate(corpus.utterances)
        if utterance.speaker == speaker
        and MIN_S <= utterance.duration_s <= max_s
        and utterance.style != "sung"
        and LANGUAGES.get(speaker, utterance.language) == utterance.language
    ]
    return [index for _, index in sorted(own)[:PER_SPEAKER]]


def phrases_of(corpus: PreparedCorpus, speaker: str) -> Iterator[Prosody]:
    """The prosody of a speaker's recordings; those without voice are passed over."""
    for index in indices_of(corpus, speaker):
        samples = corpus.samples_of(index).astype(np.float64) / 32768.0
        durations, is_pause = quasi_phones(samples)
        try:
            yield prosody_of(samples, durations, is_pause=is_pause)
        except SynthError:
            continue


def tempo_prior(corpus: PreparedCorpus, *, within: float, like: Prior) -> Prior:
    """The prior of log durations.

    Args:
        within: standard deviation of log durations, as labels have it.
        like: a feature whose speakers' spreads differ as much as those of durations are taken
            to: one labeled speaker does not show it.
    """
    samples = [tempo_sample(corpus, speaker, within) for speaker in WITH_TEXT]
    return replace(
        fit_prior(samples),
        log_sd=float(np.log(within)),
        log_sd_sd=like.log_sd_sd,
        sd_noise=like.sd_noise,
    )


def tempo_sample(corpus: PreparedCorpus, speaker: str, within: float) -> Sample:
    """Log durations of a speaker, phrase by phrase, from the number of phonemes of the text.

    The mean of the logs is taken to lie within^2 / 2 below the log of the mean (log-normal).
    """
    rows = []
    for index in indices_of(corpus, speaker, max_s=TEXT_MAX_S)[:N_TEXTS]:
        count = count_phonemes(corpus.utterances[index])
        if count >= LEAST_PHONEMES:
            durations, is_pause = quasi_phones(corpus.samples_of(index) / 32768.0)
            mean = np.log(durations[~is_pause].sum() * HOP_S / count) - within**2 / 2
            rows.append((count, mean, mean**2 + within**2, count))
    return Sample(*np.array(rows, dtype=np.float64).T)


def count_phonemes(utterance: Utterance) -> int:
    """How many phonemes the text has; none where there is none to read."""
    try:
        return len(phonemes_of(utterance.text, utterance.language).spoken)
    except SynthError:
        return 0


def labeled_spread(folder: Path) -> float:
    """Standard deviation of log durations over the phones of all label files of a folder."""
    labels = (label for path in sorted(folder.glob("*.lab")) for label in read_labels(path))
    durations = [one.end_s - one.start_s for one in labels if one.symbol != PAUSE]
    return float(np.std(np.log(durations)))


def gather(corpus: PreparedCorpus, kept: Path | None) -> Phrases:
    """Phrases by speaker, read from ``kept`` where that exists, else measured and kept there."""
    if kept and kept.exists():
        return read_phrases(kept)
    found = {speaker: list(phrases_of(corpus, speaker)) for speaker in (*FITTED, *REFERENCES)}
    if kept:
        write_phrases(kept, found)
    return found


def write_phrases(path: Path, phrases: Phrases) -> None:
    """Phrases in one file: a table of phonemes, and whose and how long each phrase is."""
    flat = [(speaker, one) for speaker, own in phrases.items() for one in own]
    np.savez(
        path,
        features=np.concatenate([one.matrix() for _, one in flat]),
        is_pause=np.concatenate([one.is_pause for _, one in flat]),
        speakers=np.array([speaker for speaker, _ in flat]),
        lengths=np.array([one.n_phonemes for _, one in flat]),
    )


def read_phrases(path: Path) -> Phrases:
    """What ``write_phrases`` wrote."""
    found: dict[str, list[Prosody]] = {}
    with np.load(path) as stored:
        stops = np.cumsum(stored["lengths"])[:-1]
        tables = np.split(stored["features"], stops)
        pauses = np.split(stored["is_pause"], stops)
        speakers = [str(one) for one in stored["speakers"]]
    for speaker, table, is_pause in zip(speakers, tables, pauses, strict=True):
        columns = dict(zip(FEATURES, table.T, strict=True))
        found.setdefault(speaker, []).append(Prosody(**columns, is_pause=is_pause))
    return found


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--phrases", type=Path, help="where measured phrases are kept")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    corpus = PreparedCorpus.open(data_folder() / "corpus")
    phrases = gather(corpus, arguments.phrases)
    fitted = {speaker: phrases[speaker] for speaker in FITTED}
    found = fit_population(fitted, segments=SEGMENTS)
    within = labeled_spread(data_folder() / "sources" / festvox_ru.SOURCE.package / LABELS)
    tempo = tempo_prior(corpus, within=within, like=found.energy)
    population = replace(found, log_duration=tempo)
    population.write(STORED)
    print(STORED.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
