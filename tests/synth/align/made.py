"""Made speech: every phone is a tone complex of its own, so that its times are known."""

import numpy as np

from synth.align.classes import classes_of
from synth.align.examples import Example
from synth.align.features import features_of
from synth.align.network import AlignerConfig
from synth.align.script import script_of_symbols
from synth.align.train import AlignerTraining

RATE_HZ, HOP = 16_000, 160
TONES_HZ = {
    "aa": (700, 1100),
    "ii": (300, 2300),
    "uu": (350, 800),
    "s": (5000, 6200),
    "m": (250, 1500),
    "t": (3500, 4200),
}
PHONES = tuple(TONES_HZ)
QUICK = AlignerTraining(steps=120, batch=4, frames=80, warmup_steps=5, ema=0.9, noise=0.05)


def tiny(folds=False):
    classes = classes_of(("pau", *PHONES), "festvox-ru", folds=folds)
    return AlignerConfig(classes, width=24, dilations=(1,))


def spoken(symbols, durations, seed=0):
    """Samples of phones, each so many frames long, with a little noise; 160 n - 1 of them."""
    rng = np.random.default_rng(seed)
    pieces = [tone(symbol, n * HOP) for symbol, n in zip(symbols, durations, strict=True)]
    clean = np.concatenate(pieces)[HOP // 2 :]
    clean = np.concatenate([clean, np.zeros(HOP // 2 - 1)])  # frame t is centered on 160 t
    return (clean + 1e-3 * rng.standard_normal(len(clean))).astype(np.float32)


def tone(symbol, n):
    time = np.arange(n) / RATE_HZ
    if symbol == "pau":
        return np.zeros(n)
    return sum(0.1 * np.sin(2 * np.pi * f * time) for f in TONES_HZ[symbol])


def sentence(seed, n_phones=10):
    """Symbols and durations of a random sentence; no phone comes twice in a row."""
    rng = np.random.default_rng(seed)
    symbols = [PHONES[rng.integers(len(PHONES))]]
    while len(symbols) < n_phones:
        drawn = PHONES[rng.integers(len(PHONES))]
        if drawn != symbols[-1]:
            symbols.append(drawn)
    durations = [int(n) for n in rng.integers(4, 11, n_phones)]
    return ("pau", *symbols, "pau"), np.array([12, *durations, 12])


def example(seed, *, labeled=True):
    symbols, durations = sentence(seed)
    features = features_of(spoken(symbols, durations, seed))
    return Example(features, script_of_symbols(symbols), durations if labeled else None)


def examples(n, *, labeled=True, first=0):
    return [example(seed, labeled=labeled) for seed in range(first, first + n)]
