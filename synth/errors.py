"""What goes wrong in the synth app, told so that a researcher can act on it."""


class SynthError(Exception):
    """An error with a message for people, a code for programs and the field it is about.

    Args:
        message: what was expected, what came, which object, what to do.
        code: short snake_case name that stays the same between versions.
        field: the name of the input that is at fault, where there is one.
    """

    def __init__(self, message: str, *, code: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field

    def __reduce__(self) -> tuple[object, ...]:
        """Survives pickling, so that it can cross process borders."""
        return (_rebuild, (self.message, self.code, self.field))


def _rebuild(message: str, code: str, field: str | None) -> SynthError:
    return SynthError(message, code=code, field=field)
