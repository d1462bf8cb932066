"""English speech of known times by flite, a synthesizer that no aligner here has heard.

flite (Debian's flite, BSD-like) tells when each of its phones ends; its voices were cut from the
recordings of three people. The symbols of its phones are those of CMU's dictionary.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

from synth.align.examples import ROUNDING, Example
from synth.align.rooms import dry_and_wet
from synth.align.script import script_of_symbols
from synth.align.warping import whole_onsets
from synth.audio.mel import RATE_HZ
from synth.audio.resample import resample
from synth.text.phones import IPA, PAUSE

VOICES = ("slt", "rms", "awb")
UNTAUGHT_ROOMS = (7, 8, 9)
TEXTS = (
    "The quiet river turned slowly towards the village bridge.",
    "She never thought that winter could be so bright and warm.",
    "Please carry these heavy boxes up to the third floor before noon.",
    "Young people often choose music over books in the evening.",
    "A large brown dog jumped over the garden fence and ran away.",
    "We measured the length of every shadow just after sunrise.",
    "Both judges agreed that the singer from France was the best.",
    "Nothing is harder than waiting for a train that never comes.",
)
_PHONES = """
p:p b:b t:t d:d k:k g:ɡ f:f v:v s:s z:z m:m n:n l:l w:w
th:θ dh:ð sh:ʃ zh:ʒ ch:tʃ jh:dʒ ng:ŋ r:ɹ y:j hh:h
aa:ɑ ae:æ ah:ʌ ao:ɔ eh:ɛ ih:ɪ iy:i uh:ʊ uw:u ax:ə er:ɚ aw:aʊ ay:aɪ ey:eɪ ow:oʊ oy:ɔɪ pau:pau
"""
PHONES = dict(pair.split(":") for pair in _PHONES.split())


def flite_examples() -> dict[str, list[Example]]:
    """Examples by voice; none where flite is not installed."""
    program = shutil.which("flite")
    if program is None:
        return {}
    return {voice: [spoken(program, voice, text) for text in TEXTS] for voice in VOICES}


def spoken(program: str, voice: str, text: str) -> Example:
    """One sentence as flite says it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = [program, "-voice", voice, "-psdur", "-t", text, "-o", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        samples, rate_hz = soundfile.read(path, dtype="float32")
    parts = [part.rsplit(":", 1) for part in done.stdout.split()]
    at_rate = resample(samples, from_hz=rate_hz, to_hz=RATE_HZ).astype(np.float32)
    return example_of(at_rate, [(PHONES[name], float(end)) for name, end in parts])


def example_of(samples: np.ndarray, phones: Sequence[tuple[str, float]]) -> Example:
    """Samples and phones with their ends in seconds; a diphthong's sounds share it evenly."""
    symbols, ends = [PAUSE], [0.0]
    for symbol, end in phones:
        if symbol == PAUSE == symbols[-1]:
            ends[-1] = end
        else:
            symbols.append(symbol)
            ends.append(end)
    dry, wet = dry_and_wet(samples, seed=len(samples), rooms=UNTAUGHT_ROOMS)
    script = script_of_symbols(symbols, IPA, "en")
    starts = np.array([0.0, *ends[:-1]])
    lengths = np.diff(starts, append=ends[-1])
    counts = np.bincount(script.positions)
    halves = np.concatenate([np.arange(n) / n for n in counts])
    onsets = (starts[script.positions] + halves * lengths[script.positions]) * 100
    whole = whole_onsets(np.ceil(onsets - ROUNDING), len(dry))
    return Example(dry, script, np.diff(whole, append=len(dry)), wet=wet)
