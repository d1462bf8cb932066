"""Pictures of a recording for the researcher's listening page."""

import io

import numpy as np
from scipy import signal

WINDOW_S = 0.025
HOP_S = 0.004
RANGE_DB = 80.0
_SIZE_INCHES = (9.0, 3.0)
_DPI = 120
_INK = "#33373d"
_MUTED = "#6b7280"
_TINY = 1e-10


def spectrogram_png(samples: np.ndarray, rate_hz: int) -> bytes:
    """A PNG (1080 x 360) of the spectrogram: seconds, kHz, dB under the loudest bin.

    Hann windows of 25 ms every 4 ms, 80 dB, the perceptually uniform map "magma".
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # 0.3 s: only where needed
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE_INCHES, dpi=_DPI, layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    image = axes.imshow(
        levels_db(samples, rate_hz),
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
        cmap="magma",
        vmin=-RANGE_DB,
        vmax=0.0,
        extent=(0.0, len(samples) / rate_hz, 0.0, rate_hz / 2000),
    )
    bar = figure.colorbar(image, ax=axes, pad=0.015, aspect=18, ticks=[0, -20, -40, -60, -80])
    bar.set_label("dB", color=_INK, fontsize=9)
    axes.set_xlabel("Time (s)", color=_INK, fontsize=9)
    axes.set_ylabel("Frequency (kHz)", color=_INK, fontsize=9)
    for one in (axes, bar.ax):
        one.tick_params(colors=_MUTED, labelsize=8, length=3)
    for spine in (*axes.spines.values(), bar.outline):
        spine.set_visible(False)
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def waveform_peaks(samples: np.ndarray, n: int = 800) -> list[tuple[float, float]]:
    """Lowest and highest sample of n equal stretches, in order; fewer if N < n. [] for none."""
    n_stretches = min(n, len(samples))
    if not n_stretches:
        return []
    stretches = np.array_split(np.asarray(samples, dtype=np.float64), n_stretches)
    return [(float(stretch.min()), float(stretch.max())) for stretch in stretches]


def levels_db(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Levels (frequencies, frames) in dB under the loudest bin; all -RANGE_DB for silence."""
    n_window = min(round(WINDOW_S * rate_hz), max(len(samples), 1))
    n_hop = min(round(HOP_S * rate_hz), n_window)
    _, _, spectrum = signal.stft(
        samples, fs=rate_hz, nperseg=n_window, noverlap=n_window - n_hop, nfft=4 * n_window
    )
    magnitude = np.abs(spectrum)
    loudest = max(float(magnitude.max(initial=0.0)), _TINY)
    return np.maximum(20 * np.log10(magnitude / loudest + _TINY), -RANGE_DB)
