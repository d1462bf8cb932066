"""The batch template: what a site can hold of it, and what it says of the rest."""

import pytest

from mushra.design.vocoder_study import SCENARIOS
from mushra.forms import scenario_forms
from mushra.selectors.proposals import StudyProposal
from mushra.selectors.recordings import factor_values, system_choices
from mushra.selectors.vocoder_study import propose_vocoder_study
from mushra.services.batches import BatchPlan, ScenarioPlan, create_batch
from synth.models import Checkpoint, System, Utterance

pytestmark = pytest.mark.django_db

TRAINING = {
    "speakers": ["speaker0"],
    "languages": ["en"],
    "styles": ["read"],
    "conditions": ["clean"],
}


def add_network(code: str, **training: list[str]) -> System:
    checkpoint = Checkpoint.objects.create(
        name=f"made_{code}", architecture="made", sha256="c" * 64, card={"training": training}
    )
    return System.objects.create(
        code=code, title=code, kind="vocoder", checkpoint=checkpoint, sort_order=9
    )


@pytest.fixture
def universal(systems) -> System:
    return add_network("universal", **TRAINING)


def scenario(proposal: StudyProposal, code: str):
    return next(one for one in proposal.scenarios if one.code == code)


def test_every_scenario_of_the_template_is_listed_whatever_the_site_has(systems):
    proposal = propose_vocoder_study()
    assert [one.code for one in proposal.scenarios] == [one.code for one in SCENARIOS]
    assert proposal.available == []
    assert all(one.reason for one in proposal.scenarios)


def test_what_nobody_here_can_test_is_named_with_the_registrys_words(systems):
    not_tested = {one.title: one.description for one in propose_vocoder_study().not_tested}
    assert {"Amharic", "Swahili", "Wolof", "Breathy", "Pressed"} <= set(not_tested)
    assert "no free recordings were found" in not_tested["Amharic"]


def test_recordings_of_what_was_not_tested_make_it_a_scenario(corpus, universal):
    Utterance.objects.filter(speaker__code="speaker2").update(language="am")
    proposal = propose_vocoder_study()
    assert scenario(proposal, "am-recorded").filters == {"languages": ["am"]}
    assert scenario(proposal, "am-recorded").is_available
    assert "Amharic" not in {one.title for one in proposal.not_tested}


@pytest.mark.parametrize(
    ("code", "speakers"),
    [
        ("in-domain", {"speaker0"}),
        ("unseen-speakers", {"speaker1"}),
        ("unseen-languages", {"speaker2"}),
        ("babble-10db", {"speaker0"}),
    ],
)
def test_heard_and_unheard_follow_from_the_model_card(corpus, universal, code, speakers):
    found = scenario(propose_vocoder_study(), code)
    assert found.n_utterances == 4
    drawn = Utterance.objects.filter(
        speaker__code__in=found.filters.get("speakers", speakers),
        language__in=found.filters.get("languages", ["en", "fr"]),
    )
    assert set(drawn.values_list("speaker__code", flat=True)) == speakers


def test_the_preview_tells_what_each_network_had_heard(corpus, universal):
    (row,) = scenario(propose_vocoder_study(), "babble-10db").seen
    assert row.system == "universal"
    assert {one.name: one.words for one in row.claims} == {
        "Speaker": "in training",
        "Language": "in training",
        "Topic": "not known",
        "Style": "in training",
        "Condition": "never heard",
        "This recording": "not known",
    }


def test_a_property_heard_of_some_recordings_is_counted(corpus, universal):
    Utterance.objects.filter(code="speaker0-1").update(style="acted")
    Utterance.objects.filter(code="speaker1-1").update(style="acted")
    (row,) = scenario(propose_vocoder_study(), "expressive").seen
    words = {one.name: one.words for one in row.claims}
    assert words["Speaker"] == "in training for 1 of 2"
    assert words["Style"] == "never heard"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("expressive", "expressive or acted style"),
        ("telephone-recorded", "import_recordings"),
        ("noise-10db", "EARSHOT_NOISES"),
    ],
)
def test_what_cannot_be_held_says_why(corpus, universal, settings, code, reason):
    settings.NOISES = None
    found = scenario(propose_vocoder_study(), code)
    assert not found.is_available
    assert reason in found.reason


def test_without_any_vocoder_the_reason_is_the_missing_checkpoints(corpus, systems):
    assert "synth/weights" in scenario(propose_vocoder_study(), "babble-10db").reason


def test_missing_vocoders_are_named_and_do_not_stop_a_scenario(corpus, universal):
    found = scenario(propose_vocoder_study(), "in-domain")
    assert found.missing == ["sd_*", "spk3", "spk7"]
    assert "sd_*, spk3, spk7" in found.remark
    assert found.is_available


def test_each_one_speaker_vocoder_is_in_domain_on_its_own_voice(corpus, universal):
    add_network("sd_speaker0", **TRAINING)
    add_network("sd_speaker1", **TRAINING | {"speakers": ["speaker1"]})
    universal.checkpoint.card["training"]["speakers"] = ["speaker0", "speaker1"]
    universal.checkpoint.save()
    proposal = propose_vocoder_study()
    for name in ("speaker0", "speaker1"):
        found = scenario(proposal, f"in-domain-{name}")
        assert found.filters["speakers"] == [name]
        own = [one.code for one in found.systems if one.code.startswith("sd_")]
        assert own == [f"sd_{name}"]
    babble = {one.code for one in scenario(proposal, "babble-10db").systems}
    assert babble == {"natural", "sd_speaker0", "sd_speaker1", "universal"}


def test_a_scenario_with_few_recordings_proposes_as_many(corpus, universal):
    Utterance.objects.filter(code="speaker2-0").update(condition="sung")
    found = scenario(propose_vocoder_study(), "sung-recorded")
    assert (found.n_items, found.is_available) == (1, True)
    assert "Only 1 of 3 items" in found.remark


def test_the_proposal_costs_two_queries(corpus, universal, django_assert_num_queries):
    with django_assert_num_queries(2):
        propose_vocoder_study()


def test_what_is_proposed_can_be_made_as_it_is(project, corpus, universal):
    available = propose_vocoder_study().available
    plans = [
        ScenarioPlan(
            code=one.code,
            title=one.title,
            n_items=min(one.n_items, 3),
            systems=[system.code for system in one.systems],
            filters=one.filters,
            condition=one.condition,
        )
        for one in available
    ]
    batch = create_batch(project, BatchPlan("Study", 1, plans), user=None)
    made = batch.scenarios.values_list("code", "condition")
    assert list(made) == [(one.code, one.condition) for one in available]


def test_the_proposal_fills_in_the_form(corpus, universal):
    available = propose_vocoder_study().available
    forms = scenario_forms(
        None,
        values=factor_values(),
        systems=system_choices(),
        initial=[one.initial() for one in available],
    )
    babble = next(form for form in forms if form["title"].value() == "Babble, 10 dB")
    assert babble["condition"].value() == "babble_10db"
    assert babble["systems"].value() == ["universal"]
    assert babble["speakers"].value() == ["speaker0"]
