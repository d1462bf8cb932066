"""Addresses of the synth app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
