"""The talent search and its neighbours among 10,000 to a million credentials.

Everything is made up by ``manage.py seed_scale``, which adds what is missing of each
size to the one before. The plans of the searches' slowest queries are written to
``docs/talent-search-plans.md`` at the largest size.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from itertools import cycle

from django.conf import settings
from django.test import Client

from bench import plans, steady
from bench.neighbours import Watch
from bench.searching import SEARCHES, Taken, ask_all, searches
from bench.table import Row
from credentials.models import Achievement, Credential
from portfolio.models import Profile, User
from portfolio.running.preparing import ROOT

SIZES = (10_000, 100_000, 1_000_000)
#: Learners hold ten credentials each.
HELD = 10
DATABASE_AIM = 50  # milliseconds
PAGE_AIM = 100  # milliseconds
SEED_AIM = 600  # seconds
MOST_QUERIES = 12
#: Of so many people each asks a tenth of the searches that one may ask in a minute.
PEOPLE = 20


def measure() -> list[Row]:
    """Each size in turn, then what growing cost, then the plans."""
    # A line for each request of this process would bury the table.
    logging.getLogger("cairn.requests").setLevel(logging.WARNING)
    rows: list[Row] = []
    slowest: list[float] = []
    seeding = 0.0
    for size in SIZES:
        seeding += _grow_to(size)
        watch = Watch()
        taken = ask_all(_people())
        slowest.append(taken.percentile(0.95))
        rows += [_searched(size, taken, watch.told), *_pages(size)]
    rows.append(_seeded(seeding))
    rows.append(_growth(slowest))
    plans.write_down(searches(), SIZES[-1])
    return rows


def _grow_to(size: int) -> float:
    """Fill the database up to so many credentials. Out: seconds."""
    began = time.perf_counter()
    command = [sys.executable, str(ROOT / "manage.py"), "seed_scale"]
    command += ["--credentials", str(size), "--learners", str(size // HELD)]
    subprocess.run(command, check=True, stdout=sys.stderr, env=os.environ)
    return time.perf_counter() - began


def _searched(size: int, taken: Taken, neighbours: str) -> Row:
    p95 = taken.percentile(0.95)
    return Row(
        f"{len(SEARCHES)} talent searches, {size:,} credentials, time in the database",
        f"p50 {taken.percentile(0.5):.0f} ms, p95 {p95:.0f} ms",
        f"slowest: {taken.slowest}; {taken.most_queries} queries at most{neighbours}",
        f"p95 {DATABASE_AIM} ms, {MOST_QUERIES} queries",
        p95 <= DATABASE_AIM and taken.most_queries <= MOST_QUERIES,
    )


def _pages(size: int) -> list[Row]:
    """All kinds of pages at once, twenty a second, as visitors would ask for them."""
    cookies = [_cookie(person) for person in _people()]
    asked = searches()
    profiles = Profile.objects.public().filter(handle__startswith="scale-")[:PEOPLE]
    shown = Credential.objects.filter(visibility="public", state="active")[:PEOPLE]
    badges = Achievement.objects.select_related("issuer")[:PEOPLE]
    kinds = {
        "talent search": cycle(
            [steady.Request(path, cookies[n % PEOPLE]) for n, path in enumerate(asked)]
            + [steady.Request(path, cookies[-1 - n]) for n, path in enumerate(asked)]
        ),
        "front": cycle([steady.Request("/")]),
        "profile": cycle([steady.Request(p.get_absolute_url()) for p in profiles]),
        "credential": cycle([steady.Request(c.get_absolute_url()) for c in shown]),
        "badge": cycle([steady.Request(b.get_absolute_url()) for b in badges]),
        "catalogue": cycle(
            [steady.Request("/badges/"), steady.Request("/badges/?q=sepsis")]
        ),
    }
    watch = Watch()
    answered = steady.ask(settings.SITE_URL, kinds)
    neighbours = watch.told
    return [
        Row(
            f"{kind} page, {size:,} credentials, all at 20 requests a second",
            f"p50 {each.p50:.0f} ms, p95 {each.p95:.0f} ms",
            f"{each.count} answers{neighbours}",
            f"p95 {PAGE_AIM} ms",
            each.p95 <= PAGE_AIM,
        )
        for kind, each in answered.items()
    ]


def _people() -> list[User]:
    return list(User.objects.filter(email__startswith="person").order_by("pk")[:PEOPLE])


def _cookie(person: User) -> str:
    client = Client()
    client.force_login(person)
    return "; ".join(f"{name}={at.value}" for name, at in client.cookies.items())


def _seeded(seconds: float) -> Row:
    return Row(
        f"seed_scale, {SIZES[-1]:,} credentials of {SIZES[-1] // HELD:,} learners",
        f"{seconds:.0f} s",
        "in three steps",
        f"{SEED_AIM} s",
        seconds <= SEED_AIM,
    )


def _growth(slowest: list[float]) -> Row:
    data = SIZES[-1] / SIZES[0]
    grown = slowest[-1] / slowest[0]
    return Row(
        f"p95 of the searches when there are {data:.0f} times as many credentials",
        f"{grown:.1f} times",
        "",
        f"less than {data:.0f} times",
        grown < data,
    )
