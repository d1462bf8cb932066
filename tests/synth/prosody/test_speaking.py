"""A voice at work: recordings and texts in, mels out, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest

from synth.align.alignment import Alignment
from synth.audio.mel import n_frames
from synth.errors import SynthError
from synth.prosody.card import acoustic_card, write_model
from synth.prosody.config import AGG, AGG_TEXTLESS, BASE, SEC_ATT
from synth.prosody.speaking import Line, SpeakingVoice, flattened
from synth.prosody.train import new_network
from synth.text.phones import FESTVOX_RU

from .made_voice import KnowingRecognizer, a_sentence, tiny, write_made_voice

pytest.importorskip("swift_f0", reason="the features' pitch tracker is not installed")

TEXT = "Мама мыла раму."
SPOKEN, SAMPLES = a_sentence(100, part="validation")


class EvenAligner:
    """Says that every phoneme takes as long as the next, and believes it or not."""

    def __init__(self, *, ok=True):
        self.ok = ok

    def align(self, samples, phonemes):
        symbols = phonemes.symbols
        ends = np.linspace(0, n_frames(len(samples)), len(symbols) + 1).round().astype(np.intp)
        places = np.arange(len(symbols))
        reason = "" if self.ok else "poor_match"
        return Alignment(
            symbols, places, np.diff(ends), np.zeros(len(symbols)), ok=self.ok, reason=reason
        )


def no_aligner():
    raise AssertionError("a text alone needs no aligner")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_made_voice(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, made):
    """Untrained networks of the made voice."""
    folder = tmp_path_factory.mktemp("voices") / "made"
    for variant in (AGG, BASE, SEC_ATT):
        network = new_network(tiny(variant), made.inventory, seed=1)
        write_model(folder / variant, network, acoustic_card(network, made.speaker, {}))
    return folder


def voice_of(folder, aligner=EvenAligner, **ears):
    return SpeakingVoice(folder, language="ru", phone_set=FESTVOX_RU, aligner=aligner, **ears)


@pytest.fixture(scope="module")
def hearing(tmp_path_factory):
    """An untrained network that understands a recognizer."""
    made = write_made_voice(tmp_path_factory.mktemp("heard"), heard=True)
    folder = tmp_path_factory.mktemp("voices") / "made"
    config = replace(tiny(AGG_TEXTLESS), recognizer=KnowingRecognizer.version)
    network = new_network(config, made.inventory, seed=1)
    write_model(folder / AGG_TEXTLESS, network, acoustic_card(network, made.speaker, {}))
    return folder


def knowing():
    return KnowingRecognizer(SPOKEN)


LINE = Line(SAMPLES, TEXT, "ru")


@pytest.mark.parametrize("network", [AGG])
def test_transferred_speech_is_in_step_with_the_recording(folder, network):
    mel = voice_of(folder).say(LINE, network)
    assert mel.shape == (n_frames(len(SAMPLES)), 100)
    np.testing.assert_array_equal(mel, voice_of(folder).say(LINE, network))


def test_the_recording_decides_how_it_is_said(folder):
    voice = voice_of(folder)
    other = a_sentence(101)[1][: len(SAMPLES)]
    given, changed = (
        voice.say(Line(one, TEXT, "ru"), AGG) for one in (SAMPLES[: len(other)], other)
    )
    assert np.abs(given - changed).mean() > 0.01


def test_a_text_alone_takes_its_own_time_whatever_the_recording(folder):
    voice = voice_of(folder, no_aligner)
    mel = voice.say(LINE, BASE)
    assert mel.shape[1] == 100
    assert len(mel) != n_frames(len(SAMPLES))
    np.testing.assert_array_equal(mel, voice.say(replace(LINE, samples=0 * SAMPLES), BASE))


def test_attention_predicts_what_the_recording_has(folder):
    mel = voice_of(folder).say(LINE, SEC_ATT)
    assert np.isfinite(mel).all()
    assert mel.shape[1] == 100


def test_a_flat_rendering_has_one_pitch_and_one_tempo(made):
    flat = flattened(SPOKEN.prosody, made.speaker)
    spoken = ~flat.is_pause
    assert np.ptp(flat.log_f0) == 0
    assert np.ptp(flat.log_duration[spoken]) == 0
    np.testing.assert_array_equal(flat.durations[~spoken], SPOKEN.durations[~spoken])
    np.testing.assert_array_equal(flat.voicing, SPOKEN.prosody.voicing)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "  "}, "text_missing"),
        ({"language": "cs"}, "language_differs"),
        ({"samples": np.zeros(16_000 * 31)}, "recording_too_long"),
        ({"samples": SAMPLES[:3_000]}, "recording_too_short"),
    ],
)
def test_what_cannot_be_said_is_refused(folder, change, code):
    with pytest.raises(SynthError) as refusal:
        voice_of(folder).say(replace(LINE, **change), AGG)
    assert refusal.value.code == code


def test_a_recording_of_other_words_is_refused(folder):
    doubting = voice_of(folder, lambda: EvenAligner(ok=False))
    with pytest.raises(SynthError, match="does not seem to say the text") as refusal:
        doubting.say(LINE, AGG)
    assert refusal.value.code == "text_differs"


@pytest.mark.parametrize("line", [LINE, Line(SAMPLES, "", "nl")], ids=["text", "no text"])
def test_without_a_text_a_recording_is_said_as_it_is_heard(hearing, line):
    mel = voice_of(hearing, no_aligner, recognizer=knowing).say(line, AGG_TEXTLESS)
    assert mel.shape == (n_frames(len(SAMPLES)), 100)
    again = voice_of(hearing, no_aligner, recognizer=knowing).say(LINE, AGG_TEXTLESS)
    np.testing.assert_array_equal(mel, again)


def test_a_network_is_told_by_the_recognizer_it_understands(hearing):
    def another():
        recognizer = knowing()
        recognizer.version = "another"
        return recognizer

    for ears in ({"recognizer": another}, {}):
        with pytest.raises(SynthError) as refusal:
            voice_of(hearing, **ears).say(LINE, AGG_TEXTLESS)
        assert refusal.value.code == "checkpoint_missing"


@pytest.mark.parametrize(
    ("samples", "code"),
    [(np.zeros(16_000 * 60), "recording_too_long"), (SAMPLES[:3_000], "recording_too_short")],
)
def test_recordings_that_are_no_sentence_are_refused_without_a_text(hearing, samples, code):
    with pytest.raises(SynthError) as refusal:
        voice_of(hearing, recognizer=knowing).say(replace(LINE, samples=samples), AGG_TEXTLESS)
    assert refusal.value.code == code
