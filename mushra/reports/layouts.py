"""How the programs that people use name the columns of their CSV of ratings.

Source: the sources of webMUSHRA 1.4.3 and pymushra 0.5; the long frame of anytimemonitor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layout:
    """The header of one kind of file.

    Args:
        name: a stable word for programs.
        title: for people.
        columns: the file's names of listener, item, system and score, in that order.
        roles: the part that the program itself gives to a system of that name (reference,
            low_anchor, mid_anchor), as the program always does.
        page_ms: the column with the milliseconds a page was open; empty where there is none.
        kind: column and value of the rows that are ratings from 0 to 100, where a file mixes.
    """

    name: str
    title: str
    columns: tuple[str, str, str, str]
    roles: Mapping[str, str] = field(default_factory=dict)
    page_ms: str = ""
    kind: tuple[str, str] | None = None


# Both take their roles from webMUSHRA's page, which adds these signals under these names itself.
_WEBMUSHRA_ROLES = {
    "reference": "reference",
    "low_anchor": "anchor35",
    "mid_anchor": "anchor70",
}
TIDY = Layout("tidy", "tidy CSV", ("listener", "item", "system", "score"))
LAYOUTS = (
    TIDY,
    Layout("long", "long CSV", ("listener_id", "item", "system", "rating")),
    Layout(
        "webmushra",
        "webMUSHRA's mushra.csv",
        ("session_uuid", "trial_id", "rating_stimulus", "rating_score"),
        roles=_WEBMUSHRA_ROLES,
        page_ms="rating_time",
    ),
    Layout(
        "pymushra",
        "pymushra's export",
        ("questionaire_uuid", "wm_id", "responses_stimulus", "responses_score"),  # as they spell it
        roles=_WEBMUSHRA_ROLES,
        page_ms="responses_time",
        kind=("wm_type", "mushra"),
    ),
)
# A column that only this file has, and what it holds instead of ratings.
OTHER_FILES = {
    "choice_answer": "webMUSHRA's paired_comparison.csv: choices between two",
    "rating_reference_score": "webMUSHRA's bs1116.csv: scores from 1 to 5",
    "stimuli_rating": "webMUSHRA's likert file: answers on a scale of its own",
    "stimuli_rating1": "webMUSHRA's likert file: answers on several scales",
    "position_x": "webMUSHRA's spatial file: positions",
}


def find_layout(header: Sequence[str]) -> Layout | None:
    """The layout whose four columns are all in a header; None if there is none.

    Args:
        header: names in lower case, without spaces around them.
    """
    names = set(header)
    return next((one for one in LAYOUTS if names.issuperset(one.columns)), None)


def other_file(header: Sequence[str]) -> str:
    """What a header that is no rating file's belongs to, as far as known; empty if unknown."""
    return next((what for column, what in OTHER_FILES.items() if column in header), "")
