"""What is compared says what the product says, in step with the reference."""

from dataclasses import replace

import numpy as np
import pytest

from synth.audio.mel import HOP
from synth.datasets import voices
from synth.prosody.config import AGG, BASE
from synth.prosody.evaluation.systems import (
    TIMED,
    ZEROED,
    chosen,
    open_chain,
    systems_of,
    wanted,
    zeroed,
)
from synth.prosody.speaking import Line, SpeakingVoice
from tests.synth.prosody.made_voice import a_sentence
from tests.synth.voice_folders import write_weights

from .made_chain import SOURCE, TEXT, VOICE, EvenAligner, a_record, hearing_of

pytest.importorskip("swift_f0", reason="the features' pitch tracker is not installed")

SAMPLES = a_sentence(3, n_phones=24)[1]


class Silence:
    """A vocoder that takes no time."""

    def render(self, mels):
        return [np.zeros((len(mel) - 1) * HOP) for mel in mels]


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    weights = write_weights(tmp_path_factory.mktemp("weights"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(voices.VOICES, "made", VOICE)
        yield replace(open_chain(weights, "made"), vocoder=Silence())


@pytest.fixture(scope="module")
def reference(chain):
    hearing = hearing_of([SAMPLES], chain.models[AGG].inventory)
    return hearing.reference(a_record(), SOURCE)


def test_what_is_measured_is_what_the_voice_says_at_work(chain, reference):
    model = chain.models[AGG]
    voice = SpeakingVoice(
        chain.speaking.folder, language="ru", phone_set=VOICE.phone_set, aligner=EvenAligner
    )
    said = voice.say(Line(np.rint(32767 * SAMPLES) / 32768, TEXT, "ru"), AGG)
    np.testing.assert_array_equal(
        model.mel(reference.spoken.symbols, wanted(model, reference)), said
    )


def test_every_system_says_the_reference_phoneme_by_phoneme(chain, reference):
    outputs = {one.name: one.make(reference) for one in systems_of(chain)}
    assert {AGG, BASE, AGG + ZEROED, BASE + TIMED, "agg_textless", "copy"} <= set(outputs)
    assert outputs["agg_textless"].statistics != reference.statistics
    for name, output in outputs.items():
        assert len(output.durations) == len(reference.spoken.symbols)
        assert len(output.samples) == (output.durations.sum() - 1) * HOP, name
    assert (outputs[BASE].durations != reference.spoken.durations).any()
    np.testing.assert_array_equal(outputs[BASE + TIMED].durations, reference.spoken.durations)


def test_zeroed_has_one_pitch_and_everything_else(chain, reference):
    model = chain.models[AGG]
    told = wanted(model, reference)
    flat = zeroed(told, model)
    assert np.ptp(flat.log_f0) == 0
    assert np.ptp(told.log_f0) > 0
    np.testing.assert_array_equal(flat.energy, told.energy)


def test_base_does_not_hear_the_reference(chain, reference):
    first, second = (chosen(chain.models[BASE], one) for one in (reference, reference))
    other = chosen(chain.models[BASE], _elsewhere(reference))
    np.testing.assert_array_equal(first.log_f0, second.log_f0)
    np.testing.assert_array_equal(first.log_f0, other.log_f0)


def _elsewhere(reference):
    prosody = replace(reference.spoken.prosody, log_f0=reference.spoken.prosody.log_f0 + 1)
    return replace(reference, spoken=replace(reference.spoken, prosody=prosody))


def test_a_version_names_the_weights(chain):
    versions = {one.name: one.version for one in systems_of(chain)}
    assert chain.sha256[AGG][:12] in versions[AGG]
    assert versions[AGG] != versions[BASE]
    assert chain.sha256["universal"][:12] in versions["copy"]
