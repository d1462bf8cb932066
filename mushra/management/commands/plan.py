"""What a planned listening test can find. Needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mushra.reports.csv_columns import UnreadableRatings
from mushra.reports.planning import (
    ComponentSource,
    check_speakers,
    planning_document,
    planning_text,
)
from mushra.reports.readers import read_ratings_file
from mushra.stats.crossed import VarianceComponents
from mushra.stats.errors import TooFewRatings
from mushra.stats.pilot import pilot_components
from mushra.stats.power import ALPHA, KNOWN_COMPONENTS, TARGET_POWER, Plan


class Command(BaseCommand):
    help = (
        "Say how many listeners and items a difference needs: power of the crossed test, the "
        "standard error that no number of listeners goes below, and what to add."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        sizes = parser.add_argument_group("the plan")
        sizes.add_argument("--listeners", type=int, default=20, help="default 20")
        sizes.add_argument("--items", type=int, default=10, help="default 10")
        sizes.add_argument(
            "--speakers",
            type=int,
            help="whose voices the items are, in equal parts, for a claim about new speakers",
        )
        sizes.add_argument(
            "--difference", type=float, required=True, help="the true difference to find, points"
        )
        sizes.add_argument("--margin", type=float, help="of equivalence, points")
        sizes.add_argument("--power", type=float, default=TARGET_POWER, help="default 0.8")
        sizes.add_argument("--alpha", type=float, default=ALPHA, help="default 0.05")
        sizes.add_argument(
            "--comparisons", type=int, default=1, help="pairs of systems in the family; default 1"
        )
        parts = parser.add_mutually_exclusive_group()
        parts.add_argument(
            "--components",
            choices=sorted(KNOWN_COMPONENTS),
            default="codecs",
            help="variance of paired differences, from public ratings; default codecs",
        )
        parts.add_argument(
            "--pilot", type=Path, metavar="RATINGS.csv", help="measure it on ratings of your own"
        )
        parts.add_argument(
            "--variances",
            type=float,
            nargs=3,
            metavar=("LISTENER", "ITEM", "RESIDUAL"),
            help="of the paired difference, squared points",
        )
        parser.add_argument(
            "--speaker-variance",
            type=float,
            metavar="V",
            help="of the paired difference between speakers, squared points; with --speakers, "
            "unless a pilot with a column `speaker` tells",
        )
        parser.add_argument(
            "--leave-out",
            nargs="+",
            default=[],
            metavar="SYSTEM",
            help="systems of the pilot that are not compared: reference and anchors",
        )
        parser.add_argument("--check", action="store_true", help="simulate the test too")
        parser.add_argument("--seed", type=int, default=1, help="of the simulation; default 1")
        parser.add_argument("--json", action="store_true", help="one document on standard output")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            source = _source(options)
            document = planning_document(
                _plan(source.components, options),
                source,
                power=_power(options["power"]),
                seed=options["seed"] if options["check"] else None,
            )
        except (UnreadableRatings, TooFewRatings, ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        text = json.dumps(document, indent=2) if options["json"] else planning_text(document)
        self.stdout.write(text)


def _plan(components: VarianceComponents, options: dict[str, Any]) -> Plan:
    if options["difference"] <= 0:
        raise ValueError("The difference to find is above 0 points.")
    check_speakers(options["speakers"])
    return Plan(
        components=components,
        n_listeners=options["listeners"],
        n_items=options["items"],
        difference=options["difference"],
        margin=options["margin"],
        alpha=options["alpha"],
        n_comparisons=options["comparisons"],
        n_speakers=options["speakers"],
    )


def _source(options: dict[str, Any]) -> ComponentSource:
    variance = options["speaker_variance"]
    if options["variances"]:
        components = VarianceComponents(*options["variances"])
        source = ComponentSource(components, "Given", "typed by whoever planned")
    elif options["pilot"] is None:
        source = ComponentSource.known(options["components"])
    else:
        return _pilot(options)
    if options["speakers"] and variance is None:
        raise ValueError("With --speakers give --speaker-variance, or a --pilot that tells it.")
    return source.with_speakers(variance or 0.0)


def _pilot(options: dict[str, Any]) -> ComponentSource:
    ratings = read_ratings_file(options["pilot"])
    leave_out = {*options["leave_out"], *ratings.roles.values()}
    unknown = sorted(set(options["leave_out"]) - set(ratings.table.systems))
    if unknown:
        known = ", ".join(ratings.table.systems)
        raise ValueError(f"The pilot has no system {unknown[0]!r}; it has: {known}.")
    return ComponentSource.from_pilot(
        pilot_components(
            ratings.table,
            leave_out=leave_out,
            speaker_factor="speaker" if options["speakers"] else None,
        ),
        title="Pilot",
        source=f"{options['pilot'].name} (sha256 {ratings.sha256[:12]})",
    )


def _power(power: float) -> float:
    if not 0.05 < power < 1:
        raise ValueError(f"The power lies between 0.05 and 1, not at {power:g}.")
    return power
