"""From plan to frozen stimuli."""

from dataclasses import replace

import numpy as np
import pytest

from mushra.errors import ConflictError, MushraError
from mushra.models import Batch, Item, Stimulus
from mushra.selectors.batches import batch_state
from mushra.services.batches import ScenarioPlan, create_batch, freeze_batch, generate_batch
from synth.models import Checkpoint, Clip, System, Utterance
from synth.services.storage import audio_path, store_audio
from tests.conftest import render_all

pytestmark = pytest.mark.django_db


def with_scenario(plan, **changes):
    return replace(plan, scenarios=[replace(plan.scenarios[0], **changes)])


def test_a_plan_draws_its_items_and_one_more_to_train_on(draft_batch):
    purposes = list(Item.objects.values_list("purpose", flat=True))
    assert purposes.count("rated") == 5
    assert purposes.count("training") == 1
    assert batch_state(draft_batch) == Batch.State.DRAFT


def test_the_same_seed_draws_the_same_items(project, corpus, systems, plan):
    first = create_batch(project, plan, user=None)
    second = create_batch(project, replace(plan, name="Again"), user=None)
    third = create_batch(project, replace(plan, name="Other", seed=8), user=None)
    drawn = [
        list(Item.objects.filter(scenario__batch=b).values_list("utterance__code", flat=True))
        for b in (first, second, third)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


def test_scenarios_never_share_an_utterance(project, corpus, systems, plan):
    scenario = replace(plan.scenarios[0], n_items=3)
    create_batch(
        project, replace(plan, scenarios=[scenario, replace(scenario, code="b")]), user=None
    )
    codes = list(Item.objects.values_list("utterance__code", flat=True))
    assert len(codes) == len(set(codes)) == 7


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"n_items": 12}, "too_few_utterances"),
        ({"filters": {"languages": ["xx"]}}, "too_few_utterances"),
        ({"systems": ["natural", "anchor35"]}, "nothing_under_test"),
        ({"systems": ["world", "no_such"]}, "unknown_system"),
    ],
)
def test_a_plan_that_cannot_become_a_test_is_refused(project, corpus, systems, plan, changes, code):
    with pytest.raises(MushraError) as refusal:
        create_batch(project, with_scenario(plan, **changes), user=None)
    assert refusal.value.code == code
    assert not Batch.objects.exists()


def test_an_anchor_the_recordings_cannot_carry_is_refused_with_the_reason(
    project, corpus, systems, plan
):
    anchor = systems[1]
    anchor.params = {"cutoff_hz": 7000}
    anchor.save()
    with pytest.raises(MushraError, match="9100 Hz of bandwidth") as refusal:
        create_batch(project, plan, user=None)
    assert refusal.value.code == "anchor_refused"


def test_generating_asks_for_each_clip_once_however_often_it_is_pressed(draft_batch):
    generate_batch(draft_batch, user=None)
    generate_batch(draft_batch, user=None)
    assert Clip.objects.count() == Stimulus.objects.count() == 6 * 5
    assert batch_state(draft_batch) == Batch.State.GENERATING


def test_a_batch_is_ready_when_its_last_clip_is_done(draft_batch):
    generate_batch(draft_batch, user=None)
    render_all()
    assert batch_state(draft_batch) == Batch.State.READY
    Clip.objects.filter(pk=Clip.objects.first().pk).update(
        state=Clip.State.FAILED, error_code="crashed"
    )
    assert batch_state(draft_batch) == Batch.State.GENERATING


def test_an_unfinished_batch_is_not_frozen(draft_batch):
    with pytest.raises(ConflictError, match="every clip is done"):
        freeze_batch(draft_batch)


def test_freezing_snapshots_factors_and_sound(frozen_batch):
    for stimulus in Stimulus.objects.select_related("clip", "item__utterance__speaker"):
        assert stimulus.audio_sha256 == stimulus.clip.audio_sha256
        assert stimulus.factors["speaker"] == stimulus.item.utterance.speaker.code
        assert stimulus.factors["scenario"] == "all"
    assert len(frozen_batch.stimuli_hash) == 64


def test_the_hash_tells_one_sound_from_another(ready_batch):
    first = freeze_batch(ready_batch).stimuli_hash
    other = store_audio(np.full(8000, 0.1), 16000)
    Clip.objects.filter(system__code="world").update(audio_sha256=other)
    ready_batch.frozen_at, ready_batch.stimuli_hash = None, ""
    ready_batch.save()
    assert freeze_batch(ready_batch).stimuli_hash != first


def test_audio_that_got_lost_is_rendered_again_before_freezing(ready_batch):
    lost = Clip.objects.first()
    audio_path(lost.audio_sha256).unlink()
    with pytest.raises(ConflictError, match="being rendered again"):
        freeze_batch(ready_batch)
    assert batch_state(ready_batch) == Batch.State.GENERATING
    render_all()
    assert freeze_batch(ready_batch).is_frozen


def test_audio_that_was_changed_is_not_frozen(ready_batch):
    path = audio_path(Clip.objects.first().audio_sha256)
    path.write_bytes(path.read_bytes()[:-2] + b"xx")
    with pytest.raises(ConflictError, match="has changed"):
        freeze_batch(ready_batch)


def test_two_recordings_with_the_same_samples_are_two_items(project, corpus, systems, plan):
    Utterance.objects.update(sha256="0" * 64)
    generate_batch(create_batch(project, plan, user=None), user=None)
    assert Stimulus.objects.count() == Clip.objects.count() == 6 * 5


def test_a_frozen_batch_refuses_new_clips(frozen_batch):
    with pytest.raises(ConflictError, match="make a new batch"):
        generate_batch(frozen_batch, user=None)


def test_a_name_is_taken_once_per_project(draft_batch, project, plan):
    with pytest.raises(ConflictError, match="choose another name"):
        create_batch(project, plan, user=None)


def test_two_mid_anchors_are_refused(project, corpus, systems, plan):
    systems[4].code = "anchor70"
    systems[4].save()
    scenario = ScenarioPlan(
        code="s", title="S", n_items=2, systems=["anchor20", "anchor70", "griffin_lim"]
    )
    with pytest.raises(MushraError, match="two mid anchors"):
        create_batch(project, replace(plan, scenarios=[scenario]), user=None)


CONDITION = "babble_10db"


def test_every_system_of_an_item_starts_from_the_recording_in_its_condition(
    project, corpus, systems, plan
):
    batch = create_batch(project, with_scenario(plan, condition=CONDITION), user=None)
    generate_batch(batch, user=None)
    for stimulus in Stimulus.objects.select_related("clip", "item"):
        assert stimulus.item.condition == stimulus.clip.condition == CONDITION
    seeds = set(Clip.objects.values_list("utterance", "condition_seed"))
    assert len(seeds) == Item.objects.count()  # one per utterance, whatever the system
    assert 0 not in {seed for _, seed in seeds}


def test_one_utterance_in_two_conditions_is_two_items_with_clips_of_their_own(
    project, corpus, systems, plan
):
    filters = {"speakers": ["speaker0"]}
    clean = replace(plan.scenarios[0], n_items=3, filters=filters)
    babble = replace(clean, code="b", title="B", condition=CONDITION)
    batch = create_batch(project, replace(plan, scenarios=[clean, babble]), user=None)
    generate_batch(batch, user=None)
    items = Item.objects.filter(purpose="rated")
    assert {item.utterance_id for item in items if item.condition == CONDITION} == {
        item.utterance_id for item in items if item.condition == "clean"
    }
    assert len({item.code for item in items}) == 6
    clips = Stimulus.objects.values_list("clip", flat=True)
    assert len(set(clips)) == len(clips) == 7 * 5


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("no_such", "condition_unknown"),
        ("telephone", "condition_not_simulated"),
        ("breathy", "condition_not_simulated"),
        ("noise_10db", "noise_missing"),
    ],
)
def test_a_condition_that_cannot_be_simulated_here_is_refused_at_its_field(
    project, corpus, systems, plan, settings, condition, code
):
    settings.NOISES = None
    with pytest.raises(MushraError) as refusal:
        create_batch(project, with_scenario(plan, condition=condition), user=None)
    assert (refusal.value.code, refusal.value.field) == (code, "scenarios.0.condition")


def test_a_telephone_line_cannot_carry_the_low_anchor(project, corpus, systems, plan):
    telephone = {"condition": "telephone_mu_law"}
    with pytest.raises(MushraError, match="Telephone line") as refusal:
        create_batch(project, with_scenario(plan, **telephone), user=None)
    assert refusal.value.code == "anchor_refused"
    batch = create_batch(
        project, with_scenario(plan, **telephone, systems=["anchor20", "world"]), user=None
    )
    assert batch.scenarios.get().condition == "telephone_mu_law"


def test_recordings_are_chosen_by_the_condition_they_were_made_in(project, corpus, systems, plan):
    Utterance.objects.filter(speaker__code="speaker1").update(condition="telephone")
    filters = {"conditions": ["telephone"]}
    create_batch(project, with_scenario(plan, n_items=3, filters=filters), user=None)
    speakers = Item.objects.values_list("utterance__speaker__code", flat=True)
    assert set(speakers) == {"speaker1"}


def test_freezing_keeps_the_condition_its_kind_and_what_each_network_had_heard(
    project, corpus, systems, plan
):
    training = {
        "speakers": ["speaker0"],
        "languages": ["en"],
        "topics": ["weather"],
        "styles": ["read"],
        "conditions": ["clean"],
    }
    checkpoint = Checkpoint.objects.create(
        name="made", architecture="made", sha256="c" * 64, card={"training": training}
    )
    System.objects.filter(code="world").update(kind="vocoder", checkpoint=checkpoint)
    Utterance.objects.filter(language="fr").update(topic="news", condition="telephone")
    french = {"languages": ["fr"]}
    batch = create_batch(
        project, with_scenario(plan, n_items=3, filters=french, condition=CONDITION), user=None
    )
    generate_batch(batch, user=None)
    render_all()
    freeze_batch(batch)
    heard = Stimulus.objects.filter(system__code="world").first().factors
    assert heard["condition"] == "telephone+babble_10db"
    assert heard["condition_kind"] == "simulated"
    assert {name: claim for name, claim in heard.items() if name.endswith("_seen")} == {
        "speaker_seen": "no",
        "language_seen": "no",
        "topic_seen": "no",
        "style_seen": "yes",
        "condition_seen": "no",
    }
    untrained = Stimulus.objects.filter(system__code="natural").first().factors
    assert not [name for name in untrained if name.endswith("_seen")]


def test_a_recording_as_it_is_has_a_real_condition(frozen_batch):
    factors = Stimulus.objects.first().factors
    assert (factors["condition"], factors["condition_kind"]) == ("clean", "real")
