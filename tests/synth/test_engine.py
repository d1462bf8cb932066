"""Requests in, aligned stimuli with provenance out."""

import dataclasses
import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synth.audio.bandwidth import measure_bandwidth
from synth.audio.checks import envelope_lag, waveform_lag
from synth.audio.conditions import simulated_condition
from synth.audio.io import read_recording, write_flac, write_wav
from synth.audio.loudness import align_loudness, measure_loudness, measure_peak
from synth.audio.noise_sources import NoiseSources
from synth.audio.resample import resample
from synth.audio.simulation import simulate
from synth.engine import WEIGHTS, AppliedCondition, Engine, Rendering, RenderRequest
from synth.errors import SynthError

ROOT = Path(__file__).resolve().parents[2]
RATE_HZ = 16000
SYSTEMS = {
    "natural": ("natural", {}),
    "anchor35": ("anchor", {"cutoff_hz": 3500}),
    "anchor20": ("anchor", {"cutoff_hz": 2000}),
    "world": ("world", {}),
    "griffin_lim": ("griffin_lim", {"iterations": 8}),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Two seconds of a demo recording, at a level of its own."""
    path = tmp_path_factory.mktemp("recordings") / "one.flac"
    recording = read_recording(ROOT / "demo" / "audio" / "june_fr_demo-thanks.flac")
    write_flac(path, 0.3 * recording.samples[8000:40123], RATE_HZ, bits=24)
    return path


def request_for(system: str, source: Path, **changes: Any) -> RenderRequest:
    kind, params = SYSTEMS.get(system, (system, {}))
    request = RenderRequest(
        system=system,
        kind=kind,
        params=params,
        checkpoint=None,
        source=source,
        rate_hz=RATE_HZ,
        bandwidth_hz=8000.0,
        seed=1,
    )
    return dataclasses.replace(request, **changes)


def vocoder_request(source: Path, **changes: Any) -> RenderRequest:
    changes = {"kind": "vocoder", "checkpoint": "fake", **changes}
    return request_for("universal", source, **changes)


@pytest.fixture(scope="module")
def renderings(source):
    outcomes = render([request_for(system, source) for system in SYSTEMS])
    return dict(zip(SYSTEMS, outcomes, strict=True))


def render(requests: Sequence[RenderRequest], **engine_options: Any) -> list[Rendering]:
    outcomes = Engine(**engine_options).render(requests)
    refused = [one for one in outcomes if isinstance(one, SynthError)]
    assert not refused
    return [one for one in outcomes if isinstance(one, Rendering)]


def error_of(request: RenderRequest, **engine_options: Any) -> SynthError:
    (outcome,) = Engine(**engine_options).render([request])
    assert isinstance(outcome, SynthError)
    return outcome


class FakeVocoder:
    """Stands for a trained network: Griffin-Lim, and a record of what it was asked."""

    batches: list[list[int]]  # lengths asked for
    loaded: list[str]

    @classmethod
    def load(cls, stem, device):
        cls.loaded.append(f"{Path(stem).name} on {device}")
        return cls()

    def render(self, mels, n_samples):
        from synth.audio.mel import griffin_lim

        self.batches.append(list(n_samples))
        return [
            griffin_lim(mel, n, iterations=4, seed=1)
            for mel, n in zip(mels, n_samples, strict=True)
        ]


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A folder with two checkpoints that the fake network is loaded from."""
    for name in ("fake", "other"):
        (tmp_path / f"{name}.safetensors").write_bytes(name.encode())
    FakeVocoder.batches, FakeVocoder.loaded = [], []
    monkeypatch.setattr("synth.vocoder.infer.Vocoder", FakeVocoder)
    return tmp_path


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_stimulus_is_as_long_as_its_recording_and_at_the_level_of_the_test(
    renderings, source, system
):
    one = renderings[system]

    assert one.samples.shape == read_recording(source).samples.shape
    assert one.samples.dtype == np.float64
    assert one.rate_hz == RATE_HZ
    measured = measure_loudness(one.samples, rate_hz=RATE_HZ)
    assert measured == pytest.approx(-26, abs=0.05)
    assert one.loudness_lufs == pytest.approx(measured, abs=0.01)
    assert one.peak == pytest.approx(measure_peak(one.samples, rate_hz=RATE_HZ))
    assert one.peak <= 10 ** (-1 / 20)


def test_the_natural_stimulus_is_the_recording_but_for_one_gain(renderings, source):
    recording = read_recording(source).samples
    natural = renderings["natural"]

    np.testing.assert_allclose(natural.samples, recording * 10 ** (natural.gain_db / 20), atol=1e-9)


@pytest.mark.parametrize("system", ["anchor35", "anchor20"])
def test_anchors_are_aligned_to_the_sample_and_end_at_their_cutoff(renderings, system):
    natural, anchor = renderings["natural"].samples, renderings[system].samples
    cutoff_hz = SYSTEMS[system][1]["cutoff_hz"]

    assert waveform_lag(anchor, natural, rate_hz=RATE_HZ) == 0
    assert measure_bandwidth(natural, rate_hz=RATE_HZ) > 7000
    assert measure_bandwidth(anchor, rate_hz=RATE_HZ) < cutoff_hz * 9 / 7


@pytest.mark.parametrize("system", ["world", "griffin_lim"])
def test_classical_vocoders_are_aligned_but_are_no_copies(renderings, system):
    natural, output = renderings["natural"].samples, renderings[system].samples

    assert abs(envelope_lag(output, natural, rate_hz=RATE_HZ)) <= 0.002
    assert abs(np.corrcoef(natural, output)[0, 1]) < 0.99


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_same_request_gives_the_same_samples(renderings, source, system):
    (again,) = render([request_for(system, source)])

    np.testing.assert_array_equal(again.samples, renderings[system].samples)
    assert again.provenance == renderings[system].provenance


def test_another_seed_gives_another_griffin_lim(renderings, source):
    (other,) = render([request_for("griffin_lim", source, seed=2)])

    assert not np.array_equal(other.samples, renderings["griffin_lim"].samples)


def test_provenance_says_what_was_made_of_what_and_by_what(renderings, source):
    provenance = renderings["griffin_lim"].provenance

    assert provenance["system"] == provenance["kind"] == "griffin_lim"
    assert provenance["params"] == {"iterations": 8}
    assert provenance["seed"] == 1
    assert provenance["source_sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert provenance["checkpoint"] is None
    assert provenance["checkpoint_sha256"] is None
    assert provenance["device"] == "cpu"
    assert {"numpy", "soxr", "torch"} <= provenance["libraries"].keys()


def test_a_wider_recording_is_brought_down_to_the_rate_of_the_stimuli(source, tmp_path, renderings):
    wide = resample(read_recording(source).samples, from_hz=RATE_HZ, to_hz=48000)
    write_wav(tmp_path / "wide.wav", wide, 48000)

    (one,) = render([request_for("natural", tmp_path / "wide.wav")])

    assert one.rate_hz == RATE_HZ
    assert len(one.samples) == len(renderings["natural"].samples)
    inner = slice(500, -500)
    error = one.samples[inner] - renderings["natural"].samples[inner]
    assert np.sqrt(np.mean(error**2)) < 0.02 * np.std(one.samples)


def test_the_mid_anchor_is_made_where_the_rate_allows_it(tmp_path):
    noise = 0.05 * np.random.default_rng(1).standard_normal(48000)
    write_wav(tmp_path / "wide.wav", noise, 48000)
    request = request_for(
        "anchor70",
        tmp_path / "wide.wav",
        kind="anchor",
        params={"cutoff_hz": 7000},
        rate_hz=48000,
        bandwidth_hz=24000.0,
    )

    assert len(render([request])[0].samples) == 48000
    at_16_khz = dataclasses.replace(request, rate_hz=RATE_HZ)
    assert error_of(at_16_khz).code == "anchor_refused"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bandwidth_hz": 4000.0}, "anchor_refused"),
        ({"rate_hz": 24000}, "rate_refused"),
        ({"params": {}}, "params_invalid"),
        ({"params": {"cutoff_hz": "low"}}, "params_invalid"),
        ({"kind": "robot"}, "kind_unknown"),
    ],
)
def test_what_cannot_be_rendered_is_refused_with_a_reason(source, changes, code):
    error = error_of(request_for("anchor35", source, **changes))

    assert error.code == code
    assert len(str(error)) > 40


@pytest.mark.parametrize("kind", ["griffin_lim", "vocoder"])
def test_a_network_of_16_khz_refuses_other_rates(tmp_path, kind, weights):
    noise = 0.05 * np.random.default_rng(1).standard_normal(24000)
    write_wav(tmp_path / "wide.wav", noise, 24000)
    request = vocoder_request(tmp_path / "wide.wav", kind=kind, rate_hz=24000)

    assert error_of(request, weights=weights).code == "rate_refused"


def test_a_silent_and_a_clipped_recording_are_refused(tmp_path):
    times = np.arange(16000) / 16000
    write_wav(tmp_path / "silent.wav", np.zeros(16000), RATE_HZ)
    clipped = np.clip(3 * np.sin(2 * np.pi * 200 * times), -1, 1)
    write_wav(tmp_path / "clipped.wav", clipped, RATE_HZ)

    assert error_of(request_for("natural", tmp_path / "silent.wav")).code == "silent"
    assert error_of(request_for("natural", tmp_path / "clipped.wav")).code == "clipping"


def test_a_recording_that_cannot_reach_the_level_is_refused(tmp_path):
    clicks = 1e-3 * np.random.default_rng(1).standard_normal(32000)
    clicks[::8000] = 0.5
    write_wav(tmp_path / "clicks.wav", clicks, RATE_HZ)

    assert error_of(request_for("natural", tmp_path / "clicks.wav")).code == "level_off_target"


def test_one_failing_request_takes_no_other_down(source):
    requests = [
        request_for("natural", source),
        request_for("natural", source.with_name("missing.flac")),
        request_for("anchor35", source, bandwidth_hz=1000.0),
        vocoder_request(source, checkpoint="missing"),
        request_for("anchor35", source),
    ]

    outcomes = Engine().render(requests)

    assert [isinstance(one, Rendering) for one in outcomes] == [True, False, False, False, True]
    assert [one.code for one in outcomes if isinstance(one, SynthError)] == [
        *("audio_missing", "anchor_refused", "checkpoint_missing")
    ]


def test_a_surprise_becomes_an_error_that_keeps_its_cause(source, monkeypatch):
    def break_down(*args, **kwargs):
        raise MemoryError("no room")

    monkeypatch.setattr("synth.engine.resynthesize", break_down)
    error = error_of(request_for("world", source))

    assert error.code == "render_failed"
    assert isinstance(error.__cause__, MemoryError)


def test_clips_of_one_checkpoint_go_through_it_together(source, weights):
    requests = [
        vocoder_request(source),
        request_for("natural", source),
        vocoder_request(source, checkpoint="other"),
        vocoder_request(source),
    ]
    engine = Engine(device="cpu", weights=weights)

    outcomes = [one for one in engine.render(requests) if isinstance(one, Rendering)]
    engine.render(requests[:1])

    assert [one.provenance["system"] for one in outcomes] == [one.system for one in requests]
    n_samples = len(read_recording(source).samples)
    assert FakeVocoder.batches == [[n_samples] * 2, [n_samples], [n_samples]]
    assert FakeVocoder.loaded == ["fake on cpu", "other on cpu"]
    assert outcomes[0].provenance["checkpoint_sha256"] == hashlib.sha256(b"fake").hexdigest()
    assert outcomes[0].provenance["device"] == "cpu"


def test_a_clip_that_breaks_its_batch_is_rendered_apart(source, weights, monkeypatch):
    whole = FakeVocoder.render

    def break_down_on_two(self, mels, n_samples):
        if len(mels) > 1:
            raise RuntimeError("out of memory")
        return whole(self, mels, n_samples)

    monkeypatch.setattr(FakeVocoder, "render", break_down_on_two)
    assert len(render([vocoder_request(source)] * 2, weights=weights)) == 2


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda one: np.roll(one, 400), "misaligned"),
        (lambda one: one[:-1000], "length_differs"),
        (lambda one: np.where(np.arange(len(one)) == 5, np.nan, one), "not_finite"),
        (lambda one: 0.0 * one, "silent"),
        (lambda one: np.clip(1e3 * one, -1, 1), "clipping"),
    ],
)
def test_a_broken_network_is_caught_before_listeners_hear_it(
    source, weights, monkeypatch, spoil, code
):
    whole = FakeVocoder.render
    monkeypatch.setattr(
        FakeVocoder, "render", lambda self, mels, n: [spoil(one) for one in whole(self, mels, n)]
    )

    assert error_of(vocoder_request(source), weights=weights).code == code


@pytest.mark.parametrize("name", ["../fake", "/etc/passwd", "", None])
def test_a_checkpoint_is_named_not_reached_by_path(source, weights, name):
    error = error_of(vocoder_request(source, checkpoint=name), weights=weights)

    assert error.code == "checkpoint_missing"


def test_a_checkpoint_without_its_card_is_refused(source, tmp_path):
    (tmp_path / "bare.safetensors").write_bytes(b"")

    error = error_of(vocoder_request(source, checkpoint="bare"), weights=tmp_path)

    assert error.code == "checkpoint_invalid"


@pytest.mark.skipif(
    not (WEIGHTS / "universal.safetensors").exists(), reason="no universal checkpoint yet"
)
def test_the_universal_vocoder_renders_the_same_sound_alone_and_in_company(source):
    request = vocoder_request(source, checkpoint="universal")
    longer = dataclasses.replace(request, source=ROOT / "demo/audio/carlo_it_demo-thanks.flac")

    (alone,) = render([request], device="cpu")
    (again,) = render([request], device="cpu")
    _, in_company = render([longer, request], device="cpu")

    np.testing.assert_array_equal(alone.samples, again.samples)
    np.testing.assert_allclose(alone.samples, in_company.samples, atol=1e-4)


CONDITIONS_OF_INPUT = ("babble_5db", "reverberation_600ms", "whisperized", "clipping_5pct")


def applied(code: str, seed: int = 5) -> AppliedCondition:
    return AppliedCondition(code, simulated_condition(code).params, seed)


@pytest.mark.parametrize("code", CONDITIONS_OF_INPUT)
def test_every_system_starts_from_the_recording_in_its_condition(source, code):
    """The natural clip is the reference: the recording in that condition, at the test's level."""
    condition = applied(code)
    requests = [request_for(system, source, condition=condition) for system in SYSTEMS]

    natural, anchor, _, world, griffin_lim = render(requests)

    recording = read_recording(source).samples
    noise = NoiseSources().make(condition.params, recording, rate_hz=RATE_HZ, seed=5, source=source)
    heard = simulate(recording, rate_hz=RATE_HZ, params=condition.params, seed=5, noise=noise)
    np.testing.assert_allclose(natural.samples, heard * 10 ** (natural.gain_db / 20), atol=1e-9)
    assert waveform_lag(anchor.samples, natural.samples, rate_hz=RATE_HZ) == 0
    for vocoded in (world, griffin_lim):
        to_condition = spectral_distance(vocoded.samples, natural.samples)
        assert to_condition < spectral_distance(vocoded.samples, aligned(recording))


def aligned(samples):
    return align_loudness(samples, rate_hz=RATE_HZ).samples


def spectral_distance(first, second) -> float:
    """Mean difference of log-mel bands, in nepers."""
    from synth.audio.mel import log_mel

    floor = np.log(1e-3)
    return float(
        np.mean(np.abs(np.maximum(log_mel(first), floor) - np.maximum(log_mel(second), floor)))
    )


def test_a_network_hears_the_condition_too(source, weights):
    (clean,) = render([vocoder_request(source)], weights=weights)
    (noisy,) = render([vocoder_request(source, condition=applied("babble_5db"))], weights=weights)
    (natural,) = render([request_for("natural", source, condition=applied("babble_5db"))])

    close = spectral_distance(noisy.samples, natural.samples)
    assert close < spectral_distance(clean.samples, natural.samples)


def test_provenance_tells_the_condition_and_says_nothing_of_a_clean_recording(source, renderings):
    (noisy,) = render([request_for("natural", source, condition=applied("shaped_noise_10db", 9))])

    assert noisy.provenance["condition"] == {
        "code": "shaped_noise_10db",
        "params": {"process": "noise", "snr_db": 10, "noise": "shaped"},
        "seed": 9,
    }
    assert {"scipy"} <= noisy.provenance["libraries"].keys()
    assert "condition" not in renderings["natural"].provenance


def test_a_recording_that_is_known_to_be_clipped_is_heard_as_it_is(tmp_path):
    times = np.arange(16000) / 16000
    write_wav(tmp_path / "clipped.wav", np.clip(3 * np.sin(1000 * times), -1, 1), RATE_HZ)
    request = request_for("natural", tmp_path / "clipped.wav")

    assert error_of(request).code == "clipping"
    (one,) = render([dataclasses.replace(request, recorded_condition="clipped")])
    assert np.mean(np.abs(one.samples) > 0.999 * np.abs(one.samples).max()) > 0.7


@pytest.mark.parametrize(
    ("params", "code"),
    [({"process": "magic"}, "condition_unknown"), ({"process": "clipping"}, "condition_invalid")],
)
def test_a_condition_that_means_nothing_is_refused(source, params, code):
    request = request_for("natural", source, condition=AppliedCondition("mine", params, 1))

    assert error_of(request).code == code


def test_settings_of_a_vocoder_reach_it_and_are_rendered_apart(source, weights, monkeypatch):
    asked = []

    def render_with_options(self, mels, n_samples, *, refine=False):
        asked.append((len(mels), refine))
        return [
            np.sin(np.arange(n)) * self.envelope(mel, n)
            for mel, n in zip(mels, n_samples, strict=True)
        ]

    monkeypatch.setattr(FakeVocoder, "envelope", staticmethod(energy_of), raising=False)
    monkeypatch.setattr(FakeVocoder, "render", render_with_options)
    plain, refined = {}, {"refine": True}

    Engine(weights=weights, device="cpu").render(
        [vocoder_request(source, params=params) for params in (plain, refined, plain)]
    )

    assert asked[:2] == [(2, False), (1, True)]


def energy_of(mel, n_samples: int):
    """A sound whose loudness follows the mel, so that it passes the engine's checks."""
    return np.interp(np.arange(n_samples) / 160, np.arange(len(mel)), np.exp(mel).mean(axis=1))


@pytest.mark.parametrize("params", [{"refine": 3}, {"shine": True}])
def test_a_setting_that_no_vocoder_has_is_refused(source, weights, params):
    assert (
        error_of(vocoder_request(source, params=params), weights=weights).code == "params_invalid"
    )


def test_recordings_and_anchors_are_rendered_without_torch(source):
    program = f"""
import sys
from pathlib import Path
from synth.engine import Engine, RenderRequest
natural = RenderRequest("natural", "natural", {{}}, None, Path({str(source)!r}), 16000, 8e3, 1)
anchor = RenderRequest(
    "anchor35", "anchor", {{"cutoff_hz": 3500}}, None, natural.source, 16000, 8e3, 1
)
first, second = Engine().render([natural, anchor])
assert len(first.samples) == len(second.samples)
assert "torch" not in sys.modules, "torch was imported"
assert "django" not in sys.modules, "Django was imported"
assert "matplotlib" not in sys.modules, "matplotlib was imported"
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
