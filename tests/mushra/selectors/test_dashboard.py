"""The lists say the same as the single pages."""

import pytest

from mushra.models import Batch, ListeningTest
from mushra.selectors.batches import batch_state
from mushra.selectors.dashboard import batch_rows, listening_test_rows
from mushra.services.batches import freeze_batch, generate_batch
from synth.models import Clip
from tests.conftest import render_all

pytestmark = pytest.mark.django_db


def test_a_row_has_the_state_that_the_batch_has_at_every_step(draft_batch):
    def states():
        batch = Batch.objects.select_related("job").get(pk=draft_batch.pk)
        return batch_rows([batch])[0].state, batch_state(batch)

    steps = [states()]
    generate_batch(draft_batch, user=None)
    steps.append(states())
    render_all()
    steps.append(states())
    freeze_batch(draft_batch)
    steps.append(states())
    assert [row for row, _ in steps] == ["draft", "generating", "ready", "frozen"]
    assert all(row == batch for row, batch in steps)


def test_failed_clips_keep_a_batch_generating_at_a_hundred_percent(draft_batch):
    generate_batch(draft_batch, user=None)
    render_all()
    first = draft_batch.job.clips.first()
    Clip.objects.filter(pk=first.pk).update(state="failed", error_code="x")
    (row,) = batch_rows([draft_batch])
    assert row.state == Batch.State.GENERATING
    assert (row.clips.done, row.clips.failed, row.clips.percent) == (29, 1, 100)


def test_training_items_and_shared_systems_are_not_counted_twice(draft_batch):
    (row,) = batch_rows([draft_batch])
    assert (row.n_scenarios, row.n_items, row.n_systems, row.n_tests) == (1, 5, 5, 0)


def test_sittings_are_counted_begun_and_finished(sitting):
    (row,) = listening_test_rows(list(ListeningTest.objects.all()))
    assert (row.n_begun, row.n_finished) == (1, 0)
    sitting.completed_at = sitting.started_at
    sitting.save()
    (row,) = listening_test_rows([sitting.test])
    assert (row.n_begun, row.n_finished) == (1, 1)


def test_rows_come_in_the_order_asked_for(project, django_assert_num_queries):
    batches = [Batch.objects.create(project=project, name=str(n), seed=1) for n in range(3)]
    with django_assert_num_queries(1):  # none of them was asked for: no clips to count
        rows = batch_rows(batches[::-1])
    assert [row.batch for row in rows] == batches[::-1]
