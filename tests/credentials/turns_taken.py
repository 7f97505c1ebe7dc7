"""Other processes at work, as far as this one can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.utils import ConnectionHandler

from credentials import turns


@contextmanager
def everyone_else(name: str, places: int) -> Iterator[Any]:
    """Hold every place for work called ``name`` on a connection of its own."""
    other = ConnectionHandler({"default": connection.settings_dict})["default"]
    try:
        with other.cursor() as cursor:
            for place in range(places):
                keys = [turns.number_of(name), place]
                cursor.execute("SELECT pg_advisory_lock(%s, %s)", keys)
        yield other
    finally:
        # The server ends a closed connection in its own time, and its locks with it.
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        other.close()


def wait_until_free(name: str, places: int) -> None:
    """Return once the server has ended who held the places, in its own time."""
    with connection.cursor() as cursor:
        for place in range(places):
            keys = [turns.number_of(name), place]
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", keys)
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)
