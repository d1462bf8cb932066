"""What a researcher types to plan a test and to register its plan, checked."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from mushra.reports.planning import ComponentSource
from mushra.selectors.pilots import PilotChoice
from mushra.stats.crossed import VarianceComponents
from mushra.stats.mixed import MIN_SPEAKERS
from mushra.stats.power import KNOWN_COMPONENTS, MOST_ITEMS, MOST_LISTENERS, Plan

TYPED = "typed"
TEST_PREFIX = "test-"
MOST_VARIANCE = 10_000.0  # a difference of 100 points one way and the other
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
PARTS = ("listener", "item", "residual")


class PlanForm(forms.Form):
    """Sizes, what to find, and how much differences vary."""

    n_listeners = forms.IntegerField(
        label="Listeners",
        min_value=2,
        max_value=MOST_LISTENERS,
        initial=20,
        help_text="Who finish and pass the screening.",
        error_messages={"min_value": "A test needs at least two listeners."},
    )
    n_items = forms.IntegerField(
        label="Sentences (items)",
        min_value=2,
        max_value=MOST_ITEMS,
        initial=10,
        help_text="Every listener rates every one of them.",
        error_messages={"min_value": "A test needs at least two sentences."},
    )
    difference = forms.FloatField(
        label="Difference to find",
        min_value=0.1,
        max_value=100,
        initial=5,
        help_text="Points on the scale 0–100 between two systems.",
    )
    margin = forms.FloatField(
        label="Margin of equivalence",
        required=False,
        min_value=0.1,
        max_value=100,
        help_text="Points within which two systems count as equally good.",
    )
    power = forms.IntegerField(
        label="Power wanted, %",
        min_value=10,
        max_value=99,
        initial=80,
        help_text="How surely a true difference of that size is found.",
    )
    n_comparisons = forms.IntegerField(
        label="Pairs compared",
        min_value=1,
        max_value=66,
        initial=1,
        help_text="The level of 5 % is split over them, the worst case of Holm’s correction.",
    )
    n_speakers = forms.IntegerField(
        label="Speakers",
        required=False,
        min_value=MIN_SPEAKERS,
        max_value=MOST_ITEMS,
        help_text="Only for a claim about new voices: whose voices the sentences are, in equal "
        "parts.",
        error_messages={
            "min_value": f"With fewer than {MIN_SPEAKERS} speakers a report speaks for these "
            "speakers only: leave the field empty."
        },
    )
    speaker = forms.FloatField(
        label="Variance between speakers",
        required=False,
        min_value=0,
        max_value=MOST_VARIANCE,
        help_text="Of the difference, squared points; measured if one of your own tests is chosen "
        "below.",
    )
    components = forms.ChoiceField(label="How much differences vary", initial="codecs")
    listener = forms.FloatField(
        label="Between listeners", required=False, min_value=0, max_value=MOST_VARIANCE
    )
    item = forms.FloatField(
        label="Between sentences", required=False, min_value=0, max_value=MOST_VARIANCE
    )
    residual = forms.FloatField(
        label="Within", required=False, min_value=0, max_value=MOST_VARIANCE
    )
    title = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    check = forms.BooleanField(
        required=False,
        label="Check by simulation",
        help_text="Simulates up to 2000 tests; takes some seconds.",
    )

    def __init__(self, *args: Any, pilots: Sequence[PilotChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, found.title) for code, found in KNOWN_COMPONENTS.items()]
        own = [(f"{TEST_PREFIX}{pilot.pk}", pilot.label) for pilot in pilots]
        cast(forms.ChoiceField, self.fields["components"]).choices = [
            ("From public ratings", known),
            *([("From your own tests", own)] if own else []),
            ("Other", [(TYPED, "The variances typed below")]),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuses typed variances that are missing or all zero."""
        typed = super().clean() or self.cleaned_data
        self._check_speakers(typed)
        if typed.get("components") != TYPED:
            return typed
        for name in PARTS:
            if typed.get(name) is None and name not in self.errors:
                self.add_error(name, "Type the three variances, or choose another source.")
        if not self.errors and not any(typed[name] for name in PARTS):
            self.add_error("residual", "At least one variance is above zero.")
        return typed

    def _check_speakers(self, typed: dict[str, Any]) -> None:
        if not typed.get("n_speakers"):
            return
        if typed["n_speakers"] > typed.get("n_items", MOST_ITEMS):
            self.add_error("n_speakers", "There is at least one sentence of each speaker.")
        is_measured = str(typed.get("components", "")).startswith(TEST_PREFIX)
        if typed.get("speaker") is None and "speaker" not in self.errors and not is_measured:
            self.add_error("speaker", "Type it: without it nothing is known of new voices.")

    @property
    def pilot_pk(self) -> int | None:
        """The test chosen as the pilot; only after `is_valid`."""
        chosen = str(self.cleaned_data["components"])
        return int(chosen.removeprefix(TEST_PREFIX)) if chosen.startswith(TEST_PREFIX) else None

    def source(self) -> ComponentSource:
        """The components, unless they come from a test; only after `is_valid`."""
        typed = self.cleaned_data
        if typed["components"] != TYPED:
            source = ComponentSource.known(typed["components"])
        else:
            components = VarianceComponents(*[typed[name] for name in PARTS])
            words = typed["title"] or "as you typed them"
            source = ComponentSource(components, "Typed variances", words)
        return source.with_speakers(typed["speaker"] or 0.0)

    def plan(self, components: VarianceComponents) -> Plan:
        """The plan as the statistics take it; only after `is_valid`."""
        typed = self.cleaned_data
        return Plan(
            components=components,
            n_listeners=typed["n_listeners"],
            n_items=typed["n_items"],
            difference=typed["difference"],
            margin=typed["margin"],
            n_comparisons=typed["n_comparisons"],
            n_speakers=typed["n_speakers"],
        )


class PilotFileForm(forms.Form):
    """A ratings file to measure variances on."""

    ratings = forms.FileField(
        label="Ratings (CSV)",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text="With the columns listener, item, system, score; webMUSHRA’s and pymushra’s "
        "files are known too. The file is read and not kept.",
    )
    leave_out = forms.CharField(
        label="Systems to leave out",
        required=False,
        help_text="Reference and anchors, separated by commas.",
    )

    def clean_ratings(self) -> UploadedFile:
        """Refuses a file that is too large to be read here."""
        found: UploadedFile = self.cleaned_data["ratings"]
        if (found.size or 0) > MAX_UPLOAD_BYTES:
            raise ValidationError("The file is larger than 20 MB: plan from a part of it.")
        return found

    def systems_to_leave_out(self) -> set[str]:
        """The codes as typed; only after `is_valid`."""
        return {code.strip() for code in self.cleaned_data["leave_out"].split(",")} - {""}
