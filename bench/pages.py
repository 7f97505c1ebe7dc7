"""How fast the pages answer through the real web server, and what memory that takes."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import load
from bench.reference import write_down
from bench.table import Row
from credentials.models import Achievement, Credential
from portfolio.models import User
from tests import factories

ROUNDS = 3
SHARE = 0.6
MEGABYTES = 120
MOST_QUERIES = 12


@dataclass(frozen=True)
class Page:
    """A page to measure: what it is called, where it is, whose session asks."""

    name: str
    path: str
    who: User | None = None
    most_queries: int = MOST_QUERIES


def measure() -> list[Row]:
    """Each page in turns with its reference, then the memory of the web processes."""
    return [*(_measured(page) for page in _pages()), _memory()]


def _pages() -> list[Page]:
    shown = Credential.objects.filter(visibility="public", state="active").earliest(
        "pk"
    )
    badge = Achievement.objects.filter(slug="recognising-sepsis-early").get()
    few, many = _holder_of(5), _holder_of(500)
    return [
        Page("credential page, visitor", shown.get_absolute_url(), most_queries=4),
        Page("badge page, visitor", badge.get_absolute_url()),
        Page("catalogue, visitor", "/badges/"),
        Page("/me/ with 5 credentials", "/me/", few),
        Page("/me/ with 500 credentials", "/me/", many),
    ]


def _holder_of(count: int) -> User:
    """Somebody new with that many credentials, from ten badges, awarded one by one."""
    holder = factories.make_user()
    issuer = factories.make_issuer()
    badges = [factories.make_badge(issuer, is_repeatable=True) for _ in range(10)]
    for number in range(count):
        factories.make_credential(badges[number % 10], holder)
    return holder


def _measured(page: Page) -> Row:
    client = Client(headers={"Host": urlsplit(settings.SITE_URL).netloc})
    if page.who is not None:
        client.force_login(page.who)
    cookie = "; ".join(f"{name}={at.value}" for name, at in client.cookies.items())
    client.get(page.path)  # what is made once is there now
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page.path)
    assert answer.status_code == 200, f"{page.path} answered {answer.status_code}"
    name = re.sub(r"\W+", "-", page.name).strip("-")
    beside = write_down(name, answer.content.decode())

    rounds: list[tuple[load.Answers, load.Answers]] = []
    for _ in range(ROUNDS + 1):  # the first warms both up
        rounds.append(
            (
                load.ask(settings.SITE_URL, page.path, cookie=cookie),
                load.ask(settings.SITE_URL, beside, cookie=cookie),
            )
        )
    own, other = zip(*rounds[1:], strict=True)
    rate = median(one.per_second for one in own)
    reference = median(one.per_second for one in other)
    share = median(a.per_second / b.per_second for a, b in rounds[1:])
    return Row(
        f"{page.name}, {len(queries)} queries",
        f"{rate:.0f} a second, p99 {median(one.p99 for one in own):.0f} ms",
        f"one row and a template of the size: {reference:.0f}; share {share:.2f}",
        f"share {SHARE}, {page.most_queries} queries",
        share >= SHARE and len(queries) <= page.most_queries,
    )


def _memory() -> Row:
    sizes = [_megabytes(pid, "Rss") for pid in _web_processes()]
    own = [_megabytes(pid, "Pss") for pid in _web_processes()]
    return Row(
        "memory of a web process after all that",
        f"{max(sizes):.0f} MB",
        f"{max(own):.0f} MB when shared pages are shared out",
        f"{MEGABYTES} MB",
        max(sizes) <= MEGABYTES,
    )


def _web_processes() -> list[int]:
    """The workers of our web server: its children in the same data folder."""
    mark = f"CAIRN_DATA={os.environ['CAIRN_DATA']}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            ours = mark in (folder / "environ").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
        if ours and b"portfolio.wsgi:application" in words:
            found[int(folder.name)] = parent
    return [pid for pid, parent in found.items() if parent in found]


def _megabytes(pid: int, kind: str) -> float:
    text = (Path("/proc") / str(pid) / "smaps_rollup").read_text()
    return int(re.findall(rf"^{kind}:\s+(\d+) kB", text, re.MULTILINE)[0]) / 1024
