"""The conditions a scenario may apply."""

from collections.abc import Sequence
from dataclasses import dataclass

from synth.audio.conditions import CLEAN
from synth.selectors import conditions_at_hand


@dataclass(frozen=True)
class ConditionChoice:
    """A condition that a scenario may apply to its recordings."""

    code: str
    title: str
    description: str

    def __str__(self) -> str:
        return self.title


AS_RECORDED = ConditionChoice(CLEAN, "None: as recorded", "Nothing is done to the recordings.")


def condition_choices() -> Sequence[ConditionChoice]:
    """What this site can simulate, after "as recorded"."""
    simulated = [one for one in conditions_at_hand() if one.is_simulated]
    return [
        AS_RECORDED,
        *(ConditionChoice(one.code, one.title, one.description) for one in simulated),
    ]
