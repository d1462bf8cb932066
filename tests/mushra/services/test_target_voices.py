"""Batches whose systems speak with a target voice: what is refused, drawn, wanted and kept."""

import pytest

from mushra.errors import MushraError
from mushra.models import Item, Scenario, Stimulus
from mushra.services.batches import create_batch, freeze_batch, generate_batch
from synth.models import Clip, System, Utterance
from tests.transfer import SPOKEN, VOICE, install_voice, transfer_plan

pytestmark = pytest.mark.django_db


def refusal(project, plan):
    with pytest.raises(MushraError) as refused:
        create_batch(project, plan, user=None)
    assert not Scenario.objects.exists()
    return refused.value


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"voice": ""}, "voice_missing", "voice"),
        ({"voice": "bertha"}, "voice_unknown", "voice"),
        ({"systems": ["world"]}, "voice_needless", "voice"),
        ({"systems": ["world", "target_voice"]}, "unknown_system", "systems"),
        ({"filters": {"languages": ["en", "fr"]}}, "voice_language", "languages"),
    ],
)
def test_a_voice_that_does_not_fit_is_refused_at_its_field(
    project, transfer_site, changes, code, field
):
    refused = refusal(project, transfer_plan(**changes))
    assert (refused.code, refused.field) == (code, f"scenarios.0.{field}")


def test_a_system_that_needs_a_voice_is_named(project, transfer_site):
    refused = refusal(project, transfer_plan(voice=""))
    assert "transferred, transferred_textless" in refused.message
    assert "choose one" in refused.message


def test_another_language_is_told_with_its_name(project, transfer_site):
    refused = refusal(project, transfer_plan(filters={}))
    assert "'Anna' speaks English, but 4 of the 12 recordings" in refused.message
    assert "(French)" in refused.message


def test_regions_of_a_language_are_the_same_language(project, transfer_site):
    Utterance.objects.filter(language="en").update(language="en-GB")
    plan = transfer_plan(filters={"languages": ["en-GB"]})
    assert create_batch(project, plan, user=None).scenarios.count() == 2


def test_a_system_whose_network_the_voice_has_not_is_refused(project, transfer_site):
    System.objects.filter(code="transferred").update(params={"network": "agg"})
    refused = refusal(project, transfer_plan())
    assert (refused.code, refused.field) == ("voice_without_network", "scenarios.0.systems")
    assert "transferred" in refused.message


def test_only_recordings_with_text_are_spoken(project, transfer_site):
    Utterance.objects.filter(code="speaker1-2").update(text=" ")
    create_batch(project, transfer_plan(), user=None)
    drawn = Item.objects.filter(scenario__code="other").values_list("utterance__code", flat=True)
    assert sorted(drawn) == ["speaker1-0", "speaker1-1", "speaker1-3"]


def test_too_few_texts_are_told(project, transfer_site):
    Utterance.objects.exclude(code="speaker0-0").update(text="")
    refused = refusal(project, transfer_plan())
    assert (refused.code, refused.field) == ("too_few_utterances", "scenarios.0.n_items")
    assert "whose text is known" in refused.message


def test_the_textless_transfer_needs_no_text(project, transfer_site):
    Utterance.objects.filter(speaker__code="speaker1").update(text="")
    plan = transfer_plan(systems=["transferred_textless"])
    assert create_batch(project, plan, user=None).scenarios.count() == 2


def test_every_item_gets_another_sentence_of_the_voices_speaker(project, transfer_site):
    create_batch(project, transfer_plan(), user=None)
    for item in Item.objects.select_related("utterance", "target_utterance__speaker"):
        assert item.target_utterance.speaker.code == "speaker0"
        assert item.target_utterance.text != item.utterance.text


def test_the_seed_draws_the_target_sentences(project, transfer_site):
    def drawn(name, seed):
        Item.objects.all().delete()
        plan = transfer_plan()
        create_batch(project, type(plan)(name, seed, plan.scenarios), user=None)
        return list(Item.objects.values_list("target_utterance__code", flat=True))

    assert drawn("first", 3) == drawn("again", 3)


def test_without_recordings_of_the_voice_there_is_no_target(
    project, transfer_site, tmp_path, monkeypatch
):
    install_voice(tmp_path / "elsewhere", monkeypatch, speaker="nobody")
    create_batch(project, transfer_plan(), user=None)
    assert not Item.objects.exclude(target_utterance=None).exists()
    assert not Scenario.objects.filter(systems__code="target_voice").exists()


def test_only_systems_that_speak_are_asked_for_with_the_voice(project, transfer_site):
    generate_batch(create_batch(project, transfer_plan(), user=None), user=None)
    voices = dict(Clip.objects.values_list("system__code", "voice"))
    expected = {"natural": "", "target_voice": ""} | dict.fromkeys(SPOKEN, VOICE)
    assert voices == expected


def test_the_target_voice_is_a_natural_clip_of_its_own_recording(transfer_batch):
    targets = Stimulus.objects.filter(role="target").select_related("clip", "item", "system")
    assert len(targets) == Item.objects.count()
    for target in targets:
        assert target.system.kind == "natural"
        assert target.clip.utterance_id == target.item.target_utterance_id
        assert target.factors["speaker"] == "speaker0"


def test_freezing_keeps_the_voice(transfer_batch):
    assert {one.factors["voice"] for one in Stimulus.objects.all()} == {VOICE}


def test_the_hash_tells_one_voice_from_another(transfer_batch):
    first = transfer_batch.stimuli_hash
    Scenario.objects.update(voice="other")
    transfer_batch.frozen_at, transfer_batch.stimuli_hash = None, ""
    transfer_batch.save()
    assert freeze_batch(transfer_batch).stimuli_hash != first
