"""Opinions that a network predicts without a reference: DNSMOS P.835 and P.808.

Reads the models in the speechmos wheel (MIT) with onnxruntime; importing speechmos itself
would ask for librosa. Source: Reddy, Gopal, Cutler 2021 and 2022; speechmos 0.0.1.1.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .mel import RATE_HZ, FloatArray
from .slaney_mel import power_mel

WINDOW = int(9.01 * RATE_HZ)
STEP = RATE_HZ
MEL_FFT, MEL_BANDS, MEL_CUT = 321, 120, 160
DECIBEL_RANGE, POWER_FLOOR = 80.0, 1e-10
# Second-order corrections from raw outputs to the scale of the crowd's means (speechmos).
CORRECTIONS = {
    "sig": (-0.08397278, 1.22083953, 0.0052439),
    "bak": (-0.13166888, 1.60915514, -0.39604546),
    "ovrl": (-0.06766283, 1.11546468, 0.04602535),
}


def has_opinion_models() -> bool:
    """Whether speechmos and onnxruntime lie in this environment."""
    return find_spec("speechmos") is not None and find_spec("onnxruntime") is not None


def predict_opinion(samples: FloatArray) -> dict[str, float]:
    """{"sig", "bak", "ovrl", "p808"} of one 16 kHz signal (N,), each about 1 to 5.

    A clip shorter than 9.01 s is repeated and one window taken, where speechmos goes on
    through further repetitions of the same clip; a longer one is the mean of windows one
    second apart. Samples beyond full scale are judged as they are, as the authors' script does
    with a file of floats, where speechmos refuses them. They are neither clipped, which would
    add a distortion that is not there, nor turned down: P.835 goes by level (P.808 does not),
    and a rendering turned down would be judged better than one that fits (docs/networks.md).
    """
    given = np.asarray(samples, dtype=np.float32)
    if len(given) < WINDOW:
        given = np.tile(given, -(-WINDOW // len(given)))[:WINDOW]
    starts = range(0, len(given) - WINDOW + 1, STEP)
    rows = [_window_opinion(given[start : start + WINDOW]) for start in starts]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _window_opinion(samples: NDArray[np.float32]) -> dict[str, float]:
    quality, p808 = _sessions()
    raw = quality.run(None, {"input_1": samples[None]})[0][0]
    mels = decibel_mel(samples[:-MEL_CUT])[None]
    found = {
        name: float(np.polyval(CORRECTIONS[name], value))
        for name, value in zip(("sig", "bak", "ovrl"), raw, strict=True)
    }
    return found | {"p808": float(p808.run(None, {"input_1": mels})[0][0][0])}


def decibel_mel(samples: FloatArray) -> NDArray[np.float32]:
    """The input of the P.808 model (T, 120): dB under the loudest point, scaled to -1..1."""
    power = np.maximum(power_mel(samples, n_fft=MEL_FFT, n_mels=MEL_BANDS), POWER_FLOOR)
    levels_db = 10.0 * np.log10(power / power.max())
    return ((np.maximum(levels_db, -DECIBEL_RANGE) + 40.0) / 40.0).astype(np.float32)


@lru_cache(maxsize=1)
def _sessions() -> tuple[Any, Any]:
    """The P.835 and the P.808 model, on one thread."""
    spec = find_spec("speechmos")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("DNSMOS needs speechmos; see requirements-evaluation.txt.")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    models = Path(spec.origin).with_name("dnsmos_models")
    first, second = (
        onnxruntime.InferenceSession(models / name, options, providers=["CPUExecutionProvider"])
        for name in ("sig_bak_ovr.onnx", "model_v8.onnx")
    )
    return first, second
