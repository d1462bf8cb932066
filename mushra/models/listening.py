"""What listeners take, and what they answer."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from mushra.design.attributes import ATTRIBUTES, BASIC_QUALITY, Attribute
from mushra.models.batches import Batch, Item, Stimulus


class ListeningTest(models.Model):
    """A frozen batch offered to listeners by a link."""

    class Method(models.TextChoices):
        MUSHRA = "mushra", "MUSHRA (ITU-R BS.1534-3)"
        MUSHRA_LIKE = "mushra_like", "MUSHRA-like"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class ListenerKind(models.TextChoices):
        HUMAN = "human", "Human listeners"
        SIMULATED = "simulated", "Simulated listeners"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="tests")
    title = models.CharField(max_length=200)
    method = models.CharField(max_length=20, choices=Method.choices)
    deviations = models.JSONField(default=list, blank=True)
    attribute = models.CharField(
        max_length=20,
        choices=[(one.code, one.title) for one in ATTRIBUTES.values()],
        default=BASIC_QUALITY,
    )
    instructions = models.TextField()
    consent = models.TextField()
    listener_kind = models.CharField(
        max_length=10, choices=ListenerKind.choices, default=ListenerKind.HUMAN
    )
    # The stated truth that simulated listeners draw from; empty for human listeners.
    simulation = models.JSONField(default=dict, blank=True)
    ask_for_hundred = models.BooleanField(default=True)
    screen_by_reference = models.BooleanField(default=True)
    screen_by_listening = models.BooleanField(default=False)
    seed = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    link_token = models.CharField(max_length=64, unique=True)
    protocol_hash = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(protocol_hash=""), name="open_test_has_protocol"
            ),
            models.CheckConstraint(
                condition=Q(listener_kind="simulated") | Q(simulation={}),
                name="only_simulated_tests_have_a_truth",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_simulated(self) -> bool:
        """True when no human ever answers this test."""
        return self.listener_kind == self.ListenerKind.SIMULATED

    @property
    def asked(self) -> Attribute:
        """What listeners are asked, and what of each item they are shown for it."""
        return ATTRIBUTES[self.attribute]


class Trial(models.Model):
    """An item with its stimuli as a page of a test. Training ratings are never analyzed."""

    class Kind(models.TextChoices):
        TRAINING = "training", "Training"
        RATED = "rated", "Rated"

    test = models.ForeignKey(ListeningTest, on_delete=models.CASCADE, related_name="trials")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["test", "position"]
        constraints = [
            models.UniqueConstraint(fields=["test", "item"], name="trial_once"),
            models.UniqueConstraint(fields=["test", "position"], name="trial_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} ({self.kind})"


class Listener(models.Model):
    """A person, known by a pseudonym only, or a simulation, always labelled as one."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=ListeningTest.ListenerKind.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Sitting(models.Model):
    """One listener's pass through one test. Whoever holds `token` is that listener."""

    class Device(models.TextChoices):
        HEADPHONES = "headphones", "Headphones"
        LOUDSPEAKERS = "loudspeakers", "Loudspeakers"

    test = models.ForeignKey(ListeningTest, on_delete=models.PROTECT, related_name="sittings")
    listener = models.ForeignKey(Listener, on_delete=models.PROTECT, related_name="sittings")
    number = models.PositiveIntegerField()
    token = models.CharField(max_length=64, unique=True)
    # From the consent form: sending the same form twice begins one sitting.
    begin_key = models.CharField(max_length=64, unique=True)
    consent_text = models.TextField()
    device = models.CharField(max_length=20, choices=Device.choices, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["test", "number"]
        constraints = [
            models.UniqueConstraint(fields=["test", "number"], name="sitting_number_once"),
            models.UniqueConstraint(fields=["test", "listener"], name="one_sitting_per_listener"),
        ]

    def __str__(self) -> str:
        return f"{self.listener} in {self.test}"


class Presentation(models.Model):
    """A trial as shown in a sitting."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="presentations")
    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="+")
    page_number = models.PositiveIntegerField()
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sitting", "page_number"]
        constraints = [
            models.UniqueConstraint(fields=["sitting", "trial"], name="presentation_once"),
            models.UniqueConstraint(fields=["sitting", "page_number"], name="page_number_once"),
        ]

    def __str__(self) -> str:
        return f"page {self.page_number} of {self.sitting}"


class PresentedStimulus(models.Model):
    """A stimulus in its place on a page, under a token that says nothing.

    Position 0 is the labelled reference, which is not rated; where it is also a hidden one, both
    play the same stimulus. A test that shows no reference has no position 0.
    """

    presentation = models.ForeignKey(
        Presentation, on_delete=models.CASCADE, related_name="presented"
    )
    stimulus = models.ForeignKey(Stimulus, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["presentation", "position"]
        verbose_name_plural = "presented stimuli"
        constraints = [
            models.UniqueConstraint(fields=["presentation", "position"], name="position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label} on {self.presentation}"

    @property
    def is_labelled_reference(self) -> bool:
        """True for the signal shown as the reference, which is not rated."""
        return self.position == 0

    @property
    def label(self) -> str:
        """What the listener sees: Reference, A, B, C, ..."""
        return "Reference" if self.position == 0 else chr(ord("A") + self.position - 1)


class Rating(models.Model):
    """A score as the listener gave it. Append-only: the highest `sequence` is the current one.

    `evidence` is what the browser saw of the listening: plays, heard_s, switches, loops.
    """

    presented = models.ForeignKey(
        PresentedStimulus, on_delete=models.CASCADE, related_name="ratings"
    )
    sequence = models.PositiveIntegerField()
    score = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    evidence = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["presented", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["presented", "sequence"], name="rating_sequence_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="score_within_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.score} for {self.presented}"
