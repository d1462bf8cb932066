"""Simulated listeners through real HTTP: complete, labelled, and true to their stated truth."""

from dataclasses import replace

import pytest
from django.urls import reverse

from mushra.bots.http_listener import HttpListener
from mushra.models import Listener, Rating
from mushra.selectors.ratings import rating_table, sitting_counts
from mushra.selectors.simulation import simulated_opinion
from mushra.services.listening_tests import TestPlan, create_test, open_test
from mushra.services.rehearsal import rehearse
from mushra.stats.simulate import SimulationModel
from tests.conftest import SYSTEMS

pytestmark = pytest.mark.django_db(transaction=True)
TRUTH = SimulationModel(
    means={code: mean for (code, _, _), mean in zip(SYSTEMS, (99, 30, 15, 70, 60), strict=True)},
    sd_listener=3,
    sd_item=3,
    sd_listener_system=2,
    sd_item_system=2,
    sd_residual=5,
)


@pytest.fixture
def simulated_test(frozen_batch):
    plan = TestPlan(title="Rehearsal", simulation=TRUTH.to_json())
    return open_test(create_test(frozen_batch, plan, user=None))


@pytest.fixture
def link(simulated_test, live_server):
    return live_server.url + reverse("welcome", args=[simulated_test.link_token])


def test_every_listener_finishes_and_every_rating_is_labelled_simulated(simulated_test, link):
    rehearsal = rehearse(simulated_test, link, 3, tell=lambda line: None)
    table = rating_table(simulated_test)
    assert rehearsal.is_complete
    assert len(table) == 3 * 5 * 5
    assert set(table.factors["listener_kind"]) == {"simulated"}
    assert all(code.startswith("SIM-") for code in table.listeners)
    assert set(Listener.objects.values_list("kind", flat=True)) == {"simulated"}


def test_scores_are_those_of_the_stated_truth(simulated_test, link):
    HttpListener(score=simulated_opinion(simulated_test).score).sit(link)
    for rating in Rating.objects.select_related("presented__stimulus__system"):
        code = rating.presented.stimulus.system.code
        assert abs(rating.score - TRUTH.means[code]) < 5 * TRUTH.sd_of(code)


def test_nobody_draws_scores_for_a_test_with_people(running_test):
    with pytest.raises(ValueError, match="taken by people"):
        simulated_opinion(running_test)


def test_a_rehearsal_that_lost_a_rating_is_not_complete(simulated_test, link):
    rehearsal = rehearse(simulated_test, link, 1, tell=lambda line: None)
    lost = Rating.objects.filter(presented__presentation__trial__kind="rated").first()
    lost.delete()
    assert not replace(rehearsal, counts=sitting_counts(simulated_test)).is_complete
