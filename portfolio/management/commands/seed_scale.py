"""``manage.py seed_scale``: many made-up people and credentials, to measure with."""

from __future__ import annotations

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolio.demo import scale


class Command(BaseCommand):
    help = "Fill a database of its own with made-up people, for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--learners", type=int, default=100_000)
        parser.add_argument("--credentials", type=int, default=1_000_000)

    def handle(self, *args: Any, **options: Any) -> None:
        began = monotonic()

        def say(what: str) -> None:
            self.stdout.write(f"{monotonic() - began:6.1f} s  {what}")

        try:
            scale.fill(options["learners"], options["credentials"], say)
        except scale.NotEmpty:
            raise CommandError(
                "This database holds credentials of real people or of the demo. "
                "Choose an empty one with DATABASE_URL; nothing was changed."
            ) from None
        scale.settle()
        say("statistics")
