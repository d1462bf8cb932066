import pytest

from mushra.reports.tables import all_tables
from mushra.reports.tables.factors import stems
from mushra.reports.tables.table import Column, ReportTable, Row, once_each


def test_a_row_must_fit_its_columns():
    with pytest.raises(ValueError, match="has 2 cells for 1 columns"):
        ReportTable("t", "T", (Column("a"), Column("b")), (Row("x", ("1", "2")),))


def test_heads_over_heads_span_their_neighbors():
    columns = (Column("a"), Column("b", "X"), Column("c", "X"), Column("d"))

    assert ReportTable("t", "T", columns, ()).over == (("", 1), ("X", 2), ("", 1))
    assert ReportTable("t", "T", columns[:1], ()).over == ()


def test_a_note_for_all_rows_is_said_once():
    assert once_each([("a", "n"), ("b", "n")]) == ("All rows: n",)
    assert once_each([("a", "n"), ("b", ""), ("c", "n")]) == ("a; c: n",)


def test_stems_of_file_names_differ_even_where_letters_do_not():
    assert stems(["A b", "a-b", "音声", "語"]) == ["a-b", "a-b-2", "unnamed", "unnamed-2"]


def test_no_two_tables_of_a_report_share_a_name(document):
    names = [table.name for table in all_tables(document)]

    assert len(set(names)) == len(names) > 15
