"""Recordings become references, or are left out for a reason that is counted."""

import numpy as np
import pytest

from synth.errors import SynthError
from synth.prosody.evaluation.references import (
    LABELS,
    Source,
    check_length,
    references_of,
)
from synth.prosody.inventory import inventory_of
from synth.text.phones import FESTVOX_RU
from tests.synth.prosody.made_voice import a_sentence

from .made_chain import SOURCE, EvenAligner, a_record, hearing_of

pytest.importorskip("swift_f0", reason="the features' pitch tracker is not installed")

SAMPLES = a_sentence(3, n_phones=24)[1]
INVENTORY = inventory_of((), FESTVOX_RU)


def test_a_recording_is_cut_as_the_voice_at_work_cuts_it():
    found = hearing_of([SAMPLES], INVENTORY).reference(a_record(), SOURCE)
    assert found.spoken.symbols[0] == "pau"
    assert found.spoken.durations.sum() == found.spoken.n_frames
    assert found.statistics.n_phrases == 1


@pytest.mark.parametrize(
    ("samples", "aligner", "source", "code"),
    [
        (SAMPLES, EvenAligner(ok=False), SOURCE, "text_differs"),
        (SAMPLES[:12_000], EvenAligner(), SOURCE, "too_short"),
        (0 * SAMPLES, EvenAligner(), SOURCE, "no_sound"),
        (SAMPLES, EvenAligner(), Source("other", LABELS), "no_labels"),
    ],
)
def test_what_cannot_be_a_reference_says_why(samples, aligner, source, code):
    with pytest.raises(SynthError) as refusal:
        hearing_of([samples], INVENTORY, aligner=aligner).reference(a_record(), source)
    assert refusal.value.code == code


def test_speech_with_hardly_any_voice_decides_nothing():
    spoken = a_sentence(3, n_phones=24)[0]
    check_length(spoken)
    spoken.contours.voiced[np.flatnonzero(spoken.contours.voiced)[40:]] = False
    with pytest.raises(SynthError) as refusal:
        check_length(spoken)
    assert refusal.value.code == "hardly_voiced"


def test_the_first_by_hash_are_taken_and_the_others_counted():
    recordings = [SAMPLES, SAMPLES[:8_000], SAMPLES, SAMPLES]
    hashes = ("cc", "aa", "bb", "dd")
    records = [a_record(number, sha256=one) for number, one in enumerate(hashes)]
    found, left_out = references_of(records, SOURCE, hearing_of(recordings, INVENTORY), at_most=2)
    assert [one.utterance.code for one in found] == ["other-2", "other-0"]
    assert left_out == {"too_short": 1}
