"""The rating table: finished sittings, rated trials, latest scores, few queries."""

import pytest

from mushra.models import Rating
from mushra.selectors.ratings import rating_table, sitting_counts, unfinished_listeners
from mushra.selectors.reports import report_design
from mushra.selectors.sittings import current_presentation
from mushra.services.sittings import (
    Evidence,
    NewRating,
    begin_sitting,
    complete_presentation,
    record_device,
    save_rating,
)

pytestmark = pytest.mark.django_db
HEARD = Evidence(plays=1, heard_s=2.0, switches=0, loops=0)


def rate_page(sitting, *, score, sequence=1):
    page = current_presentation(sitting)
    for presented in page.presented.filter(position__gt=0):
        save_rating(sitting, NewRating(presented.token, sequence, score, HEARD))
    return page


def finish(sitting, score=50):
    while (page := current_presentation(sitting)) is not None:
        rate_page(sitting, score=score)
        complete_presentation(sitting, page.page_number)


@pytest.fixture
def finished(running_test):
    sitting = record_device(begin_sitting(running_test), "headphones")
    finish(sitting)
    return sitting


def test_training_is_never_in_the_table(finished, running_test):
    assert Rating.objects.count() == 6 * 5
    assert len(rating_table(running_test)) == 5 * 5


def test_the_latest_score_counts(running_test):
    sitting = record_device(begin_sitting(running_test), "headphones")
    rate_page(sitting, score=10)
    complete_presentation(sitting, 1)
    rate_page(sitting, score=10)
    rate_page(sitting, score=80, sequence=2)
    finish_from_here = current_presentation(sitting)
    complete_presentation(sitting, finish_from_here.page_number)
    finish(sitting)
    assert sorted(rating_table(running_test).score) == [50.0] * 20 + [80.0] * 5


def test_who_did_not_finish_is_named_and_left_out(finished, running_test):
    stopped = record_device(begin_sitting(running_test), "headphones")
    rate_page(stopped, score=10)
    assert set(rating_table(running_test).listener) == {finished.listener.code}
    assert unfinished_listeners(running_test) == [stopped.listener.code]
    counts = sitting_counts(running_test)
    assert (counts.begun, counts.finished, counts.ratings) == (2, 1, 25)


def test_factors_come_from_the_frozen_snapshot(finished, running_test):
    table = rating_table(running_test)
    assert set(table.factors) >= {"scenario", "speaker", "language", "style", "listener_kind"}
    assert set(table.factors["device"]) == {"headphones"}
    assert set(table.factors["scenario"]) == {"all"}


def test_more_listeners_do_not_mean_more_queries(finished, running_test, django_assert_num_queries):
    finish(record_device(begin_sitting(running_test), "loudspeakers"))
    with django_assert_num_queries(1):
        rating_table(running_test)


def test_the_design_names_roles_and_protocol(running_test):
    design = report_design(running_test)
    assert (design.reference, design.low_anchor, design.mid_anchor) == (
        "natural",
        "anchor35",
        "anchor20",
    )
    assert design.under_test == ("griffin_lim", "world")
    assert design.screening == ("R1",)
    assert not design.mid_anchor_valid
    assert design.protocol_hash == running_test.protocol_hash
