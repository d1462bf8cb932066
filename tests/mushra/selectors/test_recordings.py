"""What the plan's form offers and counts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mushra.design.sampling import matching
from mushra.selectors.batches import candidate_utterances
from mushra.selectors.recordings import (
    factor_values,
    language_name,
    matching_recordings,
    system_choices,
)
from synth.models import Utterance

pytestmark = pytest.mark.django_db

FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "corpora": st.lists(st.sampled_from(["made", "other"])),
        "languages": st.lists(st.sampled_from(["en", "fr", "xx"])),
        "speakers": st.lists(st.sampled_from(["speaker0", "speaker1", "speaker2"])),
        "styles": st.lists(st.sampled_from(["read", "sung"])),
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(filters=FILTERS)
def test_the_count_is_what_sampling_will_find(corpus, filters):
    found = matching(candidate_utterances(), filters)
    counted = matching_recordings(filters)
    assert counted.n_utterances == len(found)
    assert counted.n_speakers == len({candidate.speaker for candidate in found})


@pytest.mark.parametrize("duration_s", [1.99, 12.01])
def test_recordings_of_unusable_length_are_not_counted(corpus, duration_s):
    Utterance.objects.filter(code="speaker0-0").update(duration_s=duration_s)
    assert matching_recordings({"speakers": ["speaker0"]}).n_utterances == 3
    (first, *_) = factor_values()["speakers"]
    assert (first.code, first.n_utterances) == ("speaker0", 3)


def test_only_words_count_as_text(corpus):
    Utterance.objects.update(text="")
    Utterance.objects.filter(speaker__code="speaker0").update(text="Words.")
    Utterance.objects.filter(code="speaker0-0").update(text="  ")
    found = matching_recordings({})
    assert (found.n_utterances, found.n_with_text) == (12, 3)


def test_the_narrowest_recording_decides_which_anchor_fits(corpus):
    Utterance.objects.filter(code="speaker2-1").update(bandwidth_hz=3900)
    assert matching_recordings({}).narrowest_hz == 3900
    assert matching_recordings({"languages": ["en"]}).narrowest_hz == 7500


def test_every_factor_offers_its_values_with_names(corpus, django_assert_num_queries):
    with django_assert_num_queries(5):
        values = factor_values()
    assert [(v.code, str(v), v.n_utterances) for v in values["languages"]] == [
        ("en", "English", 8),
        ("fr", "French", 4),
    ]
    assert [str(value) for value in values["corpora"]] == ["Made for tests"]


@pytest.mark.parametrize(
    ("code", "name"), [("ru", "Russian"), ("pt_BR", "Brazilian Portuguese"), ("qq", "qq")]
)
def test_languages_are_called_by_their_names(code, name):
    assert language_name(code) == name


def test_systems_know_their_part(systems):
    roles = {choice.code: choice.role for choice in system_choices()}
    assert roles == {
        "natural": "reference",
        "anchor35": "low_anchor",
        "anchor20": "mid_anchor",
        "griffin_lim": "system",
        "world": "system",
    }
