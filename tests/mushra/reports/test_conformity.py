"""What the Recommendation itself offers: there, seeded, and never in the way."""

from dataclasses import replace

import numpy as np
import pytest

from mushra.reports import conformity
from mushra.reports.document import build_report
from mushra.stats.anova import repeated_measures
from mushra.stats.permutation import permute_medians


def kept(document, table):
    return table.without_listeners(set(document.screening.excluded))


def test_the_analysis_of_variance_is_that_of_the_listener_means(document, table):
    means = [
        kept(document, table).matrix(one).mean(axis=1)
        for one in ("universal", "world", "griffin_lim")
    ]

    assert document.conformity.anova.f == pytest.approx(
        repeated_measures(np.stack(means, axis=1)).f
    )


def test_medians_are_permuted_with_the_report_s_seed(document, table, design):
    row = document.conformity.pairs[0]
    ratings = kept(document, table)
    first, second = ratings.scores_of(row.first), ratings.scores_of(row.second)

    assert document.conformity.seed == design.seed
    assert row.median_p == permute_medians(first, second, seed=design.seed).p


def test_the_bootstrap_agrees_with_the_crossed_interval(document):
    for row, pair in zip(document.conformity.pairs, document.headline.pairs, strict=True):
        assert row.low == pytest.approx(pair.low, abs=2.5)
        assert row.high == pytest.approx(pair.high, abs=2.5)


def test_another_seed_changes_the_draws_and_nothing_else(document, table, design):
    other = build_report(table, replace(design, seed=21))

    assert other.conformity.pairs != document.conformity.pairs
    assert other.headline == document.headline


def test_large_tables_are_not_bootstrapped(table, design, monkeypatch):
    monkeypatch.setattr(conformity, "MAX_BOOTSTRAPPED_CELLS", 100)

    assert np.isnan(build_report(table, design).conformity.pairs[0].low)


def test_one_listener_has_no_analysis_of_variance(table, design):
    one = build_report(table.without_listeners(set(table.listeners[1:])), design)

    assert one.conformity.anova is None
    assert one.conformity.checks is None
