"""The pages of batches: list, plan, generate, retry, freeze."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from mushra.models import Batch, Membership, Project
from mushra.services.batches import create_batch, generate_batch
from synth.models import Checkpoint, Clip, System, Utterance
from tests.conftest import render_all, signed_in
from tests.mushra.views.pages import buttons_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(editor) -> Client:
    return signed_in(editor)


@pytest.fixture
def heard_by_universal(systems) -> System:
    """A universal vocoder that heard speaker0, who reads English."""
    training = {"speakers": ["speaker0"], "languages": ["en"], "styles": ["read"]}
    card = {"training": training | {"conditions": ["clean"]}}
    checkpoint = Checkpoint.objects.create(
        name="made", architecture="made", sha256="c" * 64, card=card
    )
    return System.objects.create(
        code="universal", title="Universal vocoder", kind="vocoder", checkpoint=checkpoint
    )


def plan_form(project, **changes) -> dict[str, object]:
    """What the form of a new batch sends: one scenario over everything."""
    return {
        "project": project.pk,
        "name": "From the form",
        "description": "",
        "seed": 11,
        "scenarios-TOTAL_FORMS": 1,
        "scenarios-INITIAL_FORMS": 0,
        "scenarios-0-title": "All voices",
        "scenarios-0-n_items": 4,
        "scenarios-0-systems": ["anchor35", "anchor20", "world"],
    } | changes


def fail_one_clip(batch: Batch) -> Clip:
    clip = Clip.objects.filter(jobs=batch.job).order_by("pk")[0]
    Clip.objects.filter(pk=clip.pk).update(
        state="failed", error_code="anchor_refused", error_message="Too narrow: take another."
    )
    return clip


class TestHome:
    def test_a_newcomer_is_told_what_to_do(self, stranger):
        page = text_of(signed_in(stranger).get(reverse("home")))
        assert "Nothing is shared with you yet" in page
        assert "New batch" not in page

    def test_an_editor_without_batches_is_led_to_the_first(self, client):
        assert "Plan your first batch" in text_of(client.get(reverse("home")))

    def test_a_batch_shows_its_state_progress_and_size(self, client, ready_batch):
        page = text_of(client.get(reverse("home")))
        assert "First comparison" in page
        assert "Ready" in page
        assert "30 of 30" in page
        assert "1 × 5 × 5" in page

    def test_failed_clips_are_counted_in_the_list(self, client, draft_batch):
        generate_batch(draft_batch, user=None)
        fail_one_clip(draft_batch)
        assert "1 failed" in text_of(client.get(reverse("home")))

    def test_the_number_of_queries_does_not_grow_with_the_list(
        self, client, running_test, project, plan, django_assert_num_queries
    ):
        for number in range(5):
            batch = create_batch(project, replace(plan, name=f"Batch {number}"), user=None)
            generate_batch(batch, user=None)
        with django_assert_num_queries(10):
            client.get(reverse("home"))

    def test_older_batches_are_on_the_next_page(self, client, project):
        for number in range(21):
            Batch.objects.create(project=project, name=f"Batch {number:02}", seed=1)
        first, second = (
            text_of(client.get(reverse("home"), {"batches": number})) for number in (1, 2)
        )
        assert "Batch 20" in first
        assert "Batch 00" not in first
        assert "Batch 00" in second


class TestNewBatch:
    def test_a_plan_becomes_a_draft_with_its_items(self, client, project, corpus, systems):
        response = client.post(reverse("batch-new"), plan_form(project), follow=True)
        batch = Batch.objects.get()
        assert response.redirect_chain[-1][0] == reverse("batch", args=[batch.pk])
        assert batch.scenarios.get().items.filter(purpose="rated").count() == 4
        assert batch.scenarios.get().systems.filter(code="natural").exists()

    def test_filters_reach_the_plan(self, client, project, corpus, systems):
        form = plan_form(project) | {"scenarios-0-languages": ["fr"], "scenarios-0-n_items": 3}
        client.post(reverse("batch-new"), form)
        scenario = Batch.objects.get().scenarios.get()
        assert scenario.filters == {"languages": ["fr"]}
        assert {item.utterance.language for item in scenario.items.all()} == {"fr"}

    def test_two_scenarios_are_kept_in_order(self, client, project, corpus, systems):
        second = {
            "scenarios-TOTAL_FORMS": 2,
            "scenarios-1-title": "French",
            "scenarios-1-n_items": 1,
            "scenarios-1-languages": ["fr"],
            "scenarios-1-systems": ["anchor35", "griffin_lim"],
        }
        client.post(reverse("batch-new"), plan_form(project) | second)
        titles = Batch.objects.get().scenarios.values_list("code", "title")
        assert list(titles) == [("all-voices", "All voices"), ("french", "French")]

    def test_the_form_offers_only_projects_one_may_add_to(self, client, editor, project):
        foreign = Project.objects.create(name="Only read")
        Membership.objects.create(project=foreign, user=editor, role="viewer")
        form = plan_form(foreign)
        assert client.post(reverse("batch-new"), form).status_code == 400
        assert not Batch.objects.exists()

    def test_a_viewer_is_told_why_no_batch_can_be_made(self, viewer, project):
        client = signed_in(viewer)
        assert "not an editor or owner" in text_of(client.get(reverse("batch-new")))
        assert client.post(reverse("batch-new"), plan_form(project)).status_code == 403
        assert not Batch.objects.exists()

    def test_what_was_typed_survives_a_refusal(self, client, project, corpus, systems):
        form = plan_form(project) | {"scenarios-0-n_items": 99}
        response = client.post(reverse("batch-new"), form)
        assert response.status_code == 400
        assert 'value="From the form"' in response.content.decode()
        assert 'value="99"' in response.content.decode()

    def test_the_live_count_follows_the_filters(self, client, corpus):
        answer = client.get(reverse("batch-matching"), {"languages": ["en"], "speakers": ["x"]})
        assert answer.json() == {
            "utterances": 0,
            "withText": 0,
            "speakers": 0,
            "narrowestHz": None,
            "seen": [],
        }
        Utterance.objects.update(text="Words.")
        Utterance.objects.filter(code="speaker0-0").update(text="")
        answer = client.get(reverse("batch-matching"), {"languages": "en"})
        assert answer.json() == {
            "utterances": 8,
            "withText": 7,
            "speakers": 2,
            "narrowestHz": 7500.0,
            "seen": [],
        }

    def test_the_live_count_wants_a_sign_in(self, corpus):
        answer = Client().get(reverse("batch-matching"))
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "not_signed_in"


STUDY = {"template": "universal-vocoder-study"}


class TestBatchTemplate:
    def test_the_new_batch_page_leads_to_the_template(self, client, corpus, systems):
        page = client.get(reverse("batch-new")).content.decode()
        assert "?template=universal-vocoder-study" in page

    @pytest.mark.parametrize("role", ["owner", "editor"])
    def test_whoever_may_plan_sees_what_the_site_can_hold(
        self, role, request, project, corpus, systems, heard_by_universal
    ):
        client = signed_in(request.getfixturevalue(role))
        answer = client.get(reverse("batch-new"), STUDY)
        page = text_of(answer)
        assert "In-domain speakers 4 recordings of 1 speaker" in page
        assert "Expressive and acted style Unavailable" in page
        assert "Amharic Not tested" in page
        assert "Condition: never heard" in page
        assert answer.content.decode().count('value="babble_10db" selected') == 1

    def test_a_viewer_is_offered_no_template(self, viewer, project, corpus, systems):
        page = text_of(signed_in(viewer).get(reverse("batch-new"), STUDY))
        assert "not an editor or owner" in page
        assert "Amharic" not in page

    def test_a_stranger_without_a_project_is_offered_none_either(self, stranger, corpus, systems):
        assert "Amharic" not in text_of(signed_in(stranger).get(reverse("batch-new"), STUDY))

    def test_nobody_sees_it_without_a_sign_in(self, corpus):
        assert Client().get(reverse("batch-new"), STUDY).status_code == 302

    def test_an_unknown_template_is_not_found(self, client, project):
        assert client.get(reverse("batch-new"), {"template": "x"}).status_code == 404

    def test_a_refused_plan_still_shows_what_the_site_can_hold(
        self, client, project, corpus, systems
    ):
        address = f"{reverse('batch-new')}?template=universal-vocoder-study"
        answer = client.post(address, plan_form(project) | {"scenarios-0-n_items": 99})
        assert answer.status_code == 400
        assert "Amharic Not tested" in text_of(answer)

    def test_the_prosody_study_says_who_speaks_and_what_is_missing(
        self, client, project, transfer_site
    ):
        page = text_of(client.get(reverse("batch-new"), {"template": "prosody-transfer-study"}))
        assert "Same speaker: Anna 4 recordings of 1 speaker" in page
        assert "Not here: transferred_attention, transferred_vae." in page
        assert "Klimkov et al. 2019" in page

    def test_a_voice_is_planned_and_shown(self, client, project, transfer_site):
        form = plan_form(project) | {
            "scenarios-0-voice": "anna",
            "scenarios-0-languages": ["en"],
            "scenarios-0-systems": ["transferred", "flat_prosody"],
        }
        page = text_of(client.post(reverse("batch-new"), form, follow=True))
        assert "target voice: Anna" in page
        assert "Target voice, another sentence" in page
        assert Batch.objects.get().scenarios.get().voice == "anna"

    def test_a_system_without_its_voice_is_refused_at_the_voice(
        self, client, project, transfer_site
    ):
        form = plan_form(project) | {"scenarios-0-systems": ["transferred"]}
        answer = client.post(reverse("batch-new"), form)
        assert answer.status_code == 400
        assert list(answer.context["scenarios"][0].errors) == ["voice"]

    def test_a_scenario_in_a_condition_is_made_and_shown(self, client, project, corpus, systems):
        form = plan_form(project) | {"scenarios-0-condition": "babble_10db"}
        page = client.post(reverse("batch-new"), form, follow=True)
        assert "applied here: Babble, 10 dB" in text_of(page)
        assert Batch.objects.get().scenarios.get().items.first().condition == "babble_10db"

    def test_what_the_networks_heard_is_told_live(self, client, corpus, heard_by_universal):
        wish = {"speakers": "speaker2", "systems": ["universal", "world"]}
        (row,) = client.get(reverse("batch-matching"), wish).json()["seen"]
        assert row["title"] == "Universal vocoder"
        assert {"name": "Language", "state": "unseen", "words": "never heard"} in row["claims"]
        conditioned = client.get(reverse("batch-matching"), wish | {"condition": "whisperized"})
        (row,) = conditioned.json()["seen"]
        assert {"name": "Condition", "state": "unseen", "words": "never heard"} in row["claims"]

    def test_an_unknown_condition_tells_nothing(self, client, corpus, heard_by_universal):
        wish = {"systems": "universal", "condition": "x"}
        assert client.get(reverse("batch-matching"), wish).json()["seen"] == []


class TestBatchPage:
    def test_items_are_shown_with_speaker_language_and_licence(self, client, draft_batch):
        page = text_of(client.get(reverse("batch", args=[draft_batch.pk])))
        assert "CC0-1.0" in page
        assert "2.5 s" in page
        assert "Training" in page

    @pytest.mark.parametrize("role", ["owner", "editor"])
    def test_a_draft_can_be_generated(self, role, draft_batch, owner, editor):
        user = {"owner": owner, "editor": editor}[role]
        page = signed_in(user).get(reverse("batch", args=[draft_batch.pk]))
        assert buttons_of(page) == {"Generate"}

    def test_a_viewer_sees_no_buttons_that_change_things(self, viewer, ready_batch):
        page = signed_in(viewer).get(reverse("batch", args=[ready_batch.pk]))
        assert buttons_of(page) == set()

    def test_a_ready_batch_can_be_frozen(self, client, ready_batch):
        page = client.get(reverse("batch", args=[ready_batch.pk]))
        assert buttons_of(page) == {"Freeze"}

    def test_a_frozen_batch_leads_to_a_new_test(self, client, frozen_batch):
        page = client.get(reverse("batch", args=[frozen_batch.pk]))
        assert buttons_of(page) == set()
        assert reverse("test-new", args=[frozen_batch.pk]) in page.content.decode()
        assert frozen_batch.stimuli_hash in page.content.decode()

    def test_every_rendered_stimulus_has_a_page(self, client, ready_batch):
        page = client.get(reverse("batch", args=[ready_batch.pk])).content.decode()
        assert page.count("data-play") == 30
        assert "disabled" not in page.split("<table")[1]

    def test_the_number_of_queries_does_not_grow_with_the_items(
        self, client, ready_batch, django_assert_num_queries
    ):
        with django_assert_num_queries(14):
            client.get(reverse("batch", args=[ready_batch.pk]))


class TestStudyOfProsody:
    def test_its_frozen_batch_offers_three_tests(self, client, transfer_batch):
        html = client.get(reverse("batch", args=[transfer_batch.pk])).content.decode()
        offered = re.findall(r"attribute=(\w+)", html)
        assert offered == ["naturalness_alone", "prosody_similarity", "speaker_similarity"]

    def test_other_batches_offer_none(self, client, frozen_batch):
        html = client.get(reverse("batch", args=[frozen_batch.pk])).content.decode()
        assert "attribute=" not in html

    def test_a_viewer_is_told_but_not_led(self, viewer, transfer_batch):
        page = signed_in(viewer).get(reverse("batch", args=[transfer_batch.pk]))
        assert "Similarity of prosody" in text_of(page)
        assert "attribute=" not in page.content.decode()


class TestGenerating:
    def test_generate_asks_for_every_clip(self, client, draft_batch):
        client.post(reverse("batch-generate", args=[draft_batch.pk]))
        progress = client.get(reverse("batch-progress", args=[draft_batch.pk])).json()
        assert progress["state"] == "generating"
        assert progress["counts"] == {
            "wanted": 30,
            "running": 0,
            "done": 0,
            "failed": 0,
            "total": 30,
        }

    def test_progress_ends_in_ready(self, client, draft_batch):
        generate_batch(draft_batch, user=None)
        render_all()
        progress = client.get(reverse("batch-progress", args=[draft_batch.pk])).json()
        assert progress["state"] == "ready"
        assert progress["percent"] == 100
        assert set(progress["stimuli"].values()) == {"done"}

    def test_a_failed_clip_is_explained_and_retried(self, client, draft_batch):
        generate_batch(draft_batch, user=None)
        clip = fail_one_clip(draft_batch)
        page = client.get(reverse("batch", args=[draft_batch.pk]))
        assert "Too narrow: take another." in text_of(page)
        assert buttons_of(page) == {"Retry failed"}
        client.post(reverse("batch-generate", args=[draft_batch.pk]))
        assert Clip.objects.get(pk=clip.pk).state == "wanted"

    def test_the_progress_of_a_draft_has_no_counts(self, client, draft_batch):
        progress = client.get(reverse("batch-progress", args=[draft_batch.pk])).json()
        assert progress == {"state": "draft", "label": "Draft", "stimuli": {}}

    @pytest.mark.parametrize("name", ["batch-generate", "batch-freeze"])
    def test_looking_at_an_address_that_changes_things_changes_nothing(
        self, client, draft_batch, name
    ):
        assert client.get(reverse(name, args=[draft_batch.pk])).status_code == 405


class TestFreezing:
    def test_freeze_fixes_the_batch(self, client, ready_batch):
        client.post(reverse("batch-freeze", args=[ready_batch.pk]))
        ready_batch.refresh_from_db()
        assert ready_batch.is_frozen

    def test_an_unfinished_batch_is_not_frozen_and_says_why(self, client, draft_batch):
        page = client.post(reverse("batch-freeze", args=[draft_batch.pk]), follow=True)
        assert "frozen when every clip is done" in text_of(page)
        draft_batch.refresh_from_db()
        assert not draft_batch.is_frozen

    def test_a_frozen_batch_is_not_generated_again(self, client, frozen_batch):
        page = client.post(reverse("batch-generate", args=[frozen_batch.pk]), follow=True)
        assert "A frozen batch keeps its stimuli" in text_of(page)


def test_a_viewer_cannot_generate(viewer, draft_batch):
    answer = signed_in(viewer).post(reverse("batch-generate", args=[draft_batch.pk]))
    assert answer.status_code == 403
    assert "Your role in this project is viewer" in text_of(answer)
    draft_batch.refresh_from_db()
    assert draft_batch.job is None


def test_a_stranger_learns_nothing_of_a_batch(stranger, draft_batch):
    answer = signed_in(stranger).get(reverse("batch", args=[draft_batch.pk]))
    assert answer.status_code == 404
    assert draft_batch.name not in text_of(answer)
