"""The recording beside an item never says what the item says."""

from collections import Counter
from random import Random

from mushra.design.other_sentences import Recording, draw_other_sentences

ITEMS = [Recording(f"item-{n}", f"Sentence number {n}.") for n in range(6)]


def draw(items, recordings, seed=1):
    return draw_other_sentences(items, recordings, Random(seed))


def test_never_the_item_itself_nor_its_words_in_other_spelling():
    recordings = [*ITEMS, Recording("again", "SENTENCE, number 0")]
    for seed in range(30):
        drawn = draw(ITEMS, recordings, seed)
        assert drawn[0] not in {"item-0", "again"}
        assert all(code != item.code for code, item in zip(drawn, ITEMS, strict=True))


def test_what_is_said_must_be_known():
    assert draw(ITEMS[:1], [Recording("silent", ""), Recording("dots", "…")]) is None


def test_an_item_without_another_sentence_leaves_all_without():
    assert draw(ITEMS[:2], [Recording("only", "Sentence number 1.")]) is None


def test_recordings_take_turns_and_items_come_last():
    others = [Recording(f"other-{n}", f"Something else {n}") for n in range(3)]
    drawn = draw(ITEMS, [*others, *ITEMS])
    assert set(drawn[:3]) == {"other-0", "other-1", "other-2"}
    assert max(Counter(drawn).values()) <= 2


def test_the_same_seed_draws_the_same_whatever_the_order_of_recordings():
    others = [Recording(f"other-{n}", f"Something else {n}") for n in range(9)]
    assert draw(ITEMS, others) == draw(ITEMS, others[::-1])
    assert len({tuple(draw(ITEMS, others, seed)) for seed in range(9)}) > 1
