"""Tests as the site would report them: one of people, one of simulated listeners."""

from dataclasses import replace

import pytest

from mushra.reports.design import (
    MaterialEntry,
    ReportDesign,
    ScenarioEntry,
    SimulationTruth,
    SystemEntry,
)
from mushra.reports.document import ReportDocument, build_report
from mushra.stats.simulate import SimulationModel, simulate_ratings
from mushra.stats.table import RatingTable

ITEMS = [f"u{number:02d}" for number in range(10)]


@pytest.fixture(scope="session")
def model() -> SimulationModel:
    return SimulationModel(
        means={"natural": 99, "universal": 78, "world": 61, "griffin_lim": 58, "anchor35": 35},
        sd_listener=6,
        sd_item=3,
        sd_listener_system=5,
        sd_item_system=4,
        sd_residual=8,
        spread={"natural": 0.25},
        careless=frozenset({4}),
    )


@pytest.fixture(scope="session")
def table(model: SimulationModel) -> RatingTable:
    ratings = simulate_ratings(model, n_listeners=13, items=ITEMS, seed=12)
    numbers = [int(item[1:]) for item in ratings.item]
    columns = {
        "scenario": ["seen" if number < 5 else "unseen" for number in numbers],
        "speaker": [f"voice{number % 6}" for number in numbers],
        "language": ["en"] * len(ratings),
        "device": ["headphones"] * len(ratings),
    }
    for name, values in columns.items():
        ratings = ratings.with_factor(name, values)
    return ratings


@pytest.fixture(scope="session")
def design(model: SimulationModel) -> ReportDesign:
    return ReportDesign(
        title="Seen and unseen speakers",
        method="mushra_like",
        attribute="basic audio quality",
        systems=(
            SystemEntry("natural", "Natural"),
            SystemEntry("universal", "Universal vocoder"),
            SystemEntry("world", "WORLD"),
            SystemEntry("griffin_lim", "Griffin-Lim"),
            SystemEntry("anchor35", "3.5 kHz anchor"),
        ),
        reference="natural",
        low_anchor="anchor35",
        mid_anchor=None,
        deviations=("There is no mid anchor: the recordings end at 8 kHz.",),
        screening=("R1",),
        mid_anchor_valid=False,
        simulated=True,
        seed=20,
        protocol_hash="9f2c" * 16,
        scenarios=(ScenarioEntry("seen", "Seen speakers"), ScenarioEntry("unseen", "Unseen")),
        simulation=SimulationTruth.from_model(model, seed=12),
        versions={"earshot": "0.1.0"},
        last_rating_at="2025-11-22 20:10 UTC",
        material=(MaterialEntry("LibriSpeech", "CC BY 4.0", "V. Panayotov and others"),),
    )


@pytest.fixture(scope="session")
def human_design(design: ReportDesign) -> ReportDesign:
    return replace(design, simulated=False, simulation=None)


@pytest.fixture(scope="session")
def human_table(table: RatingTable) -> RatingTable:
    return table.with_factor("listener_kind", ["human"] * len(table))


@pytest.fixture(scope="session")
def document(table: RatingTable, design: ReportDesign) -> ReportDocument:
    return build_report(table, design)


@pytest.fixture(scope="session")
def human_document(human_table: RatingTable, human_design: ReportDesign) -> ReportDocument:
    return build_report(human_table, human_design)
