"""Prosody transfer measured on what is heard: references, systems, scores, tables."""
