"""What workers do. Messages are wake-ups without content: the clip rows say what is to be done."""

from functools import cache
from typing import TYPE_CHECKING

from celery import shared_task
from celery.signals import worker_ready

from synth import selectors
from synth.services import jobs, rendering

if TYPE_CHECKING:
    from synth.engine import Engine


@cache
def _engine() -> "Engine":
    """The process's one engine. Imported here: torch enters workers only."""
    from synth.engine import Engine

    return Engine(noises=jobs.noise_sources())


@shared_task(acks_late=True, reject_on_worker_lost=True)
def render_wanted() -> None:
    """Render one batch and pass the turn on, until nothing is wanted.

    One batch per message keeps a message short: a stopping worker has little to wait for, and
    sweeps get their turn between batches.
    """
    if rendering.render_next(render=_engine().render):
        jobs.wake_workers(1)


@shared_task
def sweep() -> None:
    """Give clips of dead workers back to the queue, and work to idle workers."""
    rendering.release_expired_leases()
    jobs.wake_workers(selectors.count_unattended())


@worker_ready.connect
def sweep_at_start(**_: object) -> None:
    """Pick up what was wanted while no worker ran."""
    sweep.delay()
