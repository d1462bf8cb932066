"""Runs the whole site until Ctrl-C: `make run`."""

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.urls import reverse

from config import env
from config.management.errors import readable_errors
from config.preparation import prepare_site
from config.supervisor import RunningSite, check_port, running_site
from mushra.errors import MushraError
from mushra.models import ListeningTest
from mushra.services.accounts import FirstResearcher, ensure_first_researcher
from mushra.services.demo import ensure_demo, open_ready_made_test

LOOK_FOR_TEST_S = 2.0


class Command(BaseCommand):
    help = "Prepare the site and run it: queue, web server, worker. PORT and HOST say where."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=env.text("PORT", "8000"))
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))

    def handle(self, *_: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        try:
            with readable_errors():
                self._run(options["host"], options["port"])
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _run(self, host: str, port: int) -> None:
        check_port(host, port)
        self.stdout.write("Preparing ...")
        prepare_site()
        with running_site(port=port, host=host) as site:
            first = ensure_first_researcher()
            self._load_demo(first)
            self._say_where(site, first)
            self._watch(site)

    def _load_demo(self, first: FirstResearcher | None) -> None:
        """For a site that nobody has used yet: who has deleted the demo does not want it back."""
        if first is None:
            return
        try:
            ensure_demo(first.user)
        except MushraError as error:
            self.stderr.write(f"The demo study was not made: {error}")

    def _say_where(self, site: RunningSite, first: FirstResearcher | None) -> None:
        self.stdout.write("\nEarshot is running. Ctrl-C stops it.\n")
        self.stdout.write(f"  Researchers  {site.base_url}{reverse('home')}")
        if first is not None:
            self.stdout.write(f"               sign in as {first.user.get_username()}")
            self.stdout.write(
                f"               one-time password {first.password} (then choose your own)"
            )

    def _watch(self, site: RunningSite) -> NoReturn:
        """Until a signal or a child's death; says the listener's link as soon as there is one."""
        test = _open_test()
        if test is None:
            self.stdout.write("  Listeners    get a link from a test's page once it is open")
        while test is None:
            site.watch(LOOK_FOR_TEST_S)
            test = _open_test()
        link = reverse("welcome", args=[test.link_token])
        self.stdout.write(f"  Listeners    {site.base_url}{link} ({test.title})")
        while True:
            site.watch(LOOK_FOR_TEST_S)


def _open_test() -> ListeningTest | None:
    """The latest open test; the demo's is opened as soon as its stimuli are there."""
    opened = ListeningTest.objects.filter(
        state=ListeningTest.State.OPEN, listener_kind=ListeningTest.ListenerKind.HUMAN
    )
    return opened.order_by("-pk").first() or open_ready_made_test()


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """The first signal stops the site; stopping itself is not interrupted."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt
