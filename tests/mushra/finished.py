"""Sittings of a test that are finished, with scores that a seed decides."""

import numpy as np
from django.utils import timezone

from mushra.models import ListeningTest, PresentedStimulus, Rating, Sitting
from mushra.services.sittings import begin_sitting

# What listeners hear in the systems of tests/conftest.py, points.
MEANS = {"natural": 99.0, "anchor35": 25.0, "anchor20": 10.0, "griffin_lim": 55.0, "world": 65.0}


def finish_sittings(
    test: ListeningTest, n: int, *, seed: int = 1534, means: dict[str, float] | None = None
) -> list[Sitting]:
    """n new listeners who rated everything; the same seed gives the same scores."""
    rng = np.random.default_rng(seed)
    return [_finish(begin_sitting(test), rng, MEANS | (means or {})) for _ in range(n)]


def _finish(sitting: Sitting, rng: np.random.Generator, means: dict[str, float]) -> Sitting:
    rated = (
        PresentedStimulus.objects.filter(presentation__sitting=sitting, position__gt=0)
        .select_related("stimulus__system")
        .order_by("stimulus__pk")
    )
    heard = {"plays": 1, "heard_s": 2.0, "switches": 1, "loops": 0}
    Rating.objects.bulk_create(
        Rating(presented=one, sequence=1, score=_score(one, rng, means), evidence=heard)
        for one in rated
    )
    now = timezone.now()
    sitting.presentations.update(completed_at=now)
    Sitting.objects.filter(pk=sitting.pk).update(completed_at=now, device="headphones")
    sitting.refresh_from_db()
    return sitting


def _score(one: PresentedStimulus, rng: np.random.Generator, means: dict[str, float]) -> int:
    code = one.stimulus.system.code
    spread = 0.5 if code == "natural" else 8.0
    return int(np.clip(np.rint(rng.normal(means[code], spread)), 0, 100))
