"""Corpora, speakers, checkpoints, systems, and the clips that a worker renders.

The rows are the truth of all generation work: a queue message only wakes a worker up.
"""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from synth.audio.conditions import CLEAN


class Corpus(models.Model):
    """A set of recordings with one licence; `root` is a folder, relative to the project's."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=100)
    licence_url = models.URLField(blank=True)
    attribution = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    root = models.CharField(max_length=500)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "corpora"

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """The folder the utterances' paths are relative to."""
        return settings.BASE_DIR / self.root


class Speaker(models.Model):
    """Who speaks. One speaker belongs to one corpus."""

    corpus = models.ForeignKey(Corpus, on_delete=models.PROTECT, related_name="speakers")
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    gender = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Utterance(models.Model):
    """One recorded sentence. Text and topic are empty where the source gives none: not invented."""

    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="utterances")
    code = models.SlugField(unique=True, max_length=100)
    path = models.CharField(max_length=500)
    language = models.CharField(max_length=20)
    style = models.CharField(max_length=50)
    condition = models.CharField(max_length=50, default="clean")
    topic = models.CharField(max_length=100, blank=True)  # empty: not known
    text = models.TextField(blank=True)
    text_source = models.CharField(max_length=300, blank=True)
    duration_s = models.FloatField()
    rate_hz = models.PositiveIntegerField()
    bandwidth_hz = models.FloatField()
    sha256 = models.CharField(max_length=64)  # of the samples, as are those of training sets
    source_sha256 = models.CharField(max_length=64, blank=True)  # before silence was cut, if it was

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(duration_s__gt=0), name="utterance_has_sound"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def file(self) -> Path:
        """Where the recording lies."""
        return self.speaker.corpus.folder / self.path


class Checkpoint(models.Model):
    """One set of trained weights under synth/weights, with its model card."""

    name = models.SlugField(unique=True)
    architecture = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    card = models.JSONField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class System(models.Model):
    """What is under test and produces sound: the natural recording, an anchor, a vocoder."""

    class Kind(models.TextChoices):
        NATURAL = "natural", "Natural recording"
        ANCHOR = "anchor", "Anchor"
        GRIFFIN_LIM = "griffin_lim", "Griffin-Lim"
        WORLD = "world", "WORLD"
        VOCODER = "vocoder", "Neural vocoder"
        PROSODY = "prosody", "Prosody transfer"

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    params = models.JSONField(default=dict, blank=True)
    checkpoint = models.ForeignKey(
        Checkpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="systems"
    )
    sort_order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="vocoder") | Q(checkpoint__isnull=False),
                name="vocoder_has_checkpoint",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Clip(models.Model):
    """One system's rendering of one utterance in one condition, and how far it has come.

    `key` is a hash over everything that decides the sound, so that the same wish made twice is
    one clip. A running clip carries a lease: when its worker dies the lease runs out and the
    clip is wanted again. Only the holder of `lease_token` may finish it.
    """

    class State(models.TextChoices):
        WANTED = "wanted", "Wanted"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    key = models.CharField(max_length=64, unique=True)
    utterance = models.ForeignKey(Utterance, on_delete=models.PROTECT, related_name="clips")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="clips")
    rate_hz = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField()
    condition = models.CharField(max_length=50, default=CLEAN)  # simulated; clean: as recorded
    condition_params = models.JSONField(default=dict, blank=True)
    condition_seed = models.PositiveBigIntegerField(default=0)
    voice = models.CharField(max_length=50, blank=True)  # that speaks; empty: the recording's own
    voice_sha256 = models.CharField(max_length=64, blank=True)  # of its networks when wanted

    state = models.CharField(max_length=10, choices=State.choices, default=State.WANTED)
    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=200, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=50, blank=True)
    error_message = models.TextField(blank=True)
    error_traceback = models.TextField(blank=True)

    audio_sha256 = models.CharField(max_length=64, blank=True)
    n_samples = models.PositiveIntegerField(null=True, blank=True)
    loudness_lufs = models.FloatField(null=True, blank=True)
    gain_db = models.FloatField(null=True, blank=True)
    peak = models.FloatField(null=True, blank=True)
    provenance = models.JSONField(default=dict, blank=True)

    wanted_at = models.DateTimeField(default=timezone.now)  # moves when it is wanted again
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "lease_until"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(audio_sha256=""), name="done_clip_has_audio"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False),
                name="running_clip_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error_code=""), name="failed_clip_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(condition=CLEAN) | Q(condition_seed=0), name="clean_clip_has_no_seed"
            ),
            models.CheckConstraint(
                condition=Q(voice="", voice_sha256="") | ~(Q(voice="") | Q(voice_sha256="")),
                name="voice_has_sha256",
            ),
        ]

    def __str__(self) -> str:
        voice = f" by {self.voice}" if self.voice else ""
        condition = "" if self.condition == CLEAN else f" in {self.condition}"
        return f"{self.system.code} of {self.utterance.code}{voice}{condition}"

    @property
    def duration_s(self) -> float | None:
        """Length of the rendered audio, in seconds."""
        return None if self.n_samples is None else self.n_samples / self.rate_hz


class Job(models.Model):
    """One request to generate clips. Its progress is read off its clips."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=200)
    clips = models.ManyToManyField(Clip, through="JobClip", related_name="jobs")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label


class JobClip(models.Model):
    """A clip that a job asked for. Jobs share clips."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE)
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "clip"], name="clip_once_per_job"),
        ]
