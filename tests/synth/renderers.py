"""Renderers that go wrong in the ways that real ones do."""

from collections.abc import Sequence

from synth.errors import SynthError
from synth.requests import Rendering, RenderRequest
from synth.services.rendering import Render
from tests.conftest import fake_render


def refusing(system: str) -> Render:
    """Refuses one system as the engine does, and renders the others."""

    def render(requests: Sequence[RenderRequest]) -> list[Rendering | SynthError]:
        refusal = SynthError(f"{system} is refused here.", code="refused")
        return [
            refusal if request.system == system else sound
            for request, sound in zip(requests, fake_render(requests), strict=True)
        ]

    return render


def crashing(utterance: str) -> Render:
    """Breaks down whenever one utterance is among the requests, taking the whole batch along."""

    def render(requests: Sequence[RenderRequest]) -> list[Rendering | SynthError]:
        if any(request.source.stem == utterance for request in requests):
            raise RuntimeError("out of memory")
        return list(fake_render(requests))

    return render
