"""The researcher's plan: scenarios x items x systems, and the stimuli made from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from mushra.models.projects import Project
from synth.audio.conditions import CLEAN
from synth.models import Clip, Job, System, Utterance


class Batch(models.Model):
    """What is to be compared. Its state follows from `job`, its clips and `frozen_at`."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        GENERATING = "generating", "Generating"
        READY = "ready", "Ready"
        FROZEN = "frozen", "Frozen"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="batches")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    seed = models.PositiveBigIntegerField()
    rate_hz = models.PositiveIntegerField(default=16000)
    job = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.PROTECT, related_name="batches"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    stimuli_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="batch_name_once"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | ~Q(stimuli_hash=""),
                name="frozen_batch_has_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_frozen(self) -> bool:
        """True once nothing of the batch may change."""
        return self.frozen_at is not None


class Scenario(models.Model):
    """A named filter over the utterances, how many items it draws, and the systems shown in it.

    `filters` maps a factor (corpora, languages, speakers, styles, conditions) to the accepted
    codes; an absent or empty factor accepts all. `condition` is simulated on every recording
    drawn, whatever its own is; clean leaves it as recorded. `voice` is what its systems of prosody
    transfer speak with.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="scenarios")
    code = models.SlugField()
    title = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    filters = models.JSONField(default=dict, blank=True)
    condition = models.CharField(max_length=50, default=CLEAN)
    voice = models.CharField(max_length=50, blank=True)
    n_items = models.PositiveIntegerField()
    systems = models.ManyToManyField(System, related_name="+")

    class Meta:
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "code"], name="scenario_code_once"),
            models.CheckConstraint(condition=Q(n_items__gte=1), name="scenario_has_items"),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One utterance in one condition: what a trial is about.

    `target_utterance` is the scenario's target voice saying another sentence, where the site had
    one when the items were drawn.
    """

    class Purpose(models.TextChoices):
        RATED = "rated", "Rated"
        TRAINING = "training", "Training"

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="items")
    utterance = models.ForeignKey(Utterance, on_delete=models.PROTECT, related_name="+")
    condition = models.CharField(max_length=50, default=CLEAN)  # simulated; clean: as recorded
    target_utterance = models.ForeignKey(
        Utterance, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.RATED)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["scenario", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "utterance", "condition"], name="item_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What tells the item from every other of its batch, in tables and exports."""
        return item_code(self.utterance.code, self.condition)


def item_code(utterance: str, condition: str) -> str:
    """The code of an utterance in a condition, e.g. "june-3+babble_10db"."""
    return utterance if condition == CLEAN else f"{utterance}+{condition}"


class Stimulus(models.Model):
    """One system's rendering of one item.

    `factors` and `audio_sha256` are snapshots taken when the batch is frozen, so that a report
    stays what it was when corpora or checkpoints change later.
    """

    class Role(models.TextChoices):
        """The values are those of mushra.design.attributes.Role."""

        REFERENCE = "reference", "Reference"
        TARGET = "target", "Target voice"
        LOW_ANCHOR = "low_anchor", "Low anchor"
        MID_ANCHOR = "mid_anchor", "Mid anchor"
        FLAT = "flat", "Flat prosody"
        SYSTEM = "system", "System under test"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="stimuli")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    factors = models.JSONField(default=dict, blank=True)
    audio_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["item", "system__sort_order"]
        verbose_name_plural = "stimuli"
        constraints = [
            models.UniqueConstraint(fields=["item", "system"], name="stimulus_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(role="reference"), name="one_reference_per_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system.code} of {self.item}"
