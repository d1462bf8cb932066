"""Addresses of the synth app."""

from django.urls import path

from synth import views

urlpatterns = [
    path("corpora/", views.corpora, name="corpora"),
    path("corpora/<slug:code>/", views.corpus, name="corpus"),
    path("systems/", views.systems, name="systems"),
    path("utterances/<slug:code>/audio/", views.utterance_audio, name="utterance-audio"),
]
