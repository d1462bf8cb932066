"""Scores are kept line by line, found again, and lost one at most."""

import numpy as np
import pytest

from synth.audio.metrics import Parts
from synth.vocoder.evaluation.scoring import Bench, Case, ScoreFile, applies, measure
from synth.vocoder.evaluation.stand_ins import smooth
from synth.vocoder.evaluation.systems import System

from ..signals import voice
from .observed import clip, observation

CASE = Case(clip("key"), "clean")


def counted_system(name="copy", version="1", *, reads_mel=True):
    """A system that returns the recording, and the list of what it was given."""
    calls = []

    def render(given):
        calls.append(given)
        return given.recording

    return System(name, version, render, reads_mel=reads_mel), calls


@pytest.fixture
def bench(tmp_path):
    return bench_on(tmp_path)


def bench_on(folder, parts=None):
    return Bench(
        recording_of=lambda case: voice(32_000),
        predict={"smooth": smooth},
        parts=parts or Parts(intrusive=False, pitch=False),
        kept=ScoreFile(folder / "scores.jsonl"),
    )


def test_a_copy_has_no_distance_and_takes_time(bench):
    system, _ = counted_system()
    [row] = measure(bench, CASE, [system])
    assert row.scores["mr_stft"] == 0.0
    assert "pesq_wb" not in row.scores
    assert row.duration_s == 2.0


def test_a_kept_score_is_not_measured_again(bench, tmp_path):
    system, calls = counted_system()
    first = list(measure(bench, CASE, [system]))
    again = list(measure(bench_on(tmp_path), CASE, [system]))
    assert again == first
    assert len(calls) == 1


def test_another_version_is_measured_anew(bench):
    first, second = counted_system(version="1"), counted_system(version="2")
    list(measure(bench, CASE, [first[0]]))
    list(measure(bench, CASE, [second[0]]))
    assert len(second[1]) == 1


def test_more_parts_are_measured_anew_and_fewer_are_not(bench, tmp_path):
    system, calls = counted_system()
    list(measure(bench, CASE, [system]))
    [row] = measure(bench_on(tmp_path, Parts(intrusive=False, pitch=True)), CASE, [system])
    assert "voicing_error" in row.scores
    list(measure(bench_on(tmp_path), CASE, [system]))
    assert len(calls) == 2


def test_a_torn_last_line_loses_one_row_only(bench, tmp_path):
    for name in ("one", "two", "three"):
        list(measure(bench, CASE, [counted_system(name)[0]]))
    path = tmp_path / "scores.jsonl"
    path.write_text(path.read_text()[:-40])
    system, calls = counted_system("one")
    list(measure(bench_on(tmp_path), CASE, [system]))
    assert calls == []
    torn, again = counted_system("three")
    list(measure(bench_on(tmp_path), CASE, [torn]))
    assert len(again) == 1
    list(measure(bench_on(tmp_path), CASE, [torn]))
    assert len(again) == 1


def test_the_recording_itself_is_only_judged_alone(bench):
    [row] = measure(bench, CASE, [counted_system("natural")[0]])
    assert row.scores == {}


def test_a_predicted_mel_is_what_a_system_is_given(bench):
    system, calls = counted_system()
    list(measure(bench, Case(clip("key"), "clean", input="smooth"), [system]))
    list(measure(bench, CASE, [system]))
    assert np.array_equal(calls[0].mel, smooth(calls[1].mel))


def test_systems_that_read_no_mel_have_no_predicted_input(bench):
    system, calls = counted_system(reads_mel=False)
    case = Case(clip("key"), "clean", input="smooth")
    assert not applies(case, system)
    assert list(measure(bench, case, [system])) == []
    assert calls == []


def test_rows_come_back_from_disk_as_they_were(tmp_path):
    row = observation(clip("key"), "copy", pesq_wb=3.25).row
    ScoreFile(tmp_path / "scores.jsonl").add(row)
    assert ScoreFile(tmp_path / "scores.jsonl").find(row.key, []) == row
