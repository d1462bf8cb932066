"""Errors of the synth app that a user can act on."""


class SynthError(Exception):
    """Something a user can act on: the message says what was expected, what came, what to do.

    Args:
        message: a sentence for the screen.
        code: a short stable word for programs, e.g. "anchor_refused".
        field: the input field concerned, where there is one.
    """

    def __init__(self, message: str, *, code: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
