"""The report on a file of ratings from anywhere: no database, and nothing guessed about roles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mushra.reports.design import ReportDesign, ScenarioEntry, SystemEntry
from mushra.reports.document import KIND_FACTOR, ReportDocument, build_report
from mushra.reports.readers import RatingsFile, read_ratings
from mushra.reports.screening import Listening
from mushra.reports.wording import listed
from mushra.stats.equivalence import DEFAULT_MARGIN
from mushra.stats.screening import MID_ANCHOR_CUTOFF_HZ, MIN_BANDWIDTH_RATIO, items_for_mid_anchor
from mushra.stats.table import RatingTable

ROLES = {
    "reference": "hidden reference",
    "low_anchor": "low anchor",
    "mid_anchor": "mid anchor",
}
BANDWIDTH_COLUMN = "bandwidth_hz"
# Names that people give to these parts: without a role they are systems under test, said aloud.
TELLING_NAMES = ("reference", "ref", "natural", "anchor", "lp35", "lp70")
ATTRIBUTE = "an attribute that the file does not name"


class WrongChoice(ValueError):
    """A choice that does not fit the file. `field` names it (reference, low_anchor, ...)."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class FileChoices:
    """What a researcher says about a file of ratings.

    Args:
        title: of the report.
        reference, low_anchor, mid_anchor: names among the file's systems; None where there is none
            (or where the program that wrote the file names it itself).
        margin: of equivalence, points, positive.
        screening: whether R1 (with a reference) and R2 (with a mid anchor) exclude listeners.
        exclude_by: further rules that exclude (`heard`, `speed`, `flat`, `repeats`); otherwise they
            only flag.
        factors: further columns to break results down by.
        seed: of resampling.
    """

    title: str = "Ratings"
    reference: str | None = None
    low_anchor: str | None = None
    mid_anchor: str | None = None
    margin: float = DEFAULT_MARGIN
    screening: bool = True
    exclude_by: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True, eq=False)
class FileReport:
    """A report and the ratings that it was computed from, sorted."""

    document: ReportDocument
    table: RatingTable
    source: RatingsFile


def report_on_bytes(content: bytes, choices: FileChoices, *, processes: int = 1) -> FileReport:
    """The report on the bytes of a ratings file.

    Args:
        processes: that compute it, see `run_jobs`.
    Raises: UnreadableRatings naming every broken line; WrongChoice for a system or column that the
        file lacks; InvalidRatings for people and simulations in one file.
    """
    return report_on_file(read_ratings(content), choices, processes=processes)


def report_on_file(source: RatingsFile, choices: FileChoices, *, processes: int = 1) -> FileReport:
    """The report on ratings that were read. Raises: as `report_on_bytes`."""
    table = source.table
    roles = _roles(source, choices)
    _check(table, choices)
    design = _design(source, choices, roles)
    listening = Listening(evidence=source.evidence, repeats=source.repeats or None)
    document = build_report(table, design, listening, processes=processes)
    return FileReport(document, table.sorted_rows(), source)


def _roles(source: RatingsFile, choices: FileChoices) -> dict[str, str]:
    """The system of each part: as chosen, else as the file's program itself names it."""
    roles = dict(source.roles)
    for role in ROLES:
        if (chosen := getattr(choices, role)) is not None:
            _check_system(source.table, role, chosen)
            roles = {known: code for known, code in roles.items() if code != chosen}
            roles[role] = chosen
    return roles


def _check_system(table: RatingTable, role: str, name: str) -> None:
    if name not in table.systems:
        found = ", ".join(table.systems)
        raise WrongChoice(
            f"The {ROLES[role]} {name!r} is not among the systems of the file: {found}.", field=role
        )


def _check(table: RatingTable, choices: FileChoices) -> None:
    chosen = [name for role in ROLES if (name := getattr(choices, role)) is not None]
    twice = sorted({name for name in chosen if chosen.count(name) > 1})
    if twice:
        raise WrongChoice(f"{twice[0]!r} cannot have two parts in one test.", field="reference")
    if not choices.margin > 0:
        raise WrongChoice(
            f"The margin of equivalence must be positive, not {choices.margin:g}.", field="margin"
        )
    for factor in choices.factors:
        if factor not in table.factors:
            known = ", ".join(table.factors) or "none"
            raise WrongChoice(
                f"The file has no column {factor!r} to break results down by; its further columns "
                f"are: {known}.",
                field="factors",
            )


def _design(source: RatingsFile, choices: FileChoices, roles: Mapping[str, str]) -> ReportDesign:
    table = source.table
    valid_items = _items_for_mid_anchor(table) if "mid_anchor" in roles else None
    mid_anchor_valid = "mid_anchor" in roles and valid_items != ()
    deviations = _deviations(roles, valid_items)
    return ReportDesign(
        title=choices.title,
        method="mushra_like" if deviations else "mushra",
        attribute=ATTRIBUTE,
        systems=tuple(SystemEntry(code, code) for code in _ordered(table.systems, roles)),
        reference=roles.get("reference"),
        low_anchor=roles.get("low_anchor"),
        mid_anchor=roles.get("mid_anchor"),
        deviations=deviations,
        screening=_rules(choices, roles, mid_anchor_valid),
        mid_anchor_valid=mid_anchor_valid,
        mid_anchor_items=valid_items or None,
        simulated=table.levels(KIND_FACTOR) == ("simulated",),
        seed=choices.seed,
        protocol_hash="",
        scenarios=tuple(ScenarioEntry(code, code) for code in table.levels("scenario")),
        margin=choices.margin,
        factors=choices.factors,
        source=f"{source.layout.title}, sha256 {source.sha256}",
        notes=(*source.notes, *_role_notes(source, choices, roles, valid_items)),
    )


def _ordered(systems: Sequence[str], roles: Mapping[str, str]) -> list[str]:
    """The reference first, then the systems under test by name, then the anchors."""
    tested = [code for code in systems if code not in roles.values()]
    head = [roles["reference"]] if "reference" in roles else []
    return [
        *head,
        *tested,
        *(roles[role] for role in ("mid_anchor", "low_anchor") if role in roles),
    ]


def _rules(
    choices: FileChoices, roles: Mapping[str, str], mid_anchor_valid: bool
) -> tuple[str, ...]:
    rules: list[str] = []
    if choices.screening and "reference" in roles:
        rules.append("R1")
    if choices.screening and mid_anchor_valid:
        rules.append("R2")
    return (*rules, *(choices.exclude_by if choices.screening else ()))


def _items_for_mid_anchor(table: RatingTable) -> tuple[str, ...] | None:
    """The items wide enough for the 7 kHz anchor; None where the file does not tell bandwidths."""
    if BANDWIDTH_COLUMN not in table.factors:
        return None
    column = table.coded(BANDWIDTH_COLUMN)
    hertz = np.array([_hertz(text) for text in column.levels])[column.codes]
    width = np.full(len(table.items), np.inf)
    np.minimum.at(width, table.item_codes, hertz)
    return items_for_mid_anchor(dict(zip(table.items, width.tolist(), strict=True)))


def _hertz(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float(np.inf) if not text else 0.0


def _deviations(roles: Mapping[str, str], valid_items: tuple[str, ...] | None) -> tuple[str, ...]:
    missing = [name for role, name in ROLES.items() if role not in roles]
    sentences = []
    if missing:
        sentences.append(f"No {listed(missing).replace(' and ', ' and no ')} was named.")
    if valid_items == ():
        sentences.append("No item is wide enough for the 7 kHz mid anchor.")
    return tuple(sentences)


def _role_notes(
    source: RatingsFile,
    choices: FileChoices,
    roles: Mapping[str, str],
    valid_items: tuple[str, ...] | None,
) -> tuple[str, ...]:
    table, notes = source.table, []
    for role, code in roles.items():
        if getattr(choices, role) is None:
            notes.append(
                f"{code} is taken as the {ROLES[role]}: {source.layout.title} always names it so."
            )
    telling = [
        code
        for code in table.systems
        if code not in roles.values() and code.casefold().startswith(TELLING_NAMES)
    ]
    if telling:
        notes.append(
            f"Treated as under test, because nobody named a part for it: {', '.join(telling)}. If "
            "this is the reference or an anchor, say so."
        )
    if "mid_anchor" in roles and choices.screening:
        notes.append(_mid_anchor_note(table, roles["mid_anchor"], valid_items))
    if "reference" not in roles:
        notes.append("No reference was named: nobody is screened by R1, and no score is relative.")
    return tuple(notes)


def _mid_anchor_note(table: RatingTable, code: str, valid_items: tuple[str, ...] | None) -> str:
    if valid_items is None:
        return (
            f"Rule R2 takes {code} for the 7 kHz anchor of BS.1534-3, on recordings that reach "
            f"beyond {MIN_BANDWIDTH_RATIO * MID_ANCHOR_CUTOFF_HZ:.0f} Hz; the file has no column "
            f"{BANDWIDTH_COLUMN} to check it."
        )
    return (
        f"Rule R2 counts {len(valid_items)} of {len(table.items)} items, those whose "
        f"{BANDWIDTH_COLUMN} is at least {MIN_BANDWIDTH_RATIO * MID_ANCHOR_CUTOFF_HZ:.0f}."
    )
