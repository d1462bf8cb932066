"""A listener's way through a test, as the services see it."""

import pytest
from django.db import IntegrityError, transaction

from mushra.errors import ConflictError, MushraError, NotFoundError
from mushra.models import PresentedStimulus, Rating, Sitting, Trial
from mushra.selectors.sittings import current_presentation, sitting_stage, trial_data
from mushra.services.listening_tests import close_test
from mushra.services.sittings import (
    Evidence,
    NewRating,
    begin_sitting,
    complete_presentation,
    record_device,
    save_rating,
)

pytestmark = pytest.mark.django_db
HEARD = Evidence(plays=2, heard_s=3.5, switches=4, loops=0)


def rate(sitting, token, *, score=50, sequence=1, evidence=HEARD):
    return save_rating(sitting, NewRating(token, sequence, score, evidence))


def finish_page(sitting, score=50):
    page = current_presentation(sitting)
    for presented in page.presented.filter(position__gt=0):
        rate(sitting, presented.token, score=score)
    return complete_presentation(sitting, page.page_number)


def stimuli_of_page(sitting):
    return list(current_presentation(sitting).presented.filter(position__gt=0))


def test_a_sitting_shows_training_first_and_every_trial_once(sitting, running_test):
    kinds = [p.trial.kind for p in sitting.presentations.order_by("page_number")]
    assert kinds == [Trial.Kind.TRAINING] + [Trial.Kind.RATED] * 5
    assert sitting.presentations.values("trial").distinct().count() == 6


def test_each_page_shows_the_reference_twice_once_labelled(sitting):
    for presentation in sitting.presentations.all():
        shown = list(presentation.presented.order_by("position"))
        assert shown[0].stimulus.role == "reference"
        assert [p.stimulus.role for p in shown[1:]].count("reference") == 1
        assert len(shown) == 6
        assert len({p.token for p in shown}) == 6


def test_sittings_are_numbered_and_hear_different_orders(running_test):
    sittings = [begin_sitting(running_test) for _ in range(3)]
    assert [s.number for s in sittings] == [1, 2, 3]
    orders = [
        tuple(
            PresentedStimulus.objects.filter(presentation__sitting=s, position__gt=0)
            .order_by("presentation__page_number", "position")
            .values_list("stimulus_id", flat=True)
        )
        for s in sittings
    ]
    assert len(set(orders)) == 3


def test_stages_follow_each_other(running_test):
    sitting = begin_sitting(running_test)
    assert sitting_stage(sitting).name == "level"
    record_device(sitting, Sitting.Device.HEADPHONES)
    while sitting_stage(sitting).name == "trial":
        finish_page(sitting)
    assert sitting_stage(sitting).name == "thanks"
    sitting.refresh_from_db()
    assert sitting.completed_at is not None


def test_the_same_rating_sent_twice_is_saved_once(sitting):
    token = stimuli_of_page(sitting)[0].token
    assert rate(sitting, token, score=61).is_new
    assert not rate(sitting, token, score=61).is_new
    assert Rating.objects.count() == 1


def test_a_changed_mind_is_appended_and_the_last_one_counts(sitting):
    token = stimuli_of_page(sitting)[0].token
    rate(sitting, token, score=61, sequence=1)
    rate(sitting, token, score=40, sequence=2)
    page = trial_data(current_presentation(sitting))
    shown = next(s for s in page["stimuli"] if s["token"] == token)
    assert (shown["score"], shown["sequence"], shown["heard"]) == (40, 2, True)
    assert Rating.objects.count() == 2


def test_a_sequence_number_holds_one_score_only(sitting):
    token = stimuli_of_page(sitting)[0].token
    rate(sitting, token, score=61)
    with pytest.raises(ConflictError, match="higher sequence number"):
        rate(sitting, token, score=62)


def test_a_rating_older_than_the_current_one_is_not_called_saved(sitting):
    token = stimuli_of_page(sitting)[0].token
    rate(sitting, token, score=50, sequence=1)
    rate(sitting, token, score=80, sequence=2)
    with pytest.raises(ConflictError, match="higher sequence number") as refusal:
        rate(sitting, token, score=50, sequence=1)
    assert refusal.value.code == "sequence_taken"


def test_one_consent_form_begins_one_sitting(running_test):
    first = begin_sitting(running_test, begin_key="form-1")
    assert begin_sitting(running_test, begin_key="form-1") == first
    assert begin_sitting(running_test, begin_key="form-2") != first


def test_what_was_not_heard_cannot_be_rated(sitting):
    token = stimuli_of_page(sitting)[0].token
    with pytest.raises(MushraError, match="listen before rating"):
        rate(sitting, token, evidence=Evidence(0, 0.0, 0, 0))
    assert not Rating.objects.exists()


def test_the_labelled_reference_is_not_rated(sitting):
    reference = current_presentation(sitting).presented.get(position=0)
    with pytest.raises(NotFoundError):
        rate(sitting, reference.token)


def test_pages_are_finished_whole_and_in_order(sitting):
    first = current_presentation(sitting)
    with pytest.raises(ConflictError, match="5 of 5 stimuli"):
        complete_presentation(sitting, first.page_number)
    with pytest.raises(ConflictError, match="pages before"):
        complete_presentation(sitting, first.page_number + 1)
    later = sitting.presentations.get(page_number=2).presented.get(position=1)
    with pytest.raises(ConflictError, match="pages before"):
        rate(sitting, later.token)


def test_a_finished_page_does_not_change(sitting):
    token = stimuli_of_page(sitting)[0].token
    page = finish_page(sitting)
    with pytest.raises(ConflictError, match="finished"):
        rate(sitting, token, sequence=2)
    assert complete_presentation(sitting, page.page_number) == page


def test_a_closed_test_lets_no_one_new_in_but_lets_the_others_finish(running_test, sitting):
    close_test(running_test)
    with pytest.raises(ConflictError, match="not open"):
        begin_sitting(running_test)
    finish_page(sitting)


def test_an_unknown_device_is_refused(sitting):
    with pytest.raises(MushraError, match="headphones or loudspeakers"):
        record_device(sitting, "tin can")


def test_the_database_itself_refuses_a_score_beyond_the_scale(sitting):
    presented = stimuli_of_page(sitting)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(presented=presented, sequence=1, score=101)
