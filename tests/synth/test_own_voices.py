"""A recording of one's own said by a target voice, and a text alone: file in, file out."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from synth.audio.noise_sources import NoiseSources
from synth.engine import Engine
from synth.errors import SynthError
from synth.own_recordings import Order, render_file
from synth.systems import find_system
from tests.synth.voice_folders import write_weights

pytest.importorskip("swift_f0", reason="the features' pitch tracker is not installed")

ROOT = Path(__file__).resolve().parents[2]
SPEECH = ROOT / "demo" / "audio" / "june_fr_demo-thanks.flac"
TEXT = "Спасибо, до свидания."


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return write_weights(tmp_path_factory.mktemp("weights"))


def said(weights, tmp_path, system, **changes):
    values = {"source": SPEECH, "output": tmp_path / "out.wav", "voice": "made", "text": TEXT}
    order = Order(system=find_system(system, weights), **{**values, **changes})
    engine = Engine(device="cpu", weights=weights)
    return render_file(order, engine=engine, noises=NoiseSources())


@pytest.mark.parametrize(("system", "text"), [("transferred", TEXT), ("transferred_textless", "")])
def test_a_recording_is_said_in_its_own_time(weights, tmp_path, system, text):
    outcome = said(weights, tmp_path, system, text=text)
    written, rate_hz = soundfile.read(tmp_path / "out.wav")
    assert (rate_hz, len(written)) == (16_000, outcome.n_samples)
    assert outcome.n_samples == pytest.approx(soundfile.info(SPEECH).frames, abs=160)
    assert np.isfinite(written).all()


def test_a_text_alone_needs_no_recording(weights, tmp_path):
    with_one, without = (
        said(weights, tmp_path, "synthesized", source=source).n_samples for source in (SPEECH, None)
    )
    assert with_one == without > 1600


@pytest.mark.parametrize("system", ["transferred", "transferred_textless"])
def test_a_narrow_recording_is_remarked_on(weights, tmp_path, system):
    samples, rate_hz = soundfile.read(SPEECH)
    soundfile.write(tmp_path / "narrow.wav", samples[::2], rate_hz // 2)
    outcome = said(weights, tmp_path, system, source=tmp_path / "narrow.wav")
    assert any("8000 Hz" in remark for remark in outcome.remarks)


@pytest.mark.parametrize("system", ["transferred", "transferred_textless"])
@pytest.mark.parametrize(
    ("seconds", "level", "code"),
    [(0.1, 0.1, "recording_too_short"), (60.0, 0.1, "recording_too_long"), (2.0, 0.0, "no_sound")],
)
def test_no_sentence_is_refused_with_and_without_a_text(
    weights, tmp_path, system, seconds, level, code
):
    noise = level * np.random.default_rng(1).standard_normal(int(16_000 * seconds))
    soundfile.write(tmp_path / "noise.wav", noise.clip(-1, 1), 16_000)
    with pytest.raises(SynthError) as refusal:
        said(weights, tmp_path, system, source=tmp_path / "noise.wav")
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": None}, "starts from a recording"),
        ({"voice": ""}, "this installation has made"),
        ({"text": ""}, "give the words"),
        ({"language": "cs"}, "The voice speaks 'ru'"),
    ],
)
def test_what_is_missing_is_asked_for(weights, tmp_path, changes, words):
    with pytest.raises(SynthError, match=words):
        said(weights, tmp_path, "transferred", **changes)
