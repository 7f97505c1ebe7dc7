"""One at a time for each learner: whoever decides about their pathways takes a turn."""

from __future__ import annotations

from django.db import connection

TAKE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def take_turn(learner_id: int) -> None:
    """Wait until nobody else decides about this learner; keep the turn to the end.

    Two last parts that are approved at the same instant see only themselves. Whoever
    has the turn reads what both left behind: so take it first, then read. It belongs to
    the transaction, which the caller has begun.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [f"pathways:{learner_id}"])
