"""One migrated database for a whole run: each process copies it.

Migrating takes ten seconds of a processor, a copy a fraction of one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

_ONE_AT_A_TIME = 72_000_002  # of advisory locks
_DROP = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def database(run: str) -> str:
    """Return the name of the run's migrated database; whoever asks first makes it.

    The others wait until it is whole. Nobody stays connected to it, so that PostgreSQL
    may copy it.
    """
    name, unfinished = _name(run), f"unfinished_{_name(run)}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        there = "SELECT FROM pg_database WHERE datname = %s"
        if server.execute(there, [name]).rowcount:
            return name
        server.execute(_DROP.format(sql.Identifier(unfinished)))
        create, rename = "CREATE DATABASE {}", "ALTER DATABASE {} RENAME TO {}"
        server.execute(sql.SQL(create).format(sql.Identifier(unfinished)))
        _migrate(unfinished)
        names = sql.Identifier(unfinished), sql.Identifier(name)
        server.execute(sql.SQL(rename).format(*names))
    return name


def drop(run: str) -> None:
    """Take away what ``database`` made, if it did."""
    with _server() as server:
        server.execute(_DROP.format(sql.Identifier(_name(run))))


def _name(run: str) -> str:
    return f"migrated_{run}"


def _migrate(name: str) -> None:
    given = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    maintenance = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as server:
        yield server
