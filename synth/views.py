"""What there is to listen to and to listen with: corpora, utterances, systems."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from synth.models import Corpus, System, Utterance
from synth.selectors import card_figures, corpus_summaries, corpus_utterances

DAY_S = 24 * 3600
AUDIO_TYPES = {".flac": "audio/flac", ".wav": "audio/wav"}


@require_safe
@login_required
def corpora(request: HttpRequest) -> HttpResponse:
    """All corpora with their licences."""
    return render(request, "synth/corpora.html", {"summaries": corpus_summaries()})


@require_safe
@login_required
def corpus(request: HttpRequest, code: str) -> HttpResponse:
    """One corpus and its recordings."""
    found = get_object_or_404(Corpus, code=code)
    context = {"corpus": found, "utterances": corpus_utterances(found)}
    return render(request, "synth/corpus.html", context)


@require_safe
@login_required
def systems(request: HttpRequest) -> HttpResponse:
    """All systems; of networks, what they were trained on and what was measured."""
    rows = [
        {"system": system, "figures": card_figures(system.checkpoint.card)}
        if system.checkpoint
        else {"system": system}
        for system in System.objects.select_related("checkpoint")
    ]
    return render(request, "synth/systems.html", {"rows": rows})


@require_safe
@login_required
@cache_control(private=True, max_age=DAY_S)
def utterance_audio(request: HttpRequest, code: str) -> FileResponse:
    """The recording as it lies on disk."""
    found = get_object_or_404(Utterance.objects.select_related("speaker__corpus"), code=code)
    file = found.file
    if file.suffix not in AUDIO_TYPES or not file.is_file():
        raise Http404(f"The recording {file.name} is missing. Restore the corpus' folder.")
    return FileResponse(file.open("rb"), content_type=AUDIO_TYPES[file.suffix])
