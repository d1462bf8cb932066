"""What a researcher says about a file of ratings, and decides about a listener, checked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from mushra.models import ScreeningOverride
from mushra.reports.from_file import FileChoices, WrongChoice
from mushra.stats.equivalence import DEFAULT_MARGIN

MAX_UPLOAD_BYTES = 40 * 1024 * 1024  # a million ratings take 16 to 30 MB
PAGE, FILES, NUMBERS = "page", "zip", "json"


class OwnRatingsForm(forms.Form):
    """A ratings file with the parts its systems play."""

    ratings = forms.FileField(
        label="Ratings (CSV)",
        help_text="Columns listener, item, system and score in any order, with any further ones; "
        "or webMUSHRA's mushra.csv, or pymushra's export. Up to 40 MB. It is read, answered and "
        "forgotten: nothing is kept on the site.",
    )
    reference = forms.CharField(
        label="Hidden reference",
        required=False,
        help_text="The system's name in the file. Without it nobody is screened by rule R1 and no "
        "score is relative.",
    )
    low_anchor = forms.CharField(label="Low anchor (3.5 kHz)", required=False)
    mid_anchor = forms.CharField(
        label="Mid anchor (7 kHz)",
        required=False,
        help_text="Only if it is the standard's 7 kHz anchor: rule R2 looks at it.",
    )
    margin = forms.FloatField(
        label="Margin of equivalence",
        min_value=0.1,
        max_value=100,
        initial=DEFAULT_MARGIN,
        help_text="Points within which two systems count as equally good; choose it before you "
        "see the results.",
    )
    screening = forms.BooleanField(
        label="Screen listeners", required=False, initial=True, help_text="By rules R1 and R2."
    )
    answer = forms.ChoiceField(
        label="Answer with",
        choices=[
            (PAGE, "the report as a page"),
            (FILES, "all its files (zip: page, PDF, figures, LaTeX, CSV, JSON)"),
            (NUMBERS, "its numbers (JSON)"),
        ],
        initial=PAGE,
        widget=forms.RadioSelect,
    )

    def clean_ratings(self) -> UploadedFile:
        """Refuses what is too large to answer while somebody waits."""
        found: UploadedFile = self.cleaned_data["ratings"]
        if found.size is not None and found.size > MAX_UPLOAD_BYTES:
            raise ValidationError(
                f"The file has {found.size / 1e6:.0f} MB; up to {MAX_UPLOAD_BYTES / 1e6:.0f} MB "
                "are read here. Analyze larger files with manage.py analyze."
            )
        return found

    def content(self) -> bytes:
        """The bytes of the file; only after `is_valid`."""
        return bytes(self.cleaned_data["ratings"].read())

    def choices(self) -> FileChoices:
        """What was said about the file; only after `is_valid`."""
        typed: dict[str, Any] = self.cleaned_data
        return FileChoices(
            title=typed["ratings"].name,
            reference=typed["reference"] or None,
            low_anchor=typed["low_anchor"] or None,
            mid_anchor=typed["mid_anchor"] or None,
            margin=typed["margin"],
            screening=typed["screening"],
        )

    def show_refusal(self, error: WrongChoice) -> None:
        """Puts the reason at the field that it names."""
        self.add_error(error.field if error.field in self.fields else None, str(error))


class OverrideForm(forms.Form):
    """A decision about one listener, with its reason."""

    decision = forms.ChoiceField(choices=ScreeningOverride.Decision.choices)
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    sitting = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
