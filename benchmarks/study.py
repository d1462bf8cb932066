"""An open listening test on the demo recordings, its stimuli made by the site's own worker.

Needs Django to be set up (see benchmarks.site).
"""

import itertools
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from benchmarks.load import Post
from config.supervisor import running_site
from mushra.models import ListeningTest, PresentedStimulus, Project, Rating, Sitting
from mushra.selectors.batches import batch_progress
from mushra.selectors.sittings import current_presentation
from mushra.services.batches import (
    BatchPlan,
    ScenarioPlan,
    create_batch,
    freeze_batch,
    generate_batch,
)
from mushra.services.listening_tests import TestPlan, create_test, open_test
from mushra.services.sittings import begin_sitting, record_device
from mushra.services.sound import disguised_wav
from synth.services.storage import audio_path

GENERATION_LIMIT_S = 300
SEED = 1534
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class ShownSound:
    """A stimulus on a sitting's current page, and the truth that no listener is told."""

    page: int
    path: str
    token: str
    is_labelled_reference: bool
    is_natural: bool
    audio: Path


def open_benchmark_test(n_items: int, systems: Sequence[str]) -> ListeningTest:
    """A running test with so many rated pages (and training) once its clips are made."""
    plan = BatchPlan(
        name="Benchmark",
        seed=SEED,
        scenarios=[ScenarioPlan(code="all", title="All", n_items=n_items, systems=systems)],
    )
    project = Project.objects.create(name="Benchmark")
    with running_site(port=0) as site:
        batch = generate_batch(create_batch(project, plan, user=None), user=None)
        deadline = time.monotonic() + GENERATION_LIMIT_S
        while (progress := batch_progress(batch)) is not None and progress.done < progress.total:
            if progress.failed or time.monotonic() > deadline:
                raise RuntimeError(f"The stimuli were not made: {progress}")
            site.watch(0.5)
    return open_test(create_test(freeze_batch(batch), TestPlan(title="Benchmark"), user=None))


def sitting_at(test: ListeningTest, page_number: int) -> Sitting:
    """A new sitting whose listener has come to that page (1 is the first)."""
    sitting = record_device(begin_sitting(test), Sitting.Device.HEADPHONES)
    sitting.presentations.filter(page_number__lt=page_number).update(completed_at=timezone.now())
    return sitting


def page_path(sitting: Sitting) -> str:
    """Where the sitting's current page is."""
    return reverse("sitting", args=[sitting.token])


def shown_sounds(sitting: Sitting, page: int) -> list[ShownSound]:
    """The sounds of the sitting's current page in their places, the labelled reference first."""
    presented = PresentedStimulus.objects.filter(presentation=current_presentation(sitting))
    return [
        ShownSound(
            page=page,
            path=reverse("api-audio", args=[sitting.token, one.token]),
            token=one.token,
            is_labelled_reference=one.position == 0,
            is_natural=one.stimulus.system.code == "natural",
            audio=audio_path(one.stimulus.clip.audio_sha256),
        )
        for one in presented.order_by("position").select_related(
            "stimulus__system", "stimulus__clip"
        )
    ]


def write_static_twin(sitting: Sitting) -> str:
    """The path of a new static file of exactly the size of the current page's sounds.

    The web server looks for static files when it starts.
    """
    presented = PresentedStimulus.objects.filter(presentation=current_presentation(sitting))
    one = presented.select_related("stimulus__clip").earliest("position")
    name = f"twin-{one.pk}.wav"
    n_bytes = len(disguised_wav(one, one.token))
    (Path(settings.STATIC_ROOT) / name).write_bytes(os.urandom(n_bytes))
    return f"/{settings.STATIC_URL.lstrip('/')}{name}"


def rating_posts(sitting: Sitting) -> Iterator[Post]:
    """A listener who moves the sliders of the current page again and again."""
    path = reverse("api-ratings", args=[sitting.token])
    tokens = [one.token for one in shown_sounds(sitting, 1) if not one.is_labelled_reference]
    return _ratings(path, tokens)


def _ratings(path: str, tokens: Sequence[str]) -> Iterator[Post]:
    evidence = {"plays": 3, "heard_s": 7.25, "switches": 5, "loops": 1}
    for sequence in itertools.count(1):
        for place, token in enumerate(tokens):
            score = (37 * sequence + 11 * place) % 101
            rating = {"stimulus": token, "sequence": sequence, "score": score}
            body = json.dumps({**rating, "evidence": evidence}).encode()
            yield Post((token, sequence, score), path, _JSON, body)


def acknowledges(status: int, body: bytes) -> bool:
    """Whether an answer says that the rating is on disk."""
    return status in {200, 201} and "score" in json.loads(body)


def stored_ratings(sittings: Sequence[Sitting]) -> list[tuple[str, int, int]]:
    """Token, sequence and score of every rating of the sittings."""
    ratings = Rating.objects.filter(presented__presentation__sitting__in=list(sittings))
    return list(ratings.values_list("presented__token", "sequence", "score"))
