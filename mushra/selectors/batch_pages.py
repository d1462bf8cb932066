"""What a batch's page shows: the plan, the grid of stimuli, and the worker's progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mushra.design.conditions import title_of
from mushra.models import Batch, Item, Scenario, Stimulus
from mushra.selectors.batches import batch_progress, batch_state
from mushra.selectors.voices import voice_title
from synth.audio.conditions import CLEAN
from synth.models import System


@dataclass(frozen=True)
class Cell:
    """A place in the grid; `stimulus` is None until clips were asked for."""

    system: System
    stimulus: Stimulus | None


@dataclass(frozen=True)
class ItemRow:
    """An item and its stimuli in the order of the scenario's systems."""

    item: Item
    cells: Sequence[Cell]


@dataclass(frozen=True)
class ScenarioGrid:
    """A scenario with its items x systems.

    `condition`: what is simulated in it; empty: nothing. `voice`: who speaks; empty: as recorded.
    """

    scenario: Scenario
    condition: str
    voice: str
    systems: Sequence[System]
    rows: Sequence[ItemRow]


def batch_grid(batch: Batch) -> list[ScenarioGrid]:
    """Every scenario of the batch with all that its table shows, in four queries."""
    scenarios = batch.scenarios.prefetch_related("systems").order_by("position")
    items = list(
        Item.objects.filter(scenario__batch=batch)
        .select_related("utterance__speaker__corpus")
        .order_by("position")
    )
    stimuli = {
        (stimulus.item_id, stimulus.system_id): stimulus
        for stimulus in Stimulus.objects.filter(item__scenario__batch=batch)
        .select_related("clip")
        .defer("clip__provenance", "clip__error_traceback")
    }
    return [_grid(scenario, items, stimuli) for scenario in scenarios]


def progress_document(batch: Batch) -> dict[str, Any]:
    """The batch's state and progress as the page's script polls it."""
    progress = batch_progress(batch)
    state = batch_state(batch)
    document: dict[str, Any] = {"state": state.value, "label": state.label, "stimuli": {}}
    if progress is None:
        return document
    states = Stimulus.objects.filter(item__scenario__batch=batch).values_list("pk", "clip__state")
    return document | {
        "counts": {
            "wanted": progress.wanted,
            "running": progress.running,
            "done": progress.done,
            "failed": progress.failed,
            "total": progress.total,
        },
        "percent": progress.percent,
        "isFinished": progress.is_finished,
        "secondsLeft": progress.seconds_left,
        "failures": [
            {"system": failure.system, "utterance": failure.utterance, "message": failure.message}
            for failure in progress.failures
        ],
        "stimuli": dict(states),
    }


def _grid(
    scenario: Scenario, items: Sequence[Item], stimuli: dict[tuple[int, int], Stimulus]
) -> ScenarioGrid:
    systems = list(scenario.systems.all())
    rows = [
        ItemRow(item, [Cell(system, stimuli.get((item.pk, system.pk))) for system in systems])
        for item in items
        if item.scenario_id == scenario.pk
    ]
    condition = "" if scenario.condition == CLEAN else title_of(scenario.condition)
    return ScenarioGrid(scenario, condition, voice_title(scenario.voice), systems, rows)
