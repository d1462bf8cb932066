"""A render request in, a loudness-aligned and checked waveform with its provenance out.

The one place that picks the device and loads checkpoints. Torch is imported where a network or
Griffin-Lim is asked for, so that recordings, anchors and WORLD do without it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from synth.audio import checks
from synth.audio.conditions import CLIPPED
from synth.audio.filters import render_anchor
from synth.audio.io import file_sha256, read_recording
from synth.audio.loudness import TARGET_LEVEL_LUFS, align_loudness
from synth.audio.noise_sources import NoiseSources
from synth.audio.resample import downsample
from synth.audio.simulation import simulate
from synth.audio.world import fit_length, resynthesize
from synth.errors import SynthError
from synth.requests import ENGINE_VERSION, JSON, AppliedCondition, Rendering, RenderRequest
from synth.voices import VOICES, Voice, find_voice

if TYPE_CHECKING:
    from synth.prosody.speaking import SpeakingVoice
    from synth.vocoder.infer import Vocoder

__all__ = ["ENGINE_VERSION", "JSON", "AppliedCondition", "Engine", "RenderRequest", "Rendering"]

T = TypeVar("T")
R = TypeVar("R")

WEIGHTS = Path(__file__).parent / "weights"

# The checkpoints that every voice speaks and hears through.
_VOCODER, _ALIGNER, _RECOGNIZER = "universal", "aligner", "recognizer"
_CHECKPOINT_NAME = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9]")  # a name, never a path
_LENGTH_TOLERANCE_S = 0.02  # of a raw rendering, before it is fitted: two frames
_LIBRARIES = {
    "natural": (),
    "anchor": ("scipy",),
    "griffin_lim": ("torch",),
    "world": ("pyworld-prebuilt",),
    "vocoder": ("torch",),
    "prosody": ("torch",),
}
_NETWORKS = {"vocoder", "prosody"}
_EVERYWHERE = ("numpy", "pyloudnorm", "soundfile", "soxr")
_FOR_CONDITIONS = ("pyworld-prebuilt", "scipy")
_OPTIONS = {"refine"}  # of a vocoder: settings its render takes beside mels and lengths


@dataclass(frozen=True)
class _Job:
    """A request whose recording has been brought to condition, rate and level of the stimuli.

    Every system starts from the aligned recording, so that no rendering depends on the gain a
    recording happened to be made with.
    """

    request: RenderRequest
    natural: np.ndarray  # (N,) float64
    gain_db: float  # of natural over the recording
    source_sha256: str


class Engine:
    """Renders requests on one device, keeping each checkpoint it has loaded.

    Args:
        device: "cpu", "cuda", ...; None takes CUDA where there is one. Decided at the first
            request that needs a network.
        weights: the folder of the checkpoints.
        noises: what simulated conditions take their noise from.
    """

    def __init__(
        self,
        *,
        device: str | None = None,
        weights: Path = WEIGHTS,
        noises: NoiseSources | None = None,
    ) -> None:
        self._wanted_device = device
        self._weights = weights
        self._noises = noises or NoiseSources()
        self._vocoders: dict[str, Vocoder] = {}
        self._voices: dict[str, SpeakingVoice] = {}
        self._sha256: dict[str, str] = {}

    @property
    def voices(self) -> Path:
        """The folder of the voices that it speaks with."""
        return self._weights / VOICES

    def render(self, requests: Sequence[RenderRequest]) -> list[Rendering | SynthError]:
        """One rendering per request in the same order, or the reason why there is none.

        Requests that share a checkpoint go through the network together. What fails, fails
        alone. The same request gives the same samples on the same machine.
        """
        jobs = [_attempt(self._prepare, request) for request in requests]
        outputs = self._render_all(jobs)
        return [
            job if isinstance(job, SynthError) else self._finish(job, output)
            for job, output in zip(jobs, outputs, strict=True)
        ]

    def render_samples(self, request: RenderRequest, samples: np.ndarray) -> np.ndarray:
        """What the system makes of (N,) samples at the request's rate: (N,) float64.

        A target voice takes the time it takes. The request's source and condition play no part;
        nothing is checked or aligned, so this is for recordings that are no stimuli.
        Raises: SynthError as `render` returns it.
        """
        (output,) = self._render_all([_Job(request, samples, 0.0, "")])
        if isinstance(output, SynthError):
            raise output
        if request.kind == "prosody":
            return np.asarray(output, dtype=np.float64)
        return fit_length(np.asarray(output, dtype=np.float64), n_samples=len(samples))

    def _prepare(self, request: RenderRequest) -> _Job:
        recording = read_recording(request.source)
        if request.recorded_condition != CLIPPED:
            checks.check_unclipped(recording.samples)
        as_recorded = downsample(
            recording.samples, from_hz=recording.rate_hz, to_hz=request.rate_hz
        )
        checks.check_audible(as_recorded)
        natural = self._in_condition(request, as_recorded)
        aligned = align_loudness(natural, rate_hz=request.rate_hz)
        checks.check_level(aligned.loudness_lufs, target_lufs=TARGET_LEVEL_LUFS)
        return _Job(request, aligned.samples, aligned.gain_db, file_sha256(request.source))

    def _in_condition(self, request: RenderRequest, samples: np.ndarray) -> np.ndarray:
        """The recording as the reference and every system are to have it."""
        wanted = request.condition
        if wanted is None:
            return samples
        noise = self._noises.make(
            wanted.params,
            samples,
            rate_hz=request.rate_hz,
            seed=wanted.seed,
            source=request.source,
        )
        return simulate(
            samples, rate_hz=request.rate_hz, params=wanted.params, seed=wanted.seed, noise=noise
        )

    def _render_all(self, jobs: Sequence[_Job | SynthError]) -> list[np.ndarray | SynthError]:
        outputs: dict[int, np.ndarray | SynthError] = {}
        by_setting: dict[tuple[str | None, tuple[str, ...]], list[int]] = defaultdict(list)
        for index, job in enumerate(jobs):
            if isinstance(job, SynthError):
                outputs[index] = job
            elif job.request.kind == "vocoder":
                by_setting[job.request.checkpoint, _options(job)].append(index)
            elif job.request.kind == "prosody":
                outputs[index] = _attempt(self._speak, job)
            else:
                outputs[index] = _attempt(_render_alone, job)
        for indices in by_setting.values():
            batch = [job for job in (jobs[index] for index in indices) if isinstance(job, _Job)]
            outputs.update(zip(indices, self._vocode(batch), strict=True))
        return [outputs[index] for index in range(len(jobs))]

    def _vocode(self, jobs: Sequence[_Job]) -> list[np.ndarray | SynthError]:
        """Network outputs of jobs of one checkpoint; one by one if the batch as a whole fails."""
        together = _attempt(self._vocode_batch, jobs)
        if not isinstance(together, SynthError):
            return list(together)
        if len(jobs) == 1:
            return [together]
        return [self._vocode([job])[0] for job in jobs]

    def _vocode_batch(self, jobs: Sequence[_Job]) -> Sequence[np.ndarray]:
        _check_options(jobs[0].request)
        mels = [_log_mel(job) for job in jobs]
        lengths = [len(job.natural) for job in jobs]
        options = dict.fromkeys(_options(jobs[0]), True)
        return self._vocoder(jobs[0].request.checkpoint).render(mels, lengths, **options)

    def _speak(self, job: _Job) -> np.ndarray:
        """The recording's sentence in the voice wanted; its length is the voice's own."""
        from synth.prosody.speaking import Line

        request = job.request
        _check_rate(request)
        line = Line(job.natural, request.text, request.language)
        network, flat = str(request.params.get("network")), request.params.get("flat") is True
        self._check_voice(request.voice, network)
        mel = self._voice(request.voice).say(line, network, flat=flat)
        return self._vocoder(_VOCODER).render([mel])[0]

    def _check_voice(self, code: str, network: str) -> None:
        voice = find_voice(code, self.voices)
        if network not in voice.networks:
            raise SynthError(
                f"The voice {voice.title} has no network {network!r}, only "
                f"{', '.join(voice.networks)}; train one or take the system out.",
                code="checkpoint_missing",
                field="voice",
            )

    def _voice(self, code: str) -> "SpeakingVoice":
        if code not in self._voices:
            from synth.align.checkpoint import read_aligner
            from synth.prosody.speaking import SpeakingVoice
            from synth.recognize.checkpoint import read_recognizer

            voice, device = find_voice(code, self.voices), self._device()
            self._voices[code] = SpeakingVoice(
                voice.folder,
                language=voice.language,
                phone_set=voice.phone_set,
                aligner=cache(lambda: read_aligner(self._hearing(voice, _ALIGNER), device)),
                recognizer=cache(
                    lambda: read_recognizer(self._hearing(voice, _RECOGNIZER), device)
                ),
                device=device,
            )
        return self._voices[code]

    def _hearing(self, voice: Voice, name: str) -> Path:
        """The voice's own aligner or recognizer, or the one that all voices share."""
        stem = voice.hearing(name, self._weights)
        return stem if stem.parent == voice.folder else self._stem(name)

    def _vocoder(self, checkpoint: str | None) -> "Vocoder":
        name = checkpoint or ""
        if name not in self._vocoders:
            stem = self._stem(name)
            vocoder = _load_vocoder(stem, self._device())
            self._sha256[name] = file_sha256(stem.with_name(f"{name}.safetensors"))
            self._vocoders[name] = vocoder
        return self._vocoders[name]

    def _stem(self, name: str) -> Path:
        if not _CHECKPOINT_NAME.fullmatch(name):
            raise SynthError(
                f"{name!r} is not the name of a checkpoint; expected letters, digits, '.', '_' "
                "and '-'.",
                code="checkpoint_missing",
                field="checkpoint",
            )
        if not (self._weights / f"{name}.safetensors").is_file():
            raise SynthError(
                f"There is no checkpoint {name!r} in {self._weights}; install it or take the "
                "system out of the scenario.",
                code="checkpoint_missing",
                field="checkpoint",
            )
        return self._weights / name

    def _device(self) -> str:
        import torch

        has_cuda = torch.cuda.is_available()
        if (self._wanted_device or "").startswith("cuda") and not has_cuda:
            message = "There is no CUDA device here; render on the CPU."
            raise SynthError(message, code="device_missing", field="device")
        return self._wanted_device or ("cuda" if has_cuda else "cpu")

    def _finish(self, job: _Job, output: np.ndarray | SynthError) -> Rendering | SynthError:
        if isinstance(output, SynthError):
            return output
        kind, voice = job.request.kind, job.request.voice
        name = _VOCODER if kind == "prosody" else job.request.checkpoint
        facts = {
            "device": self._device() if kind in _NETWORKS else "cpu",
            "checkpoint_sha256": self._sha256.get(name or ""),
        }
        if voice:
            facts["voice"] = voice
            facts["voice_sha256"] = find_voice(voice, self.voices).sha256
        return _attempt(lambda one: _check_and_align(one, output, facts), job)


def _render_alone(job: _Job) -> np.ndarray:
    """Samples of a system that is no network, before fitting and alignment."""
    renderers: Mapping[str, Callable[[_Job], np.ndarray]] = {
        "natural": lambda one: one.natural,
        "anchor": _anchor,
        "griffin_lim": _griffin_lim,
        "world": lambda one: resynthesize(one.natural, rate_hz=one.request.rate_hz),
    }
    if job.request.kind not in renderers:
        kinds = ", ".join((*renderers, *sorted(_NETWORKS)))
        raise SynthError(
            f"System {job.request.system} is of the unknown kind {job.request.kind!r}; expected "
            f"one of {kinds}.",
            code="kind_unknown",
            field="kind",
        )
    return renderers[job.request.kind](job)


def _options(job: _Job) -> tuple[str, ...]:
    """What a vocoder is asked for beyond one pass, e.g. ("refine",)."""
    return tuple(sorted(name for name, value in job.request.params.items() if value is True))


def _check_options(request: RenderRequest) -> None:
    unknown = [
        name
        for name, value in request.params.items()
        if name not in _OPTIONS or not isinstance(value, bool)
    ]
    if unknown:
        raise SynthError(
            f"System {request.system} has the parameters {', '.join(unknown)}, but a vocoder "
            f"takes only {', '.join(sorted(_OPTIONS))}, true or false.",
            code="params_invalid",
            field="params",
        )


def _anchor(job: _Job) -> np.ndarray:
    request = job.request
    return render_anchor(
        job.natural,
        rate_hz=request.rate_hz,
        cutoff_hz=_number(request, "cutoff_hz"),
        bandwidth_hz=min(request.bandwidth_hz, request.rate_hz / 2),
    )


def _griffin_lim(job: _Job) -> np.ndarray:
    from synth.audio.mel import griffin_lim

    return griffin_lim(
        _log_mel(job),
        n_samples=len(job.natural),
        iterations=int(_number(job.request, "iterations")),
        seed=job.request.seed,
    )


def _load_vocoder(stem: Path, device: str) -> "Vocoder":
    from synth.vocoder.infer import Vocoder

    try:
        return Vocoder.load(stem, device=device)
    except (OSError, ValueError, KeyError) as error:
        raise SynthError(
            f"The checkpoint {stem.name!r} cannot be loaded: {error}",
            code="checkpoint_invalid",
            field="checkpoint",
        ) from error


def _log_mel(job: _Job) -> np.ndarray:
    import torch

    from synth.audio import mel

    torch.set_num_threads(1)  # processes, not threads, share the cores
    _check_rate(job.request)
    return mel.log_mel(job.natural)


def _check_rate(request: RenderRequest) -> None:
    """Refuses what the networks' front end does not work at."""
    from synth.audio import mel

    if request.rate_hz != mel.RATE_HZ:
        raise SynthError(
            f"System {request.system} works at {mel.RATE_HZ} Hz only, but the stimuli are to "
            f"have {request.rate_hz} Hz. Plan the batch at {mel.RATE_HZ} Hz or leave the "
            "system out.",
            code="rate_refused",
            field="rate_hz",
        )


def _number(request: RenderRequest, name: str) -> float:
    value = request.params.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise SynthError(
            f"System {request.system} needs the parameter {name} as a positive number; "
            f"got {value!r}.",
            code="params_invalid",
            field="params",
        )
    return float(value)


def _check_and_align(job: _Job, output: np.ndarray, facts: Mapping[str, JSON]) -> Rendering:
    samples = _check_raw(job, np.asarray(output, dtype=np.float64))
    aligned = align_loudness(samples, rate_hz=job.request.rate_hz)
    checks.check_level(aligned.loudness_lufs, target_lufs=TARGET_LEVEL_LUFS)
    checks.check_peak(aligned.peak)
    return Rendering(
        samples=aligned.samples,
        rate_hz=job.request.rate_hz,
        provenance=_provenance(job, facts),
        loudness_lufs=aligned.loudness_lufs,
        gain_db=job.gain_db + aligned.gain_db,
        peak=aligned.peak,
    )


def _check_raw(job: _Job, output: np.ndarray) -> np.ndarray:
    """The output at the length of its recording, once everything but the level was checked.

    A target voice takes the time it takes.
    """
    n_samples, rate_hz = len(job.natural), job.request.rate_hz
    checks.check_finite(output)
    if job.request.kind == "prosody":
        checks.check_audible(output)
        checks.check_unclipped(output)
        return output
    tolerance = round(_LENGTH_TOLERANCE_S * rate_hz)
    checks.check_length(output, n_samples=n_samples, tolerance=tolerance)
    samples = fit_length(output, n_samples=n_samples)
    checks.check_audible(samples)
    checks.check_unclipped(samples)
    if job.request.kind in {"natural", "anchor"}:
        checks.check_sample_aligned(samples, job.natural, rate_hz=rate_hz)
    else:
        checks.check_time_aligned(samples, job.natural, rate_hz=rate_hz)
    return samples


def _provenance(job: _Job, facts: Mapping[str, JSON]) -> dict[str, JSON]:
    request = job.request
    return {
        "system": request.system,
        "kind": request.kind,
        "params": dict(request.params),
        "checkpoint": request.checkpoint,
        "seed": request.seed,
        "rate_hz": request.rate_hz,
        "source_sha256": job.source_sha256,
        "target_lufs": TARGET_LEVEL_LUFS,
        "engine_version": ENGINE_VERSION,
        "libraries": _versions({*_EVERYWHERE, *_LIBRARIES[request.kind], *_needed_for(request)}),
        **_condition_facts(request),
        **facts,
    }


def _condition_facts(request: RenderRequest) -> dict[str, JSON]:
    """Nothing for a recording as it is, so that what was rendered before reads as it did."""
    wanted = request.condition
    if wanted is None:
        return {}
    return {"condition": {"code": wanted.code, "params": dict(wanted.params), "seed": wanted.seed}}


def _needed_for(request: RenderRequest) -> tuple[str, ...]:
    return () if request.condition is None else _FOR_CONDITIONS


def _versions(libraries: Iterable[str]) -> dict[str, JSON]:
    return {library: version(library) for library in sorted(libraries)}


def _attempt(work: Callable[[T], R], subject: T) -> R | SynthError:
    """What the work returns, or why it failed: nothing a request does may stop the others."""
    try:
        return work(subject)
    except SynthError as error:
        return error
    except Exception as error:
        failure = SynthError(
            f"Rendering failed unexpectedly ({type(error).__name__}: {error}). Retry; if it fails "
            "again, report it with the traceback of the clip.",
            code="render_failed",
        )
        failure.__cause__ = error
        return failure
