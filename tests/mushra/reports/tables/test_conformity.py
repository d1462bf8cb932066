from dataclasses import replace

from mushra.reports.tables.conformity import conformity_table
from mushra.reports.wording import interval, p_value


def test_each_pair_shows_the_permutation_and_the_bootstrap(document):
    titles = {system.code: system.title for system in document.design.systems}
    table = conformity_table(document.conformity, titles)

    for row, pair in zip(table.rows, document.conformity.pairs, strict=True):
        assert row.cells[1] == p_value(pair.median_p)
        assert row.cells[2] == interval(pair.low, pair.high, signed=True)
    assert "F(2, 22) = " in table.notes[1]
    assert "times the smallest" in table.notes[2]


def test_without_pairs_there_is_nothing_to_compare(document):
    assert conformity_table(replace(document.conformity, pairs=()), {}) is None
