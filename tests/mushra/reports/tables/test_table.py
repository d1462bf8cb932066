"""Notes below tables."""

from mushra.reports.tables.table import gaps_note

DONE = "computed by restricted maximum likelihood on all that there are."


def test_without_gaps_there_is_no_note():
    assert gaps_note("ratings", [(0, 120), (0, 120)]) == ()


def test_equal_gaps_are_said_once_and_others_by_their_range():
    assert gaps_note("ratings", [(2, 120)] * 3) == (
        f"2 of 120 ratings are missing in each row; {DONE}",
    )
    assert gaps_note("differences", [(31, 140), (0, 120), (5, 140)]) == (
        f"0 of 120 to 31 of 140 differences are missing in each row; {DONE}",
    )
