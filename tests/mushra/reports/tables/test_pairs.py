import math
from dataclasses import replace

import pytest

from mushra.reports.tables.pairs import pair_tables
from mushra.reports.verdicts import pair_verdict
from mushra.reports.wording import number, p_statement


@pytest.fixture
def pair(document):
    return document.headline.pairs[0]


@pytest.mark.parametrize(
    ("p_holm", "is_shown", "words"),
    [
        (0.01, False, "different"),
        (0.01, True, "different, within the margin"),
        (0.2, True, "equivalent"),
        (0.2, False, "undecided"),
        (0.05, False, "undecided"),
        (math.nan, False, "not tested"),
    ],
)
def test_no_difference_is_called_equality_only_when_shown(pair, p_holm, is_shown, words):
    shown = replace(pair.equivalence, is_shown=is_shown)

    assert pair_verdict(replace(pair, p_holm=p_holm, equivalence=shown)) == words


def test_each_family_stands_with_and_without_exclusions(document):
    names = [family.crossed.name for family in pair_tables(document)]

    assert names == ["pairs", "reference", "pairs-everyone", "reference-everyone"]


def test_a_pair_shows_the_documents_figures(document, pair):
    row = pair_tables(document)[0].crossed.rows[0]

    assert row.head == "Universal vocoder − WORLD"
    assert row.cells[0] == number(pair.difference, signed=True)
    assert row.cells[-1] == p_statement(pair.pooled.p)
