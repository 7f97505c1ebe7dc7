"""Filling an empty database with the demo's content: all of it, or nothing."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from credentials.models import Issuer
from portfolio.demo import (
    seeding_badges,
    seeding_collections,
    seeding_elsewhere,
    seeding_employers,
    seeding_endorsements,
    seeding_finding,
    seeding_history,
    seeding_pathways,
    seeding_people,
    seeding_wishes,
)
from portfolio.demo.content import load
from portfolio.demo.stage import Stage

_ONE_AT_A_TIME = (72, 1)  # of advisory locks


class NotTheDemo(Exception):
    """The demo's content has public passwords and belongs to a demo alone."""


@transaction.atomic
def seed(now: datetime | None = None) -> bool:
    """Write the demo's content; return False when the database has issuers already.

    One transaction: when it is cut short nothing stays, and the next start begins
    anew. Files that were kept by then are stray, and the nightly sweep deletes them.
    Raises NotTheDemo outside the demo.
    """
    if not settings.DEMO:
        raise NotTheDemo
    _wait_for_others()
    if Issuer.objects.exists():
        return False
    # Mails about the past would be news to nobody: their jobs are dropped with the
    # memory that holds them.
    with app.replace_connector(InMemoryConnector()):
        _write(Stage(load(), now or timezone.now()))
    return True


def _write(stage: Stage) -> None:
    seeding_people.people(stage)
    seeding_people.issuers(stage)
    told = seeding_history.stories(stage)
    seeding_badges.badges(stage, seeding_history.first_uses(told))
    seeding_pathways.outcomes(stage)
    seeding_history.happen(stage, told, seeding_pathways.steps(stage, told))
    seeding_pathways.finish(stage)
    seeding_wishes.wishes(stage)
    seeding_people.pins(stage)
    seeding_collections.collections(stage)
    seeding_elsewhere.badges(stage)
    seeding_employers.employers(stage)
    seeding_finding.rewrite(stage)
    seeding_finding.finding(stage)
    seeding_endorsements.endorsements(stage)


def _wait_for_others() -> None:
    """Let one process seed, and let it take its time on a slow machine."""
    with connection.cursor() as cursor:
        for name in ("lock_timeout", "statement_timeout"):
            cursor.execute(f"SET LOCAL {name} = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _ONE_AT_A_TIME)
