"""A recording of one's own through any system, or said by a target voice.

Needs neither database nor broker.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from synth.audio.conditions import CLEAN, CONDITIONS
from synth.audio.noise_sources import NoiseSources
from synth.errors import SynthError
from synth.systems import find_system


class Command(BaseCommand):
    help = "Render a recording with one system: any rate, mono or stereo, 0.1 s to 10 minutes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        simulated = ", ".join(one.code for one in CONDITIONS.values() if one.is_simulated)
        parser.add_argument("--system", required=True, help="for example universal or world")
        parser.add_argument(
            "--in", "--reference", dest="source", type=Path, metavar="IN.wav", help="a recording"
        )
        parser.add_argument("--out", dest="output", type=Path, required=True, metavar="OUT.wav")
        parser.add_argument("--device", choices=["cpu", "cuda"], help="default: cuda if present")
        parser.add_argument("--seed", type=int, default=1, help="of everything random")
        parser.add_argument("--condition", default=CLEAN, help=f"done first: {simulated}")
        parser.add_argument("--voice", default="", help="that speaks, for prosody transfer")
        parser.add_argument("--text", default="", help="what the recording says, or is to be said")
        parser.add_argument("--language", default="", help="of the text; default: the voice's")
        parser.add_argument(
            "--lufs", type=float, help="align the loudness to this instead of keeping the level"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        from synth.engine import Engine
        from synth.own_recordings import Order, render_file

        noises = NoiseSources(folder=settings.NOISES)
        try:
            order = Order(
                system=find_system(options["system"]),
                source=options["source"],
                output=options["output"],
                seed=options["seed"],
                condition=options["condition"],
                level_lufs=options["lufs"],
                voice=options["voice"],
                text=options["text"],
                language=options["language"],
            )
            engine = Engine(device=options["device"], noises=noises)
            outcome = render_file(order, engine=engine, noises=noises)
        except (SynthError, OSError) as error:
            raise CommandError(str(error)) from error
        for remark in outcome.remarks:
            self.stderr.write(remark)
        self.stdout.write(
            f"{order.output}: {outcome.n_samples / outcome.rate_hz:.2f} s at {outcome.rate_hz} Hz, "
            f"{order.system.title}"
        )
