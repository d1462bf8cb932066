"""The file of alignments: what is written is read."""

from dataclasses import replace

import pytest

from synth.align.store import StoredAlignment, read_alignments, write_alignments

ONE = StoredAlignment(
    "ab" * 32, "cs_fish_small", "cs", "ipa", ("pau", "ˈa", "pau"), (5, 9, 7), (-0.1, -0.5, 0.0),
    -0.5, -0.5, True, "", False,
)  # fmt: skip
NONE = replace(
    ONE, sha256="cd" * 32, symbols=(), durations=(), scores=(), score=float("-inf"),
    weakest=float("-inf"), ok=False, reason="too_short",
)  # fmt: skip


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "alignments.jsonl.gz"
    assert write_alignments(path, [ONE, NONE]) == 2
    assert read_alignments(path) == {ONE.sha256: ONE, NONE.sha256: NONE}
    assert not list(tmp_path.glob(".*"))


def test_a_voices_own_alignments_stand_before_everybodys(tmp_path):
    path = tmp_path / "alignments.jsonl.gz"
    own, other = replace(ONE, voice="cs_fish_small"), replace(ONE, voice="cs_fish_big")
    write_alignments(path, [other, own, ONE, NONE])
    assert read_alignments(path, voice="cs_fish_small")[ONE.sha256] == own
    assert read_alignments(path, voice="ru_nsh")[ONE.sha256] == ONE
    assert read_alignments(path)[NONE.sha256] == NONE


def test_the_same_alignments_are_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        write_alignments(tmp_path / name, [ONE, NONE])
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_durations_and_pauses_come_as_arrays():
    assert ONE.frames.tolist() == [5, 9, 7]
    assert ONE.is_pause.tolist() == [True, False, True]


def test_no_file_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_alignments(tmp_path / "none")
