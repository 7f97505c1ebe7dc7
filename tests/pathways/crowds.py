"""Learners with many credentials each, written without signing one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from credentials.models import AchievementVersion, Credential
from pathways import sweeping
from pathways.models import Enrolment, PathwayVersion, Sweep
from portfolio.models import User

numbers = itertools.count(1)


def held(
    badge: AchievementVersion, holder: User, now: datetime, **fields: Any
) -> Credential:
    """A credential with nothing in it: enough for rules, not for an award."""
    values: dict[str, Any] = {
        "source": "submission",
        "award_key": f"crowd:{next(numbers)}",
        "title": badge.name,
        "issuer_name": "Issuer",
        "issuer": badge.achievement.issuer,
        "achievement": badge.achievement,
        "version": badge,
        "issued_at": now,
        "document": "{}",
        "jwt": "",
        "document_sha256": "",
    }
    return Credential(**values | {"holder": holder, **fields})


def make_people(count: int) -> list[User]:
    """Accounts, and nothing else of them."""
    return User.objects.bulk_create(
        User(email=f"crowd{next(numbers)}@people.example.org", full_name="Person")
        for _ in range(count)
    )


def join_all(version: PathwayVersion, people: Sequence[User]) -> None:
    """Put them on a version, with no job for any of them."""
    Enrolment.objects.bulk_create(
        Enrolment(learner=one, pathway_id=version.pathway_id, version=version)
        for one in people
    )


def hold_by_chance(
    badges: Sequence[AchievementVersion],
    people: Sequence[User],
    now: datetime,
    seed: int,
) -> list[Credential]:
    """Give each some of the badges, in every state, ended and not."""
    dice = random.Random(seed)  # noqa: S311 - the same crowd each time
    ends = [None, 30, 1, -1, -29, -31, -400]
    states = ["active"] * 8 + ["suspended", "revoked"]
    rows = []
    for one in people:
        for badge in badges:
            if dice.random() < 0.3:
                continue
            end, state = dice.choice(ends), dice.choice(states)
            rows.append(
                held(
                    badge,
                    one,
                    now,
                    valid_until=now + timedelta(days=end) if end else None,
                    state=state,
                    state_reason="" if state == "active" else "mistake",
                )
            )
    return Credential.objects.bulk_create(rows)


def enqueued(task: str = "pathways.evaluate") -> list[int]:
    """Whose look, or which range's sweep, waits: their keys."""
    jobs = ProcrastinateJob.objects.filter(task_name=task, status="todo")
    return [value for job in jobs.order_by("pk") for value in job.args.values()]


def sweep(version: PathwayVersion, now: datetime | None = None) -> list[Sweep]:
    """Sweep a version to its end, range by range."""
    ranges = sweeping.prepare(version.pk)
    for each in ranges:
        sweeping.go_on(each.pk, now=now)
        each.refresh_from_db()
    return ranges
