import numpy as np

from mushra.reports.figures.heat_map import MAX_CELLS, heat_map_of
from mushra.stats.table import RatingTable


def grid(scores):
    """A table of one system from scores (listeners, items); NaN is not rated."""
    cells = [(k, j) for k, j in np.ndindex(scores.shape) if not np.isnan(scores[k, j])]
    return RatingTable(
        [f"L{k:03d}" for k, _ in cells],
        [f"i{j:03d}" for _, j in cells],
        ["world"] * len(cells),
        [scores[k, j] for k, j in cells],
    )


def test_listeners_and_items_stand_by_their_means_and_the_excluded_last():
    table = grid(np.array([[10.0, 30.0], [50.0, 90.0], [80.0, 100.0]]))

    found = heat_map_of(table, excluded=["L002"])

    assert found.listeners == ("L001", "L000", "L002 ×")
    assert found.items == ("i001", "i000")
    assert found.scores["world"].tolist() == [[90, 50], [30, 10], [100, 80]]


def test_what_was_not_rated_stays_blank():
    found = heat_map_of(grid(np.array([[10.0, np.nan], [50.0, 90.0]])), excluded=[])

    assert np.isnan(found.scores["world"]).sum() == 1


def test_a_large_map_averages_neighbors_and_keeps_the_mean():
    scores = np.full((2 * MAX_CELLS, 3), 20.0)
    scores[::2] = 60.0

    found = heat_map_of(grid(scores), excluded=[])

    assert found.step_listeners == 2
    assert found.step_items == 1
    assert found.scores["world"].shape == (MAX_CELLS, 3)
    assert found.scores["world"].mean() == scores.mean()
