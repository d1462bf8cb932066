"""Draws the items of a scenario from the utterances that pass its filters."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

# BS.1534-3 5.1: excerpts of about 10 s, preferably no longer than 12 s. Shorter than 2 s leaves
# too little to compare.
MIN_EXCERPT_S = 2.0
MAX_EXCERPT_S = 12.0


@dataclass(frozen=True)
class Candidate:
    """An utterance as sampling sees it. `factors` are matched by a scenario's filters."""

    code: str
    speaker: str
    duration_s: float
    factors: Mapping[str, str]


@dataclass(frozen=True)
class Wish:
    """What a scenario wants: so many of the candidates that pass its filters, in one condition."""

    n_items: int
    condition: str
    filters: Mapping[str, Collection[str]]


class TooFewCandidates(ValueError):
    """A wish that cannot be met.

    `position`: which one; `n_left`: how many it could have had, training included.
    """

    def __init__(self, position: int, n_left: int) -> None:
        super().__init__(f"Only {n_left} utterances are left for wish {position}.")
        self.position, self.n_left = position, n_left


@dataclass(frozen=True)
class Drawn:
    """The candidates of each wish, in its order, and the one that listeners train on."""

    training: Candidate
    rated: Sequence[Sequence[Candidate]]


def matching(
    candidates: Sequence[Candidate], filters: Mapping[str, Collection[str]]
) -> list[Candidate]:
    """The candidates of usable length whose factors are among the accepted ones.

    Args:
        filters: factor name -> accepted values; an empty collection accepts all.
    """
    return [
        candidate
        for candidate in candidates
        if MIN_EXCERPT_S <= candidate.duration_s <= MAX_EXCERPT_S
        and all(
            not accepted or candidate.factors.get(factor) in accepted
            for factor, accepted in filters.items()
        )
    ]


def draw_items(candidates: Sequence[Candidate], n_items: int, rng: Random) -> list[Candidate]:
    """`n_items` different candidates, drawn round-robin over speakers.

    Speakers take turns in random order, so that none gives more than one item above another
    as long as its utterances last.

    Raises: ValueError if there are fewer candidates than items.
    """
    if len(candidates) < n_items:
        raise ValueError(f"{n_items} items wanted but only {len(candidates)} utterances match.")
    by_speaker: dict[str, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda candidate: candidate.code):
        by_speaker.setdefault(candidate.speaker, []).append(candidate)
    for utterances in by_speaker.values():
        rng.shuffle(utterances)
    drawn: list[Candidate] = []
    while len(drawn) < n_items:
        turn = [speaker for speaker in sorted(by_speaker) if by_speaker[speaker]]
        rng.shuffle(turn)
        drawn.extend(by_speaker[speaker].pop() for speaker in turn[: n_items - len(drawn)])
    return drawn


def draw_scenarios(candidates: Sequence[Candidate], wishes: Sequence[Wish], rng: Random) -> Drawn:
    """What every scenario shows, and one more of the first to train on.

    An utterance is drawn once. Only where a scenario would fall short does it come back in
    another condition; it is never an item twice, and what was trained on is not rated. The
    scenarios with the fewest utterances to spare choose first, so that coming back is rare.

    Raises: TooFewCandidates, naming the wish that falls short.
    """
    pools = [matching(candidates, wish.filters) for wish in wishes]
    if len(pools[0]) <= wishes[0].n_items:
        raise TooFewCandidates(0, len(pools[0]))
    (training,) = draw_items(pools[0], 1, rng)
    shown: dict[str, set[str]] = defaultdict(set)  # utterance -> the conditions it is shown in
    rated: dict[int, list[Candidate]] = {}
    by_slack = sorted(range(len(wishes)), key=lambda at: len(pools[at]) - wishes[at].n_items)
    for position in by_slack:
        wish = wishes[position]
        pool = [one for one in pools[position] if one.code != training.code]
        free = [one for one in pool if wish.condition not in shown[one.code]]
        if len(free) < wish.n_items:
            raise TooFewCandidates(position, len(free) + (1 if position == 0 else 0))
        rated[position] = _draw_fresh_first(free, shown, wish.n_items, rng)
        for one in rated[position]:
            shown[one.code].add(wish.condition)
    return Drawn(training, [rated[position] for position in range(len(wishes))])


def _draw_fresh_first(
    free: Sequence[Candidate], shown: Mapping[str, set[str]], n_items: int, rng: Random
) -> list[Candidate]:
    fresh = [one for one in free if not shown[one.code]]
    again = [one for one in free if shown[one.code]]
    n_fresh = min(n_items, len(fresh))
    return draw_items(fresh, n_fresh, rng) + draw_items(again, n_items - n_fresh, rng)
