"""Objective distances between a recording and a rendering of it.

None replaces a listener. PESQ and ESTOI compare waveforms closely: they punish a harmless
change of phase and forgive the phasiness of Griffin-Lim. DNSMOS was trained on noisy speech.
Signals are 16 kHz unless said otherwise, and aligned to the sample, as vocoders leave them; T
frames, N samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.fft import dct

from .mel import N_MELS, NARROW, RATE_HZ, FloatArray, FrontEnd, log_mel_batch
from .opinion import predict_opinion
from .pitch import Pitch, track_pitch
from .resample import resample
from .speakers import similarity

NAN = float("nan")
MIN_S = 2.0  # shorter clips make PESQ and ESTOI erratic; an evaluation leaves them out
NO_ESTOI = 1e-5
# (transform, hop, window) of Yamamoto, Song, Kim 2020 (Parallel WaveGAN), auraloss's default.
RESOLUTIONS = ((1024, 120, 600), (2048, 240, 1200), (512, 50, 240))
POWER_FLOOR = 1e-8  # auraloss's eps: of a squared magnitude
N_CEPSTRA = 13
GROSS_SHARE = 0.2
MIN_VOICED_FRAMES = 3

# Whether more of a metric is better; every field of Scores has its row.
HIGHER_IS_BETTER: Mapping[str, bool] = {
    "pesq_wb": True,
    "estoi": True,
    "mr_stft": False,
    "spectral_convergence": False,
    "log_magnitude_l1": False,
    "log_mel_l1": False,
    "mcd_db": False,
    "f0_rmse_cents": False,
    "f0_rmse_hz": False,
    "f0_correlation": True,
    "voicing_error": False,
    "gross_pitch_error": False,
    "periodicity_rmse": False,
    "speaker_similarity": True,
    "dnsmos_ovrl": True,
    "dnsmos_sig": True,
    "dnsmos_bak": True,
    "dnsmos_p808": True,
}
NO_REFERENCE = ("dnsmos_ovrl", "dnsmos_sig", "dnsmos_bak", "dnsmos_p808")


@dataclass(frozen=True)
class Scores:
    """All metrics of one rendering; NaN where one is not defined or was not asked for.

    pesq_wb: 1.04 to 4.64; NaN where PESQ finds no utterance.
    estoi: at most 1; NaN where too little speech is left once silence is cut.
    mr_stft = spectral_convergence + log_magnitude_l1, each a mean over three resolutions.
    log_mel_l1: mean absolute difference of natural-log mels at the shared front end.
    mcd_db: mel-cepstral distortion over c1..c13, without c0.
    f0_*, gross_pitch_error: over frames voiced in both, NaN below three such frames.
    f0_correlation: NaN too where a contour is constant.
    voicing_error: share of all frames whose voicing differs.
    periodicity_rmse: over all frames.
    speaker_similarity: cosine of two speaker embeddings.
    dnsmos_*: predicted opinions (1 to 5) of the rendering alone.
    """

    pesq_wb: float = NAN
    estoi: float = NAN
    mr_stft: float = NAN
    spectral_convergence: float = NAN
    log_magnitude_l1: float = NAN
    log_mel_l1: float = NAN
    mcd_db: float = NAN
    f0_rmse_cents: float = NAN
    f0_rmse_hz: float = NAN
    f0_correlation: float = NAN
    voicing_error: float = NAN
    gross_pitch_error: float = NAN
    periodicity_rmse: float = NAN
    speaker_similarity: float = NAN
    dnsmos_ovrl: float = NAN
    dnsmos_sig: float = NAN
    dnsmos_bak: float = NAN
    dnsmos_p808: float = NAN


METRICS = tuple(field.name for field in fields(Scores))


@dataclass(frozen=True)
class Parts:
    """Which costly or optional parts of ``score`` to compute."""

    intrusive: bool = True  # PESQ and ESTOI: pesq, pystoi
    pitch: bool = True
    speaker: bool = False  # resemblyzer's weights
    opinion: bool = False  # speechmos's weights and onnxruntime


def score(
    reference: FloatArray,
    output: FloatArray,
    parts: Parts | None = None,
    *,
    front_end: FrontEnd = NARROW,
) -> Scores:
    """All metrics of ``output`` (N,) against ``reference`` (N,), at the front end's rate.

    At another rate than 16 kHz, spectral and mel distances are of the signals as they are, over
    windows as long in time; PESQ, ESTOI, pitch, speaker and opinion are of both at 16 kHz, for
    which they are defined, and say nothing about what lies above 8 kHz.

    Raises:
        ValueError: if their lengths differ or a sample is not finite.
        ModuleNotFoundError: if a part asked for is not installed.
    """
    _check(reference, output)
    wanted = parts or Parts()
    found = spectral_scores(reference, output, front_end=front_end)
    reference, output = (_narrowed(x, front_end.rate_hz) for x in (reference, output))
    if wanted.intrusive:
        found |= {"pesq_wb": pesq_wb(reference, output), "estoi": estoi(reference, output)}
    if wanted.pitch:
        found |= pitch_scores(track_pitch(reference), track_pitch(output))
    if wanted.speaker:
        found["speaker_similarity"] = similarity(reference, output)
    if wanted.opinion:
        found |= opinion_scores(output)
    return Scores(**found)


def score_alone(samples: FloatArray, parts: Parts, *, front_end: FrontEnd = NARROW) -> Scores:
    """The metrics that need no reference, of a recording as it is."""
    if not parts.opinion:
        return Scores()
    return Scores(**opinion_scores(_narrowed(samples, front_end.rate_hz)))


def _narrowed(samples: FloatArray, rate_hz: int) -> FloatArray:
    """The signal at 16 kHz."""
    if rate_hz == RATE_HZ:
        return samples
    return resample(samples, from_hz=rate_hz, to_hz=RATE_HZ).astype(np.float32)


def _check(reference: FloatArray, output: FloatArray) -> None:
    if reference.shape != output.shape or reference.ndim != 1:
        raise ValueError(
            f"Expected two signals (N,) of one length, got {reference.shape} and {output.shape}."
        )
    if not (np.isfinite(reference).all() and np.isfinite(output).all()):
        raise ValueError("A signal holds samples that are not finite; nothing can be measured.")


def pesq_wb(reference: FloatArray, output: FloatArray) -> float:
    """Wide-band PESQ (ITU-T P.862.2) by the pesq package; NaN where it finds no utterance."""
    from pesq import NoUtterancesError, pesq

    try:
        return float(pesq(RATE_HZ, reference, output, "wb"))
    except NoUtterancesError:
        return NAN


def estoi(reference: FloatArray, output: FloatArray) -> float:
    """Extended short-time objective intelligibility (Jensen and Taal 2016), by pystoi.

    NaN where too little is left once pystoi has cut the silent frames (it returns 1e-5), and
    for a silent reference (it compares noise that it draws itself).
    """
    from pystoi import stoi

    if not np.any(reference):
        return NAN
    value = float(stoi(reference, output, RATE_HZ, extended=True))
    return value if value > NO_ESTOI else NAN


def spectral_scores(
    reference: FloatArray, output: FloatArray, *, front_end: FrontEnd = NARROW
) -> dict[str, float]:
    """Multi-resolution STFT, log-mel and mel-cepstral distances."""
    target, found = (torch.from_numpy(np.array(x, np.float32))[None] for x in (reference, output))
    shapes = resolutions_at(front_end.rate_hz)
    convergence, magnitude = np.mean(
        [_resolution_distances(target, found, shape) for shape in shapes], axis=0
    )
    target_mel, found_mel = (
        log_mel_batch(x, front_end=front_end)[0].double().numpy() for x in (target, found)
    )
    return {
        "mr_stft": float(convergence + magnitude),
        "spectral_convergence": float(convergence),
        "log_magnitude_l1": float(magnitude),
        "log_mel_l1": float(np.abs(target_mel - found_mel).mean()),
        "mcd_db": mel_cepstral_distortion(target_mel, found_mel),
    }


def resolutions_at(rate_hz: int) -> list[tuple[int, int, int]]:
    """The three (transform, hop, window) in samples, as long in time as at 16 kHz."""
    return [
        (n * rate_hz // RATE_HZ, hop * rate_hz // RATE_HZ, window * rate_hz // RATE_HZ)
        for n, hop, window in RESOLUTIONS
    ]


def _resolution_distances(
    target: torch.Tensor, found: torch.Tensor, shape: tuple[int, int, int]
) -> tuple[float, float]:
    """Spectral convergence and mean absolute natural-log magnitude difference at one shape."""
    n_fft, hop, length = shape
    window = torch.hann_window(length)
    first, second = (
        torch.stft(x, n_fft, hop, length, window, return_complex=True).abs().square()
        for x in (target, found)
    )
    first, second = (x.clamp(min=POWER_FLOOR).sqrt() for x in (first, second))
    convergence = torch.linalg.norm(first - second) / torch.linalg.norm(first)
    return convergence.item(), (first.log() - second.log()).abs().mean().item()


def mel_cepstral_distortion(reference: NDArray[np.float64], output: NDArray[np.float64]) -> float:
    """Mel-cepstral distortion in dB of two natural-log magnitude mels (T, M), all frames.

    Cepstra are those of the mel spectrum itself, L_j = c0 + sum_m c_m cos(pi m (j + 1/2) / M),
    not of an all-pass warped envelope: compare only with figures made the same way.
    Source: Kubichek 1993, (10 / ln 10) sqrt(2 sum_m (c_m - c'_m)^2), m = 1..13.
    """
    cepstra = dct(reference - output, type=2, axis=1)[:, 1 : N_CEPSTRA + 1] / N_MELS
    frames = np.sqrt(2.0 * np.sum(cepstra**2, axis=1))
    return float(10.0 / np.log(10.0) * frames.mean())


def pitch_scores(reference: Pitch, output: Pitch) -> dict[str, float]:
    """Errors of pitch, voicing and periodicity of two tracks with equal frames."""
    both = reference.voiced & output.voiced
    difference = reference.periodicity - output.periodicity
    return {
        "voicing_error": float(np.mean(reference.voiced != output.voiced)),
        "periodicity_rmse": float(np.sqrt(np.mean(difference**2))),
        **_contour_scores(reference.f0_hz[both], output.f0_hz[both]),
    }


def _contour_scores(
    reference: NDArray[np.float64], output: NDArray[np.float64]
) -> dict[str, float]:
    """Errors of two contours in Hz over the frames voiced in both."""
    if len(reference) < MIN_VOICED_FRAMES:
        return {}
    cents = 1200.0 * np.log2(output / reference)
    constant = np.ptp(reference) == 0 or np.ptp(output) == 0
    gross = np.abs(output - reference) > GROSS_SHARE * reference
    return {
        "f0_rmse_cents": float(np.sqrt(np.mean(cents**2))),
        "f0_rmse_hz": float(np.sqrt(np.mean((output - reference) ** 2))),
        "f0_correlation": NAN if constant else float(np.corrcoef(reference, output)[0, 1]),
        "gross_pitch_error": float(np.mean(gross)),
    }


def opinion_scores(samples: FloatArray) -> dict[str, float]:
    """DNSMOS P.835 and P.808 of one signal."""
    opinion = predict_opinion(samples)
    return {f"dnsmos_{name}": value for name, value in opinion.items()}
