"""`manage.py analyze`: its numbers against R, its manners with files and choices."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

import manage
from tests.mushra.stats.golden import GOLDEN

REFERENCE = json.loads((GOLDEN / "analyze.json").read_text(encoding="utf-8"))
CASES = ("complete", "missing")
ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("analyze", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def numbers(name: str, *arguments: object):
    path = GOLDEN / f"analyze_{name}.csv"
    return json.loads(run(path, "--reference", "ref", "--low-anchor", "lp35", "--json", *arguments))


@pytest.fixture(scope="module", params=CASES)
def compared(request):
    """The command's numbers and R's."""
    return numbers(request.param), REFERENCE[request.param]


def close(value, rel=1e-6):
    return pytest.approx(value, rel=rel, abs=1e-9)


def agrees(found: dict, expected: dict, **tolerances: float) -> None:
    """Every figure of R is in the command's numbers, as exactly as the acceptance list asks."""
    for name, value in expected.items():
        if name != "pooled_p" and (isinstance(value, int | float) or name.startswith("ci")):
            assert found[name] == close(value, tolerances.get(name, 1e-6)), name


def test_screening_equals_r(compared):
    found, expected = compared

    assert [row["listener"] for row in found["screening"]] == sorted(expected["screening"])
    for row in found["screening"]:
        agrees(row, expected["screening"][row["listener"]])
    assert [row["listener"] for row in found["screening"] if row["excluded"]] == ["L04"]


def test_systems_equal_r(compared):
    found, expected = compared
    rows = {row["name"]: row for row in found["systems"]}

    assert set(rows) == set(expected["systems"])
    for name, row in expected["systems"].items():
        agrees(rows[name], row, ci95=1e-5)
    for name, percent in expected.get("relative", {}).items():
        assert rows[name]["relative"] == close(percent)


def test_friedman_equals_r(compared):
    found, expected = compared

    agrees(found["omnibus"]["friedman"], expected["friedman"])


@pytest.mark.parametrize("family", ["pairs", "against_reference"])
def test_pairs_equal_r(compared, family):
    found, expected = compared

    assert [(row["a"], row["b"]) for row in found[family]] == [
        (row["a"], row["b"]) for row in expected[family]
    ]
    for row, golden in zip(found[family], expected[family], strict=True):
        agrees(row, golden, se=1e-5, t=1e-5, df=1e-4, p=1e-3, p_holm=1e-3, ci95=1e-4)
        agrees(row["listener_means"], golden["listener_means"])
        agrees(row["equivalence"], golden["equivalence"], p=1e-3, ci90=1e-4, smallest_margin=1e-5)
        assert row["pooled"]["p"] == close(golden["pooled_p"])


def test_reliability_equals_r(compared):
    found, expected = compared
    reliability = found["reliability"]

    assert reliability["krippendorff_alpha"] == close(expected["krippendorff_alpha"])
    for name in {"icc_a1", "icc_ak"} & set(expected):
        assert reliability[name] == close(expected[name])
    assert reliability["repeat_rmse"] is None


def test_the_data_hold_what_they_are_made_for():
    tests = [pair["listener_means"] for pair in REFERENCE["missing"]["pairs"]]
    cells = {pair["n_ratings"] for pair in REFERENCE["missing"]["pairs"]}

    assert len(cells) > 1, "cells are missing"
    assert any(one["p_t"] > 0.05 for one in tests)
    assert any(one["p_t"] < 0.05 for one in tests)


def test_without_screening_nobody_is_left_out():
    found = numbers("complete", "--no-screening")

    assert found["screening"] == []
    assert found["n_listeners"] == 11
    assert found["pairs"] == numbers("complete")["without_screening"]["pairs"]


def test_the_margin_is_the_one_asked_for():
    wide = numbers("complete", "--margin", 30)["pairs"]
    usual = numbers("complete")["pairs"]

    assert {pair["equivalence"]["margin"] for pair in wide} == {30}
    assert all(
        a["equivalence"]["p"] < b["equivalence"]["p"] for a, b in zip(wide, usual, strict=True)
    )
    assert wide[0]["equivalence"]["smallest_margin"] == usual[0]["equivalence"]["smallest_margin"]


def test_the_method_follows_from_the_parts_named():
    assert numbers("complete")["method"] == "mushra_like"
    assert numbers("complete", "--mid-anchor", "C")["method"] == "mushra"


def test_the_order_of_the_rows_changes_no_byte(tmp_path):
    lines = (GOLDEN / "analyze_missing.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "analyze_missing.csv"
    path.write_text("\n".join([lines[0], *sorted(lines[1:])]) + "\n", encoding="utf-8")
    arguments = ("--reference", "ref", "--json")

    found, again = (json.loads(run(one, *arguments)) for one in (path, GOLDEN / path.name))

    assert found.pop("design")["source"] != again.pop("design")["source"]  # the file's own hash
    assert found == again


def test_the_folder_holds_the_report_and_the_same_numbers(tmp_path):
    printed = run(GOLDEN / "analyze_complete.csv", "--out", tmp_path / "out", "--json")

    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"report.html", "report.json", "ratings.csv", "analysis.json", "figures"} <= names
    assert (tmp_path / "out" / "analysis.json").read_text(encoding="utf-8") == printed


def test_repeats_tell_reliability(tmp_path):
    path = tmp_path / "repeats.csv"
    rows = ["listener,item,system,score"]
    rows += [
        f"L{who},i{item},{system},{50 + 10 * place + who + item}"
        for who in range(4)
        for item in range(3)
        for place, system in enumerate("AB")
    ]
    path.write_text("\n".join([*rows, "L0,i0,A,56", "L1,i0,A,43"]) + "\n", encoding="utf-8")

    found = json.loads(run(path, "--json"))

    assert found["reliability"]["repeat_rmse"] == close(((6**2 + 8**2) / 2) ** 0.5)
    assert found["n_ratings"] == 24
    assert any("lines 26, 27" in warning for warning in found["warnings"])


@pytest.mark.parametrize(
    ("arguments", "words", "status"),
    [
        (["--reference", "nobody"], "'nobody' is not among the systems", 2),
        (["--reference", "ref", "--low-anchor", "ref"], "two parts", 2),
        (["--margin", "0"], "must be positive", 2),
        (["--factor", "genre"], "no column 'genre'", 2),
    ],
)
def test_choices_that_do_not_fit_the_file_are_refused(arguments, words, status):
    with pytest.raises(CommandError, match=words) as caught:
        run(GOLDEN / "analyze_complete.csv", "--json", *arguments)
    assert caught.value.returncode == status


def test_a_file_that_is_not_there_is_a_wrong_use(tmp_path):
    with pytest.raises(CommandError, match="cannot be read") as caught:
        run(tmp_path / "none.csv", "--json")
    assert caught.value.returncode == 2


def test_without_a_place_to_write_to_nothing_is_computed():
    with pytest.raises(CommandError, match="--out DIR"):
        run(GOLDEN / "analyze_complete.csv")


def shell(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it, where no database can be reached."""
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    command = [sys.executable, "manage.py", "analyze", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_in_a_shell_json_is_all_there_is_and_no_database_is_needed():
    done = shell(GOLDEN / "analyze_complete.csv", "--reference", "ref", "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["schema"] == "earshot-analysis/1"
    assert done.stderr == ""


def test_in_a_shell_broken_lines_go_to_the_errors_and_the_status(tmp_path):
    path = tmp_path / "broken.csv"
    path.write_text("listener,item,system,score\nL1,a,A,50\nL1,a,B,1000\nL1,b\n", encoding="utf-8")

    done = shell(path, "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert "line 3: the score '1000'" in done.stderr
    assert "line 4: 2 fields" in done.stderr


def test_other_methods_write_their_own_report(tmp_path):
    file, out = tmp_path / "choices.csv", tmp_path / "out"
    rows = [
        f"{k},{i},old,new,{'new' if (k + i) % 5 else 'old'}" for k in range(6) for i in range(4)
    ]
    file.write_text("\n".join(["listener,item,first,second,choice", *rows]), encoding="utf-8")

    printed = run(file, "--method", "preference", "--out", out)
    numbers = json.loads(run(file, "--method", "preference", "--json"))

    assert "new over old: preferred in" in printed
    assert numbers["rows"][0]["counts"]["first"] == sum(row[-4:] == ",new" for row in rows)
    assert (out / "report.html").exists()
    assert json.loads((out / "analysis.json").read_text(encoding="utf-8")) == numbers


def test_a_file_of_another_method_is_refused(tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_text("listener,item,system,score\na,i,s,55\n", encoding="utf-8")

    with pytest.raises(CommandError, match="one of 1, 2, 3, 4, 5, not 55"):
        run(file, "--method", "mos", "--json")


def test_each_process_of_a_command_computes_in_one_thread(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["manage.py", "version"])
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)

    manage.main()

    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
