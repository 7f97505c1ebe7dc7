"""Queries as text: written by the ORM once, and put together for each key and thing.

Having the ORM write each of them took longer than the database took to answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet


class Query(NamedTuple):
    """A query as the database gets it, with its values."""

    sql: str
    given: Sequence[Any]

    def where(self, condition: str, *given: Any) -> Query:
        """The same rows under one condition more; it has one already, and no order."""
        return Query(f"{self.sql} AND {condition}", [*self.given, *given])

    def one_of(self, column: str, keys: Collection[int]) -> Query:
        """Those of its rows with one of these keys, of which there is one at least."""
        return self.where(f"{column} IN ({_places(keys)})", *keys)

    def none_of(self, column: str, keys: Collection[int]) -> Query:
        """Those of its rows with none of these keys, of which there is one at least.

        The column is never NULL.
        """
        return self.where(f"{column} NOT IN ({_places(keys)})", *keys)


def written(rows: QuerySet[Any, Any]) -> Query:
    """A query of the ORM as the database gets it, in no order."""
    return Query(*rows.order_by().query.sql_with_params())


def every_row(parts: Sequence[Query]) -> Query:
    """The rows of all of these, in no order."""
    return Query(" UNION ALL ".join(f"({each.sql})" for each in parts), given_to(parts))


def given_to(parts: Sequence[Query]) -> list[Any]:
    """The values of several queries, in their order."""
    return [value for each in parts for value in each.given]


def _places(keys: Collection[int]) -> str:
    return ", ".join(["%s"] * len(keys))
