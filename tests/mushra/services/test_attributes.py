"""Tests about each attribute: what may be asked, what a page shows, what is counted and served."""

import io
from dataclasses import replace

import pytest
import soundfile
from django.test import Client

from mushra.design.attributes import (
    ATTRIBUTES,
    BASIC_QUALITY,
    NATURALNESS_ALONE,
    PROSODY_SIMILARITY,
    SPEAKER_SIMILARITY,
)
from mushra.errors import ConflictError, MushraError
from mushra.models import ListeningTest, Scenario
from mushra.selectors.sittings import (
    current_presentation,
    level_signal,
    n_to_rate,
    n_unrated,
    trial_data,
)
from mushra.services.listening_tests import TestPlan, create_test, open_test, protocol_hash
from mushra.services.sittings import (
    Evidence,
    NewRating,
    begin_sitting,
    complete_presentation,
    record_device,
    save_rating,
)
from mushra.services.sound import disguised_wav
from mushra.services.texts import INSTRUCTIONS
from tests.transfer import SPOKEN

pytestmark = pytest.mark.django_db
HEARD = Evidence(plays=1, heard_s=2.0, switches=0, loops=0)
UNDER_TEST = set(SPOKEN) - {"flat_prosody"}
RATED = {
    NATURALNESS_ALONE: {"natural", *SPOKEN},
    PROSODY_SIMILARITY: {"natural", *SPOKEN},
    SPEAKER_SIMILARITY: {"natural", *UNDER_TEST},
}
LABELLED = {
    NATURALNESS_ALONE: [],
    PROSODY_SIMILARITY: ["natural"],
    SPEAKER_SIMILARITY: ["target_voice"],
}
each_question = pytest.mark.parametrize("attribute", RATED)
without_hidden = pytest.mark.parametrize("attribute", [NATURALNESS_ALONE, SPEAKER_SIMILARITY])


def plan(attribute: str) -> TestPlan:
    screens = ATTRIBUTES[attribute].has_hidden_reference
    return TestPlan("Which?", attribute, ask_for_hundred=screens, screen_by_reference=screens)


def make_test(batch, attribute: str) -> ListeningTest:
    return create_test(batch, plan(attribute), user=None)


def sit(batch, attribute: str):
    return record_device(begin_sitting(open_test(make_test(batch, attribute))), "headphones")


def shown(presentation, **where) -> list[str]:
    rows = presentation.presented.filter(**where).order_by("position")
    return list(rows.values_list("stimulus__system__code", flat=True))


@each_question
def test_a_page_shows_what_the_attribute_says(transfer_batch, attribute):
    for page in sit(transfer_batch, attribute).presentations.all():
        assert shown(page, position=0) == LABELLED[attribute]
        rated = shown(page, position__gt=0)
        assert (len(rated), set(rated)) == (len(RATED[attribute]), RATED[attribute])
        positions = page.presented.filter(position__gt=0).values_list("position", flat=True)
        assert sorted(positions) == list(range(1, len(rated) + 1))


@each_question
def test_a_page_is_done_when_all_that_is_rated_is(transfer_batch, attribute):
    sitting = sit(transfer_batch, attribute)
    page = current_presentation(sitting)
    n = len(RATED[attribute])
    assert (n_to_rate(page), n_unrated(page)) == (n, n)
    with pytest.raises(ConflictError, match=f"{n} of {n} stimuli"):
        complete_presentation(sitting, page.page_number)
    for one in page.presented.filter(position__gt=0):
        save_rating(sitting, NewRating(one.token, 1, 50, HEARD))
    assert n_unrated(page) == 0
    assert complete_presentation(sitting, page.page_number).completed_at


@each_question
def test_the_browser_learns_of_the_reference_if_there_is_one(transfer_batch, attribute):
    data = trial_data(current_presentation(sit(transfer_batch, attribute)))
    assert bool(data["reference"]) == bool(LABELLED[attribute])
    assert data["drawsReference"] == (attribute == PROSODY_SIMILARITY)
    assert data["requireHundred"] == (attribute == PROSODY_SIMILARITY)
    assert [one["label"] for one in data["stimuli"]] == list("ABCDE")[: len(RATED[attribute])]


@each_question
def test_sounds_of_a_page_end_in_silence_where_they_are_shorter(transfer_batch, attribute):
    sitting = sit(transfer_batch, attribute)
    page = current_presentation(sitting)
    data = trial_data(page)
    own = {one.token: int(one.stimulus.clip.n_samples) for one in page.presented.all()}
    assert len(set(own.values())) > 1
    for signal in [*filter(None, [data["reference"]]), *data["stimuli"]]:
        served, _ = soundfile.read(io.BytesIO(Client().get(signal["url"]).content))
        assert len(served) == data["nSamples"] == max(own.values())
        assert abs(served[: own[signal["token"]]]).max() > 0.1
        tail = served[own[signal["token"]] :]
        assert tail.size == 0 or abs(tail).max() <= 2 / 32768  # dither alone


@each_question
def test_what_is_not_on_the_page_does_not_lengthen_it(transfer_batch, attribute):
    page = current_presentation(sit(transfer_batch, attribute))
    lengths = {int(one.stimulus.clip.n_samples) for one in page.presented.all()}
    one = page.presented.first()
    assert soundfile.info(io.BytesIO(disguised_wav(one, "k"))).frames == max(lengths)


@each_question
def test_the_level_is_set_with_the_first_signal_of_the_first_page(transfer_batch, attribute):
    sitting = sit(transfer_batch, attribute)
    first = current_presentation(sitting).presented.order_by("position").first()
    assert level_signal(sitting) == first
    assert first.position == (0 if LABELLED[attribute] else 1)


@each_question
def test_its_own_instructions_are_the_default(transfer_batch, attribute):
    words = make_test(transfer_batch, attribute).instructions
    assert words != INSTRUCTIONS
    assert ("“Reference”" in words) == bool(LABELLED[attribute])
    assert ("rate it 100" in words) == (attribute == PROSODY_SIMILARITY)


@each_question
def test_every_such_test_is_mushra_like_and_says_why(transfer_batch, attribute):
    test = make_test(transfer_batch, attribute)
    assert test.method == "mushra_like"
    assert set(ATTRIBUTES[attribute].deviations) < set(test.deviations)


@without_hidden
@pytest.mark.parametrize("wish", ["ask_for_hundred", "screen_by_reference"])
def test_what_needs_a_hidden_reference_is_refused_without_one(transfer_batch, attribute, wish):
    with pytest.raises(MushraError, match="no hidden one to find") as refused:
        create_test(transfer_batch, replace(plan(attribute), **{wish: True}), user=None)
    assert (refused.value.code, refused.value.field) == ("no_hidden_reference", wish)


def test_an_unknown_attribute_is_refused(transfer_batch):
    with pytest.raises(MushraError, match="one of basic_quality") as refused:
        create_test(transfer_batch, TestPlan("T", "loudness"), user=None)
    assert refused.value.field == "attribute"


def test_similarity_of_voice_needs_a_target_voice(frozen_batch):
    with pytest.raises(MushraError, match="has no target voice to compare with") as refused:
        make_test(frozen_batch, SPEAKER_SIMILARITY)
    assert refused.value.field == "attribute"


def test_similarity_of_voice_needs_recordings_of_it(transfer_batch):
    scenario = Scenario.objects.get(code="other")
    scenario.systems.remove(scenario.systems.get(code="target_voice"))
    with pytest.raises(MushraError, match="'Other speakers' was planned, this site had no"):
        make_test(transfer_batch, SPEAKER_SIMILARITY)


def test_the_hash_covers_what_is_shown(transfer_batch):
    hashes = {protocol_hash(make_test(transfer_batch, attribute)) for attribute in RATED}
    assert len(hashes) == len(RATED)


def test_naturalness_can_be_asked_alone_of_any_batch(frozen_batch):
    sitting = sit(frozen_batch, NATURALNESS_ALONE)
    data = trial_data(current_presentation(sitting))
    assert (data["reference"], len(data["stimuli"])) == (None, 5)


def test_two_tests_with_the_same_seed_show_the_same_orders(transfer_batch):
    orders = []
    for attribute in (BASIC_QUALITY, NATURALNESS_ALONE):
        test = create_test(transfer_batch, replace(plan(attribute), seed=5), user=None)
        sitting = begin_sitting(open_test(test))
        orders.append([shown(page, position__gt=0) for page in sitting.presentations.all()])
    assert orders[0] == orders[1]
