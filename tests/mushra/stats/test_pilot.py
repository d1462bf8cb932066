"""Variance components from a pilot."""

import numpy as np
import pytest

from mushra.stats.errors import TooFewRatings
from mushra.stats.pilot import pilot_components
from mushra.stats.simulate import SimulationModel, simulate_ratings
from mushra.stats.table import RatingTable

MODEL = SimulationModel(
    means={"natural": 100.0, "a": 40.0, "b": 50.0, "c": 60.0},
    sd_listener=3.0,
    sd_item=3.0,
    sd_listener_system=4.0,
    sd_item_system=5.0,
    sd_residual=6.0,
)


def pilot(n_listeners: int = 40, n_items: int = 40) -> RatingTable:
    items = [f"i{n}" for n in range(n_items)]
    return simulate_ratings(MODEL, n_listeners=n_listeners, items=items, seed=7)


def test_the_components_are_twice_those_of_one_system():
    """A difference of two systems varies by both; what they share goes."""
    found = pilot_components(pilot(), leave_out=["natural"])

    assert found.components.listener == pytest.approx(2 * 4**2, rel=0.3)
    assert found.components.item == pytest.approx(2 * 5**2, rel=0.3)
    assert found.components.residual == pytest.approx(2 * 6**2, rel=0.1)
    assert found.pairs == (("a", "b"), ("a", "c"), ("b", "c"))


def test_missing_ratings_change_little():
    table = pilot()
    kept = table.where(np.random.default_rng(1).random(len(table)) < 0.6)
    whole = pilot_components(table).components
    found = pilot_components(kept).components

    assert found.residual == pytest.approx(whole.residual, rel=0.1)
    assert found.item == pytest.approx(whole.item, rel=0.3)


def test_a_small_pilot_is_warned_about():
    warnings = pilot_components(pilot(4, 3)).warnings

    assert any("4 listeners" in warning for warning in warnings)
    assert any("3 sentences" in warning for warning in warnings)


def test_simulated_listeners_are_told():
    assert any("simulated" in warning for warning in pilot_components(pilot(8, 8)).warnings)


def test_one_system_is_no_pilot():
    with pytest.raises(TooFewRatings, match="two systems"):
        pilot_components(pilot(), leave_out=["natural", "a", "b"])


def test_equal_differences_are_no_pilot():
    table = pilot(6, 6)
    flat = RatingTable(table.listener, table.item, table.system, np.full(len(table), 50.0))

    with pytest.raises(TooFewRatings, match="equal"):
        pilot_components(flat)
