"""Draws the items of a scenario from the utterances that pass its filters."""

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
