"""What a researcher types, checked and turned into the services' plans."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.text import slugify

from mushra.design.attributes import ATTRIBUTES, BASIC_QUALITY, Role
from mushra.design.method import LOW_ANCHOR, SPEECH_ANCHOR
from mushra.errors import MushraError
from mushra.models import Project
from mushra.selectors.conditions import ConditionChoice, condition_choices
from mushra.selectors.projects import editable_projects
from mushra.selectors.recordings import FACTOR_FIELDS, FactorValue, SystemChoice
from mushra.selectors.voices import VoiceChoice, voice_choices
from mushra.services.batches import BatchPlan, ScenarioPlan
from mushra.services.listening_tests import TestPlan
from mushra.services.texts import CONSENT, instructions_for
from synth.audio.conditions import CLEAN

MAX_SCENARIOS = 24
MAX_ITEMS = 200
MAX_SEED = 2**32 - 1
SEED_DIGITS = 10_000  # a drawn seed is short enough to be read out

# The recording itself and the target voice are not for anybody to choose.
ROLE_TITLES = {
    Role.LOW_ANCHOR: "Anchors",
    Role.MID_ANCHOR: "Anchors",
    Role.FLAT: "Anchors",
    Role.SYSTEM: "Systems under test",
}


def draw_seed() -> int:
    """A seed for a new batch: random, and shown so that it can be typed again."""
    return 1 + secrets.randbelow(SEED_DIGITS - 1)


class BatchForm(forms.Form):
    """A batch without its scenarios."""

    project = forms.ModelChoiceField(queryset=Project.objects.none(), empty_label=None)
    name = forms.CharField(
        max_length=200, help_text="As the report will call it, e.g. “Vocoders on unseen speakers”."
    )
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    seed = forms.IntegerField(
        min_value=0,
        max_value=MAX_SEED,
        help_text="Decides which recordings are drawn and how systems with chance in them "
        "render. The same plan with the same seed gives the same batch.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = editable_projects(user)
        field = cast(forms.ModelChoiceField, self.fields["project"])
        field.queryset = projects
        self.fields["seed"].initial = draw_seed
        if len(projects) == 1:
            field.initial, field.widget = projects[0].pk, forms.HiddenInput()

    def plan(self, scenarios: Sequence[ScenarioPlan]) -> BatchPlan:
        """The batch as the service takes it; only after `is_valid`."""
        typed = self.cleaned_data
        return BatchPlan(
            name=typed["name"],
            description=typed["description"],
            seed=typed["seed"],
            scenarios=scenarios,
        )


class ScenarioForm(forms.Form):
    """One scenario: which recordings, how many, in which condition, shown in which systems.

    An unticked factor accepts everything. The natural recording is always among the systems.
    """

    title = forms.CharField(
        max_length=200, help_text="What its recordings have in common, e.g. “Unseen speakers”."
    )
    languages = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    speakers = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    styles = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    conditions = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Recorded as"
    )
    corpora = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    condition = forms.ChoiceField(
        label="Condition applied",
        required=False,
        help_text="Simulated on every recording of the scenario: on the reference, and on what "
        "every system and anchor starts from.",
    )
    voice = forms.ChoiceField(
        label="Target voice",
        required=False,
        help_text="Systems of prosody transfer speak with it; all others keep the recording’s own.",
    )
    n_items = forms.IntegerField(
        label="Number of items",
        min_value=1,
        max_value=MAX_ITEMS,
        initial=6,
        help_text="BS.1534-3 asks for at least 5 in a test. Each costs a listener about a minute.",
    )
    systems = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        initial=[LOW_ANCHOR, SPEECH_ANCHOR],
        error_messages={"required": "Choose at least one system to compare with the recording."},
    )

    def __init__(
        self,
        *args: Any,
        values: Mapping[str, Sequence[FactorValue]],
        systems: Sequence[SystemChoice],
        voices: Sequence[VoiceChoice],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False  # a scenario may be taken away again
        for factor, found in values.items():
            self._offer(factor, found)
        self._offer("condition", condition_choices())
        self._offer("systems", [choice for choice in systems if choice.role in ROLE_TITLES])
        if voices:
            self._offer("voice", voices)
        else:
            del self.fields["voice"]

    def factors(self) -> list[forms.BoundField]:
        """The filters, in the order in which the page shows them."""
        return [self[name] for name in ("languages", "speakers", "styles", "conditions", "corpora")]

    def system_groups(self) -> list[tuple[str, list[Any]]]:
        """The systems' check boxes under "Anchors" and "Systems under test"."""
        groups: dict[str, list[Any]] = {"Anchors": [], "Systems under test": []}
        for box in self["systems"]:
            groups[ROLE_TITLES[box.data["label"].role]].append(box)
        return list(groups.items())

    def plan(self, *, position: int) -> ScenarioPlan:
        """The scenario as the service takes it; only after `is_valid`."""
        typed = self.cleaned_data
        return ScenarioPlan(
            code=slugify(typed["title"])[:50] or f"scenario-{position + 1}",
            title=typed["title"],
            n_items=typed["n_items"],
            systems=typed["systems"],
            filters={factor: typed[factor] for factor in FACTOR_FIELDS if typed[factor]},
            condition=typed["condition"] or CLEAN,
            voice=typed.get("voice", ""),
        )

    def _offer(
        self,
        name: str,
        choices: Iterable[FactorValue | SystemChoice | ConditionChoice | VoiceChoice],
    ) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = [(choice.code, choice) for choice in choices]


if TYPE_CHECKING:  # generic for mypy only
    _ScenarioForms = forms.BaseFormSet[ScenarioForm]
else:
    _ScenarioForms = forms.BaseFormSet


class BaseScenarioFormSet(_ScenarioForms):
    """One to MAX_SCENARIOS scenarios whose titles can be told apart."""

    def clean(self) -> None:
        """Refuses a title used twice, at the later one."""
        codes: set[str] = set()
        for form in self.forms:
            title = form.cleaned_data.get("title", "") if form.is_valid() else ""
            code = slugify(title) or title.casefold()
            if code and code in codes:
                form.add_error("title", "Another scenario has this title: choose a different one.")
            codes.add(code)

    def plans(self) -> list[ScenarioPlan]:
        """The scenarios as the service takes them; only after `is_valid`."""
        return [form.plan(position=position) for position, form in enumerate(self.forms)]


ScenarioFormSet = forms.formset_factory(
    ScenarioForm,
    formset=BaseScenarioFormSet,
    extra=0,
    min_num=1,
    validate_min=True,
    max_num=MAX_SCENARIOS,
    validate_max=True,
    absolute_max=MAX_SCENARIOS + 1,
)


def scenario_forms(
    data: QueryDict | None,
    *,
    values: Mapping[str, Sequence[FactorValue]],
    systems: Sequence[SystemChoice],
    initial: Sequence[Mapping[str, Any]] = (),
) -> BaseScenarioFormSet:
    """The scenarios as typed so far, offering what there is.

    Without `data` there is one scenario for each of `initial`, or an empty one.
    """
    forms_of = ScenarioFormSet(
        data,
        prefix="scenarios",
        initial=initial or None,
        # A scenario left as it was proposed is still one to make.
        form_kwargs={
            "values": values,
            "systems": systems,
            "voices": voice_choices(),
            "empty_permitted": False,
        },
    )
    return cast(BaseScenarioFormSet, forms_of)


def show_refusal(error: MushraError, batch: BatchForm, scenarios: BaseScenarioFormSet) -> None:
    """Puts a refused plan's reason at the field that it names.

    A scenario's field is named "scenarios.<position>.<field>"; what names no field of ours is
    said above the form.
    """
    head, *rest = (error.field or "").split(".")
    if head == "scenarios" and len(rest) == 2 and rest[0].isdecimal():
        form = scenarios.forms[int(rest[0])]
        form.add_error(rest[1] if rest[1] in form.fields else None, error.message)
    else:
        batch.add_error(head if head in batch.fields else None, error.message)


class TestForm(forms.Form):
    """A listening test over a frozen batch."""

    __test__ = False  # not a pytest class

    title = forms.CharField(
        max_length=200, help_text="Listeners see it. It should not say what is compared."
    )
    attribute = forms.ChoiceField(
        label="What listeners rate",
        choices=[(one.code, one.title) for one in ATTRIBUTES.values()],
        initial=BASIC_QUALITY,
        widget=forms.HiddenInput,
    )
    instructions = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 13}),
        help_text="Shown before the first page. An empty line begins a new paragraph.",
    )
    consent = forms.CharField(
        initial=CONSENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What a listener agrees to. Kept with every sitting as it was shown.",
    )
    ask_for_hundred = forms.BooleanField(
        required=False,
        initial=True,
        label="Ask for at least one rating of 100 on every page",
        help_text="BS.1534-3 asks that the hidden reference, and so something, is rated 100.",
    )
    screen_by_reference = forms.BooleanField(
        required=False,
        initial=True,
        label="Screen listeners by the hidden reference",
        help_text="Leaves out who rates it below 90 on more than 15 % of the items "
        "(BS.1534-3 §4.1.2). The report says how many were left out.",
    )
    screen_by_listening = forms.BooleanField(
        required=False,
        label="Screen listeners by how they listened",
        help_text="Leaves out who rates signals after hearing less than a second of them, leaves "
        "pages faster than they can be heard, or gives whole pages one score. Without it the "
        "report only points them out. For tests without the standard's reference or anchors.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = ATTRIBUTES.get(self["attribute"].value(), ATTRIBUTES[BASIC_QUALITY])
        self.fields["instructions"].initial = instructions_for(asked.code)
        if asked.has_hidden_reference:
            return
        for name in ("ask_for_hundred", "screen_by_reference"):
            field = self.fields[name]
            field.disabled, field.initial, field.help_text = True, False, asked.not_screened

    def plan(self) -> TestPlan:
        """The test as the service takes it; only after `is_valid`."""
        return TestPlan(**self.cleaned_data)
