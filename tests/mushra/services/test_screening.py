"""A researcher's word on a listener: reasoned, kept, and shown."""

import pytest
from django.db import IntegrityError, transaction

from mushra.errors import ConflictError, MushraError
from mushra.models import ScreeningOverride
from mushra.selectors.reports import report_of
from mushra.services.screening import override_screening
from tests.mushra.finished import finish_sittings

pytestmark = pytest.mark.django_db
REASON = "The headphones fell out on page three."


@pytest.fixture
def sittings(running_test):
    return finish_sittings(running_test, 4)


def excluded(test) -> tuple[str, ...]:
    return report_of(test).document.screening.excluded


def test_who_is_left_out_by_hand_is_out_of_the_headline_only(sittings, running_test, editor):
    override_screening(sittings[0], decision="exclude", reason=REASON, user=editor)

    document = report_of(running_test).document

    assert document.screening.excluded == (sittings[0].listener.code,)
    assert document.headline.n_listeners == 3
    assert document.everyone.n_listeners == 4
    assert [(one.reason, one.by) for one in document.screening.overrides] == [(REASON, "editor")]


def test_the_latest_decision_counts_and_all_are_kept(sittings, running_test, editor):
    for decision in ("exclude", "keep", "exclude", "rules"):
        override_screening(sittings[1], decision=decision, reason=REASON, user=editor)

    assert excluded(running_test) == ()
    assert sittings[1].overrides.count() == 4


def test_keeping_somebody_overrules_the_rules(running_test, editor):
    poor = finish_sittings(running_test, 1, means={"natural": 40.0})[0]
    finish_sittings(running_test, 3)
    assert excluded(running_test) == (poor.listener.code,)

    override_screening(poor, decision="keep", reason=REASON, user=editor)

    assert excluded(running_test) == ()


@pytest.mark.parametrize("reason", ["", "   ", "no"])
def test_a_reason_that_says_nothing_is_refused(sittings, editor, reason):
    with pytest.raises(MushraError, match="Write down why"):
        override_screening(sittings[0], decision="exclude", reason=reason, user=editor)


def test_an_unknown_decision_is_refused(sittings, editor):
    with pytest.raises(MushraError, match="Decide to keep"):
        override_screening(sittings[0], decision="maybe", reason=REASON, user=editor)


def test_a_sitting_that_is_not_finished_is_not_decided_on(sitting, editor):
    with pytest.raises(ConflictError, match="has not finished"):
        override_screening(sitting, decision="exclude", reason=REASON, user=editor)


def test_the_database_itself_wants_a_reason(sittings):
    with pytest.raises(IntegrityError), transaction.atomic():
        ScreeningOverride.objects.create(sitting=sittings[0], decision="keep", reason="")
