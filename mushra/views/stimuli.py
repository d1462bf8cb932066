"""One stimulus: its sound, its pictures and where it comes from."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_safe

from mushra.models import Membership, Stimulus
from mushra.selectors.projects import member_row
from mushra.selectors.stimulus_pages import current_audio, stimulus_page
from mushra.views.access import members_page, researcher
from mushra.views.ranges import audio_response
from synth.audio.spectrogram import spectrogram_png, waveform_peaks
from synth.errors import SynthError
from synth.services.storage import audio_path, read_audio

DAY_S = 24 * 3600
WAVEFORM_POINTS = 600


@members_page
@never_cache
@require_GET
def stimulus(request: HttpRequest, pk: int) -> HttpResponse:
    """The stimulus beside its reference."""
    found = _stimulus(request, pk)
    page = stimulus_page(found)
    context = {
        "page": page,
        "stimulus": found,
        "batch": found.item.scenario.batch,
        "utterance": found.clip.utterance,
        "audio": current_audio(found),
        "reference_audio": current_audio(page.reference),
        "waveform": _waveform(current_audio(found)),
        "reference_waveform": _waveform(current_audio(page.reference)),
    }
    return render(request, "mushra/researcher/stimulus.html", context)


@members_page
@require_safe
@cache_control(private=True, max_age=DAY_S)
def stimulus_audio(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The stimulus' sound as it was rendered."""
    path = audio_path(_audio_or_404(_stimulus(request, pk)))
    if not path.exists():
        raise Http404("This sound's file is missing. Generate the batch again.")
    return audio_response(request, path)


@members_page
@require_safe
@cache_control(private=True, max_age=DAY_S)
def stimulus_spectrogram(request: HttpRequest, pk: int) -> HttpResponse:
    """The stimulus' spectrogram as a picture."""
    samples, rate_hz = _read_or_404(_audio_or_404(_stimulus(request, pk)))
    return HttpResponse(spectrogram_png(samples, rate_hz), content_type="image/png")


def _stimulus(request: HttpRequest, pk: int) -> Stimulus:
    rows = Stimulus.objects.select_related(
        "clip__utterance__speaker__corpus",
        "system__checkpoint",
        "item__scenario__batch__project",
    )
    return member_row(researcher(request), rows, pk, at_least=Membership.Role.VIEWER)


def _audio_or_404(found: Stimulus) -> str:
    sha256 = current_audio(found)
    if not sha256:
        raise Http404("This stimulus is not rendered yet.")
    return sha256


def _read_or_404(sha256: str) -> tuple:
    try:
        return read_audio(sha256)
    except SynthError as error:
        raise Http404(error.message) from error


def _waveform(sha256: str) -> str:
    """The outline as the `d` of an SVG path, 0..WAVEFORM_POINTS wide and -1..1 high; "" if none.

    Scaled by the loudest sample, because speech at -26 LUFS would be a thin line.
    """
    if not sha256:
        return ""
    try:
        samples, _ = read_audio(sha256)
    except SynthError:
        return ""
    peaks = waveform_peaks(samples, WAVEFORM_POINTS)
    loudest = max((max(-low, high) for low, high in peaks), default=0.0) or 1.0
    upper = [f"{x},{-high / loudest:.3f}" for x, (_, high) in enumerate(peaks)]
    lower = [f"{x},{-low / loudest:.3f}" for x, (low, _) in enumerate(peaks)]
    return f"M{' L'.join(upper + lower[::-1])}Z"
