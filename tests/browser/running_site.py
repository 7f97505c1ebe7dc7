"""The real site for browser tests: web server, worker, database and demo content."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from portfolio.running import data_folder, postgres, serving
from portfolio.running.supervising import Supervisor


@dataclass(frozen=True)
class Site:
    """A running site: its address, its data folder, and its database."""

    url: str
    data: Path
    database_url: str = field(repr=False)

    @property
    def host(self) -> str:
        """Host and port, as addresses have it."""
        return urlsplit(self.url).netloc

    def ask(self, query: str, *values: object) -> str:
        """The first column of the first row of a query, as text.

        Tests find the address of a page in a certain state with it. Raises
        LookupError when nothing is found.
        """
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            row = connection.execute(query, values).fetchone()
        if row is None:
            raise LookupError(query)
        return str(row[0])

    def change(self, statement: str, *values: object) -> None:
        """Run one statement, for states that the demo content does not hold."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(statement, values)


@contextmanager
def running_site() -> Iterator[Site]:
    """Start a site as ``bin/demo`` does, with everything of its own; leave no trace.

    The database is made in the cluster of ``DATABASE_URL``, else in one of its own.
    Raises Failed when the site does not become ready. While pages are being worked on,
    BROWSER_SITE names a site that runs already, by three words: address, data folder,
    DATABASE_URL.
    """
    if given := os.environ.get("BROWSER_SITE"):
        url, folder, database_url = given.split()
        yield Site(url, Path(folder), database_url)
        return
    port = postgres.free_port()
    # Not entered: its signal handlers would keep Ctrl-C from pytest.
    supervisor = Supervisor()
    mask = os.umask(0o077)
    try:
        with (
            data_folder.temporary() as data,
            _database() as given_url,
            serving.site(data, port, supervisor, database_url=given_url) as environment,
        ):
            yield Site(f"http://localhost:{port}", data, environment["DATABASE_URL"])
    finally:
        supervisor.end_children()
        os.umask(mask)


@contextmanager
def _database() -> Iterator[str | None]:
    """An empty database beside the one that the tests were given; dropped after."""
    if not os.environ.get("DATABASE_URL"):
        yield None
        return
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"browser_{secrets.token_hex(6)}"
    maintenance = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
