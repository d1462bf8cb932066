"""What each question shows: the table that pages, forms and reports follow."""

import pytest

from mushra.design.attributes import (
    ATTRIBUTES,
    BASIC_QUALITY,
    NATURALNESS,
    NATURALNESS_ALONE,
    PROSODY_SIMILARITY,
    SPEAKER_SIMILARITY,
    Role,
)
from mushra.models import ListeningTest, Stimulus

each_attribute = pytest.mark.parametrize("attribute", ATTRIBUTES.values(), ids=lambda one: one.code)


def test_the_tables_of_roles_are_one():
    assert list(Stimulus.Role.values) == [role.value for role in Role]


def test_a_test_can_ask_about_every_attribute():
    choices = dict(ListeningTest._meta.get_field("attribute").choices)
    assert choices == {code: one.title for code, one in ATTRIBUTES.items()}


@pytest.mark.parametrize(
    ("code", "labelled", "not_rated"),
    [
        (BASIC_QUALITY, "reference", {"target"}),
        (NATURALNESS, "reference", {"target"}),
        (NATURALNESS_ALONE, None, {"target"}),
        (PROSODY_SIMILARITY, "reference", {"target", "low_anchor", "mid_anchor"}),
        (SPEAKER_SIMILARITY, "target", {"target", "low_anchor", "mid_anchor", "flat"}),
    ],
)
def test_what_is_labelled_and_what_is_rated(code, labelled, not_rated):
    attribute = ATTRIBUTES[code]
    assert attribute.labelled == labelled
    assert set(Role) - attribute.rated == not_rated


@each_attribute
def test_only_with_a_hidden_reference_can_one_be_looked_for(attribute):
    has_one = attribute.code in {BASIC_QUALITY, NATURALNESS, PROSODY_SIMILARITY}
    assert attribute.has_hidden_reference == has_one
    assert bool(attribute.not_screened) == bool(attribute.deviations) == (not has_one)


@each_attribute
def test_a_low_anchor_is_rated(attribute):
    assert set(attribute.low_anchors) <= attribute.rated


@each_attribute
def test_every_attribute_has_a_question_of_its_own(attribute):
    assert attribute.question.endswith("?")
    assert [one.question for one in ATTRIBUTES.values()].count(attribute.question) == 1
    assert ("reference" in attribute.question) == (attribute.labelled is not None)
