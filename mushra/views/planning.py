"""Planning a test: what its sizes can find, and what to add."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from mushra.errors import NotFoundError
from mushra.planning_forms import PARTS, TYPED, PilotFileForm, PlanForm
from mushra.reports.csv_columns import UnreadableRatings
from mushra.reports.planning import ComponentSource, planning_document, rate
from mushra.reports.power_chart import power_chart
from mushra.reports.readers import read_ratings
from mushra.selectors.pilots import pilot_choices, pilot_of
from mushra.stats.errors import InvalidRatings, TooFewRatings
from mushra.stats.pilot import Pilot, pilot_components
from mushra.views.access import members_page, researcher

SIMULATION_SEED = 1534


@require_GET
@members_page
def planning(request: HttpRequest) -> HttpResponse:
    """The form, and under it what the plan in the address can find."""
    user = researcher(request)
    pilots = pilot_choices(user)
    form = PlanForm(request.GET or None, pilots=pilots)
    found = _planned(user, form) if form.is_bound else None
    context = {
        "form": form,
        "pilot_form": PilotFileForm(),
        "found": found,
        **({} if found is None else _shown(found)),
    }
    status = 400 if form.is_bound and found is None else 200
    return render(request, "mushra/researcher/planning.html", context, status=status)


@require_POST
@members_page
def planning_pilot(request: HttpRequest) -> HttpResponse:
    """Measures variances on an uploaded file and goes back to the form with them filled in."""
    form = PilotFileForm(request.POST, request.FILES)
    pilot = _measured(form) if form.is_valid() else None
    if pilot is None:
        context = {"form": PlanForm(pilots=pilot_choices(researcher(request))), "pilot_form": form}
        return render(request, "mushra/researcher/planning.html", context, status=400)
    for warning in pilot.warnings:
        messages.warning(request, warning)
    return redirect(f"{reverse('planning')}?{_query(pilot, form)}")


def _planned(user: User, form: PlanForm) -> dict[str, Any] | None:
    """The document of the plan in the form; None, with the reason in the form, without one."""
    if not form.is_valid():
        return None
    try:
        source = _source(user, form)
    except (TooFewRatings, NotFoundError) as error:
        form.add_error("components", str(error))
        return None
    return planning_document(
        form.plan(source.components),
        source,
        power=form.cleaned_data["power"] / 100,
        seed=SIMULATION_SEED if form.cleaned_data["check"] else None,
    )


def _source(user: User, form: PlanForm) -> ComponentSource:
    if form.pilot_pk is None:
        return form.source()
    return pilot_of(user, form.pilot_pk, has_speakers=bool(form.cleaned_data["n_speakers"]))


def _measured(form: PilotFileForm) -> Pilot | None:
    try:
        ratings = read_ratings(form.cleaned_data["ratings"].read())
        leave_out = {*form.systems_to_leave_out(), *ratings.roles.values()}
        return pilot_components(ratings.table, leave_out=leave_out)
    except (UnreadableRatings, InvalidRatings, TooFewRatings) as error:
        form.add_error("ratings", str(error))
        return None


def _query(pilot: Pilot, form: PilotFileForm) -> str:
    """The plan's address with a pilot's variances; sizes start from their usual values."""
    fields = PlanForm(pilots=()).fields
    sizes = {
        name: field.initial for name, field in fields.items() if field.initial and name != "check"
    }
    variances = {name: f"{getattr(pilot.components, name):.6g}" for name in PARTS}
    name = form.cleaned_data["ratings"].name
    title = (
        f"measured on {name}: {pilot.n_listeners} listeners, {pilot.n_items} sentences, average "
        f"over {len(pilot.pairs)} pairs"
    )
    return urlencode(sizes | variances | {"components": TYPED, "title": title[:300]})


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    """The document's chart, its table, and its shares in percent."""
    equivalence, simulated = found["equivalence"], found["simulation"]
    shares = {
        "power": found["power"],
        "target": found["design"]["target_power"],
        "unlimited_listeners": found["power_with_unlimited_listeners"],
        "unlimited_items": found["power_with_unlimited_items"],
    }
    if equivalence:
        shares["equivalence"] = equivalence["power"]
    rates = [name for name in ("power", "size", "equivalence") if simulated and name in simulated]
    return {
        "chart": power_chart(found),
        "rows": _rows(found["design"], found["table"]),
        "percents": {name: round(100 * share) for name, share in shares.items()},
        "level": f"{100 * found['design']['level']:.3g} %",
        "simulated": {name: rate(simulated, name) for name in rates},
    }


def _rows(design: dict[str, Any], table: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of power as the page shows it: the planned cell is marked."""
    planned = (design["n_listeners"], design["n_items"])
    return [
        {
            "n_listeners": listeners,
            "cells": [
                {
                    "percent": round(100 * power),
                    "is_enough": power >= design["target_power"],
                    "is_planned": (listeners, items) == planned,
                }
                for items, power in zip(table["n_items"], row, strict=True)
            ],
        }
        for listeners, row in zip(table["n_listeners"], table["power"], strict=True)
    ]
