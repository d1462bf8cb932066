"""Batches as pages and services read them."""

import pytest

from mushra.models import Batch
from mushra.selectors.batches import batch_stimuli
from synth.models import Checkpoint, System

pytestmark = pytest.mark.django_db


def test_a_model_card_is_read_once_however_many_stimuli_there_are(
    ready_batch: Batch, django_assert_num_queries
):
    card = {"architecture": "source_filter", "notes": ["long"] * 1000}
    checkpoint = Checkpoint.objects.create(
        name="one", architecture="source_filter", sha256="0" * 64, card=card
    )
    System.objects.update(checkpoint=checkpoint)

    with django_assert_num_queries(2):
        stimuli = list(batch_stimuli(ready_batch))
        cards = {id(stimulus.system.checkpoint.card) for stimulus in stimuli}

    assert len(stimuli) > len(cards) == 1
