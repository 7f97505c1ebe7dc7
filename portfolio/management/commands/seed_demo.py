"""``manage.py seed_demo``: the demo's organisations, badges, people and history."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolio.demo import seeding


class Command(BaseCommand):
    help = "Write the demo's content into an empty database. Only with CAIRN_DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = seeding.seed()
        except seeding.NotTheDemo:
            raise CommandError(
                "The demo's content has public passwords. Set CAIRN_DEMO=1 on a "
                "machine of your own to write it; nothing was changed."
            ) from None
        self.stdout.write(
            "The demo's content is there."
            if written
            else "The database has content already; nothing was changed."
        )
