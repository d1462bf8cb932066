"""Drawing items: different, balanced over speakers, the same for the same seed."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.design.sampling import Candidate, draw_items, matching


def candidate(code: str, speaker: str = "a", duration_s: float = 5.0, **factors: str) -> Candidate:
    return Candidate(code, speaker, duration_s, factors)


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(1, 6), min_size=1), st.integers(0, 9))
def test_speakers_take_turns_until_their_utterances_are_used_up(sizes, seed):
    pool = [
        candidate(f"{speaker}{number}", speaker)
        for speaker, size in sizes.items()
        for number in range(size)
    ]
    n_items = (len(pool) + 1) // 2
    drawn = draw_items(pool, n_items, Random(seed))
    counts = Counter(item.speaker for item in drawn)
    assert len({item.code for item in drawn}) == n_items
    not_exhausted = [s for s, size in sizes.items() if counts[s] < size]
    for speaker in not_exhausted:
        assert counts[speaker] >= max(counts.values()) - 1


def test_the_same_seed_draws_the_same_items_whatever_the_pool_order():
    pool = [candidate(f"u{number}", f"s{number % 3}") for number in range(12)]
    assert draw_items(pool, 5, Random(3)) == draw_items(pool[::-1], 5, Random(3))
    assert draw_items(pool, 5, Random(3)) != draw_items(pool, 5, Random(4))


def test_too_few_utterances_are_refused():
    with pytest.raises(ValueError, match="only 1 utterances match"):
        draw_items([candidate("u")], 2, Random(0))


def test_filters_and_length_decide_who_may_be_drawn():
    pool = [
        candidate("short", duration_s=1.9),
        candidate("long", duration_s=12.1),
        candidate("french", languages="fr"),
        candidate("english", languages="en"),
    ]
    assert [c.code for c in matching(pool, {"languages": ["en"]})] == ["english"]
    assert [c.code for c in matching(pool, {"languages": []})] == ["french", "english"]
