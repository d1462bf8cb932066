"""Training sets by how free their recordings are."""

from dataclasses import dataclass

import pytest

from synth.datasets.licences import (
    COPYLEFT,
    PERMISSIVE,
    RESTRICTED,
    TIERS,
    UNKNOWN,
    select_by_licence,
)


@dataclass(frozen=True)
class One:
    licence_tier: str


EVERY_TIER = [One(tier) for tier in TIERS]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (PERMISSIVE, [PERMISSIVE]),
        (COPYLEFT, [PERMISSIVE, COPYLEFT]),
        (RESTRICTED, [PERMISSIVE, COPYLEFT, RESTRICTED]),
    ],
)
def test_a_tier_includes_the_freer_ones(asked, expected):
    assert [one.licence_tier for one in select_by_licence(EVERY_TIER, asked)] == expected


@pytest.mark.parametrize("wrong", [UNKNOWN, "free", ""])
def test_an_unknown_tier_cannot_be_asked_for(wrong):
    with pytest.raises(ValueError, match="licence tier"):
        select_by_licence(EVERY_TIER, wrong)
