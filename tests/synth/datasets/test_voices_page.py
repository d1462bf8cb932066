"""docs/prosody.md says what the committed figures say, and the figures hold what is claimed."""

import json

import pytest

from scripts.describe_voices import PAGE, RESULT, generated_parts
from synth.datasets.tables import replace_generated
from synth.datasets.voices import SHIPPED, VOICES

FIGURES = json.loads(RESULT.read_text(encoding="utf-8"))


def test_the_page_shows_the_committed_figures():
    page = PAGE.read_text(encoding="utf-8")
    assert replace_generated(page, generated_parts(FIGURES)) == page


def test_a_changed_figure_changes_the_page():
    page = PAGE.read_text(encoding="utf-8")
    changed = FIGURES | {"lines_in_both_languages": 0}
    assert replace_generated(page, generated_parts(changed)) != page


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("part", ["target test", "target kept-aside", "reference test"])
def test_every_cell_has_30_sentences_of_four_words(voice, part):
    assert FIGURES["parts"][voice][part]["long_enough"] >= 30


@pytest.mark.parametrize("voice", VOICES)
def test_no_reference_has_a_training_part(voice):
    roles = {kind for kind in FIGURES["parts"][voice] if kind.startswith("reference")}
    assert roles == {"reference test", "reference kept-aside"}


@pytest.mark.parametrize("voice", SHIPPED)
def test_shipped_voices_are_one_person_each_as_far_as_embeddings_tell(voice):
    for speaker in (voice, *VOICES[voice].references):
        assert FIGURES["voices"][speaker]["nearer_to_another"] == 0


def test_espeak_agrees_with_the_labels_within_four_percent():
    agreement = FIGURES["agreement"]
    assert agreement["sentences"] == 620
    assert agreement["unreadable"] == 0
    assert agreement["rate_percent"] <= 4
