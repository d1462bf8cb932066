"""Drawing items: different, balanced over speakers, the same for the same seed."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mushra.design.sampling import (
    Candidate,
    TooFewCandidates,
    Wish,
    draw_items,
    draw_scenarios,
    matching,
)


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


def french_and_english(n_each: int) -> list[Candidate]:
    return [
        candidate(f"{language}{number}", speaker=f"{language}{number % 2}", languages=language)
        for language in ("en", "fr")
        for number in range(n_each)
    ]


def codes_of(drawn) -> list[str]:
    return [one.code for scenario in drawn.rated for one in scenario]


@pytest.mark.parametrize("seed", range(20))
def test_the_scenario_with_the_fewest_to_spare_chooses_first(seed):
    anything = Wish(4, "clean", {})
    french = Wish(3, "babble", {"languages": ["fr"]})
    drawn = draw_scenarios(french_and_english(4), [anything, french], Random(seed))
    if drawn.training.factors["languages"] == "en":  # else too few French ones are left
        assert len(set(codes_of(drawn))) == 7


@pytest.mark.parametrize("seed", range(5))
def test_an_utterance_comes_back_only_in_another_condition_and_only_for_want_of_others(seed):
    wishes = [Wish(3, "clean", {}), Wish(3, "babble", {}), Wish(3, "whisper", {})]
    drawn = draw_scenarios(french_and_english(4), wishes, Random(seed))
    codes = codes_of(drawn)
    assert len(set(codes)) == 7  # eight there are, one is trained on, none is left over
    assert drawn.training.code not in codes
    assert all(len({one.code for one in scenario}) == 3 for scenario in drawn.rated)


def test_an_utterance_is_never_twice_the_same_item():
    wishes = [Wish(5, "clean", {}), Wish(4, "clean", {})]
    with pytest.raises(TooFewCandidates) as shortage:
        draw_scenarios(french_and_english(4), wishes, Random(0))
    assert (shortage.value.position, shortage.value.n_left) == (1, 2)


def test_the_same_seed_draws_the_same_scenarios():
    wishes = [Wish(2, "clean", {}), Wish(2, "babble", {"languages": ["fr"]})]
    pool = french_and_english(6)
    first, again = (draw_scenarios(pool, wishes, Random(3)) for _ in range(2))
    assert first == again != draw_scenarios(pool, wishes, Random(4))
