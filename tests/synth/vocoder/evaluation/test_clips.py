"""Which clips are chosen: long enough, distinct, never trained on, a share kept aside."""

import numpy as np
import pytest

from synth.vocoder.evaluation.clips import (
    ASIDE_PERCENT,
    Choice,
    choose_clips,
    condition_of,
    is_aside,
    samples_of,
    split_of,
    spread,
    trained_clips,
)

from ..signals import corpus as corpus_of
from .observed import clip, record

LONG = [record("june", k) for k in range(40)]


def both_sides(utterances, **choice):
    """The clips of both sides of what is kept aside."""
    corpus = corpus_of(utterances)
    return [
        one
        for aside in (False, True)
        for one in choose_clips(corpus, Choice(aside=aside, **choice))
    ]


def test_no_clip_is_shorter_than_two_seconds():
    mixed = [record("june", k, duration_s=0.5 + 0.25 * k) for k in range(12)]
    clips = both_sides(mixed, per_speaker=50)
    assert clips
    assert min(one.duration_s for one in clips) >= 2.0
    assert not any(one.joined for one in clips)


def test_a_speaker_of_short_utterances_gives_whole_ones_joined_and_each_once():
    short = [record("june", k, duration_s=0.9) for k in range(30)]
    clips = both_sides(short, per_speaker=50)
    assert all(one.joined and 2.0 <= one.duration_s <= 6.0 for one in clips)
    used = [index for one in clips for index in one.indices]
    assert len(used) == len(set(used))
    corpus = corpus_of(short)
    assert len(samples_of(corpus, clips[0])) == round(clips[0].duration_s * 16_000)


@pytest.mark.parametrize("split", ["train", "validation", "heard"])
def test_what_a_network_may_have_heard_is_never_chosen(split):
    assert both_sides([record("june", k, split=split) for k in range(5)]) == []


def test_noises_are_no_clips():
    assert both_sides([record("noise", k, language="zxx") for k in range(5)]) == []


def test_no_speaker_gives_more_than_asked_for():
    corpus = corpus_of([*LONG, *(record("carlo", k) for k in range(40))])
    clips = choose_clips(corpus, Choice(per_speaker=3))
    assert sorted(one.speaker for one in clips) == ["carlo"] * 3 + ["june"] * 3


def test_the_choice_follows_the_seed_and_not_the_order():
    forward, backward = (
        choose_clips(corpus_of(us), Choice(per_speaker=5)) for us in (LONG, LONG[::-1])
    )
    other = choose_clips(corpus_of(LONG), Choice(per_speaker=5, seed=2))
    assert [one.key for one in forward] == [one.key for one in backward]
    assert {one.key for one in forward} != {one.key for one in other}


def test_what_is_kept_aside_is_apart_and_about_its_share():
    corpus = corpus_of(LONG)
    open_, aside = (choose_clips(corpus, Choice(per_speaker=50, aside=a)) for a in (False, True))
    assert not {one.key for one in open_} & {one.key for one in aside}
    assert len(open_) + len(aside) == len(LONG)
    share = np.mean([is_aside(f"{k:064x}") for k in range(2000)])
    assert share == pytest.approx(ASIDE_PERCENT / 100, abs=0.04)


def test_no_choice_of_seed_or_number_reaches_what_is_kept_aside():
    mixed = [*LONG, *(record("carlo", k, duration_s=0.9) for k in range(40))]
    corpus = corpus_of(mixed)
    used = {
        index
        for seed in range(5)
        for longest_s in (4.0, 20.0)
        for one in choose_clips(corpus, Choice(per_speaker=99, seed=seed, longest_s=longest_s))
        for index in one.indices
    }
    aside = {i for i, u in enumerate(mixed) if is_aside(u.sha256)}
    assert used
    assert aside
    assert not used & aside


def test_longer_utterances_are_taken_only_where_asked_for():
    corpus = corpus_of([record("june", k, duration_s=12.0) for k in range(6)])
    assert choose_clips(corpus, Choice()) == []
    assert choose_clips(corpus, Choice(longest_s=20.0))


def test_the_demo_can_be_left_out_or_taken_alone():
    corpus = corpus_of(LONG)
    demo = frozenset(one.sha256 for one in LONG[:4])
    without = choose_clips(corpus, Choice(per_speaker=50, excluded=demo))
    alone = choose_clips(corpus, Choice(per_speaker=50, excluded=demo, only=demo))
    assert not {i for one in without for i in one.indices} & {0, 1, 2, 3}
    assert sorted(i for one in alone for i in one.indices) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "condition"),
    [
        ({"style": "sung"}, "sung"),
        ({"style": "shouted", "condition": "gsm"}, "gsm"),
        ({"style": "read"}, "clean"),
    ],
)
def test_a_style_that_is_heard_counts_as_a_condition(changes, condition):
    assert condition_of(record("june", 1, **changes)) == condition


@pytest.mark.parametrize(
    ("speaker", "language", "split"),
    [
        ("a", "it", "seen_speaker"),
        ("b", "fr", "unseen_speaker"),
        ("b", "it", "unseen_language"),
    ],
)
def test_a_split_follows_from_what_was_trained_on(speaker, language, split):
    training = {"speakers": ["a"], "languages": ["fr"]}
    assert split_of(clip("k", speaker=speaker, language=language), training) == split


def test_a_clip_with_a_trained_utterance_is_found_by_its_samples():
    corpus = corpus_of(LONG)
    clips = choose_clips(corpus, Choice(per_speaker=50))
    digest = corpus.utterances[clips[3].indices[0]].sha256[:16]
    assert trained_clips(corpus, clips, [digest], digits=16) == [clips[3]]


def test_clips_are_spread_over_speakers_in_turn():
    clips = [clip(f"a{k}", speaker="a") for k in range(5)] + [clip("b", speaker="b")]
    assert {one.speaker for one in spread(clips, 2)} == {"a", "b"}
    assert len(spread(clips, 99)) == 6
