"""People who press at the same instant, on connections of their own.

A race is made, not hoped for: ``meet`` holds everybody at one point of the code, after
they have read and before they write. Every race has a control that takes away exactly
its guard and must then do the damage.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

#: Seconds after which a meeting is given up: a test that hangs says nothing.
PATIENCE = 60
#: A slow machine is no reason to lose a race: nobody is cut off while they wait.
PATIENT = (
    "SET lock_timeout = '60s'; SET statement_timeout = '60s';"
    " SET idle_in_transaction_session_timeout = '60s'"
)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each work on its own connection, all let go together; return outcomes.

    An outcome is what the work returned, or the name of what it raised.
    """
    ready = threading.Barrier(len(works), timeout=PATIENCE)

    def run(work: Callable[[], Any]) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute(PATIENT)
            ready.wait()
            return work()
        except Exception as error:  # outcomes are compared by the tests
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def meet(
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    parties: int,
    *,
    after: bool = False,
) -> None:
    """Hold ``parties`` callers of a function until all are there, then let them in.

    With ``after`` they are held when it has returned. Later callers pass freely.
    """
    inner = getattr(module, name)
    barrier = threading.Barrier(parties, timeout=PATIENCE)
    seats = iter(range(parties))
    lock = threading.Lock()

    def hold() -> None:
        with lock:
            seat = next(seats, None)
        if seat is not None:
            barrier.wait()

    def held(*args: Any, **kwargs: Any) -> Any:
        if not after:
            hold()
            return inner(*args, **kwargs)
        result = inner(*args, **kwargs)
        hold()
        return result

    monkeypatch.setattr(module, name, held)


def meanwhile(
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    work: Callable[[], Any],
) -> list[Any]:
    """When a function is called first, let somebody else do all of ``work`` before.

    The other one has a connection of their own. Out: a list that will hold what came
    out of it, as ``at_once`` says it.
    """
    inner = getattr(module, name)
    outcomes: list[Any] = []
    calls = iter([True])

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        if next(calls, False):
            outcomes.extend(at_once(work))
        return inner(*args, **kwargs)

    monkeypatch.setattr(module, name, interrupted)
    return outcomes


@contextmanager
def without_unique(*guards: tuple[str, str]) -> Iterator[None]:
    """Take unique constraints (table, name) away; put them back when all is empty.

    A unique index with a condition is a guard, too. The damage is thrown away first.
    """
    definitions = [_drop(table, name) for table, name in guards]
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for (table, _name), definition in zip(guards, definitions, strict=True):
                cursor.execute(f"TRUNCATE {table} CASCADE")
                cursor.execute(definition)


def _drop(table: str, name: str) -> str:
    """Drop one guard; return the statement that makes it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND conname = %s",
            [table, name],
        )
        if found := cursor.fetchone():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            return f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {found[0]}'
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [name])
        definition = str(cursor.fetchone()[0])
        cursor.execute(f'DROP INDEX "{name}"')
        return definition
