"""Licence tiers: which recordings a network may be trained on at which freedom.

A tier says what a user of the *recordings* must do; whether that reaches weights trained
on them is unsettled (NOTICE), so a training set can be kept to the freest tier.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

PERMISSIVE = "permissive"  # public domain, BSD-like, CC BY, CC BY-SA: credit the people
COPYLEFT = "copyleft"  # GPL, LGPL, GFDL
RESTRICTED = "restricted"  # may be copied and changed, not sold: never trained on
UNKNOWN = "unknown"  # a manifest from before tiers were recorded
TIERS = (PERMISSIVE, COPYLEFT, RESTRICTED, UNKNOWN)


class Licensed(Protocol):
    """Anything that knows its licence tier."""

    @property
    def licence_tier(self) -> str: ...


One = TypeVar("One", bound=Licensed)


def tiers_within(tier: str) -> tuple[str, ...]:
    """This tier and the freer ones.

    Raises:
        ValueError: for a tier that does not exist; ``unknown`` cannot be asked for.
    """
    if tier not in TIERS[:-1]:
        raise ValueError(f"Expected a licence tier of {', '.join(TIERS[:-1])}, got {tier!r}.")
    return TIERS[: TIERS.index(tier) + 1]


def select_by_licence(utterances: Iterable[One], tier: str) -> list[One]:
    """The utterances whose licence is of this tier or a freer one, in their order.

    Raises:
        ValueError: for a tier that does not exist; ``unknown`` cannot be asked for.
    """
    allowed = tiers_within(tier)
    return [utterance for utterance in utterances if utterance.licence_tier in allowed]
