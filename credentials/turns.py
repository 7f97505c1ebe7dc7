"""Work that only so many requests may do at once, on all machines together.

A place is a PostgreSQL advisory lock of the session: it is free again when the work
ends, or when the process that did it is gone. Taking one never waits.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


class AllTaken(Exception):
    """Every place is taken: try again in ``seconds``."""

    seconds = 10


@contextmanager
def turn(name: str, *, places: int) -> Iterator[None]:
    """Hold one of the ``places`` for work called ``name``. Raises AllTaken."""
    number = number_of(name)
    place = next((n for n in range(places) if _take(number, n)), None)
    if place is None:
        raise AllTaken
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [number, place])


def number_of(name: str) -> int:
    """The first key of the locks for work called ``name``: advisory locks take int4."""
    return zlib.crc32(name.encode()) - 2**31


def _take(number: int, place: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [number, place])
        (taken,) = cursor.fetchone()
    return bool(taken)
