"""Made speakers whose statistics are known."""

import numpy as np

from synth.prosody.features import Prosody


def a_phrase(*, mean=5.0, sd=0.2, n_phonemes=20, seed=0, phrase_share=0.0):
    """A phrase of voiced phonemes whose log F0 has this mean and deviation.

    ``phrase_share`` of the variance is common to the phrase. Energy and log duration are
    spread alike, around 0 and -2.5.
    """
    rng = np.random.default_rng(seed)

    def values(center):
        common = rng.normal() * np.sqrt(phrase_share)
        return center + sd * (common + rng.normal(size=n_phonemes) * np.sqrt(1 - phrase_share))

    return Prosody(
        log_f0=values(mean),
        slope=rng.normal(size=n_phonemes),
        voicing=np.ones(n_phonemes),
        energy=values(0.0),
        log_duration=np.log(0.01 * np.clip(np.rint(100 * np.exp(values(-2.5))), 1, None)),
        is_pause=np.zeros(n_phonemes, dtype=bool),
    )


def a_speaker(*, n_phrases=30, seed=0, **how):
    """Phrases of one speaker."""
    return [a_phrase(seed=1000 * seed + number, **how) for number in range(n_phrases)]


def many_speakers(*, n_speakers=40, n_phrases=30, mean_sd=0.3, phrase_share=0.2):
    """Speakers whose mean log F0 is spread around 5, and their phrases."""
    rng = np.random.default_rng(7)
    return {
        f"speaker {number}": a_speaker(
            n_phrases=n_phrases,
            seed=number,
            mean=rng.normal(5.0, mean_sd),
            sd=0.2 * np.exp(rng.normal(0.0, 0.2)),
            phrase_share=phrase_share,
        )
        for number in range(n_speakers)
    }
