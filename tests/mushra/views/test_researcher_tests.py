"""The pages of listening tests: word one, open it, watch it, close it."""

import pytest
from django.test import Client
from django.urls import reverse

from mushra.models import ListeningTest
from mushra.services.listening_tests import TestPlan, close_test, create_test, open_test
from mushra.services.sittings import Evidence, NewRating, begin_sitting, save_rating
from mushra.services.texts import CONSENT
from tests.conftest import signed_in
from tests.mushra.views.pages import buttons_of, text_of

pytestmark = pytest.mark.django_db

FORM = {
    "title": "How do these voices sound?",
    "attribute": "basic_quality",
    "instructions": "Rate every version.",
    "consent": CONSENT,
    "ask_for_hundred": "on",
    "screen_by_reference": "on",
}


@pytest.fixture
def client(editor) -> Client:
    return signed_in(editor)


@pytest.fixture
def simulated_test(frozen_batch) -> ListeningTest:
    truth = {"means": {"natural": 98}}
    return create_test(frozen_batch, TestPlan(title="Rehearsal", simulation=truth), user=None)


def rate_current_page(sitting) -> int:
    """Scores every stimulus of the sitting's first page 50, twice; how many there were."""
    presented = sitting.presentations.order_by("page_number").first().presented
    tokens = list(presented.filter(position__gt=0).values_list("token", flat=True))
    for token in tokens:
        for sequence in (1, 2):
            save_rating(sitting, NewRating(token, sequence, 50, Evidence(1, 2.0, 0, 0)))
    return len(tokens)


class TestNewTest:
    def test_the_form_declares_the_method_and_its_deviations(self, client, frozen_batch):
        page = text_of(client.get(reverse("test-new", args=[frozen_batch.pk])))
        assert "MUSHRA" in page
        assert "2 kHz speech anchor stands in for the 7 kHz mid anchor" in page

    def test_every_attribute_is_offered_or_says_why_not(self, client, frozen_batch):
        page = text_of(client.get(reverse("test-new", args=[frozen_batch.pk])))
        assert "How natural does each voice sound?" in page
        assert "Similarity of voice Unavailable Scenario 'All speakers' has no target voice" in page

    def test_an_attribute_brings_its_words_and_its_method(self, client, transfer_batch):
        url = reverse("test-new", args=[transfer_batch.pk])
        page = text_of(client.get(url, {"attribute": "speaker_similarity"}))
        assert "compare the voices" in page
        assert "The labelled reference is the target voice saying another sentence." in page
        assert "no hidden one to find" in page
        assert client.get(url, {"attribute": "loudness"}).status_code == 404

    def test_what_needs_a_hidden_reference_is_off_without_one(self, client, transfer_batch):
        form = FORM | {"attribute": "speaker_similarity"}
        client.post(reverse("test-new", args=[transfer_batch.pk]), form)
        test = ListeningTest.objects.get()
        assert (test.ask_for_hundred, test.screen_by_reference) == (False, False)
        page = text_of(client.get(reverse("test", args=[test.pk])))
        assert "Screening by hidden reference no: there is none" in page

    def test_an_attribute_that_does_not_fit_is_refused(self, client, frozen_batch):
        form = FORM | {"attribute": "speaker_similarity"}
        response = client.post(reverse("test-new", args=[frozen_batch.pk]), form)
        assert response.status_code == 400
        assert "has no target voice to compare with" in text_of(response)
        assert not ListeningTest.objects.exists()

    def test_consent_is_prefilled(self, client, frozen_batch):
        page = text_of(client.get(reverse("test-new", args=[frozen_batch.pk])))
        assert "Taking part is voluntary" in page

    def test_a_worded_test_is_a_draft(self, client, frozen_batch):
        response = client.post(reverse("test-new", args=[frozen_batch.pk]), FORM)
        test = ListeningTest.objects.get()
        assert response.url == reverse("test", args=[test.pk])
        assert (test.state, test.instructions) == ("draft", "Rate every version.")
        assert test.ask_for_hundred
        assert not test.is_simulated

    @pytest.mark.parametrize("missing", ["title", "instructions", "consent", "attribute"])
    def test_a_missing_word_is_asked_for_at_its_field(self, client, frozen_batch, missing):
        response = client.post(reverse("test-new", args=[frozen_batch.pk]), FORM | {missing: ""})
        assert response.status_code == 400
        assert list(response.context["form"].errors) == [missing]
        assert not ListeningTest.objects.exists()

    def test_a_batch_that_is_not_frozen_gets_no_test(self, client, ready_batch):
        page = client.post(reverse("test-new", args=[ready_batch.pk]), FORM, follow=True)
        assert "freeze the batch first" in text_of(page)
        assert not ListeningTest.objects.exists()


class TestTestPage:
    def test_a_draft_shows_no_link_yet(self, client, draft_test):
        page = client.get(reverse("test", args=[draft_test.pk]))
        assert draft_test.link_token not in page.content.decode()
        assert buttons_of(page) == {"Open test"}

    def test_an_open_test_offers_its_link_to_copy_and_as_a_code(self, client, running_test):
        page = client.get(reverse("test", args=[running_test.pk]))
        link = f'value="http://testserver{reverse("welcome", args=[running_test.link_token])}"'
        assert link in page.content.decode()
        assert "data:image/svg+xml" in page.content.decode()
        assert buttons_of(page) == {"Copy", "Close test"}

    def test_the_protocol_is_named_by_hash_and_seed(self, client, running_test):
        page = text_of(client.get(reverse("test", args=[running_test.pk])))
        assert running_test.protocol_hash in page
        assert f"Seed of the orders {running_test.seed}" in page

    def test_report_ratings_and_json_are_linked(self, client, running_test):
        page = client.get(reverse("test", args=[running_test.pk])).content.decode()
        for name in ("report", "ratings-csv", "report-json"):
            assert reverse(name, args=[running_test.pk]) in page

    def test_a_viewer_watches_and_changes_nothing(self, viewer, running_test):
        page = signed_in(viewer).get(reverse("test", args=[running_test.pk]))
        assert buttons_of(page) == {"Copy"}

    def test_no_score_is_shown_while_listeners_answer(self, client, sitting):
        rate_current_page(sitting)
        page = client.get(reverse("test", args=[sitting.test_id]))
        progress = client.get(reverse("test-progress", args=[sitting.test_id]))
        assert "score" not in progress.content.decode()
        assert "Only counts are shown here" in text_of(page)

    def test_the_number_of_queries_does_not_grow_with_the_listeners(
        self, client, running_test, django_assert_num_queries
    ):
        for _ in range(4):
            begin_sitting(running_test)
        with django_assert_num_queries(12):
            client.get(reverse("test", args=[running_test.pk]))


class TestProgress:
    def test_sittings_are_counted_and_listed(self, client, sitting):
        answer = client.get(reverse("test-progress", args=[sitting.test_id])).json()
        assert answer["counts"] == {"begun": 1, "finished": 0, "ratings": 0}
        (row,) = answer["sittings"]
        assert row["listener"] == sitting.listener.code
        assert (row["pagesDone"], row["pages"], row["completedAt"]) == (0, 6, None)

    def test_training_is_not_counted(self, client, sitting):
        assert rate_current_page(sitting) > 0
        answer = client.get(reverse("test-progress", args=[sitting.test_id])).json()
        assert answer["counts"]["ratings"] == 0

    def test_a_changed_mind_counts_once(self, client, sitting):
        sitting.presentations.filter(trial__kind="training").update(completed_at=sitting.started_at)
        first_rated = sitting.presentations.filter(completed_at=None).first()
        tokens = first_rated.presented.filter(position__gt=0).values_list("token", flat=True)
        for sequence in (1, 2):
            save_rating(sitting, NewRating(tokens[0], sequence, 60, Evidence(1, 2.0, 0, 0)))
        answer = client.get(reverse("test-progress", args=[sitting.test_id])).json()
        assert answer["counts"]["ratings"] == 1

    def test_the_key_to_a_sitting_is_not_told(self, client, sitting):
        answer = client.get(reverse("test-progress", args=[sitting.test_id]))
        page = client.get(reverse("test", args=[sitting.test_id]))
        assert sitting.token not in answer.content.decode() + page.content.decode()


class TestOpeningAndClosing:
    def test_opening_fixes_the_protocol(self, client, draft_test):
        client.post(reverse("test-open", args=[draft_test.pk]))
        draft_test.refresh_from_db()
        assert draft_test.state == "open"
        assert len(draft_test.protocol_hash) == 64

    def test_a_closed_test_can_be_opened_again(self, client, running_test):
        client.post(reverse("test-close", args=[running_test.pk]))
        page = client.get(reverse("test", args=[running_test.pk]))
        assert "Open again" in buttons_of(page)
        client.post(reverse("test-open", args=[running_test.pk]))
        running_test.refresh_from_db()
        assert running_test.state == "open"

    def test_closing_a_draft_is_refused_with_a_reason(self, client, draft_test):
        page = client.post(reverse("test-close", args=[draft_test.pk]), follow=True)
        assert "Only an open test can be closed" in text_of(page)

    @pytest.mark.parametrize("name", ["test-open", "test-close"])
    def test_a_viewer_cannot_open_or_close(self, viewer, draft_test, name):
        answer = signed_in(viewer).post(reverse(name, args=[draft_test.pk]))
        assert answer.status_code == 403
        draft_test.refresh_from_db()
        assert draft_test.state == "draft"

    @pytest.mark.parametrize("name", ["test-open", "test-close"])
    def test_a_mere_look_changes_nothing(self, client, draft_test, name):
        assert client.get(reverse(name, args=[draft_test.pk])).status_code == 405


class TestSimulated:
    """Ratings that a computer drew are never taken for people's."""

    def test_the_test_page_says_so_first(self, client, simulated_test):
        page = text_of(client.get(reverse("test", args=[simulated_test.pk])))
        assert "No person answered this test" in page

    def test_its_link_is_not_given_to_people(self, client, simulated_test):
        open_test(simulated_test)
        page = client.get(reverse("test", args=[simulated_test.pk])).content.decode()
        assert simulated_test.link_token not in page

    @pytest.mark.parametrize("name", ["home", "batch"])
    def test_every_list_marks_it(self, client, simulated_test, name):
        args = [simulated_test.batch_id] if name == "batch" else []
        page = client.get(reverse(name, args=args))
        assert "Simulated listeners" in text_of(page)

    def test_a_test_with_people_is_not_marked(self, client, running_test):
        close_test(running_test)
        for name, args in (("home", []), ("test", [running_test.pk])):
            assert "Simulated" not in text_of(client.get(reverse(name, args=args)))
