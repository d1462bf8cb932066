"""What a set of systems may be called: MUSHRA, or only MUSHRA-like (BS.1534-3 1, 5.1)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mushra.design.attributes import Attribute, Role
from mushra.errors import MushraError

# BS.1534-3 5.3: no more signals to rate on one page.
MAX_RATED_SIGNALS = 12

REFERENCE = "natural"
LOW_ANCHOR = "anchor35"
MID_ANCHOR = "anchor70"
# Stands in for the mid anchor where 16 kHz recordings cannot carry the 7 kHz one.
SPEECH_ANCHOR = "anchor20"
# The target voice with flat pitch and even tempo: no prosody of anybody's.
FLAT_PROSODY = "flat_prosody"
# A recording of the target voice saying another sentence.
TARGET_VOICE = "target_voice"

_ROLES: Mapping[str, Role] = {
    REFERENCE: Role.REFERENCE,
    TARGET_VOICE: Role.TARGET,
    LOW_ANCHOR: Role.LOW_ANCHOR,
    MID_ANCHOR: Role.MID_ANCHOR,
    SPEECH_ANCHOR: Role.MID_ANCHOR,
    FLAT_PROSODY: Role.FLAT,
}


@dataclass(frozen=True)
class MethodDeclaration:
    """The method's name and, in plain words, where it departs from the Recommendation."""

    method: str
    deviations: tuple[str, ...]


def role_of(system: str) -> Role:
    """The part a system plays in an item."""
    return _ROLES.get(system, Role.SYSTEM)


def check_composition(scenario: str, systems: Collection[str]) -> None:
    """Raises MushraError when a page with these systems would not be a comparison."""
    roles = [role_of(code) for code in systems]
    if Role.SYSTEM not in roles:
        raise _refusal(
            "nothing_under_test",
            f"Scenario {scenario!r} compares nothing: choose at least one system besides the "
            "natural recording and the anchors.",
        )
    if roles.count(Role.MID_ANCHOR) > 1:
        raise _refusal(
            "two_mid_anchors",
            f"Scenario {scenario!r} has two mid anchors: choose the 7 kHz one, or the 2 kHz speech "
            "anchor for recordings that cannot carry it.",
        )
    if len(systems) > MAX_RATED_SIGNALS:
        raise _refusal(
            "too_many_signals",
            f"A page shows at most {MAX_RATED_SIGNALS} signals to rate (BS.1534-3 5.3); "
            f"scenario {scenario!r} has {len(systems)}.",
        )


def declare_method(systems: Collection[str], attribute: Attribute) -> MethodDeclaration:
    """The method a trial with these systems is, when it asks about that attribute.

    Without the hidden reference or a mandatory anchor it is not MUSHRA, so a declared speech
    anchor in place of the 7 kHz one makes it MUSHRA-like too.
    """
    rated = {code for code in systems if role_of(code) in attribute.rated}
    wanted = (
        ("hidden reference", REFERENCE in rated or not attribute.has_hidden_reference),
        ("3.5 kHz low anchor", LOW_ANCHOR in rated),
        ("mid anchor", not rated.isdisjoint({MID_ANCHOR, SPEECH_ANCHOR})),
    )
    deviations = [
        *attribute.deviations,
        *(f"No {name} is presented (BS.1534-3 §1)." for name, is_there in wanted if not is_there),
    ]
    if FLAT_PROSODY in rated and LOW_ANCHOR not in rated:
        deviations.append(
            "The target voice with flat pitch and even tempo is the low anchor in place of the "
            "3.5 kHz one (BS.1534-3 §5.1)."
        )
    if SPEECH_ANCHOR in rated:
        deviations.append(
            "A declared 2 kHz speech anchor stands in for the 7 kHz mid anchor (BS.1534-3 §5.1), "
            "which recordings with 8 kHz of bandwidth or less cannot carry; listeners are "
            "therefore not screened by the mid anchor."
        )
    return MethodDeclaration("mushra_like" if deviations else "mushra", tuple(deviations))


def unite(declarations: Iterable[MethodDeclaration]) -> MethodDeclaration:
    """The method of a test whose pages are of these methods: MUSHRA only if all of them are.

    A deviation of only some pages says so.
    """
    pages = list(declarations)
    n_pages = Counter(deviation for declared in pages for deviation in declared.deviations)
    deviations = tuple(
        deviation if n == len(pages) else f"In some scenarios only: {deviation}"
        for deviation, n in n_pages.items()
    )
    return MethodDeclaration("mushra_like" if deviations else "mushra", deviations)


def _refusal(code: str, message: str) -> MushraError:
    return MushraError(message, code=code, field="systems")
