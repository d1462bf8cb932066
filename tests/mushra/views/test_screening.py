"""The page on which researchers see and overrule screening."""

import pytest
from django.urls import reverse

from mushra.models import ScreeningOverride
from tests.conftest import signed_in
from tests.mushra.finished import finish_sittings
from tests.mushra.views.pages import buttons_of, text_of

pytestmark = pytest.mark.django_db
REASON = "Wrote that the room was noisy."


@pytest.fixture
def sittings(running_test):
    poor = finish_sittings(running_test, 1, means={"natural": 40.0})
    return [*poor, *finish_sittings(running_test, 2, seed=2)]


def page(test, user):
    return signed_in(user).get(reverse("test-screening", args=[test.pk]))


def decide(test, user, **data):
    return signed_in(user).post(
        reverse("test-screening-override", args=[test.pk]), data, follow=True
    )


def test_the_page_gives_every_verdict_with_its_figures(sittings, running_test, viewer):
    words = text_of(page(running_test, viewer))

    assert "R1: 5 of 5 against, leave out" in words
    assert "R1: 0 of 5 against, keep" in words
    assert "the mid anchor (anchor20) is not the 7 kHz anchor" in words


def test_viewers_are_offered_no_decision(sittings, running_test, viewer, editor):
    assert "Record" not in buttons_of(page(running_test, viewer))
    assert "Record" in buttons_of(page(running_test, editor))


def test_before_anybody_has_finished_the_page_says_so(running_test, viewer):
    assert "Nobody has finished yet" in text_of(page(running_test, viewer))


def test_a_decision_is_recorded_with_its_reason_and_its_author(sittings, running_test, editor):
    response = decide(running_test, editor, sitting=sittings[0].pk, decision="keep", reason=REASON)

    assert f"Keep : {REASON} editor" in text_of(response)
    assert ScreeningOverride.objects.get().made_by == editor


def test_without_a_reason_nothing_is_recorded(sittings, running_test, editor):
    response = decide(running_test, editor, sitting=sittings[0].pk, decision="keep", reason=" ")

    assert "write down why" in text_of(response)
    assert not ScreeningOverride.objects.exists()


def test_a_sitting_of_another_test_is_not_found(running_test, editor):
    assert (
        decide(running_test, editor, sitting=999, decision="keep", reason=REASON).status_code == 404
    )
