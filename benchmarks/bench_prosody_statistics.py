"""How far a speaker's statistics from few phrases are from those of all, with and without prior.

    EARSHOT_DATA=/somewhere python benchmarks/bench_prosody_statistics.py --phrases FILE.npz

The prior is fitted without the speaker in question. Needs the prepared corpus, or the phrases
that scripts/fit_prosody_population.py keeps; the second part needs the labels of festvox-ru.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.fit_prosody_population import FITTED, LABELS, Phrases, gather, indices_of  # noqa: E402
from synth.audio.mel import griffin_lim, log_mel  # noqa: E402
from synth.datasets import festvox_ru  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.prosody.contours import Contours, contours_of  # noqa: E402
from synth.prosody.controls import rebuild  # noqa: E402
from synth.prosody.features import FEATURE_TRACKER, FEATURES, Prosody, measure  # noqa: E402
from synth.prosody.metrics import (  # noqa: E402
    PitchErrors,
    copy_synthesis_ceiling,
    pitch_errors,
)
from synth.prosody.population import Moments, Prior, fit_prior  # noqa: E402
from synth.prosody.quasi_phones import quasi_phones  # noqa: E402
from synth.prosody.samples import Sample, sample_of  # noqa: E402
from synth.prosody.segments import Durations  # noqa: E402
from synth.prosody.speaker_statistics import plain_statistics  # noqa: E402
from synth.prosody.tracks import (  # noqa: E402
    HOP_S,
    PRAAT,
    PRAAT_RANGE_HZ,
    WIDE_RANGE_HZ,
    f0_on_frames,
    voice_range,
)
from synth.text.festvox import read_labels  # noqa: E402
from synth.text.phones import PAUSE  # noqa: E402

SIZES = (1, 3, 10, 30)
DRAWS = 40
EVERY = 25  # of the labeled sentences
MAX_S = 10.0
SEMITONES = 12 / np.log(2)
SEED = 1
COPIED, N_COPIES = ("ru_nsh", "tux_ru", "cs_fish_small"), 12
SHARES = {"VDE": "voicing", "GPE": "gross", "FFE": "frame"}


@dataclass(frozen=True)
class Sentence:
    """A labeled recording, its contours and its phones."""

    samples: NDArray[np.float64]
    contours: Contours
    durations: Durations
    is_pause: NDArray[np.bool_]


def distances(samples: Sequence[Sample], sizes: Sequence[int]) -> Iterator[Row]:
    """Over speakers and draws of phrases: root mean square distance from all phrases'."""
    rng = np.random.default_rng(SEED)
    priors = [fit_prior([s for s in samples if s is not one]) for one in samples]
    for size in sizes:
        found = np.array(
            [
                _errors(sample, prior, rng.permutation(sample.n_phrases)[:size])
                for sample, prior in zip(samples, priors, strict=True)
                for _ in range(DRAWS)
            ]
        )
        means = np.sqrt((found**2).mean(axis=0))
        names = ("mean_plain", "mean_shrunk", "sd_plain_percent", "sd_shrunk_percent")
        yield {"phrases": size, "speakers": len(samples), **dict(zip(names, means, strict=True))}


def _errors(sample: Sample, prior: Prior, chosen: NDArray[np.intp]) -> list[float]:
    heard = sample.chosen(list(chosen))
    whole, plain = _plain(sample), _plain(heard)
    shrunk = prior.moments(heard)
    return [
        plain.mean - whole.mean,
        shrunk.mean - whole.mean,
        100 * np.log(plain.sd / whole.sd),
        100 * np.log(shrunk.sd / whole.sd),
    ]


def _plain(sample: Sample) -> Moments:
    mean, variance = sample.pooled
    return Moments(mean, float(np.sqrt(variance)))


def few_phrases(phrases: Phrases, feature: str) -> list[Row]:
    """Distances for one feature; of F0 in semitones, of energy in dB."""
    unit = SEMITONES if feature == "log_f0" else 20 / np.log(10)
    known = [sample_of(own, feature) for own in phrases.values()]
    samples = [one for one in known if one.n_phrases >= 2 * max(SIZES)]
    keys = ("mean_plain", "mean_shrunk")
    return [
        {**row, **{key: float(row[key]) * unit for key in keys}}
        for row in distances(samples, SIZES)
    ]


def spoken_by(phrases: Phrases) -> Iterator[Row]:
    """Each speaker's statistics from all phrases at hand."""
    for speaker, own in phrases.items():
        pitch = plain_statistics(own).log_f0
        yield {
            "speaker": speaker,
            "in_the_population": "yes" if speaker in FITTED else "no",
            "phrases": len(own),
            "F0_Hz": float(np.exp(pitch.mean)),
            "F0_sd_semitones": SEMITONES * pitch.sd,
        }


def sentences(corpus: PreparedCorpus) -> Iterator[Sentence]:
    """Some of the labeled sentences of festvox-ru."""
    labels = data_folder() / "sources" / festvox_ru.SOURCE.package / LABELS
    own = [i for i, u in enumerate(corpus.utterances) if u.package == festvox_ru.SOURCE.package]
    for index in own[::EVERY]:
        utterance = corpus.utterances[index]
        if utterance.duration_s <= MAX_S:
            samples = corpus.samples_of(index) / 32768.0
            contours = contours_of(samples, tracker=FEATURE_TRACKER)
            found = read_labels(labels / f"{Path(utterance.source_path).stem}.lab")
            ends = np.rint([one.end_s / HOP_S for one in found]).astype(np.intp)
            ends = np.minimum(ends, contours.n_frames)
            ends[-1] = contours.n_frames
            is_pause = np.array([one.symbol == PAUSE for one in found])
            yield Sentence(samples, contours, np.diff(ends, prepend=0), is_pause)


def rebuilt_rows(found: Sequence[Sentence]) -> Iterator[Row]:
    """What features keep of the F0 line of real sentences, by how it is rebuilt."""
    ways = {
        "a step per phoneme": _steps,
        "a straight piece per phoneme": _pieces,
        "the smoothest line with the features": lambda prosody: rebuild(prosody).log_f0,
    }
    measured = [measure(one.contours, one.durations, is_pause=one.is_pause) for one in found]
    for name, line in ways.items():
        errors = [
            pitch_errors(*_hertz(one.contours, line(prosody)))
            for one, prosody in zip(found, measured, strict=True)
        ]
        yield {
            "rebuilt_as": name,
            "sentences": len(errors),
            "RMSE_cents": float(np.mean([one.rmse_cents for one in errors])),
            "correlation": float(np.mean([one.correlation for one in errors])),
        }


def _hertz(contours: Contours, line: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [np.where(contours.voiced, np.exp(x), 0.0) for x in (contours.log_f0, line)]


def _steps(prosody: Prosody) -> NDArray[np.float64]:
    return np.repeat(prosody.log_f0, prosody.durations)


def _pieces(prosody: Prosody) -> NDArray[np.float64]:
    durations = prosody.durations
    inside = np.arange(durations.sum()) - np.repeat(np.cumsum(durations) - durations, durations)
    middle = np.repeat((durations - 1) / 2, durations)
    return _steps(prosody) + np.repeat(prosody.slope, durations) * (inside - middle) * HOP_S


def stand_in_rows(found: Sequence[Sentence]) -> Iterator[Row]:
    """Statistics of the same sentences cut by labels and by spectral changes."""
    cuts = {
        "labels": [(one.durations, one.is_pause) for one in found],
        "spectral changes": [quasi_phones(one.samples) for one in found],
    }
    for name, segments in cuts.items():
        phrases = [
            measure(one.contours, durations, is_pause=is_pause)
            for one, (durations, is_pause) in zip(found, segments, strict=True)
        ]
        voice = plain_statistics(phrases)
        slopes = np.concatenate(
            [voice.normalize(one)[:, FEATURES.index("slope")] for one in phrases]
        )
        weights = np.concatenate([one.voiced_frames for one in phrases])
        yield {
            "segments": name,
            "number": voice.n_phonemes,
            "F0_Hz": float(np.exp(voice.log_f0.mean)),
            "F0_sd_semitones": SEMITONES * voice.log_f0.sd,
            "slope_normalized_sd": float(np.sqrt(np.average(slopes**2, weights=weights))),
            "energy_nepers": voice.energy.mean,
            "energy_sd": voice.energy.sd,
            "duration_ms": 1000 * float(np.exp(voice.log_duration.mean)),
            "log_duration_sd": voice.log_duration.sd,
        }


def ceiling_rows(corpus: PreparedCorpus) -> Iterator[Row]:
    """Copies by fast Griffin-Lim from their own mels, by two trackers."""
    for speaker in COPIED:
        recordings = [
            corpus.samples_of(i) / 32768.0
            for i in indices_of(corpus, speaker, max_s=MAX_S)[:N_COPIES]
        ]
        wide = [f0_on_frames(one, PRAAT, range_hz=WIDE_RANGE_HZ) for one in recordings]
        own = voice_range(np.concatenate(wide))
        copies = {one.tobytes(): _copy(one) for one in recordings}
        for tracker, range_hz in ((PRAAT, PRAAT_RANGE_HZ), (PRAAT, own), (FEATURE_TRACKER, None)):
            errors = copy_synthesis_ceiling(
                recordings,
                lambda one, copies=copies: copies[one.tobytes()],  # type: ignore[misc]
                tracker=tracker,
                range_hz=range_hz or PRAAT_RANGE_HZ,
            )
            yield {
                "speaker": speaker,
                "tracker": tracker,
                "range_Hz": f"{range_hz[0]:.0f} to {range_hz[1]:.0f}" if range_hz else "own",
                "recordings": len(errors),
                **_summary(errors),
            }


def _copy(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    return griffin_lim(log_mel(samples), len(samples), iterations=30, seed=SEED)


def _summary(errors: Sequence[PitchErrors]) -> dict[str, float]:
    correlations = np.array([one.correlation for one in errors])
    return {
        "RMSE_Hz": _mean(errors, "rmse_hz"),
        "r_mean": float(np.nanmean(correlations)),
        "r_median": float(np.nanmedian(correlations)),
        "r_least": float(np.nanmin(correlations)),
        **{f"{short}_percent": 100 * _mean(errors, name) for short, name in SHARES.items()},
    }


def _mean(errors: Sequence[PitchErrors], name: str) -> float:
    return float(np.nanmean([getattr(one, name) for one in errors]))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--phrases", type=Path, help="where measured phrases are kept")
    return parser.parse_args()


def main() -> None:
    settle()
    arguments = parse_arguments()
    corpus = PreparedCorpus.open(data_folder() / "corpus")
    phrases = gather(corpus, arguments.phrases)
    found = list(sentences(corpus))
    publish(
        Report(
            benchmark="prosody_statistics",
            settings={"draws": DRAWS, "seed": SEED, "every": EVERY, "max_s": MAX_S},
            tables={
                "Speakers": list(spoken_by(phrases)),
                "F0 from few phrases": few_phrases(phrases, "log_f0"),
                "Energy from few phrases": few_phrases(phrases, "energy"),
                "Rebuilt lines": list(rebuilt_rows(found)),
                "Labels and their stand-ins": list(stand_in_rows(found)),
                "Copies by Griffin-Lim": list(ceiling_rows(corpus)),
            },
            ratios={},
        )
    )


if __name__ == "__main__":
    main()
