"""What can go wrong in a listening test, said so that the reader can mend it."""


class MushraError(Exception):
    """A refused wish. `message` says what was expected, what came and what to do.

    Args:
        message: a sentence for the person who asked.
        code: a stable word for programs, e.g. "not_ready".
        field: the input concerned, if one is.
    """

    def __init__(self, message: str, *, code: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class NotFoundError(MushraError):
    """The thing named does not exist, or not for the one who asks."""


class ConflictError(MushraError):
    """The wish contradicts what is already recorded."""
