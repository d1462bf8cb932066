"""Opinion scores, preferences and ABX answers from files: the figures, and what is refused."""

import json
from html import unescape
from itertools import product

import numpy as np
import pytest

from mushra.reports.answers_files import answers_files, findings
from mushra.reports.csv_columns import UnreadableRatings
from mushra.reports.other_methods import report_on_answers
from mushra.stats.abx import abx_crossed, abx_test
from mushra.stats.errors import InvalidRatings
from mushra.stats.mixed import fit_crossed
from mushra.stats.opinion import opinion_score
from mushra.stats.preference import crossed_preference, listener_majorities

L, I = 12, 8  # noqa: E741
PLACES = list(product(range(L), range(I)))


def csv(header, rows):
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]).encode()


def votes(seed=3):
    rng = np.random.default_rng(seed)
    return {
        system: np.clip(np.rint(center + rng.normal(0, 1, (L, I))), 1, 5)
        for system, center in (("tts", 3.2), ("voice", 4.1))
    }


def opinions(given, left_out=()):
    return csv(
        "listener,item,system,score",
        [
            (f"l{k:02d}", f"i{i}", system, int(given[system][k, i]))
            for system in given
            for k, i in PLACES
            if (k, i) not in left_out
        ],
    )


def choices(values, places=PLACES):
    names = {1: "tts", -1: "voice", 0: "neither"}
    rows = [(f"l{k:02d}", f"i{i}", "voice", "tts", names[int(values[k, i])]) for k, i in places]
    return csv("Listener,item,first,second,choice", rows)


def trials(right):
    """Twice each item: X is the one system, then the other."""
    rows = [
        (f"l{k:02d}", f"i{i}", "gl", "nn", x, x if right[k, i, again] else other)
        for k, i in PLACES
        for again, (x, other) in enumerate((("gl", "nn"), ("nn", "gl")))
    ]
    return csv("listener,item,a,b,x,answer", rows)


def drawn(low, high, shape, seed=5):
    return np.random.default_rng(seed).integers(low, high, shape).astype(float)


def test_opinion_scores_are_those_of_the_crossed_model():
    given = votes()
    report = report_on_answers(opinions(given), "mos", title="t")

    for row, system in zip(report.rows, given, strict=True):
        expected = opinion_score(given[system])
        assert (row.system, row.histogram) == (system, expected.histogram)
        assert row.estimate.mean == pytest.approx(expected.mean.mean)
        assert (row.estimate.low, row.estimate.high) == pytest.approx(
            (expected.interval.low, expected.interval.high)
        )
    assert report.pairs[0].p_holm < 0.05
    assert findings(report) == ("1 of 1 pair differ significantly after Holm's correction.",)


def test_missing_votes_are_estimated_by_likelihood():
    report = report_on_answers(opinions(votes(), left_out={(0, 0), (3, 2)}), "mos", title="t")

    assert {row.estimate.method for row in report.rows} == {"restricted maximum likelihood"}


@pytest.mark.parametrize("score", [0, 6, 3.5])
def test_a_vote_that_is_no_category_is_refused(score):
    content = csv("listener,item,system,score", [("a", "i", "s", 3), ("b", "i", "s", score)])

    with pytest.raises(InvalidRatings, match="one of 1, 2, 3, 4, 5"):
        report_on_answers(content, "mos", title="t")


def test_a_vote_given_twice_is_refused_by_line():
    content = csv("listener,item,system,score", [("a", "i", "s", 3), ("a", "i", "s", 4)])

    with pytest.raises(UnreadableRatings, match="line 3"):
        report_on_answers(content, "mos", title="t")


def test_preferences_are_those_of_the_crossed_test_and_the_majorities():
    values = drawn(-1, 2, (L, I))
    row = report_on_answers(choices(values), "preference", title="t").rows[0]
    expected, majorities = crossed_preference(values), listener_majorities(values)

    assert (row.first, row.second) == ("tts", "voice")
    assert row.share_first == pytest.approx(expected.share_first)
    assert row.estimate.p == row.p_holm == pytest.approx(expected.score.p)
    assert row.share_low == pytest.approx(expected.interval.low)
    assert (row.majorities.n_successes, row.majorities.p) == (majorities.n_successes, majorities.p)
    assert row.counts.neither == int((values == 0).sum())


def test_preferences_with_gaps_are_fitted_on_all_that_there_are():
    values, places = drawn(-1, 2, (L, I)), PLACES[3:]
    row = report_on_answers(choices(values, places), "preference", title="t").rows[0]
    listener, item = np.array(places).T
    expected = fit_crossed(values[listener, item], [listener, item])

    assert row.estimate.p == pytest.approx(expected.p, rel=1e-6)


def test_abx_counts_right_answers_by_listener_and_speaks_for_new_ones():
    right = drawn(0, 2, (L, I, 2))
    row = report_on_answers(trials(right), "abx", title="t").rows[0]
    by_listener = right.sum(axis=(1, 2)).astype(int)
    expected = abx_test(by_listener, [2 * I] * L)

    assert row.answers == expected
    assert row.p_holm == expected.p
    assert row.estimate.mean == pytest.approx(abx_crossed(right.mean(axis=2)).mean)
    assert row.spread is not None


@pytest.mark.parametrize(
    ("method", "header", "line", "reason"),
    [
        ("preference", "listener,item,first,second,choice", "a,i,x,y,z", "the choice 'z' is none"),
        ("preference", "listener,item,first,second,choice", "a,i,x,x,x", "x is compared with"),
        ("preference", "listener,item,first,second,choice", "a,i,x,y,", "no choice"),
        ("abx", "listener,item,a,b,x,answer", "a,i,p,q,p,neither", "the answer 'neither' is none"),
        ("abx", "listener,item,a,b,x,answer", ",i,p,q,p,q", "no listener"),
    ],
)
def test_broken_lines_are_named(method, header, line, reason):
    with pytest.raises(UnreadableRatings, match=f"line 2: {reason}"):
        report_on_answers(f"{header}\n{line}\n".encode(), method, title="t")


def test_a_missing_column_is_named_with_those_wanted():
    with pytest.raises(UnreadableRatings, match=r"no column choice.*listener, item, first"):
        report_on_answers(b"listener,item,first,second\na,i,x,y\n", "preference", title="t")


def test_too_few_answers_are_a_labelled_part_of_a_report():
    content = choices(np.ones((L, I)), places=[(0, 0)])
    row = report_on_answers(content, "preference", title="t").rows[0]

    assert "at least 2 listeners" in row.estimate.note
    assert np.isnan(row.p_holm)


@pytest.mark.parametrize(
    ("method", "content"),
    [
        ("mos", opinions(votes())),
        ("preference", choices(drawn(-1, 2, (L, I)))),
        ("abx", trials(drawn(0, 2, (L, I, 2)))),
    ],
)
def test_files_are_a_page_numbers_and_tables_and_the_same_each_time(method, content):
    files = answers_files(report_on_answers(content, method, title="<b>A & B</b>"))

    assert files == answers_files(report_on_answers(content, method, title="<b>A & B</b>"))
    assert json.loads(files["analysis.json"])["method"] == method
    assert b"&lt;b&gt;A &amp; B" in files["report.html"]
    assert files["methods.txt"].decode().strip() in unescape(files["report.html"].decode())
    assert any(name.endswith(".tex") and b"\\toprule" in files[name] for name in files)
