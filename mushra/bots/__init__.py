"""Listeners without ears, for rehearsing a test. Standard library only; they know HTTP alone."""
