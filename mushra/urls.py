"""Addresses of the mushra app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
