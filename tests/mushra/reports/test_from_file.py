"""What a file says, what the researcher says about it, and what follows for the report."""

import pytest

from mushra.reports.document import ReportDocument
from mushra.reports.from_file import FileChoices, WrongChoice, report_on_bytes
from mushra.stats.errors import InvalidRatings

SYSTEMS = {"ref": 98, "anchor70": 60, "anchor35": 20, "A": 70, "B": 55}


def rows_of(systems=SYSTEMS, *, n_listeners=6, n_items=6):
    """Rows as dictionaries; scores differ by listener and item, so that everything can be told."""
    return [
        {
            "listener": f"L{who}",
            "item": f"i{item}",
            "system": system,
            "score": min(100, mean + (who * 7 + item * 5 + place * who * item) % 5 - 2),
        }
        for who in range(n_listeners)
        for item in range(n_items)
        for place, (system, mean) in enumerate(systems.items())
    ]


def csv_of(rows) -> bytes:
    names = list(rows[0])
    lines = [",".join(names), *(",".join(str(row[name]) for name in names) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def report(rows, **choices) -> ReportDocument:
    return report_on_bytes(csv_of(rows), FileChoices(**choices)).document


def said(document: ReportDocument) -> str:
    return " ".join(caution.text for caution in document.cautions)


def test_all_three_parts_make_it_mushra_and_any_missing_one_is_a_deviation():
    parts = {"reference": "ref", "low_anchor": "anchor35", "mid_anchor": "anchor70"}

    whole = report(rows_of(), **parts)
    partly = report(rows_of(), reference="ref")

    assert (whole.method, whole.deviations) == ("mushra", ())
    assert partly.method == "mushra_like"
    assert partly.deviations == ("No low anchor and no mid anchor was named.",)


def test_a_name_that_tells_its_part_is_not_believed_but_said():
    document = report(rows_of())

    assert {row.role for row in document.headline.systems} == {"under test"}
    assert "anchor35, anchor70, ref" in said(document)
    assert "No reference was named" in said(document)


def test_the_reference_comes_first_and_the_anchors_last():
    document = report(rows_of(), reference="ref", low_anchor="anchor35", mid_anchor="anchor70")

    assert [row.system for row in document.headline.systems] == [
        "ref",
        "A",
        "B",
        "anchor70",
        "anchor35",
    ]
    assert [(pair.first, pair.second) for pair in document.headline.pairs] == [("A", "B")]


def test_webmushra_s_own_names_give_the_parts_and_it_says_so():
    rows = [
        {
            "session_test_id": "t",
            "session_uuid": row["listener"],
            "trial_id": row["item"],
            "rating_stimulus": "reference" if row["system"] == "ref" else row["system"],
            "rating_score": row["score"],
            "rating_time": 60_000,
            "rating_comment": "",
        }
        for row in rows_of()
    ]

    document = report(rows)

    assert document.method == "mushra"
    assert "reference is taken as the hidden reference: webMUSHRA's mushra.csv always" in said(
        document
    )


def test_the_mid_anchor_counts_on_items_that_are_wide_enough():
    rows = [row | {"bandwidth_hz": 20_000 if row["item"] < "i4" else 8000} for row in rows_of()]

    document = report(rows, reference="ref", mid_anchor="anchor70")

    assert document.screening.items_left_out == ("i4", "i5")
    assert {one.n_items for one in document.screening.verdicts if one.rule == "R2"} == {4}
    assert "counts 4 of 6 items" in said(document)


def test_without_any_wide_item_there_is_no_r2_and_no_mushra():
    rows = [row | {"bandwidth_hz": 8000} for row in rows_of()]

    document = report(rows, reference="ref", low_anchor="anchor35", mid_anchor="anchor70")

    assert document.screening.rules == ("R1",)
    assert document.method == "mushra_like"


def test_own_rules_point_out_unless_they_are_told_to_exclude():
    rows = [row | {"page_s": 2 if row["listener"] == "L1" else 60} for row in rows_of()]

    told, pointed = report(rows, exclude_by=("speed",)), report(rows)

    assert pointed.screening.excluded == ()
    assert [(flag.listener, flag.rule) for flag in pointed.screening.flags] == [("L1", "speed")]
    assert "(speed) speak against that listener: L1" in said(pointed)
    assert told.screening.excluded == ("L1",)


def test_without_screening_no_rule_excludes():
    rows = [row | {"page_s": 2} for row in rows_of()]

    document = report(rows, reference="ref", screening=False, exclude_by=("speed",))

    assert document.screening.rules == ()
    assert document.headline.n_listeners == 6


def test_systems_rated_unequally_often_are_said_to_be_so():
    rows = [row for row in rows_of() if not (row["system"] == "B" and row["listener"] < "L3")]

    assert "Systems were not rated equally often: B 18 times, A 36 times" in said(report(rows))


def test_listeners_who_contradict_each_other_are_said_to():
    rows = rows_of({"A": 50, "B": 50, "C": 50})
    for row in rows:
        row["score"] = (hash_of(row["listener"], row["item"], row["system"]) * 37) % 101

    assert "Listeners do not agree well" in said(report(rows))


def hash_of(*words: str) -> int:
    return sum(ord(sign) ** (place + 2) for place, sign in enumerate("".join(words)))


def test_equivalence_without_a_registered_margin_is_warned_of():
    document = report(rows_of({"A": 50, "B": 51}))

    assert document.headline.pairs[0].equivalence.is_shown
    assert "a margin that was not fixed before" in said(document)


def test_simulations_are_known_by_their_column_and_never_mixed_with_people():
    rows = [row | {"listener_kind": "simulated"} for row in rows_of()]
    mixed = [
        row | {"listener_kind": "human" if row["listener"] == "L0" else "simulated"} for row in rows
    ]

    assert report(rows).listeners == "simulated"
    with pytest.raises(InvalidRatings, match="Report people and simulations apart"):
        report(mixed)


def test_the_file_s_hash_is_in_the_report():
    assert "tidy CSV, sha256 " in report(rows_of()).design.source


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"reference": "nobody"}, "reference"),
        ({"low_anchor": "A", "mid_anchor": "A"}, "reference"),
        ({"margin": -1}, "margin"),
        ({"factors": ("genre",)}, "factors"),
    ],
)
def test_a_wrong_choice_names_its_field(choices, field):
    with pytest.raises(WrongChoice) as caught:
        report(rows_of(), **choices)
    assert caught.value.field == field
