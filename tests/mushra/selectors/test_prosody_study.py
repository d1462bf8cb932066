"""The prosody transfer study: what a site can hold of it, and what it says of the rest."""

import pytest

from mushra.design.prosody_study import SYSTEMS
from mushra.forms import scenario_forms
from mushra.selectors.prosody_study import is_prosody_study, propose_prosody_study
from mushra.selectors.recordings import factor_values, system_choices
from mushra.services.batches import BatchPlan, ScenarioPlan, create_batch
from synth.models import Speaker, System, Utterance
from tests.conftest import make_utterance
from tests.transfer import install_voice, say_something

pytestmark = pytest.mark.django_db


def scenarios(**wanted):
    found = {one.code: one for one in propose_prosody_study().scenarios}
    assert list(found) == ["same-speaker-anna", "other-speakers-anna"]
    return found["same-speaker-anna"], found["other-speakers-anna"]


def test_each_voice_has_its_own_speaker_and_others_of_its_language(transfer_site):
    own, other = scenarios()
    assert own.filters["speakers"] == ["speaker0"]
    assert other.filters["speakers"] == ["speaker1"]  # speaker2 speaks French
    assert (own.voice, other.voice) == ("anna", "anna")


def test_ten_items_are_proposed_where_there_are_so_many(transfer_site):
    speaker = Speaker.objects.get(code="speaker1")
    for sentence in range(10, 20):
        make_utterance(speaker, "en", sentence)
    say_something()
    own, other = scenarios()
    assert (own.n_items, other.n_items) == (3, 10)
    assert "Only 3 of 10 items" in own.remark
    assert "of 10 items" not in other.remark


def test_missing_systems_are_named_and_do_not_stop_it(transfer_site):
    own, _ = scenarios()
    assert own.missing == ["transferred_attention", "transferred_vae"]
    assert "transferred_attention, transferred_vae" in own.remark
    assert [one.code for one in own.systems] == [one for one in SYSTEMS if one not in own.missing]


def test_a_system_that_this_voice_has_not_learned_is_missing(transfer_site):
    System.objects.filter(code="synthesized").update(params={"network": "base"})
    assert "synthesized" in scenarios()[0].missing


def test_without_a_voice_nothing_can_be_held_and_it_is_said(corpus, systems, tmp_path, monkeypatch):
    monkeypatch.setattr("synth.voices.FOLDER", tmp_path)
    proposal = propose_prosody_study()
    assert proposal.available == []
    assert all("No target voice is installed" in one.reason for one in proposal.scenarios)
    assert "Not held: Same speaker. No target voice" in proposal.description


def test_without_systems_that_speak_it_is_said(transfer_site):
    System.objects.filter(kind="prosody").exclude(code="flat_prosody").delete()
    assert all("load_corpus" in one.reason for one in scenarios())


def test_recordings_without_text_do_not_count(transfer_site):
    Utterance.objects.filter(speaker__code="speaker1").update(text="")
    own, other = scenarios()
    assert own.is_available
    assert "no clean English recordings of 2 to 12 s with text by anybody else" in other.reason


def test_a_voice_without_recordings_cannot_be_asked_about_its_likeness(
    transfer_site, tmp_path, monkeypatch
):
    install_voice(tmp_path / "elsewhere", monkeypatch, speaker="nobody")
    own, other = scenarios()
    assert "by nobody" in own.reason
    assert other.is_available
    assert "Similarity of voice cannot be asked" in other.remark


def test_the_proposal_costs_two_queries(transfer_site, django_assert_num_queries):
    with django_assert_num_queries(2):
        propose_prosody_study()


def test_what_is_proposed_can_be_made_as_it_is(project, transfer_site):
    plans = [
        ScenarioPlan(
            code=one.code,
            title=one.title,
            n_items=one.n_items,
            systems=[system.code for system in one.systems],
            filters=one.filters,
            voice=one.voice,
        )
        for one in propose_prosody_study().available
    ]
    batch = create_batch(project, BatchPlan("Study", 1, plans), user=None)
    assert is_prosody_study(batch)
    assert batch.scenarios.filter(systems__code="target_voice").count() == 2


def test_the_proposal_fills_in_the_form(transfer_site):
    initial = [one.initial() for one in propose_prosody_study().available]
    forms = scenario_forms(None, values=factor_values(), systems=system_choices(), initial=initial)
    assert [form["voice"].value() for form in forms] == ["anna", "anna"]
    assert "flat_prosody" in forms[0]["systems"].value()
    assert "natural" not in forms[0]["systems"].value()


def test_a_study_of_vocoders_is_none(frozen_batch):
    assert not is_prosody_study(frozen_batch)
