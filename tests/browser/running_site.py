"""The real site for browser tests: web server, worker, database and demo content."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
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

    @cached_property
    def _connection(self) -> psycopg.Connection[Any]:
        # One for all questions: PostgreSQL makes every log-in slow on purpose.
        return psycopg.connect(self.database_url, autocommit=True)

    def ask(self, query: str, *values: object) -> str:
        """The first column of the first row of a query, as text.

        Tests find the address of a page in a certain state with it. Raises
        LookupError when nothing is found.
        """
        row = self._connection.execute(query, values).fetchone()
        if row is None:
            raise LookupError(query)
        return str(row[0])

    def change(self, statement: str, *values: object) -> None:
        """Run one statement, for states that the demo content does not hold."""
        self._connection.execute(statement, values)

    def close(self) -> None:
        """End the connection, if anything was asked or changed."""
        if "_connection" in self.__dict__:
            self._connection.close()


@contextmanager
def running_site(*, template: str | None = None) -> Iterator[Site]:
    """Start a site as ``bin/demo`` does, with everything of its own; leave no trace.

    The database is made in the cluster of ``DATABASE_URL``, else in one of its own. In:
    ``template`` is a migrated database of that cluster, to be copied.
    Raises Failed when the site does not become ready. While pages are being worked on,
    BROWSER_SITE names a site that runs already, by three words: address, data folder,
    DATABASE_URL.
    """
    if given := os.environ.get("BROWSER_SITE"):
        url, folder, database_url = given.split()
        with closing(Site(url, Path(folder), database_url)) as site:
            yield site
        return
    port = postgres.free_port()
    # Not entered: its signal handlers would keep Ctrl-C from pytest.
    supervisor = Supervisor()
    mask = os.umask(0o077)
    try:
        with (
            data_folder.temporary() as data,
            _database(template) as given_url,
            serving.site(data, port, supervisor, database_url=given_url) as environment,
        ):
            url = f"http://localhost:{port}"
            with closing(Site(url, data, environment["DATABASE_URL"])) as site:
                yield site
    finally:
        supervisor.end_children()
        os.umask(mask)


@contextmanager
def _database(template: str | None) -> Iterator[str | None]:
    """A database beside the one that the tests were given; dropped after.

    Empty, or a copy of ``template``.
    """
    if not os.environ.get("DATABASE_URL"):
        yield None
        return
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"browser_{secrets.token_hex(6)}"
    maintenance = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        )
        connection.execute(create)
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
