"""One system's ratings, listeners by items, each with the sound it was given to."""

from dataclasses import dataclass

import numpy as np

from mushra.models import ListeningTest, Stimulus
from mushra.selectors.ratings import rating_table
from mushra.stats.errors import TooFewRatings
from mushra.stats.table import Codes, Floats, RatingTable

LISTENERS_A_PAGE = 50
LEVELS = 10  # shades of ten points each; 100 belongs to the last


@dataclass(frozen=True)
class MapItem:
    """A column: an item, and the stimulus that the system made of it."""

    code: str
    stimulus: int


@dataclass(frozen=True)
class MapCell:
    """A rating, its shade (0 the lowest), and its stimulus; score None where nobody rated."""

    score: str | None
    shade: int
    item: str
    stimulus: int


@dataclass(frozen=True)
class MapRow:
    """A listener's ratings of the system, item by item."""

    listener: str
    cells: tuple[MapCell, ...]


@dataclass(frozen=True)
class MapSystem:
    """A system that can be chosen."""

    code: str
    title: str


@dataclass(frozen=True)
class RatingsMap:
    """A page of the map. Listeners and items stand by their mean score, the highest first."""

    systems: tuple[MapSystem, ...]
    chosen: MapSystem
    items: tuple[MapItem, ...]
    rows: tuple[MapRow, ...]
    n_listeners: int
    page: int
    n_pages: int


def ratings_map(test: ListeningTest, *, system: str, page: str) -> RatingsMap:
    """The map of one system; an unknown system or page is the first.

    Raises: TooFewRatings while nobody has finished.
    """
    table = rating_table(test)
    if not len(table):
        raise TooFewRatings("There are no ratings yet, so there is nothing to show.")
    stimuli = _stimuli(test)
    systems = _systems(stimuli, table)
    chosen = next((one for one in systems if one.code == system), systems[0])
    part = table.of_systems({chosen.code})
    made = {one.item.code: one.pk for one in stimuli if one.system.code == chosen.code}
    listeners = _by_mean(part.listener_codes, part.score)
    items = _by_mean(part.item_codes, part.score)
    n_pages = -(-listeners.size // LISTENERS_A_PAGE)
    number = min(max(int(page), 1), n_pages) if page.isdecimal() else 1
    shown = listeners[(number - 1) * LISTENERS_A_PAGE : number * LISTENERS_A_PAGE]
    scores = part.matrix(chosen.code)
    columns = tuple(MapItem(part.items[k], made[part.items[k]]) for k in items)
    return RatingsMap(
        systems=systems,
        chosen=chosen,
        items=columns,
        rows=tuple(
            MapRow(
                part.listeners[k],
                tuple(
                    _cell(scores[k, j], column) for j, column in zip(items, columns, strict=True)
                ),
            )
            for k in shown
        ),
        n_listeners=listeners.size,
        page=number,
        n_pages=n_pages,
    )


def _stimuli(test: ListeningTest) -> list[Stimulus]:
    return list(
        Stimulus.objects.filter(item__scenario__batch=test.batch_id)
        .select_related("system", "item")
        .order_by("system__sort_order", "system__code")
    )


def _systems(stimuli: list[Stimulus], table: RatingTable) -> tuple[MapSystem, ...]:
    titles = {one.system.code: one.system.title for one in stimuli}
    rated = set(table.systems)
    return tuple(MapSystem(code, title) for code, title in titles.items() if code in rated)


def _by_mean(codes: Codes, score: Floats) -> Codes:
    """The places of listeners or items, the highest mean first."""
    means = np.bincount(codes, weights=score) / np.bincount(codes)
    return np.argsort(-means, kind="stable")


def _cell(score: float, item: MapItem) -> MapCell:
    if np.isnan(score):
        return MapCell(None, 0, item.code, item.stimulus)
    shade = min(LEVELS - 1, int(score // LEVELS))
    return MapCell(f"{score:g}", shade, item.code, item.stimulus)
