"""What a command tells in a sentence instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from config.broker import BrokerError
from config.processes import ChildDiedError
from config.supervisor import AlreadyRunningError, PortTakenError
from mushra.bots.http_listener import SittingFailedError
from mushra.errors import MushraError
from synth.errors import SynthError

_OF_THE_SITE = (PortTakenError, AlreadyRunningError, BrokerError, ChildDiedError, TimeoutError)


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turns what can go wrong with a running site into a CommandError with its message."""
    try:
        yield
    except (MushraError, SynthError) as error:
        raise CommandError(error.message) from error
    except (*_OF_THE_SITE, SittingFailedError) as error:
        raise CommandError(str(error)) from error
