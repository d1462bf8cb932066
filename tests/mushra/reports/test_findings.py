from dataclasses import replace

from mushra.reports.findings import find_findings


def with_pair(document, **change):
    return replace(document.headline, pairs=(replace(document.headline.pairs[0], **change),))


def test_means_come_highest_first(document):
    assert document.findings[0].startswith(
        "Mean scores of the systems under test, highest first: Universal vocoder"
    )


def test_a_significant_difference_names_the_better_system(document, design):
    pair = {"difference": -5.0, "low": -8.0, "high": -2.0, "p_holm": 0.004}

    sentence = find_findings(with_pair(document, **pair), design)[1]

    assert sentence == (
        "WORLD scores higher than Universal vocoder by 5.0 points "
        "(95 % interval 2.0 to 8.0, p\xa0=\xa00.004 after Holm)."
    )


def test_no_significant_difference_is_not_called_equal(document, design):
    pair = {"difference": 1.0, "low": -2.0, "high": 4.0, "p_holm": 0.051}

    sentence = find_findings(with_pair(document, **pair), design)[1]

    assert sentence.startswith("No difference was shown between")
    assert "does not show that they are equal" in sentence


def test_a_pair_without_a_test_says_why(document, design):
    pair = {"p_holm": float("nan"), "note": "Too few."}

    sentence = find_findings(with_pair(document, **pair), design)[1]

    assert sentence == "Universal vocoder and WORLD could not be compared. Too few."


def test_many_pairs_are_counted_and_the_undecided_named(document, design):
    pair = document.headline.pairs[0]
    pairs = (*(replace(pair, p_holm=0.001) for _ in range(6)), replace(pair, p_holm=0.2))

    sentences = find_findings(replace(document.headline, pairs=pairs), design)[1:]

    assert sentences == (
        "6 of the 7 differences between them are significant after Holm.",
        "No difference was shown between Universal vocoder and WORLD. "
        "This does not show that they are equal.",
    )
