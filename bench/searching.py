"""Ten searches as employers make them, and what each costs in the database."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from credentials.models import Skill
from portfolio.models import User

#: What is asked for, by how a person would say it. Skills are named; see `searches`.
SEARCHES: dict[str, list[tuple[str, str]]] = {
    "one word": [("q", "sepsis")],
    "a skill": [("q", "wound planning")],
    "a skill, mistyped": [("q", "weldign inspecton")],
    "a skill and a town": [("q", "data analysis leeds")],
    "what people say": [("q", "staff nurse"), ("place", "bristol")],
    "advanced and assessed": [
        ("skill", "Sepsis inspection"),
        ("level", "3"),
        ("assessed", "yes"),
    ],
    "two skills": [("skill", "Welding inspection"), ("skill", "Cloud planning")],
    "a badge that lasts": [("badge", "scale-1/scale-1"), ("lasts", "yes")],
    "an issuer, open to work": [("issuer", "scale-3"), ("open", "yes")],
    "a skill, a tongue, a year": [
        ("skill", "Data inspection"),
        ("language", "Polish"),
        ("since", "2025"),
        ("sort", "newest"),
    ],
}


@dataclass(frozen=True)
class Taken:
    """Milliseconds in the database by search, and the most queries of a page."""

    milliseconds: dict[str, list[float]]
    most_queries: int

    def percentile(self, share: float) -> float:
        """Of all searches together."""
        ordered = sorted(each for took in self.milliseconds.values() for each in took)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    @property
    def slowest(self) -> str:
        """The search with the highest median, and that."""
        name = max(self.milliseconds, key=lambda each: median(self.milliseconds[each]))
        return f"“{name}”, {median(self.milliseconds[name]):.0f} ms"


def searches() -> list[str]:
    """The searches as addresses."""
    skills = {name: str(key) for key, name in Skill.objects.values_list("pk", "name")}

    def written(name: str, value: str) -> tuple[str, str]:
        return (name, skills[value] if name == "skill" else value)

    return [
        f"{reverse('talent')}?{urlencode([written(*pair) for pair in pairs])}"
        for pairs in SEARCHES.values()
    ]


def ask_all(people: Iterable[User]) -> Taken:
    """Let each of these people make all searches, and time their queries.

    The first person's are not counted: what is read once is in memory afterwards.
    """
    took = defaultdict[str, list[float]](list)
    most = 0
    for number, person in enumerate(people):
        client = Client(headers={"Host": urlsplit(settings.SITE_URL).netloc})
        client.force_login(person)
        for name, path in zip(SEARCHES, searches(), strict=True):
            spent: list[float] = []
            with connection.execute_wrapper(_timing(spent)):
                answer = client.get(path)
            assert answer.status_code == 200, f"{path} answered {answer.status_code}"
            if number:
                took[name].append(sum(spent) * 1000)
                most = max(most, len(spent))
    return Taken(took, most)


def _timing(spent: list[float]) -> Callable[..., Any]:
    def run(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - started)

    return run
