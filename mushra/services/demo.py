"""The demo study: real recordings, every system that needs no training of its own."""

from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction

from mushra.errors import MushraError
from mushra.models import Batch, ListeningTest, Membership, Project
from mushra.selectors.batches import batch_state
from mushra.services.batches import (
    BatchPlan,
    ScenarioPlan,
    create_batch,
    freeze_batch,
    generate_batch,
)
from mushra.services.listening_tests import TestPlan, create_test, open_test
from mushra.stats.simulate import SimulationModel
from synth.models import Speaker, System
from synth.selectors import speakers_seen_by

PROJECT = "Demo"
STUDY = "Vocoders on voices heard and never heard"
READY_MADE = "Ready-made short test"
SYSTEMS = ("natural", "anchor35", "anchor20", "griffin_lim", "world", "universal")
CORPORA = ("festvox_ru", "asterisk_en", "asterisk_fr", "asterisk_it", "librivox_austen")
NETWORK = "universal"
SEED = 1534

# The truth of the simulated demo, in points 0-100: chosen, not measured. Spreads follow public
# MUSHRA data roughly; the reference and anchors are judged with more agreement than the rest.
SIMULATED_TRUTH = SimulationModel(
    means={
        "natural": 98,
        "anchor35": 34,
        "anchor20": 18,
        "griffin_lim": 72,
        "world": 62,
        "universal": 55,
    },
    sd_listener=5,
    sd_item=4,
    sd_listener_system=5,
    sd_item_system=6,
    sd_residual=8,
    spread={"natural": 0.15, "anchor35": 0.7, "anchor20": 0.6},
)


@transaction.atomic
def ensure_demo(owner: User) -> Project:
    """The demo project with its two batches, made once.

    One batch is left for the researcher to generate; the other, shorter one is generated at once
    so that `open_ready_made_test` can offer a listener's link.
    """
    project, _ = Project.objects.get_or_create(name=PROJECT)
    Membership.objects.get_or_create(
        project=project, user=owner, defaults={"role": Membership.Role.OWNER}
    )
    if not project.batches.filter(name=STUDY).exists():
        create_batch(project, study_plan(n_seen=6, n_unseen=7), user=owner)
    if not project.batches.filter(name=READY_MADE).exists():
        short = replace(study_plan(n_seen=3, n_unseen=3), name=READY_MADE, seed=SEED + 1)
        generate_batch(create_batch(project, short, user=owner), user=owner)
    return project


@transaction.atomic
def create_demo_study() -> Batch:
    """The demo's full batch in a project without members, for a run without hands."""
    project, _ = Project.objects.get_or_create(name=PROJECT)
    return create_batch(project, study_plan(n_seen=6, n_unseen=7), user=None)


@transaction.atomic
def open_simulated_test(batch: Batch) -> ListeningTest:
    """An open test over the batch that simulated listeners take; it never counts as people's."""
    plan = TestPlan(title=batch.name, simulation=SIMULATED_TRUTH.to_json(), seed=SEED)
    return open_test(create_test(freeze_batch(batch), plan, user=None))


@transaction.atomic
def open_ready_made_test() -> ListeningTest | None:
    """The short test, opened once, as soon as the worker has made its stimuli.

    None until then, and when somebody has closed it.
    """
    batch = Batch.objects.filter(project__name=PROJECT, name=READY_MADE).first()
    if batch is None:
        return None
    test = ListeningTest.objects.filter(batch=batch).first()
    if test is not None:
        return test if test.state == ListeningTest.State.OPEN else None
    if batch_state(batch) not in {Batch.State.READY, Batch.State.FROZEN}:
        return None
    plan = TestPlan(title="How do these voices sound?")
    return open_test(create_test(freeze_batch(batch), plan, user=None))


def study_plan(*, n_seen: int, n_unseen: int) -> BatchPlan:
    """Speakers that the universal vocoder was trained on, and speakers it never heard."""
    seen, unseen = _speakers()
    return BatchPlan(
        name=STUDY,
        description=(
            "Natural speech, two anchors, Griffin-Lim, WORLD and the universal vocoder, on "
            "sentences by speakers whose other recordings the vocoder was trained on and by "
            "speakers it never heard. No sentence was trained on."
        ),
        seed=SEED,
        scenarios=[
            ScenarioPlan(
                code=code,
                title=title,
                n_items=n_items,
                systems=SYSTEMS,
                filters={"speakers": speakers, "corpora": CORPORA},
            )
            for code, title, n_items, speakers in (
                ("seen-speakers", "Speakers heard in training", n_seen, seen),
                ("unseen-speakers", "Speakers never heard in training", n_unseen, unseen),
            )
        ],
    )


def _speakers() -> tuple[list[str], list[str]]:
    universal = System.objects.filter(code=NETWORK).first()
    if universal is None:
        raise MushraError(
            f"The demo compares the network {NETWORK!r}, whose weights are not in synth/weights.",
            code="no_network",
        )
    heard = speakers_seen_by(universal)
    codes = list(Speaker.objects.values_list("code", flat=True))
    return [code for code in codes if code in heard], [code for code in codes if code not in heard]
