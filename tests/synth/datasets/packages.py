"""Tiny folders laid out like the unpacked packages."""

import numpy as np
import soundfile


def tone(duration_s, *, rate_hz=16_000, hz=440.0):
    """A steady tone, int16."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (8000 * np.sin(2 * np.pi * hz * time_s)).astype(np.int16)


def hiss(duration_s, *, rate_hz, below_hz):
    """Noise up to a frequency, int16."""
    n_samples = round(duration_s * rate_hz)
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(n_samples))
    spectrum[np.fft.rfftfreq(n_samples, 1 / rate_hz) > below_hz] = 0
    return (3000 * np.fft.irfft(spectrum, n_samples)).astype(np.int16)


def write_audio(path, samples, *, rate_hz=16_000):
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = {"format": "OGG", "subtype": "VORBIS"} if path.suffix == ".ogg" else {}
    soundfile.write(path, samples, rate_hz, **kind)


def write_text(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def festvox_ru(root):
    """Three sentences: one with a stress mark, one without text, one a copy of the first."""
    voice = root / "usr/share/festival/voices/russian/msu_ru_nsh_clunits"
    write_text(
        voice / "etc/txt.done.data",
        '( ru_0001 "Волна вол+ос." )\n( ru_0003 "Другой текст." )\n',
    )
    write_audio(voice / "wav/ru_0001.wav", tone(0.5))
    write_audio(voice / "wav/ru_0002.wav", tone(0.6, hz=300))
    write_audio(voice / "wav/ru_0003.wav", tone(0.5))
    return root
