from dataclasses import replace

from mushra.reports.document import build_report


def test_the_paragraph_is_made_of_the_reports_numbers(human_document):
    text = human_document.methods

    assert text.startswith("13 listeners took a MUSHRA-like test rating basic audio quality")
    assert "1 of 13 was excluded, leaving 12" in text
    assert "Each of 10 items was presented with 3 systems under test" in text
    assert f"gave {human_document.headline.n_ratings} ratings" in text
    assert "the 3 comparisons among systems under test" in text
    assert "deviates from BS.1534-3: There is no mid anchor" in text


def test_without_rules_nobody_is_said_to_be_excluded(human_table, human_design):
    text = build_report(human_table, replace(human_design, screening=())).methods

    assert "No listener was excluded by screening." in text
    assert "Post-screening" not in text


def test_one_comparison_is_one(human_table, human_design):
    two = human_table.of_systems({"natural", "universal", "anchor35"})

    assert "the 1 comparison with the reference" in build_report(two, human_design).methods
