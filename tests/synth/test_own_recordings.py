"""`manage.py render`: whatever a file holds, finite audio of its length or words that help."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synth.audio.conditions import CONDITIONS
from synth.audio.loudness import measure_loudness
from synth.audio.mel import log_mel
from synth.audio.noise_sources import NoiseSources
from synth.audio.speech_level import active_level
from synth.engine import Engine
from synth.errors import SynthError
from synth.own_recordings import Order, render_file
from synth.requests import RenderRequest
from synth.systems import SystemSpec, find_system, find_systems

ROOT = Path(__file__).resolve().parents[2]
SPEECH = ROOT / "demo" / "audio" / "carlo_it_demo-thanks.flac"
EVERY = [spec.code for spec in find_systems() if spec.kind != "prosody"]
ENGINE = Engine(device="cpu")

each_system = pytest.mark.parametrize("system", EVERY)


def run(system: str, source: Path, *options: str) -> tuple[np.ndarray, int]:
    output = source.with_name("out.wav")
    output.unlink(missing_ok=True)
    arguments = ["--system", system, "--in", str(source), "--out", str(output), "--device", "cpu"]
    call_command("render", *arguments, *options)
    return soundfile.read(output)


def written(folder: Path, samples: np.ndarray, rate_hz: int, subtype: str = "PCM_16") -> Path:
    path = folder / "in.wav"
    soundfile.write(path, samples, rate_hz, subtype=subtype)
    return path


@each_system
def test_every_system_renders_a_recording_at_its_length_and_level(system, tmp_path, capsys):
    samples, rate_hz = soundfile.read(SPEECH)
    source = written(tmp_path, 0.05 * samples[:32000], rate_hz)
    if system == "anchor70":
        source = written(tmp_path, 0.05 * np.random.default_rng(1).normal(size=48000), 48000)
    given_samples, given_hz = soundfile.read(source)

    rendered, rate_hz = run(system, source)

    assert rendered.shape == given_samples.shape
    level_db = 20 * np.log10(
        active_level(rendered, rate_hz=rate_hz) / active_level(given_samples, rate_hz=given_hz)
    )
    assert abs(level_db) < (6 if "anchor" in system else 2)
    assert f"at {rate_hz} Hz" in capsys.readouterr().out


@pytest.mark.parametrize("system", ["natural", "world", "griffin_lim", "universal"])
@pytest.mark.parametrize(
    ("rate_hz", "n_channels"), [(8000, 1), (11025, 2), (44100, 2), (96000, 1), (192000, 6)]
)
def test_any_rate_and_number_of_channels(system, rate_hz, n_channels, tmp_path, capsys):
    if system not in EVERY:
        pytest.skip("no such checkpoint here")
    tone = 0.1 * np.sin(2 * np.pi * 220 * np.arange(rate_hz // 5) / rate_hz)
    source = written(tmp_path, np.stack([tone] * n_channels, axis=1), rate_hz)

    rendered, written_hz = run(system, source)

    assert len(rendered) == pytest.approx(written_hz / 5, abs=1)
    assert np.isfinite(rendered).all()
    said = capsys.readouterr().err
    assert ("mixed down" in said) == (n_channels > 1)
    assert (f"{rate_hz} Hz came in" in said) == (written_hz != rate_hz)
    assert written_hz <= 48000


SHAPES: dict[str, Callable[[int], np.ndarray]] = {
    "silence": lambda n: np.zeros(n),
    "clipped": lambda n: np.clip(5 * np.sin(np.arange(n) / 9), -1, 1),
    "noise": lambda n: np.random.default_rng(n).uniform(-1, 1, n),
    "click": lambda n: np.eye(1, n, n // 2)[0],
    "offset": np.ones,
    "faint": lambda n: 1e-30 * np.random.default_rng(n).uniform(-1, 1, n),
    "huge": lambda n: 1e30 * np.random.default_rng(n).uniform(-1, 1, n),
}


@pytest.mark.parametrize("system", [code for code in EVERY if code != "anchor70"])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    shape=st.sampled_from(sorted(SHAPES)),
    rate_hz=st.sampled_from([12000, 16000, 22050, 48000]),
    duration_s=st.floats(0.1001, 0.8),
    condition=st.sampled_from(["clean", "clean", "whisperized", "babble_5db", "telephone_mu_law"]),
)
def test_whatever_comes_in_finite_audio_of_its_length_comes_out(
    system, tmp_path, shape, rate_hz, duration_s, condition
):
    n_samples = round(duration_s * rate_hz)
    source = written(tmp_path, SHAPES[shape](n_samples), rate_hz, "FLOAT")
    order = Order(find_system(system), source, tmp_path / "out.wav", condition=condition)

    try:
        outcome = render_file(order, engine=ENGINE, noises=NoiseSources())
    except SynthError as error:
        # The recording has nothing that an anchor would take away.
        if system.startswith("anchor") and error.code == "anchor_refused":
            return
        raise

    rendered, written_hz = soundfile.read(tmp_path / "out.wav")
    assert len(rendered) == round(n_samples * written_hz / rate_hz) == outcome.n_samples
    assert np.isfinite(rendered).all()
    if shape == "silence":
        assert np.abs(rendered).max() < 0.01


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (np.zeros(1000), "0.1 s to 10 minutes"),
        (np.array([]), "0.1 s to 10 minutes"),
        (np.full(16000, np.nan), "NaN"),
        (np.full(16000, np.inf), "NaN or infinite"),
    ],
)
def test_what_cannot_be_rendered_is_refused_in_words(tmp_path, samples, says):
    source = written(tmp_path, samples, 16000, "FLOAT")

    with pytest.raises(CommandError, match=says):
        run("natural", source)
    assert not (tmp_path / "out.wav").exists()


def test_more_than_ten_minutes_are_refused_before_they_are_read(tmp_path):
    source = written(tmp_path, np.zeros(601 * 1000), 1000)

    with pytest.raises(CommandError, match=r"601.00 s"):
        run("natural", source)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"system": "robot"}, "no system 'robot'.*griffin_lim"),
        ({"in": "gone.wav"}, "no recording at"),
        ({"in": "notes.wav"}, "cannot be decoded"),
        ({"out": "out.mp3"}, "ends in .wav"),
        ({"out": "nowhere/out.wav"}, "no folder"),
        ({"condition": "underwater"}, "no condition 'underwater'"),
        ({"condition": "telephone"}, "property of recordings"),
        ({"condition": "noise_10db"}, "EARSHOT_NOISES"),
        ({"system": "anchor70"}, "anchor needs room"),
    ],
)
def test_wrong_orders_are_refused_in_words(tmp_path, monkeypatch, options, says):
    monkeypatch.chdir(tmp_path)
    Path("notes.wav").write_text("la la la")
    written(Path(), np.zeros(16000), 16000)
    order = {"system": "natural", "in": "in.wav", "out": "out.wav", **options}

    with pytest.raises(CommandError, match=says):
        call_command("render", *[f"--{name}={value}" for name, value in order.items()])


def test_a_missing_graphics_card_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    if "universal" not in EVERY:
        pytest.skip("no such checkpoint here")
    with pytest.raises(CommandError, match="no CUDA device"):
        run("universal", written(tmp_path, np.zeros(4000), 16000), "--device", "cuda")


def test_the_level_can_be_aligned_instead(tmp_path):
    samples, rate_hz = soundfile.read(SPEECH)

    rendered, _ = run("world", written(tmp_path, 0.01 * samples, rate_hz), "--lufs", "-26")

    assert measure_loudness(rendered, rate_hz=rate_hz) == pytest.approx(-26, abs=0.1)


def test_a_level_that_silence_cannot_have_is_refused(tmp_path):
    with pytest.raises(CommandError, match="silent"):
        run("natural", written(tmp_path, np.zeros(16000), 16000), "--lufs", "-26")


def test_a_condition_comes_before_the_system(tmp_path):
    clean, _ = run("natural", quiet_speech(tmp_path))
    noisy, _ = run("natural", quiet_speech(tmp_path), "--condition", "babble_5db", "--seed", "3")
    again, _ = run("natural", quiet_speech(tmp_path), "--condition", "babble_5db", "--seed", "3")
    other, _ = run("natural", quiet_speech(tmp_path), "--condition", "babble_5db", "--seed", "4")

    added = noisy - clean
    ratio = active_level(clean, rate_hz=16000) ** 2 / np.mean(added**2)
    assert 10 * np.log10(ratio) == pytest.approx(5, abs=0.05)
    np.testing.assert_array_equal(noisy, again)
    assert not np.array_equal(noisy, other)


def quiet_speech(folder: Path) -> Path:
    samples, rate_hz = soundfile.read(SPEECH)
    return written(folder, 0.3 * samples, rate_hz)


class Whole:
    """A vocoder that notes how long the mels are that it gets."""

    lengths: list[int] = []

    @classmethod
    def load(cls, stem, device):
        return cls()

    def render(self, mels, n_samples):
        self.lengths.extend(len(mel) for mel in mels)
        return [
            np.repeat(np.exp(mel).mean(axis=1), 160)[:n]
            for mel, n in zip(mels, n_samples, strict=True)
        ]


def test_a_vocoder_gets_a_long_recording_whole_at_the_level_of_a_study(monkeypatch, tmp_path):
    """It streams by itself; the level comes back out as it went in."""
    monkeypatch.setattr("synth.vocoder.infer.Vocoder", Whole)
    (tmp_path / "whole.safetensors").write_bytes(b"")
    order = Order(
        SystemSpec("whole", "Whole", "vocoder", {}, "whole"),
        written(tmp_path, 0.01 * np.random.default_rng(1).normal(size=40 * 16000), 16000),
        tmp_path / "out.wav",
    )
    engine = Engine(device="cpu", weights=tmp_path)

    render_file(order, engine=engine, noises=NoiseSources())
    first = soundfile.read(order.output)[0]
    written(tmp_path, 0.02 * np.random.default_rng(1).normal(size=40 * 16000), 16000)
    render_file(order, engine=engine, noises=NoiseSources())

    assert Whole.lengths == [4001, 4001]
    second = soundfile.read(order.output)[0]
    np.testing.assert_allclose(second, 2 * first, rtol=0.01)


def test_systems_without_an_end_to_their_reach_have_no_clicks_at_the_joints(monkeypatch):
    monkeypatch.setattr("synth.chunks.CHUNK_S", 1.0)
    monkeypatch.setattr("synth.chunks.SEARCH_S", 0.5)
    from synth.chunks import plan_chunks, render_in_chunks

    samples = 0.3 * soundfile.read(SPEECH)[0]
    for kind, params in (("griffin_lim", {"iterations": 20}), ("world", {})):
        request = RenderRequest(kind, kind, params, None, SPEECH, 16000, 8e3, 1)
        pieces = render_in_chunks(
            samples,
            partial(ENGINE.render_samples, request),
            rate_hz=16000,
            reach=8000,
        )
        joints = [one.last for one in plan_chunks(samples, rate_hz=16000, reach=8000)][:-1]
        difference = np.abs(log_mel(pieces) - log_mel(samples)).mean(axis=1)
        around = [difference[n // 160 - 3 : n // 160 + 4].mean() for n in joints]
        assert len(joints) >= 1
        assert max(around) < np.quantile(difference, 0.95)


def test_no_database_is_needed(tmp_path):
    """In a process of its own, whose database cannot exist."""
    source = written(tmp_path, 0.1 * np.ones(4000), 16000)
    command = ["manage.py", "render", "--system=natural", f"--in={source}"]
    environment = {**os.environ, "DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}

    done = subprocess.run(
        [sys.executable, *command, f"--out={tmp_path / 'out.wav'}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "0.25 s at 16000 Hz" in done.stdout


def test_every_simulated_condition_is_named_in_the_help(capsys):
    with pytest.raises(SystemExit):
        call_command("render", "--help")

    said = capsys.readouterr().out
    assert all(one.code in said for one in CONDITIONS.values() if one.is_simulated)
