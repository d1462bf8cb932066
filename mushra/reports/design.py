"""What a report has to know about the test besides its ratings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mushra.stats.equivalence import DEFAULT_MARGIN
from mushra.stats.screening import RULES
from mushra.stats.simulate import SimulationModel

METHODS = {
    "mushra": "MUSHRA (Recommendation ITU-R BS.1534-3)",
    "mushra_like": "MUSHRA-like test",
}
SCREENING_RULES = tuple(RULES)


@dataclass(frozen=True)
class SystemEntry:
    """A system in the order in which the report lists it."""

    code: str
    title: str


@dataclass(frozen=True)
class ScenarioEntry:
    """A scenario in the order in which the report lists it; ratings name it in `scenario`."""

    code: str
    title: str


@dataclass(frozen=True)
class MaterialEntry:
    """A corpus that items were taken from, with what its licence wants said."""

    name: str
    licence: str
    attribution: str


@dataclass(frozen=True)
class SimulationTruth:
    """What the simulated listeners were made to think, for showing that the test recovers it.

    Args:
        means: true mean by system, points.
        expected_means: expected mean after rounding and cutting to 0-100, by system.
        parameters: the model as plain data.
        seed: the seed of the simulated scores.
    """

    means: Mapping[str, float]
    expected_means: Mapping[str, float]
    parameters: Mapping[str, Any]
    seed: int

    @classmethod
    def from_model(cls, model: SimulationModel, *, seed: int) -> "SimulationTruth":
        """The truth that a simulation model states."""
        return cls(
            means=dict(model.means),
            expected_means=model.expected_means(),
            parameters=model.to_json(),
            seed=seed,
        )


@dataclass(frozen=True)
class Registration:
    """A plan that was fixed before the test opened: when, as text, and the sha256 of its PDF."""

    registered_at: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ReportDesign:
    """The design of a test as its report states it.

    Args:
        title: the test's name.
        method: `mushra` (everything BS.1534-3 asks for) or `mushra_like`.
        attribute: what listeners were asked to rate, e.g. "basic audio quality".
        systems: all systems of the table, in the report's order.
        reference, low_anchor, mid_anchor: codes among the systems, None where there is none.
        deviations: sentences saying where the test leaves BS.1534-3; never empty for
            `mushra_like`, always empty for `mushra`.
        screening: rules that exclude after the test (`mushra.stats.screening.RULES`). R2 needs
            `mid_anchor_valid`.
        mid_anchor_valid: whether the mid anchor is the standard's 7 kHz anchor.
        mid_anchor_items: the items whose bandwidth carries it; None for all.
        simulated: whether the ratings are a simulation's and no person's.
        seed, protocol_hash: of the frozen protocol.
        scenarios: the scenarios in order; empty when the test has only one.
        simulation: the simulation's truth; only for a simulated test.
        versions: software that made the stimuli, name to version.
        last_rating_at: time of the last rating, as text; the report reads no clock.
        instructions, training, playback, stimuli: what section 10 of BS.1534-3 wants described,
            each a paragraph; an empty one is reported as not stated.
        material: the corpora used.
        level: how the playback level was set, a paragraph; empty is reported as not stated.
        n_unfinished: listeners who began and did not finish, whose ratings are not in the table.
        margin: of equivalence, points; differences within +- margin count as equal.
        margin_is_registered: whether the margin was fixed before the first rating.
        registration: the test's pre-registration, None where there is none.
        factors: further columns of the table to break results down by.
        source: where the ratings come from when not from a test of this site, a sentence.
        notes: what was decided in reading them, sentences.
    Raises: ValueError when these contradict one another.
    """

    title: str
    method: str
    attribute: str
    systems: tuple[SystemEntry, ...]
    reference: str | None
    low_anchor: str | None
    mid_anchor: str | None
    deviations: tuple[str, ...]
    screening: tuple[str, ...]
    mid_anchor_valid: bool
    simulated: bool
    seed: int
    protocol_hash: str
    mid_anchor_items: tuple[str, ...] | None = None
    scenarios: tuple[ScenarioEntry, ...] = ()
    simulation: SimulationTruth | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    last_rating_at: str | None = None
    instructions: str = ""
    training: str = ""
    playback: str = ""
    stimuli: str = ""
    material: tuple[MaterialEntry, ...] = ()
    level: str = ""
    n_unfinished: int = 0
    margin: float = DEFAULT_MARGIN
    margin_is_registered: bool = False
    registration: Registration | None = None
    factors: tuple[str, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_method(self)
        _check_roles(self)
        _check_screening(self)
        if self.simulation is not None and not self.simulated:
            raise ValueError("Only a simulated test has a simulation's truth to compare with.")
        if self.n_unfinished < 0:
            raise ValueError(f"n_unfinished counts listeners; it cannot be {self.n_unfinished}.")
        if not self.margin > 0:
            raise ValueError(f"The margin of equivalence must be positive; it is {self.margin}.")

    @property
    def codes(self) -> tuple[str, ...]:
        """The systems' codes in order."""
        return tuple(system.code for system in self.systems)

    @property
    def anchors(self) -> tuple[str, ...]:
        """The anchors' codes in order."""
        return tuple(code for code in self.codes if code in (self.low_anchor, self.mid_anchor))

    @property
    def under_test(self) -> tuple[str, ...]:
        """The codes of the systems that are neither reference nor anchor, in order."""
        return tuple(
            code for code in self.codes if code != self.reference and code not in self.anchors
        )

    def title_of(self, code: str) -> str:
        """A system's title."""
        return next(system.title for system in self.systems if system.code == code)

    def role_of(self, code: str) -> str:
        """A system's role in the test: reference, low anchor, mid anchor or under test."""
        roles = {
            self.reference: "reference",
            self.low_anchor: "low anchor",
            self.mid_anchor: "mid anchor",
        }
        return roles.get(code, "under test")


def _check_method(design: ReportDesign) -> None:
    if design.method not in METHODS:
        raise ValueError(f"The method must be one of {', '.join(METHODS)}, not {design.method!r}.")
    if design.method == "mushra" and design.deviations:
        raise ValueError(
            "A test with declared deviations from BS.1534-3 is mushra_like; it deviates: "
            + " ".join(design.deviations)
        )
    if design.method == "mushra_like" and not design.deviations:
        raise ValueError("A mushra_like test must say where it leaves BS.1534-3 (deviations).")


def _check_roles(design: ReportDesign) -> None:
    codes = design.codes
    if len(set(codes)) < len(codes):
        raise ValueError(f"Each system is listed once; the systems are: {', '.join(codes)}.")
    for role in ("reference", "low_anchor", "mid_anchor"):
        code = getattr(design, role)
        if code is not None and code not in codes:
            raise ValueError(f"The {role} {code!r} is not among the systems {', '.join(codes)}.")
        if code is None and design.method == "mushra":
            raise ValueError(f"Without a {role} the test is not MUSHRA; its method is mushra_like.")


def _check_screening(design: ReportDesign) -> None:
    unknown = set(design.screening) - set(SCREENING_RULES)
    if unknown:
        known = ", ".join(SCREENING_RULES)
        raise ValueError(f"Screening rules are {known}, not {', '.join(sorted(unknown))}.")
    if "R1" in design.screening and design.reference is None:
        raise ValueError("Rule R1 looks at the hidden reference, and the test has none.")
    if "R2" in design.screening and not (design.mid_anchor and design.mid_anchor_valid):
        raise ValueError("Rule R2 needs a mid anchor that is valid for it (7 kHz, BS.1534-3).")
