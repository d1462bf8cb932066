"""What a researcher commits to before a test opens, checked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mushra.reports.design import ReportDesign
from mushra.selectors.preregistrations import RegisteredPair, pairs_of
from mushra.services.preregistrations import RegistrationPlan
from mushra.stats.equivalence import DEFAULT_MARGIN
from mushra.stats.power import MOST_LISTENERS

LOOKS_SHORT = {
    "none": "Only when the planned number of listeners has finished",
    "sequence": "At any time, by the confidence sequence (holds for these sentences only)",
}


class PreregistrationForm(forms.Form):
    """The question, a prediction for each pair, the margin, and when to stop."""

    question = forms.CharField(
        label="Question",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What the test is to answer, in a sentence or two.",
    )
    n_listeners = forms.IntegerField(
        label="Planned listeners",
        min_value=2,
        max_value=MOST_LISTENERS,
        help_text="Recruiting ends there. The page Plan says how many it takes.",
    )
    margin = forms.FloatField(
        label="Margin of equivalence",
        min_value=0.1,
        max_value=100,
        initial=DEFAULT_MARGIN,
        help_text="Points within which two systems count as equally good.",
    )
    looks = forms.ChoiceField(
        label="When results are looked at",
        choices=list(LOOKS_SHORT.items()),
        initial="none",
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who is recruited and how, other exclusions, anything else that is decided now.",
    )

    def __init__(self, *args: Any, design: ReportDesign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pairs = pairs_of(design)
        titles = {system.code: system.title for system in design.systems}
        for number, (first, second) in enumerate(self._pairs):
            self.fields[f"prediction_{number}"] = forms.ChoiceField(
                label=f"{titles[first]} and {titles[second]}",
                required=False,
                choices=_predictions(titles[first], titles[second]),
            )

    def predictions(self) -> list[forms.BoundField]:
        """The pairs' fields, in the report's order."""
        return [self[f"prediction_{number}"] for number in range(len(self._pairs))]

    def plan(self) -> RegistrationPlan:
        """The commitment as the service takes it; only after `is_valid`."""
        typed = self.cleaned_data
        return RegistrationPlan(
            question=typed["question"],
            pairs=[
                RegisteredPair(first, second, typed[f"prediction_{number}"])
                for number, (first, second) in enumerate(self._pairs)
            ],
            margin=typed["margin"],
            n_listeners=typed["n_listeners"],
            looks=typed["looks"],
            notes=typed["notes"],
        )


def initial_of(document: dict[str, Any]) -> dict[str, Any]:
    """The form's values of a pre-registration that is to be changed."""
    plan = document["plan"]
    fields = {name: plan[name] for name in ("question", "n_listeners", "margin", "looks", "notes")}
    pairs = {f"prediction_{k}": pair["prediction"] for k, pair in enumerate(plan["pairs"])}
    return fields | pairs


def _predictions(first: str, second: str) -> Sequence[tuple[str, str]]:
    return [
        ("", "no prediction (exploratory)"),
        ("different", "they differ"),
        ("first_better", f"{first} is rated higher"),
        ("second_better", f"{second} is rated higher"),
        ("equivalent", "they are equivalent within the margin"),
    ]
