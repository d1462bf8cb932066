"""What a stimulus' page shows: where the sound comes from and what it stands beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mushra.design.conditions import title_of
from mushra.models import Stimulus
from mushra.selectors.seenness import CLAIMS
from mushra.selectors.voices import voice_title
from synth.audio.conditions import CLEAN
from synth.models import Clip
from synth.selectors import full_clip_seenness


@dataclass(frozen=True)
class Fact:
    """A line of the provenance table. `is_code`: a hash or identifier, set in monospace."""

    name: str
    value: str
    is_code: bool = False


@dataclass(frozen=True)
class SeennessFact:
    """Whether the network met this property of the recording in training; None: not known."""

    name: str
    is_seen: bool | None


@dataclass(frozen=True)
class StimulusPage:
    """A stimulus, its item's other stimuli (itself included), and the facts about its making."""

    stimulus: Stimulus
    reference: Stimulus
    siblings: Sequence[Stimulus]
    provenance: Sequence[Fact]
    condition: str
    seenness: Sequence[SeennessFact]


def stimulus_page(stimulus: Stimulus) -> StimulusPage:
    """All that the page needs, given a stimulus with clip, system and utterance selected."""
    siblings = list(
        Stimulus.objects.filter(item=stimulus.item_id)
        .select_related("system", "clip")
        .order_by("system__sort_order", "system__code")
    )
    reference = next(s for s in siblings if s.role == Stimulus.Role.REFERENCE)
    return StimulusPage(
        stimulus=stimulus,
        reference=reference,
        siblings=siblings,
        provenance=_provenance(stimulus),
        condition=_condition(stimulus.clip),
        seenness=_seenness(stimulus),
    )


def current_audio(stimulus: Stimulus) -> str:
    """The sha256 of the stimulus' sound, frozen or the clip's; empty while there is none."""
    return stimulus.audio_sha256 or stimulus.clip.audio_sha256


def _seenness(stimulus: Stimulus) -> list[SeennessFact]:
    """As snapshotted at the freeze; derived anew before it."""
    clip = stimulus.clip
    claims = full_clip_seenness(stimulus.system, clip.utterance, condition=clip.condition)
    if stimulus.factors:
        frozen = {"yes": True, "no": False}
        claims = {claim: frozen.get(stimulus.factors.get(claim, "")) for claim in claims}
    return [SeennessFact(CLAIMS.get(claim, claim), is_seen) for claim, is_seen in claims.items()]


def _condition(clip: Clip) -> str:
    """How the input sounds, in words: as recorded, and what was done to it here."""
    recorded = title_of(clip.utterance.condition)
    if clip.condition == CLEAN:
        return recorded
    return f"{title_of(clip.condition)} (simulated), recorded: {recorded}"


def _provenance(stimulus: Stimulus) -> list[Fact]:
    clip, system = stimulus.clip, stimulus.system
    facts = [
        Fact("System", f"{system.title} ({system.code})"),
        Fact("Kind", system.get_kind_display()),
        Fact("Settings", _settings(system.params)),
        Fact("Checkpoint", system.checkpoint.name if system.checkpoint else ""),
        Fact("Checkpoint sha256", _checkpoint_sha256(stimulus), is_code=True),
        Fact("Voice", voice_title(clip.voice)),
        Fact("Seed", str(clip.seed)),
        Fact("Engine version", str(clip.provenance.get("engine_version", ""))),
        Fact("Libraries", _versions(clip.provenance.get("libraries", {}))),
        Fact("Rendered on", str(clip.provenance.get("device") or "")),
        Fact("Length", f"{clip.n_samples:,} samples, {clip.duration_s:.2f} s")
        if clip.n_samples
        else Fact("Length", ""),
        Fact("Rate", f"{clip.rate_hz:,} Hz"),
        Fact("Loudness", _with_unit(clip.loudness_lufs, "LUFS (ITU-R BS.1770)")),
        Fact("Gain applied", _with_unit(clip.gain_db, "dB")),
        Fact("Peak", "" if clip.peak is None else f"{clip.peak:.3f} of full scale"),
        Fact("Audio sha256", current_audio(stimulus), is_code=True),
        Fact("Recording sha256", clip.utterance.sha256, is_code=True),
    ]
    return [fact for fact in facts if fact.value]


def _checkpoint_sha256(stimulus: Stimulus) -> str:
    """What the worker loaded, if the clip says so; else what the system names."""
    rendered_with = stimulus.clip.provenance.get("checkpoint_sha256")
    named = stimulus.system.checkpoint.sha256 if stimulus.system.checkpoint else ""
    return str(rendered_with or named)


def _versions(libraries: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in libraries.items())


def _settings(params: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in params.items())


def _with_unit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:+.1f}".replace("-", "−") + f" {unit}"
