"""Forced alignment: when each phoneme of a known text is said. Pure, without any framework."""
