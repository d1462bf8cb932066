"""A study of prosody transfer on made recordings: its voice, systems, plan, and uneven sounds."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mushra.services.batches import BatchPlan, ScenarioPlan
from synth.models import System, Utterance
from synth.requests import Rendering, RenderRequest
from synth.services.rendering import render_next
from tests.conftest import RATE_HZ, fake_render

VOICE = "anna"
WHOSE = {"title": "Anna", "language": "en", "speaker": "speaker0", "phone_set": "ipa"}
SPOKEN = ("transferred", "transferred_textless", "synthesized", "flat_prosody")


def install_voice(folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    """The voice of speaker0, as this site's only one."""
    (folder / VOICE).mkdir(parents=True)
    (folder / VOICE / "voice.json").write_text(json.dumps(WHOSE | changes))
    monkeypatch.setattr("synth.voices.FOLDER", folder)


def add_transfer_systems() -> list[System]:
    return [
        System.objects.create(code=code, title=code, kind=System.Kind.PROSODY, sort_order=20 + n)
        for n, code in enumerate(SPOKEN)
    ]


def say_something() -> None:
    """A text of its own for every recording."""
    for one in Utterance.objects.all():
        one.text = f"Sentence {one.code}."
        one.save(update_fields=["text"])


def transfer_plan(**changes: object) -> BatchPlan:
    """Two scenarios of three items: the voice's own speaker, and another of its language."""
    own = ScenarioPlan(
        code="own",
        title="Same speaker",
        n_items=2,
        systems=SPOKEN,
        filters={"languages": ["en"], "speakers": ["speaker0"]},
        voice=VOICE,
    )
    other = replace(own, code="other", title="Other speakers", n_items=3)
    other = replace(other, filters={"languages": ["en"], "speakers": ["speaker1"]})
    return BatchPlan("Transfer", 5, [replace(one, **changes) for one in (own, other)])


def render_uneven() -> None:
    """Renders all, each system with a length of its own: half a second and up to one."""
    while render_next(render=_uneven):
        pass


def _uneven(requests: Sequence[RenderRequest]) -> list[Rendering]:
    made = zip(requests, fake_render(requests), strict=True)
    return [replace(sound, samples=_longer(sound.samples, request)) for request, sound in made]


def _longer(samples: np.ndarray, request: RenderRequest) -> np.ndarray:
    more = sum(f"{request.system} {request.source}".encode()) % (RATE_HZ // 2)
    return np.concatenate([samples, samples[:more]])
