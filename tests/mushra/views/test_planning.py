"""The planning page: numbers before a test exists."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mushra.models import Sitting
from mushra.stats.simulate import SimulationModel, simulate_ratings
from tests.conftest import signed_in
from tests.mushra.finished import finish_sittings
from tests.mushra.views.pages import text_of

pytestmark = pytest.mark.django_db

PLAN = {
    "n_listeners": 20,
    "n_items": 10,
    "difference": 5,
    "power": 80,
    "n_comparisons": 1,
    "components": "separation",
}
MODEL = SimulationModel(
    means={"natural": 98.0, "a": 40.0, "b": 55.0},
    sd_listener=3.0,
    sd_item=3.0,
    sd_listener_system=4.0,
    sd_item_system=6.0,
    sd_residual=8.0,
)


@pytest.fixture
def client(editor) -> Client:
    return signed_in(editor)


def planned(client: Client, **changes: object):
    return client.get(reverse("planning"), PLAN | changes)


def pilot_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("pilot.csv", text.encode(), content_type="text/csv")


def uploaded(client: Client, text: str, leave_out: str = "natural"):
    files = {"ratings": pilot_file(text), "leave_out": leave_out}
    return client.post(reverse("planning-pilot"), files)


def ratings_text() -> str:
    items = [f"i{n}" for n in range(12)]
    return simulate_ratings(MODEL, n_listeners=10, items=items, seed=3).to_csv()


class TestThePage:
    def test_it_opens_with_a_form_and_no_numbers(self, client):
        response = client.get(reverse("planning"))
        assert response.status_code == 200
        assert "What a plan tells" in text_of(response)

    def test_new_speakers_are_asked_how_much_they_differ_and_counted(self, client):
        bare = planned(client, n_items=40, n_speakers=8)
        assert bare.status_code == 400
        assert "nothing is known of new voices" in text_of(bare)
        assert "these speakers only" in text_of(planned(client, n_speakers=4, speaker=60))

        page = text_of(planned(client, n_items=40, n_speakers=8, speaker=60))
        assert "Floor set by 40 sentences of 8 speakers" in page
        assert "Speakers needed" in page
        assert "Between speakers 60.0" in page

    def test_a_plan_is_answered_with_power_floor_and_advice(self, client):
        page = text_of(planned(client))
        assert "Add sentences, not listeners" in page
        assert "Floor set by 10 sentences standard error 3.8 points" in page
        assert "72 with 20 listeners" in page

    def test_the_table_says_in_words_which_cell_is_the_plan(self, client):
        page = text_of(planned(client, n_items=80))
        assert re.search(r"83 ✓ enough , your plan", page)

    def test_every_input_has_a_label(self, client):
        page = client.get(reverse("planning")).content.decode()
        ids = re.findall(r"<(?:input|select)(?![^>]*hidden)[^>]*id=\"([^\"]+)\"", page)
        assert ids
        assert all(f'for="{one}"' in page for one in ids)

    def test_the_simulation_is_shown_when_asked_for(self, client):
        page = text_of(planned(client, check="on", n_listeners=6, n_items=5))
        assert "Simulated 2000 tests" in page

    def test_equivalence_is_shown_when_there_is_a_margin(self, client):
        assert "shown within ±8 points" in text_of(planned(client, margin=8))

    def test_it_draws_without_scripts_or_inline_styles(self, client):
        page = planned(client).content.decode()
        assert "<polyline" in page
        assert "<script" not in page
        assert "style=" not in page

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"n_listeners": 1}, "n_listeners"),
            ({"n_items": ""}, "n_items"),
            ({"difference": 0}, "difference"),
            ({"components": "guessed"}, "components"),
            ({"components": "typed", "listener": 1, "item": 1}, "residual"),
            ({"components": "typed", "listener": 0, "item": 0, "residual": 0}, "residual"),
        ],
    )
    def test_what_cannot_be_planned_is_told_at_its_field(self, client, changes, field):
        response = planned(client, **changes)
        assert response.status_code == 400
        assert list(response.context["form"].errors) == [field]

    def test_typed_variances_are_used(self, client):
        page = planned(client, components="typed", listener=49, item=64, residual=196)
        assert page.context["found"]["components"]["item"] == 64


class TestAPilotFile:
    def test_its_variances_fill_the_plan(self, client):
        response = uploaded(client, ratings_text())
        page = client.get(response.url)
        assert page.context["found"]["components"]["residual"] == pytest.approx(128, rel=0.3)
        assert "measured on pilot.csv: 10 listeners, 12 sentences" in text_of(page)

    def test_a_file_without_ratings_is_refused_at_its_field(self, client):
        response = uploaded(client, "a,b\n1,2\n")
        assert response.status_code == 400
        assert "no column" in text_of(response)

    def test_a_file_with_one_system_is_refused_at_its_field(self, client):
        response = uploaded(client, ratings_text(), leave_out="natural, a, b")
        assert "two systems" in text_of(response)

    def test_no_file_is_asked_for(self, client):
        response = client.post(reverse("planning-pilot"))
        assert response.status_code == 400
        assert "ratings" in response.context["pilot_form"].errors


class TestAPilotTest:
    def test_finished_tests_of_ones_own_are_offered(self, client, running_test):
        finish_sittings(running_test, 3)
        page = text_of(client.get(reverse("planning")))
        assert "Which vocoder? (3 listeners)" in page

    def test_a_test_without_two_listeners_is_not(self, client, running_test):
        finish_sittings(running_test, 1)
        assert "Which vocoder?" not in text_of(client.get(reverse("planning")))

    def test_its_ratings_give_the_variances(self, client, running_test):
        finish_sittings(running_test, 4)
        page = planned(client, components=f"test-{running_test.pk}")
        assert "4 listeners, 5 items" in page.context["found"]["components"]["source"]
        assert any("4 listeners" in one for one in page.context["found"]["warnings"])

    def test_a_stranger_can_not_plan_from_it(self, stranger, running_test):
        finish_sittings(running_test, 4)
        response = planned(signed_in(stranger), components=f"test-{running_test.pk}")
        assert response.status_code == 400
        assert "Which vocoder?" not in text_of(response)

    def test_the_number_of_queries_does_not_grow_with_the_tests(
        self, client, running_test, django_assert_num_queries
    ):
        finish_sittings(running_test, 2)
        assert Sitting.objects.count() == 2
        with django_assert_num_queries(3):  # session, user, pilots
            client.get(reverse("planning"))
