"""Writes: every change of the database goes through a function of this package."""
