"""Conditions as pages and reports name them."""

from synth.audio.conditions import CONDITIONS


def title_of(code: str) -> str:
    """How a condition is called; a joint one ("telephone+babble_5db") by all its names."""
    titles = (CONDITIONS[one].title if one in CONDITIONS else one for one in code.split("+"))
    return " + ".join(titles)
