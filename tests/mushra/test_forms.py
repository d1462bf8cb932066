"""What the forms accept, and where they say what is wrong."""

import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from mushra.errors import MushraError
from mushra.forms import MAX_SCENARIOS, BatchForm, TestForm, scenario_forms, show_refusal
from mushra.selectors.recordings import factor_values, system_choices
from mushra.services.batches import create_batch
from mushra.services.texts import CONSENT
from synth.models import System
from tests.transfer import install_voice

pytestmark = pytest.mark.django_db


def scenarios_of(*scenarios: dict[str, object]):
    data = QueryDict(mutable=True)
    data["scenarios-TOTAL_FORMS"], data["scenarios-INITIAL_FORMS"] = str(len(scenarios)), "0"
    for position, scenario in enumerate(scenarios):
        for name, value in scenario.items():
            data.setlist(
                f"scenarios-{position}-{name}", value if isinstance(value, list) else [str(value)]
            )
    return scenario_forms(data, values=factor_values(), systems=system_choices())


def scenario(title="All voices", n_items=4, systems=("anchor35", "anchor20", "world"), **filters):
    return {"title": title, "n_items": n_items, "systems": list(systems)} | filters


def batch_of(user, project, **changes):
    data = {"project": project.pk, "name": "Planned", "seed": 3} | changes
    return BatchForm(MultiValueDict({name: [value] for name, value in data.items()}), user=user)


def test_a_new_batch_proposes_a_seed(editor):
    seeds = {BatchForm(user=editor)["seed"].value() for _ in range(20)}
    assert len(seeds) > 10
    assert all(1 <= seed < 10_000 for seed in seeds)


def test_a_project_is_chosen_only_where_there_is_a_choice(editor, project):
    assert BatchForm(user=editor)["project"].is_hidden


@pytest.mark.parametrize("seed", ["-1", "4294967296", "x", ""])
def test_a_seed_is_a_whole_number_of_32_bits(editor, project, seed):
    assert "seed" in batch_of(editor, project, seed=seed).errors


def test_scenarios_become_plans(corpus, systems):
    forms = scenarios_of(scenario(languages=["en"]), scenario(title="Кириллица"))
    assert forms.is_valid()
    first, second = forms.plans()
    assert (first.code, first.filters, first.n_items) == ("all-voices", {"languages": ["en"]}, 4)
    assert second.code == "scenario-2"


def test_a_condition_reaches_the_plan(corpus, systems):
    forms = scenarios_of(
        scenario(condition="babble_10db", conditions=["clean"]), scenario("As recorded")
    )
    assert forms.is_valid()
    simulated, recorded = forms.plans()
    assert (simulated.condition, simulated.filters) == ("babble_10db", {"conditions": ["clean"]})
    assert recorded.condition == "clean"


def test_conditions_offered_are_those_this_site_can_simulate(corpus, systems, settings):
    settings.NOISES = None
    offered = [code for code, _ in scenarios_of(scenario())[0].fields["condition"].choices]
    assert offered[0] == "clean"
    assert "babble_10db" in offered
    assert not {"noise_10db", "telephone", "breathy"} & set(offered)


def test_a_scenario_sent_as_it_was_offered_is_not_overlooked(corpus, systems):
    untouched = {"title": "", "n_items": 6, "systems": ["anchor35", "anchor20"]}
    forms = scenarios_of(scenario(), untouched)
    assert not forms.is_valid()
    assert "title" in forms[1].errors


def test_a_title_used_twice_is_refused_at_the_second(corpus, systems):
    forms = scenarios_of(scenario("Noisy"), scenario("noisy"))
    assert not forms.is_valid()
    assert [bool(form.errors) for form in forms] == [False, True]
    assert "title" in forms[1].errors


@pytest.mark.parametrize("n_scenarios", [0, MAX_SCENARIOS + 1])
def test_a_batch_has_one_scenario_to_as_many_as_a_study_needs(corpus, systems, n_scenarios):
    forms = scenarios_of(*(scenario(f"Title {n}") for n in range(n_scenarios)))
    assert not forms.is_valid()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"n_items": 0}, "n_items"),
        ({"title": ""}, "title"),
        ({"systems": []}, "systems"),
        ({"systems": ["no_such"]}, "systems"),
        ({"languages": ["xx"]}, "languages"),
        ({"condition": "telephone"}, "condition"),
    ],
)
def test_an_impossible_scenario_says_so_at_its_field(corpus, systems, changes, field):
    forms = scenarios_of(scenario(**changes))
    assert not forms.is_valid()
    assert list(forms[0].errors) == [field]


def test_the_natural_recording_is_not_a_choice(corpus, systems):
    groups = dict(scenarios_of(scenario())[0].system_groups())
    codes = {title: [box.data["value"] for box in boxes] for title, boxes in groups.items()}
    assert codes == {
        "Anchors": ["anchor35", "anchor20"],
        "Systems under test": ["griffin_lim", "world"],
    }


@pytest.mark.parametrize(
    ("second", "field"),
    [
        (scenario("Too many", n_items=50), "n_items"),
        (scenario("Nothing", systems=("anchor35",)), "systems"),
    ],
)
def test_a_refused_plan_is_explained_in_the_scenario_concerned(
    editor, project, corpus, systems, second, field
):
    batch, scenarios = batch_of(editor, project), scenarios_of(scenario(n_items=2), second)
    assert batch.is_valid()
    assert scenarios.is_valid()
    with pytest.raises(MushraError) as refusal:
        create_batch(project, batch.plan(scenarios.plans()), user=editor)
    show_refusal(refusal.value, batch, scenarios)
    assert [list(form.errors) for form in scenarios] == [[], [field]]


def test_a_name_taken_is_explained_at_the_name(editor, project, draft_batch):
    batch, scenarios = batch_of(editor, project), scenarios_of(scenario(n_items=2))
    assert batch.is_valid()
    assert scenarios.is_valid()
    show_refusal(MushraError("Taken.", code="name_taken", field="name"), batch, scenarios)
    assert batch.errors == {"name": ["Taken."]}


@pytest.mark.parametrize("field", [None, "unheard_of", "scenarios.0.unheard_of"])
def test_a_refusal_of_no_field_of_ours_is_still_said(editor, project, corpus, systems, field):
    batch, scenarios = batch_of(editor, project), scenarios_of(scenario())
    assert batch.is_valid()
    assert scenarios.is_valid()
    show_refusal(MushraError("Something else.", code="other", field=field), batch, scenarios)
    assert "Something else." in [*batch.non_field_errors(), *scenarios[0].non_field_errors()]


def test_a_test_is_proposed_with_instructions_and_consent():
    form = TestForm()
    assert "Reference" in str(form["instructions"])
    assert form["consent"].value() == CONSENT


@pytest.mark.parametrize("attribute", ["naturalness_alone", "speaker_similarity"])
def test_what_needs_a_hidden_reference_is_switched_off_and_says_why(attribute):
    words = {"title": "T", "instructions": "Rate.", "consent": "Yes."}
    ticked = {"attribute": attribute, "ask_for_hundred": "on", "screen_by_reference": "on"}
    form = TestForm(words | ticked)
    assert form.is_valid()
    assert not form.plan().ask_for_hundred
    assert not form.plan().screen_by_reference
    assert "no hidden one to find" in str(form.fields["screen_by_reference"].help_text)
    assert "disabled" in str(form["ask_for_hundred"])


def test_instructions_follow_the_attribute():
    form = TestForm(initial={"attribute": "prosody_similarity"})
    assert "melody, timing and emphasis" in form["instructions"].value()
    assert form["ask_for_hundred"].value()


def test_a_voice_is_offered_only_where_one_is_installed(corpus, systems, tmp_path, monkeypatch):
    monkeypatch.setattr("synth.voices.FOLDER", tmp_path)
    assert "voice" not in scenarios_of(scenario())[0].fields
    install_voice(tmp_path / "voices", monkeypatch)
    forms = scenarios_of(scenario(voice="anna"), scenario("Another"))
    assert forms.is_valid()
    assert [plan.voice for plan in forms.plans()] == ["anna", ""]
    offered = [str(title) for _, title in forms[0].fields["voice"].choices]
    assert offered == ["None", "Anna (English)"]
    assert not scenarios_of(scenario(voice="bertha")).is_valid()


def test_the_target_voice_is_not_a_choice_and_the_flat_one_is_an_anchor(corpus, systems):
    for code in ("flat_prosody", "target_voice"):
        System.objects.create(code=code, title=code, kind="natural", sort_order=9)
    groups = dict(scenarios_of(scenario())[0].system_groups())
    assert [box.data["value"] for box in groups["Anchors"]][-1] == "flat_prosody"
    assert "target_voice" not in [box.data["value"] for box in groups["Systems under test"]]


def test_an_unticked_box_reaches_the_plan():
    form = TestForm(
        {"title": "T", "attribute": "naturalness", "instructions": "Rate.", "consent": "Yes."}
    )
    assert form.is_valid()
    plan = form.plan()
    assert (plan.ask_for_hundred, plan.screen_by_reference) == (False, False)
    assert (plan.attribute, plan.instructions) == ("naturalness", "Rate.")
