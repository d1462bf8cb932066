"""A worker's claims, but no rendering: `python -m tests.synth.claiming NAME` prints clip ids."""

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main(worker: str) -> None:
    from synth.services.rendering import claim_clips

    print("ready", flush=True)
    sys.stdin.readline()
    while clips := claim_clips(worker=worker, limit=1, lease=timedelta(seconds=20)):
        print(*(clip.pk for clip in clips))
        time.sleep(0.01)  # as if it rendered: the others get their turn


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
