"""How well fast Griffin-Lim brings recordings back from the mels of several front ends.

    EARSHOT_DATA=/somewhere python benchmarks/bench_front_ends.py [--quick]

No network, no training: what is lost here, a network has to guess. Recordings are Tux Paint's,
44.1 kHz files that reach beyond 12 kHz, of speakers or phrases that are never trained on. Needs
the sources that scripts/fetch_corpora.py unpacks, and requirements-evaluation.txt.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import soundfile  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy import signal, stats  # noqa: E402

from benchmarks.results import Report, Row, publish, settle  # noqa: E402
from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.audio.bandwidth import measure_bandwidth  # noqa: E402
from synth.audio.mel import NARROW, WIDE, FrontEnd, griffin_lim, log_mel  # noqa: E402
from synth.audio.resample import resample  # noqa: E402
from synth.datasets import tuxpaint  # noqa: E402
from synth.datasets.splits import TEST, UNSEEN, split_of  # noqa: E402

FRONT_ENDS: Mapping[str, FrontEnd] = {
    "16 kHz 160/640/100": NARROW,
    "16 kHz 200/800/80": replace(NARROW, hop=200, window=800, n_fft=800, n_mels=80),
    "16 kHz 256/1024/80": replace(NARROW, hop=256, window=1024, n_fft=1024, n_mels=80),
    "24 kHz 240/960/100": WIDE,
    "24 kHz 256/1024/100": replace(WIDE, hop=256, window=1024, n_fft=1024),
}
CHOSEN = "16 kHz 160/640/100"
ITERATIONS = (60, 8)
PER_SPEAKER = 3
MIN_S, MAX_S = 1.5, 5.0
MIN_BANDWIDTH_HZ = 12_000.0
NARROW_HZ, WIDE_HZ = 16_000, 24_000
SPECTRUM_S = 0.032
RANGE_DB = 60.0  # what lies further below the recording's loudest bin counts as silence
SEED = 1
LEVEL = 0.95
METRICS = ("pesq_wb", "estoi", "lsd_8_khz_db", "lsd_12_khz_db")

Samples = NDArray[np.float64]
Outcomes = dict[tuple[str, int], list["Outcome"]]


@dataclass(frozen=True)
class Clip:
    """One recording at both rates."""

    speaker: str
    narrow: Samples
    wide: Samples


@dataclass(frozen=True)
class Outcome:
    """What one front end made of one clip; LSD in dB up to the named frequency."""

    pesq_wb: float
    estoi: float
    lsd_8_khz_db: float
    lsd_12_khz_db: float
    real_time_factor: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one recording per speaker")
    quick = parser.parse_args().quick
    settle()
    import torch

    torch.set_num_threads(1)
    clips = chosen_clips(data_folder() / "sources", per_speaker=1 if quick else PER_SPEAKER)
    outcomes: Outcomes = {
        (name, iterations): [measure(clip, front_end, iterations) for clip in clips]
        for name, front_end in FRONT_ENDS.items()
        for iterations in ITERATIONS
    }
    publish(report(clips, outcomes))


def chosen_clips(sources: Path, *, per_speaker: int) -> list[Clip]:
    """The same number of clips per speaker, spread over all that fit."""
    root = sources / tuxpaint.SOURCE.package
    found: dict[str, list[Clip]] = {}
    for recording in tuxpaint.read_recordings(root):
        split = split_of(
            speaker=recording.speaker, language=recording.language, prompt=recording.prompt
        )
        clip = _wide_clip(root / recording.path, recording.speaker)
        if split in {TEST, UNSEEN} and clip is not None:
            found.setdefault(recording.speaker, []).append(clip)
    return [
        clip
        for _, clips in sorted(found.items())
        for clip in clips[:: max(1, len(clips) // per_speaker)][:per_speaker]
    ]


def _wide_clip(path: Path, speaker: str) -> Clip | None:
    """The recording at both rates, None where it is too short, too long or too narrow."""
    about = soundfile.info(path)
    if about.samplerate < 2 * MIN_BANDWIDTH_HZ or not MIN_S <= about.duration <= MAX_S:
        return None
    samples = soundfile.read(path, always_2d=True)[0].mean(axis=1)
    if measure_bandwidth(samples, rate_hz=about.samplerate) < MIN_BANDWIDTH_HZ:
        return None
    narrow, wide = (
        resample(samples, from_hz=about.samplerate, to_hz=rate) for rate in (NARROW_HZ, WIDE_HZ)
    )
    return Clip(speaker, narrow, wide)


def measure(clip: Clip, front_end: FrontEnd, iterations: int) -> Outcome:
    """Render one clip from its own mel and compare at both rates."""
    from pesq import pesq
    from pystoi import stoi

    recording = clip.narrow if front_end.rate_hz == NARROW_HZ else clip.wide
    mel = log_mel(recording, front_end=front_end)
    began = time.process_time()
    output = griffin_lim(mel, len(recording), iterations=iterations, seed=SEED, front_end=front_end)
    spent_s = time.process_time() - began
    narrow, wide = (
        _at_length(resample(output, from_hz=front_end.rate_hz, to_hz=rate), len(reference))
        for rate, reference in ((NARROW_HZ, clip.narrow), (WIDE_HZ, clip.wide))
    )
    return Outcome(
        pesq_wb=float(pesq(NARROW_HZ, clip.narrow, narrow, "wb")),
        estoi=float(stoi(clip.narrow, narrow, NARROW_HZ, extended=True)),
        lsd_8_khz_db=log_spectral_distance(clip.narrow, narrow, rate_hz=NARROW_HZ),
        lsd_12_khz_db=log_spectral_distance(clip.wide, wide, rate_hz=WIDE_HZ),
        real_time_factor=spent_s * front_end.rate_hz / len(recording),
    )


def _at_length(samples: Samples, length: int) -> Samples:
    return np.pad(samples, (0, max(0, length - len(samples))))[:length]


def log_spectral_distance(reference: Samples, output: Samples, *, rate_hz: int) -> float:
    """Mean over frames of the root mean square difference over all bins, in dB.

    Windows of 32 ms, which is no front end's here. Levels more than 60 dB below the
    reference's loudest bin count as 60 dB below it.
    """
    n_window = round(SPECTRUM_S * rate_hz)
    spectra = [
        np.abs(signal.stft(x, rate_hz, nperseg=n_window, noverlap=n_window * 3 // 4)[2])
        for x in (reference, output)
    ]
    floor = spectra[0].max() * 10 ** (-RANGE_DB / 20)
    first, second = (20 * np.log10(np.maximum(magnitude, floor)) for magnitude in spectra)
    return float(np.sqrt(np.mean((first - second) ** 2, axis=0)).mean())


def report(clips: Sequence[Clip], outcomes: Outcomes) -> Report:
    """Means per front end, differences to the chosen one, and the ratios of their times."""
    times = {
        name: statistics.median(o.real_time_factor for o in outcomes[name, ITERATIONS[0]])
        for name in FRONT_ENDS
    }
    return Report(
        benchmark="front_ends",
        settings={
            "clips": len(clips),
            "speakers": len({clip.speaker for clip in clips}),
            "seconds": round(sum(len(clip.narrow) for clip in clips) / NARROW_HZ, 1),
            "threads": 1,
        },
        tables={
            **{f"Means after {n} iterations": _means(outcomes, n) for n in ITERATIONS},
            f"Difference to {CHOSEN}, 95 % intervals over speakers": _differences(clips, outcomes),
        },
        ratios={
            f"processor time, {name} / {CHOSEN}": times[name] / times[CHOSEN]
            for name in FRONT_ENDS
            if name != CHOSEN
        },
        notes=(
            "hop / window / mel bands. PESQ and ESTOI at 16 kHz, so they say nothing about what "
            "lies above 8 kHz; the distance up to 12 kHz is to the recording at 24 kHz, of which "
            "a 16 kHz front end has no part above 8 kHz.",
            "One random start per clip. Mels of recordings; predicted mels are smoother.",
        ),
    )


def _means(outcomes: Outcomes, iterations: int) -> list[Row]:
    return [
        {
            "front_end": name,
            **{m: statistics.fmean(_values(outcomes[name, iterations], m)) for m in METRICS},
            "real_time_factor": statistics.median(
                o.real_time_factor for o in outcomes[name, iterations]
            ),
        }
        for name in FRONT_ENDS
    ]


def _differences(clips: Sequence[Clip], outcomes: Outcomes) -> list[Row]:
    speakers = [clip.speaker for clip in clips]
    return [
        _difference(speakers, outcomes, name, iterations)
        for iterations in ITERATIONS
        for name in FRONT_ENDS
        if name != CHOSEN
    ]


def _difference(speakers: list[str], outcomes: Outcomes, name: str, iterations: int) -> Row:
    row: dict[str, str | int | float] = {"front_end": name, "iterations": iterations}
    for metric in METRICS:
        first, second = (_values(outcomes[one, iterations], metric) for one in (name, CHOSEN))
        row[metric] = difference_cell(speakers, np.subtract(first, second))
    return row


def _values(outcomes: Sequence[Outcome], metric: str) -> list[float]:
    return [getattr(outcome, metric) for outcome in outcomes]


def difference_cell(speakers: Sequence[str], differences: NDArray[np.float64]) -> str:
    """Mean of the speakers' mean differences with a Student-t interval over speakers."""
    names = np.array(speakers)
    means = [differences[names == name].mean() for name in sorted(set(speakers))]
    center = np.mean(means)
    low, high = stats.t.interval(LEVEL, len(means) - 1, loc=center, scale=stats.sem(means))
    return f"{center:+.3f} [{low:+.3f}, {high:+.3f}]"


if __name__ == "__main__":
    main()
