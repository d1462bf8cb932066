import json

from mushra.reports.document import build_report
from mushra.reports.export import ratings_csv, to_json, write_report
from mushra.stats.table import RatingTable


def test_a_report_is_a_page_its_numbers_its_ratings_and_its_figures(tmp_path, document, table):
    paths = write_report(tmp_path / "report", document, table)

    names = sorted(path.relative_to(tmp_path / "report").as_posix() for path in paths)
    assert names == [
        "figures/differences.svg",
        "figures/means.svg",
        "figures/ratings.svg",
        "figures/scenarios.svg",
        "ratings.csv",
        "report.html",
        "report.json",
    ]
    assert all(path.stat().st_size > 0 for path in paths)


def test_writing_twice_gives_identical_bytes(tmp_path, table, design):
    first = write_report(tmp_path / "a", build_report(table, design), table)
    second = write_report(tmp_path / "b", build_report(table, design), table)

    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_every_rating_row_says_who_gave_it(document, table, human_document, human_table):
    simulated = RatingTable.from_csv(ratings_csv(document, table))
    human = RatingTable.from_csv(ratings_csv(human_document, human_table))

    assert simulated.levels("listener_kind") == ("simulated",)
    assert human.levels("listener_kind") == ("human",)


def test_the_ratings_file_holds_excluded_listeners_too(document, table):
    assert len(RatingTable.from_csv(ratings_csv(document, table))) == len(table)


def test_the_report_can_be_built_again_from_its_own_ratings(document, table, design):
    again = build_report(RatingTable.from_csv(ratings_csv(document, table)), design)

    assert to_json(again) == to_json(document)


def test_json_states_what_a_reader_must_know(document):
    data = json.loads(to_json(document))

    assert data["listeners"] == "simulated"
    assert data["method"] == "mushra_like"
    assert data["deviations"]
    assert data["design"]["seed"] == 20
    assert data["design"]["protocol_hash"] == "9f2c" * 16
    assert {"python", "numpy", "scipy", "matplotlib"} <= set(data["software"])
    assert "Tukey" in data["definitions"]["quartiles"]
    assert data["screening"]["rules"] == ["R1"]


def test_what_could_not_be_computed_is_null(table, design):
    single = build_report(table.of_items({"u00"}), design)

    assert json.loads(to_json(single))["after_screening"]["pairs"][0]["p"] is None
