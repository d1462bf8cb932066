"""What the tests say of a pair, in two words that figures and tables share."""

import math

from mushra.reports.rows import PairRow

ALPHA = 0.05  # BS.1534-3 9

NOT_TESTED = "not tested"
DIFFERENT = "different"
EQUIVALENT = "equivalent"
SMALL = "different, within the margin"
UNDECIDED = "undecided"


def pair_verdict(pair: PairRow) -> str:
    """Different (after Holm), equivalent (TOST), both, or undecided; never equal by default."""
    if math.isnan(pair.p_holm):
        return NOT_TESTED
    is_equivalent = pair.equivalence is not None and pair.equivalence.is_shown
    if pair.p_holm < ALPHA:
        return SMALL if is_equivalent else DIFFERENT
    return EQUIVALENT if is_equivalent else UNDECIDED
