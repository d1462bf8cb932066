import csv
import io
import json
import zipfile

import pytest

from mushra.reports.document import build_report
from mushra.reports.export import ratings_csv, report_files, to_json, write_report, zip_files
from mushra.reports.wording import number
from mushra.stats.table import RatingTable


@pytest.fixture(scope="module")
def files(document, table):
    return report_files(document, table)


def test_a_report_is_page_pdf_numbers_ratings_tables_and_figures(files):
    figures = {name.removeprefix("figures/") for name in files if name.startswith("figures/")}
    tables = {name.removeprefix("tables/") for name in files if name.startswith("tables/")}
    others = {name for name in files if "/" not in name}

    assert others == {"report.html", "report.pdf", "report.json", "ratings.csv", "methods.txt"}
    assert {"ratings.svg", "ratings.pdf", "differences.svg", "heat-map.pdf"} <= figures
    assert {"pairs.tex", "pairs.csv", "means.tex", "by-scenario.tex", "screening.csv"} <= tables
    assert all(files.values())


@pytest.mark.parametrize("processes", [1, 2])
def test_the_same_input_gives_the_same_bytes_and_folder_and_zip_hold_them(
    tmp_path, files, table, design, processes
):
    again = build_report(table, design, processes=processes)
    paths = write_report(tmp_path / "report", again, table, processes=processes)

    assert {p.relative_to(tmp_path / "report").as_posix(): p.read_bytes() for p in paths} == files


def test_a_zip_holds_every_file_and_no_time(files):
    content = zip_files(files, folder="report-7")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        found = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        times = {entry.date_time for entry in archive.infolist()}

    assert found == {f"report-7/{name}": file for name, file in files.items()}
    assert times == {(1980, 1, 1, 0, 0, 0)}
    assert zip_files(files, folder="report-7") == content


def test_table_files_hold_what_the_page_shows(files, document):
    rows = list(csv.reader(io.StringIO(files["tables/pairs.csv"].decode())))

    assert rows[0][1] == "Crossed test: new listeners, new sentences: Points"
    shown = [number(pair.difference, signed=True) for pair in document.headline.pairs]
    assert [row[1] for row in rows[1:]] == shown


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
