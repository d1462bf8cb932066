"""Files of ratings as people have them: whole, strange and broken."""

import numpy as np
import pytest

from mushra.reports.csv_columns import CHUNK_ROWS, MAX_SHOWN, UnreadableRatings
from mushra.reports.readers import read_ratings

HEADER = "listener,item,system,score\n"


def read(text: str):
    return read_ratings(text.encode())


def refusal_of(text: str) -> UnreadableRatings:
    with pytest.raises(UnreadableRatings) as caught:
        read(text)
    return caught.value


def cells_of(found):
    table = found.table
    keys = zip(table.listener, table.item, table.system, strict=True)
    return dict(zip(keys, table.score.tolist(), strict=True))


def test_columns_may_come_in_any_order_and_further_ones_are_kept():
    found = read("speaker,Score,system,ITEM,listener\nann,57.5,world,u1,L1\nbob,20,world,u2,L1\n")

    assert cells_of(found) == {("L1", "u1", "world"): 57.5, ("L1", "u2", "world"): 20.0}
    assert found.table.factors == {"speaker": ("ann", "bob")}
    assert found.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_byte_order_marks_and_line_ends_make_no_difference(encoding, line_end):
    text = f"{HEADER}Zoë,u1,world,57\nL2,u1,world,58\n".replace("\n", line_end)

    assert cells_of(read_ratings(text.encode(encoding))) == {
        ("Zoë", "u1", "world"): 57.0,
        ("L2", "u1", "world"): 58.0,
    }


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_are_read_where_no_comma_parts_the_fields(delimiter):
    text = "listener,item,system,score\nL1,u1,world,57.5\n".replace(",", delimiter)

    assert read(text.replace(".", ",")).table.score.tolist() == [57.5]


def test_a_decimal_comma_among_commas_is_refused():
    assert str(refusal_of(f'{HEADER}L1,u1,world,"57,5"\n')).endswith(
        "line 2: the score '57,5' is not a number from 0 to 100"
    )


def test_every_broken_line_is_named():
    text = (
        f"{HEADER}L1,u1,world,57\nL1,u1\nL1,u2,world,101\nL1,,world,5\n\nL1,u3,world,good\n"
        '"L\n2",u1,world,3\nL1,u4,world,-1\nL1,u5,world,inf\nL1,u6,world,1_0\n,u7,world,\n'
    )

    error = refusal_of(text)

    assert [problem.line for problem in error.problems] == [3, 4, 5, 7, 10, 11, 12, 13]
    assert "line 3: 2 fields, the header has 4" in str(error)
    assert "line 5: no item" in str(error)


def test_many_broken_lines_are_named_up_to_a_limit_and_counted():
    error = refusal_of(HEADER + "L1,u1,world,bad\n" * (MAX_SHOWN + 7))

    assert len(str(error).splitlines()) == 1 + MAX_SHOWN + 1
    assert str(error).endswith("and 7 more broken lines")


def test_lines_are_counted_across_chunks_and_quoted_line_breaks():
    rows = [f'L1,u{number},world,50,"two\nlines"\n' for number in range(CHUNK_ROWS + 5)]
    text = "listener,item,system,score,remark\n" + "".join(rows) + "L2,u1,world,x,\n"

    assert refusal_of(text).problems[0].line == 2 + 2 * (CHUNK_ROWS + 5)


@pytest.mark.parametrize("first", ["", "sep=,\n", ",,,\n", "\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n", "\n,,,\n"])
def test_text_without_quotes_is_split_as_the_csv_module_splits_it(first, last):
    rows = [f" L{n % 7},u{n // 7},world,{n % 101}" for n in range(3000)]
    text = "\n".join([f"{first}{HEADER}".rstrip(), *rows]) + last
    quoted = text.replace("L0,u0,world,0", 'L0,"u0",world,0')

    plain, through_csv = read(text), read(quoted)

    assert cells_of(plain) == cells_of(through_csv)
    assert len(plain.table) == 3000


def test_a_short_line_far_down_is_named_though_nothing_is_quoted():
    rows = "".join(f"L{n},u1,world,50\n" for n in range(40_000))

    assert "line 40002: 2 fields, the header has 4" in str(refusal_of(f"{HEADER}{rows}L1,u2\n"))


def test_a_row_without_a_score_is_a_missing_rating_that_is_named():
    found = read(f"{HEADER}L1,u1,world,57\nL1,u2,world,\nL1,u3,world,NA\nL2,u1,world,nan\n,,,\n")

    assert len(found.table) == 1
    assert found.notes == ("3 rows without a score (lines 3, 4, 5): taken as missing ratings.",)


def test_the_mean_of_repeats_counts_and_they_are_kept():
    found = read(f"{HEADER}L1,u1,world,50\nL1,u2,world,10\n L1 ,u1,world,70\nL1,u1,world,60\n")

    assert cells_of(found) == {("L1", "u1", "world"): 60.0, ("L1", "u2", "world"): 10.0}
    assert found.repeats.score.tolist() == [50.0, 70.0, 60.0]
    assert found.repeats.listener == ("L1",) * 3
    assert "lines 4, 5" in found.notes[0]


def test_rows_that_only_copy_others_are_suspected_aloud():
    found = read(f"{HEADER}L1,u1,world,50\nL1,u2,world,10\nL1,u1,world,50\n")

    assert "same rows twice" in found.notes[-1]


def test_an_unknown_header_says_what_is_needed_and_what_was_found():
    message = str(refusal_of("subject,item,system,score\na,b,c,1\n"))

    assert "no column listener" in message
    assert "subject, item, system, score" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        (HEADER, "no ratings"),
        ("listener,item,system,score,Item\nL1,a,x,50,b\n", "twice (item)"),
        ("session_test_id,trial_id,choice_reference,choice_answer\n", "paired_comparison"),
        ("session_test_id,trial_id,stimuli_rating,stimuli,rating_time\n", "likert"),
    ],
)
def test_other_files_are_refused_with_the_reason(text, words):
    assert words in str(refusal_of(text))


def test_an_alphabet_that_can_only_be_guessed_is_refused_by_line():
    with pytest.raises(UnreadableRatings, match=r"(?s)UTF-8.*line 3: byte 0xe9"):
        read_ratings(f"{HEADER}L1,u1,world,5\nL1,café,world,5\n".encode("latin-1"))


def test_webmushra_s_file_is_known_by_its_header_and_names_its_own_signals():
    found = read(
        "session_test_id,age,session_uuid,trial_id,rating_stimulus,rating_score,rating_time,"
        "rating_comment\n"
        't,30,u1,p1,reference,100,5000,\nt,30,u1,p1,anchor35,20,5000,"a ""b"" c"\n'
        "t,30,u1,p1,C1,50,5000,null\n"
    )

    assert found.layout.name == "webmushra"
    assert cells_of(found)["u1", "p1", "C1"] == 50.0
    assert found.roles == {"reference": "reference", "low_anchor": "anchor35"}
    assert found.evidence.page_s.tolist() == [5.0, 5.0, 5.0]
    assert found.table.factors["age"] == ("30",) * 3


def test_pymushra_s_export_is_known_and_other_pages_left_out():
    found = read(
        "responses_score;wm_id;wm_type;questionaire_uuid;responses_stimulus;responses_time\n"
        "50;p1;mushra;u1;C1;4000\n70;p1;mushra;u1;reference;4000\n3;p2;bs1116;u1;C1;4000\n"
    )

    assert found.layout.name == "pymushra"
    assert cells_of(found) == {("u1", "p1", "C1"): 50.0, ("u1", "p1", "reference"): 70.0}
    assert "1 row of other pages (bs1116)" in found.notes[0]


def test_evidence_stays_with_its_rating_where_rows_repeat():
    found = read(
        "listener,item,system,score,heard_s\nL2,u1,b,50,4\nL1,u1,a,10,1.5\nL2,u1,b,60,9\n"
        "L1,u1,b,20,\n"
    )

    heard = dict(zip(found.table.listener, found.evidence.heard_s.tolist(), strict=False))
    assert heard["L2"] == 4.0
    assert np.isnan(found.evidence.heard_s).sum() == 1
