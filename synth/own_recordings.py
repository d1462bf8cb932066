"""Anybody's recording through any system: file in, file out, no database.

Other than a study's stimuli, which the engine checks and aligns: here whatever can be read is
rendered, at the length and the level it came with.
"""

from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import soundfile

from synth.audio import checks
from synth.audio.bandwidth import measure_bandwidth
from synth.audio.conditions import CLEAN, simulated_condition
from synth.audio.io import write_wav
from synth.audio.loudness import align_loudness
from synth.audio.noise_sources import NoiseSources
from synth.audio.resample import resample
from synth.audio.simulation import simulate
from synth.audio.speech_level import active_level
from synth.audio.world import fit_length
from synth.chunks import render_in_chunks
from synth.engine import Engine
from synth.errors import SynthError
from synth.requests import RenderRequest
from synth.systems import TEXT_NETWORK, SystemSpec
from synth.voices import find_voice

SHORTEST_S = 0.1
LONGEST_S = 600.0
NETWORK_RATE_HZ = 16_000
WORLD_LEAST_HZ = 16_000
HIGHEST_RATE_HZ = 48_000  # beyond what anybody hears; bounds memory
NOMINAL_LEVEL = 10 ** (-26 / 20)  # of active speech: about what the stimuli of a study have
PLAIN_REACH_S = 0.5  # of systems whose reach has no end: enough for what is heard of it
FULL_SCALE = 10 ** (-0.1 / 20)
BLOCK = 1 << 20


@dataclass(frozen=True)
class Order:
    """What is to be rendered how. `level_lufs`: None keeps the level of the recording.

    `source` may be left out where a voice speaks a text alone. `voice`, `text` and `language`
    are for systems that speak with a target voice; its own language where that is empty.
    """

    system: SystemSpec
    source: Path | None
    output: Path
    seed: int = 1
    condition: str = CLEAN
    level_lufs: float | None = None
    voice: str = ""
    text: str = ""
    language: str = ""

    @property
    def recording(self) -> Path:
        """The source. Raises: SynthError if there is none."""
        if self.source is None:
            message = f"{self.system.title} starts from a recording; name one."
            raise SynthError(message, code="audio_missing", field="in")
        return self.source


@dataclass(frozen=True)
class Outcome:
    """What was written, and what its maker should know."""

    rate_hz: int
    n_samples: int
    remarks: list[str]


def render_file(order: Order, *, engine: Engine, noises: NoiseSources) -> Outcome:
    """Renders the recording and writes a mono 24-bit WAV of its length at the system's rate.

    Raises: SynthError where nothing can be rendered, and says what to do.
    """
    _check_output(order.output)
    if order.system.kind == "prosody":
        return _speak(order, engine)
    recorded, recorded_hz, remarks = _read_mono(order.recording)
    rate_hz = _rate_of(order.system, recorded_hz)
    if rate_hz != recorded_hz:
        remarks.append(f"{order.system.code} works at {rate_hz} Hz; {recorded_hz} Hz came in.")
    n_samples = max(1, round(len(recorded) * rate_hz / recorded_hz))
    given = fit_length(resample(recorded, from_hz=recorded_hz, to_hz=rate_hz), n_samples=n_samples)
    natural = _in_condition(order, given, rate_hz, noises)
    output = _render(order, natural, rate_hz, engine)
    checks.check_finite(output)
    leveled = _leveled(order, output, rate_hz, remarks)
    write_wav(order.output, leveled, rate_hz)
    return Outcome(rate_hz, len(leveled), remarks)


def _speak(order: Order, engine: Engine) -> Outcome:
    """What a target voice says, at the level that voices speak at."""
    voice = find_voice(order.voice, engine.voices)
    samples, remarks = _to_be_said(order)
    request = replace(
        _request(order, NETWORK_RATE_HZ, NETWORK_RATE_HZ / 2),
        voice=voice.code,
        text=order.text,
        language=order.language or voice.language,
    )
    output = engine.render_samples(request, samples)
    checks.check_finite(output)
    leveled = _leveled(order, output, NETWORK_RATE_HZ, remarks)
    write_wav(order.output, leveled, NETWORK_RATE_HZ)
    return Outcome(NETWORK_RATE_HZ, len(leveled), remarks)


def _to_be_said(order: Order) -> tuple[np.ndarray, list[str]]:
    """The recording (N,) at the networks' rate; nothing where a text alone is spoken."""
    if order.source is None and order.system.params.get("network") == TEXT_NETWORK:
        return np.zeros(0), []
    recorded, recorded_hz, remarks = _read_mono(order.recording)
    if recorded_hz < NETWORK_RATE_HZ:
        remarks.append(
            f"The recording has {recorded_hz} Hz, the networks know {NETWORK_RATE_HZ} Hz: its "
            "phonemes may be found less well."
        )
    return resample(recorded, from_hz=recorded_hz, to_hz=NETWORK_RATE_HZ), remarks


def _check_output(output: Path) -> None:
    if output.suffix.lower() != ".wav":
        message = f"{output} is written as WAV; give it a name that ends in .wav."
        raise SynthError(message, code="output_not_wav", field="out")
    if not output.parent.is_dir():
        message = f"There is no folder {output.parent}; make it first."
        raise SynthError(message, code="folder_missing", field="out")


def _read_mono(path: Path) -> tuple[np.ndarray, int, list[str]]:
    """Samples (N,) float64, their rate, and what was done to make them one channel."""
    if not path.is_file():
        raise SynthError(f"There is no recording at {path}.", code="audio_missing", field="in")
    try:
        with soundfile.SoundFile(path) as file:
            _check_duration(path, file.frames / file.samplerate)
            blocks = [
                block.mean(axis=1) for block in file.blocks(BLOCK, dtype="float64", always_2d=True)
            ]
            rate_hz, n_channels = file.samplerate, file.channels
    except soundfile.SoundFileError as error:
        raise SynthError(
            f"{path} cannot be decoded as audio ({error}); convert it to WAV, FLAC, Ogg or MP3.",
            code="audio_unreadable",
            field="in",
        ) from error
    samples = np.concatenate(blocks) if blocks else np.zeros(0)
    _check_duration(path, len(samples) / rate_hz)
    if not np.isfinite(samples).all():
        message = f"{path} holds NaN or infinite samples; export it again as integer PCM."
        raise SynthError(message, code="audio_not_finite", field="in")
    remarks = [f"{n_channels} channels were mixed down to one."] if n_channels > 1 else []
    return _within_full_scale(samples, remarks), rate_hz, remarks


def _check_duration(path: Path, duration_s: float) -> None:
    if not SHORTEST_S <= duration_s <= LONGEST_S:
        raise SynthError(
            f"{path} lasts {duration_s:.2f} s; from {SHORTEST_S:g} s to {LONGEST_S / 60:g} minutes "
            "can be rendered. Cut it, or add silence.",
            code="duration_refused",
            field="in",
        )


def _rate_of(system: SystemSpec, recorded_hz: int) -> int:
    if system.kind in {"vocoder", "griffin_lim"}:
        return NETWORK_RATE_HZ
    if system.kind == "world":
        return min(max(recorded_hz, WORLD_LEAST_HZ), HIGHEST_RATE_HZ)
    return min(recorded_hz, HIGHEST_RATE_HZ)


def _in_condition(
    order: Order, samples: np.ndarray, rate_hz: int, noises: NoiseSources
) -> np.ndarray:
    if order.condition == CLEAN:
        return samples
    params = noises.pin(simulated_condition(order.condition).params, seed=order.seed)
    noise = noises.make(params, samples, rate_hz=rate_hz, seed=order.seed, source=order.recording)
    if params["process"] == "whisper":
        return _whispered(order, samples, rate_hz)
    return simulate(samples, rate_hz=rate_hz, params=params, seed=order.seed, noise=noise)


def _whispered(order: Order, samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Chunk by chunk, each with noise of its own: its analysis takes 50 times the memory."""
    params = simulated_condition(order.condition).params
    seeds = count(order.seed)
    return render_in_chunks(
        samples,
        lambda part: simulate(part, rate_hz=rate_hz, params=params, seed=next(seeds)),
        rate_hz=rate_hz,
        reach=round(PLAIN_REACH_S * rate_hz),
    )


def _render(order: Order, natural: np.ndarray, rate_hz: int, engine: Engine) -> np.ndarray:
    """The system's output at the level that its input has: (N,) float64."""
    if order.system.kind == "natural":
        return natural
    # Silence has no bandwidth that an anchor could be refused for.
    bandwidth_hz = measure_bandwidth(natural, rate_hz=rate_hz) or rate_hz / 2
    request = _request(order, rate_hz, bandwidth_hz)
    if order.system.kind == "anchor":
        return engine.render_samples(request, natural)
    level = active_level(natural, rate_hz=rate_hz)
    # Every level comes out as it went in, but a network knows only those it was trained on.
    leveled = natural / level * NOMINAL_LEVEL if level > 0 else natural
    if order.system.kind == "vocoder":  # which streams: the same as whole, in bounded memory
        rendered = engine.render_samples(request, leveled)
    else:
        rendered = render_in_chunks(
            leveled,
            partial(engine.render_samples, request),
            rate_hz=rate_hz,
            reach=round(PLAIN_REACH_S * rate_hz),
        )
    return rendered / NOMINAL_LEVEL * level if level > 0 else rendered


def _request(order: Order, rate_hz: int, bandwidth_hz: float) -> RenderRequest:
    system = order.system
    return RenderRequest(
        system=system.code,
        kind=system.kind,
        params=system.params,
        checkpoint=system.checkpoint,
        source=order.source or order.output,
        rate_hz=rate_hz,
        bandwidth_hz=bandwidth_hz,
        seed=order.seed,
    )


def _leveled(order: Order, samples: np.ndarray, rate_hz: int, remarks: list[str]) -> np.ndarray:
    if order.level_lufs is not None:
        aligned = align_loudness(samples, rate_hz=rate_hz, target_lufs=order.level_lufs)
        if aligned.is_limited:
            remarks.append(
                f"{aligned.loudness_lufs:.1f} LUFS is as loud as a peak of -1 dBFS allows."
            )
        return aligned.samples
    return _within_full_scale(samples, remarks)


def _within_full_scale(samples: np.ndarray, remarks: list[str]) -> np.ndarray:
    peak = float(np.max(np.abs(samples), initial=0.0))
    if peak <= 1.0:
        return samples
    remarks.append(f"Lowered by {20 * np.log10(peak / FULL_SCALE):.1f} dB to full scale.")
    return samples / peak * FULL_SCALE
