"""Made speech: every phone is a tone complex of its own, so that its times are known."""

import numpy as np

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
QUICK = AlignerTraining(
    steps=120,
    realign_every=0,
    batch=4,
    frames=80,
    warmup_steps=5,
    ema=0.9,
    noise=0.05,
    warp=0.02,
    tilt=0.1,
)


def tiny():
    return AlignerConfig(width=24, dilations=(1,))


def script(symbols):
    return script_of_symbols(symbols, "festvox-ru", "ru")


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


def example(seed, *, certain=True):
    """With its true durations, or with a guess that is up to 80 ms off."""
    symbols, durations = sentence(seed)
    features = features_of(spoken(symbols, durations, seed))
    return Example(features, script(symbols), durations if certain else off(durations), certain)


def off(durations):
    """All phones as long as each other."""
    first, last = durations[0], durations[-1]
    inner = len(durations) - 2
    ends = np.rint(np.linspace(0, durations[1:-1].sum(), inner + 1)).astype(int)
    return np.array([first, *np.diff(ends), last])


def examples(n, *, certain=True, first=0):
    return [example(seed, certain=certain) for seed in range(first, first + n)]
