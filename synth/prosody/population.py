"""What is known of a speaker's prosody before the speaker is heard: a prior from many voices.

A feature x of a phoneme of speaker k is modeled as mean_k + phrase + rest, with
    mean_k ~ N(mean, mean_sd^2),   ln sd_k ~ N(log_sd, log_sd_sd^2),
sd_k^2 the variance of phrase and rest together, of which ``phrase_share`` is the phrase's. The
derivation and what it brings are in docs/prosody.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .features import Prosody
from .samples import SPREAD, Sample, sample_of

STORED = Path(__file__).with_name("population.json")
LEAST_SPEAKERS, LEAST_PHRASES = 3, 5
LEAST_INFORMATION = 1.5  # independent phonemes; fewer have no spread to speak of


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of a feature over a speaker's phonemes, in its unit."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Prior:
    """How one feature is distributed over speakers.

    mean, mean_sd: of the speakers' means, in the feature's unit.
    log_sd, log_sd_sd: of the natural logs of the speakers' standard deviations.
    phrase_share: of a speaker's variance that phonemes of one phrase have in common.
    sd_noise: how much more a standard deviation found in a sample varies than that of as many
        independent normal values would.
    """

    mean: float
    mean_sd: float
    log_sd: float
    log_sd_sd: float
    phrase_share: float
    sd_noise: float

    def moments(self, sample: Sample) -> Moments:
        """The speaker's moments: what the sample shows, shrunk to the prior where it is small.

        Both are posterior means of a normal prior and a normal likelihood. With n independent
        phonemes the mean weighs n / (n + strength) against the prior's, where the strength is
        sd^2 / mean_sd^2; so it is the number of phonemes that the prior is worth.
        """
        if sample.n_phrases == 0:
            return Moments(self.mean, float(np.exp(self.log_sd)))
        count = sample.information(self.phrase_share)
        mean, variance = sample.pooled
        sd = float(np.exp(self._log_sd(variance, count)))
        weight = count / (count + (sd / self.mean_sd) ** 2)
        return Moments(weight * mean + (1.0 - weight) * self.mean, sd)

    def _log_sd(self, variance: float, count: float) -> float:
        if variance <= 0.0 or count < LEAST_INFORMATION:
            return self.log_sd
        known, error = unbiased_log_sd(variance, count), self.sd_noise / (2.0 * count)
        weight = self.log_sd_sd**2 / (self.log_sd_sd**2 + error)
        return weight * known + (1.0 - weight) * self.log_sd

    @property
    def strength(self) -> float:
        """Independent phonemes that the prior of the mean is worth, for a usual speaker."""
        return float(np.exp(2 * self.log_sd) / self.mean_sd**2)

    @property
    def strength_in_phrases(self) -> float:
        """The same in long phrases, which are worth 1 / phrase_share independent phonemes."""
        return self.strength * self.phrase_share


def unbiased_log_sd(variance: float, count: float) -> float:
    """ln of the standard deviation, the variance having been taken around the sample's own mean.

    That leaves out the variance of that mean, sd^2 / count.
    """
    return float(0.5 * np.log(variance / (1.0 - 1.0 / count)))


@dataclass(frozen=True)
class Population:
    """Priors of the features that are normalized by their spread, and what they come from."""

    log_f0: Prior
    energy: Prior
    log_duration: Prior
    speakers: tuple[str, ...]
    segments: str

    @classmethod
    def read(cls, path: Path = STORED) -> Population:
        """The population that was fitted to real speakers (scripts/fit_prosody_population.py)."""
        content = json.loads(path.read_text(encoding="utf-8"))
        priors = {feature: Prior(**content[feature]) for feature in SPREAD}
        return cls(**priors, speakers=tuple(content["speakers"]), segments=content["segments"])

    def write(self, path: Path) -> None:
        """Keep it as JSON."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


def fit_population(speakers: Mapping[str, Sequence[Prosody]], *, segments: str) -> Population:
    """The population that speakers' phrases come from, by the method of moments.

    Args:
        speakers: phrases by speaker, at least five each of three speakers.
        segments: in words, what the phonemes are.
    Raises:
        ValueError: for fewer.
    """
    counts = {name: len(phrases) for name, phrases in speakers.items()}
    if len(counts) < LEAST_SPEAKERS or min(counts.values()) < LEAST_PHRASES:
        raise ValueError(
            f"A population needs {LEAST_SPEAKERS} speakers of {LEAST_PHRASES} phrases; "
            f"there are {counts}."
        )
    priors = {
        feature: fit_prior([sample_of(phrases, feature) for phrases in speakers.values()])
        for feature in SPREAD
    }
    return Population(**priors, speakers=tuple(sorted(speakers)), segments=segments)


def fit_prior(samples: Sequence[Sample]) -> Prior:
    """The prior of one feature from the samples of several speakers, by the method of moments."""
    share = _phrase_share(samples)
    counts = np.array([sample.information(share) for sample in samples])
    means, variances = np.array([sample.pooled for sample in samples]).T
    log_sds = np.array(
        [unbiased_log_sd(v, n) for v, n in zip(variances, counts, strict=True)], dtype=np.float64
    )
    noise = _sd_noise(samples, log_sds, share)
    return Prior(
        mean=float(means.mean()),
        mean_sd=_between(means, np.exp(2 * log_sds) / counts),
        log_sd=float(log_sds.mean()),
        log_sd_sd=_between(log_sds, noise / (2 * counts)),
        phrase_share=share,
        sd_noise=noise,
    )


def _between(values: np.ndarray, errors: np.ndarray) -> float:
    """Standard deviation of what is behind values that have errors of these variances.

    At least a tenth of what is seen: few speakers cannot show that all are alike.
    """
    seen = float(values.var(ddof=1))
    return float(np.sqrt(max(seen - float(errors.mean()), 0.01 * seen)))


def _phrase_share(samples: Sequence[Sample]) -> float:
    """How far phrases' means are spread, beyond what their number of phonemes explains.

    The squared distance of a phrase's mean from its speaker's is share + (1 - share) / n
    variances of that speaker, n the phrase's phonemes.
    """
    excess, room = 0.0, 0.0
    for sample in samples:
        mean, variance = sample.pooled
        distance = (sample.mean - mean) ** 2 / variance
        free = sample.n_phrases / (sample.n_phrases - 1)
        excess += float(np.sum(free * distance - 1.0 / sample.count))
        room += float(np.sum(1.0 - 1.0 / sample.count))
    return float(np.clip(excess / room, 0.01, 0.99))


def _sd_noise(samples: Sequence[Sample], log_sds: np.ndarray, share: float) -> float:
    """How far the log standard deviations of single phrases are from their speakers'."""
    squares, expected = 0.0, 0.0
    for sample, log_sd in zip(samples, log_sds, strict=True):
        for place in range(sample.n_phrases):
            phrase = sample.chosen([place])
            count, variance = phrase.information(share), phrase.pooled[1]
            if variance > 0.0 and count >= LEAST_INFORMATION:
                squares += (unbiased_log_sd(variance, count) - log_sd) ** 2
                expected += 1.0 / (2.0 * count)
    return squares / expected if expected else 1.0
