"""How the database answers the searches: the plan of each one's slowest query."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.searching import SEARCHES
from portfolio.running.preparing import ROOT
from portfolio.talent.asking import Search
from portfolio.talent.searching import find

PLANS = Path(ROOT) / "docs" / "talent-search-plans.md"
_HEAD = """\
# How the database answers a talent search

Written by `python -m bench scale`: for each of the ten searches that it measures, its
slowest query among {size:,} credentials, with the plan that PostgreSQL {version} chose.
Names of columns that are only read are left out.
"""


def write_down(paths: Iterable[str], size: int) -> None:
    """Run each search once more and write the plans down."""
    parts = [_HEAD.format(size=size, version=_version())]
    for name, path in zip(SEARCHES, paths, strict=True):
        search = Search.read(parse_qs(urlsplit(path).query))
        find(search, timezone.now())  # what is read once is in memory now
        with CaptureQueriesContext(connection) as queries:
            find(search, timezone.now())
        slowest = max(queries.captured_queries, key=lambda each: float(each["time"]))
        parts.append(_part(name, path, len(queries), slowest["sql"]))
    PLANS.write_text("\n".join(parts))


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).partition(".")[0]


def _part(name: str, path: str, count: int, sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF) " + sql)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    return (
        f"\n## {name[0].upper()}{name[1:]}\n\n`{path}`: {count} queries.\n\n"
        f"```sql\n{_short(sql)}\n```\n\n```\n{plan}\n```\n"
    )


def _short(sql: str) -> str:
    """A query without quotes and the name of its main table, a clause a line."""
    plain = sql.replace('"', "").replace("portfolio_provenskill.", "")
    return re.sub(r" (FROM|WHERE|ORDER BY|LIMIT|UNION ALL|AND) ", r"\n\1 ", plain)
