"""Learners on small pathways, for tests of what lies between holdings and outcome."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import revoking
from credentials.models import AchievementVersion, Credential
from pathways import enrolling, evaluating, tasks
from pathways.models import Completion, PathwayVersion
from portfolio.models import User
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import make_pathway


def make_stack(badges: int = 2, **fields: Any) -> PathwayVersion:
    """A published pathway that asks for some badges of its issuer."""
    issuer = make_issuer()
    return make_pathway(issuer, [make_badge(issuer) for _ in range(badges)], **fields)


def badges_of(version: PathwayVersion) -> list[AchievementVersion]:
    """The badges that a pathway names, in the order of its page."""
    named = AchievementVersion.objects.filter(
        pk=F("achievement__current_version"), achievement__requirements__version=version
    )
    return list(
        named.select_related("achievement__issuer").order_by(
            "achievement__requirements__pk"
        )
    )


def earn(version: PathwayVersion, learner: User, **fields: Any) -> list[Credential]:
    """Award every badge that a pathway names."""
    return [make_credential(badge, learner, **fields) for badge in badges_of(version)]


def outcome_of(version: PathwayVersion) -> AchievementVersion:
    """What the whole pathway ends in."""
    return version.exits.get(requirement__parent=None).outcome


def complete(
    version: PathwayVersion, learner: User | None = None, **fields: Any
) -> Completion:
    """Earn all, join and have it awarded."""
    learner = learner or make_user()
    earn(version, learner, **fields)
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    return Completion.objects.get(
        learner=learner, exit__version=version, exit__requirement__parent=None
    )


def kinds_of(completion: Completion) -> list[str]:
    """Its history."""
    return [event.kind for event in completion.events.all()]


def run_jobs(most: int = 20) -> int:
    """Do the evaluations that wait, and those that they bring; return how many."""
    done = 0
    last = 0
    while job := _next_job(last):
        last, done = job.pk, done + 1
        assert done <= most, "evaluations without end"
        tasks.evaluate(**job.args)
    return done


def _next_job(after: int) -> ProcrastinateJob | None:
    waiting = ProcrastinateJob.objects.filter(
        task_name="pathways.evaluate", status="todo", pk__gt=after
    )
    return waiting.order_by("pk").first()


def reviewed(version: PathwayVersion, **fields: Any) -> tuple[Completion, User]:
    """A completion of somebody with a mark-up in their name, and a manager."""
    manager = make_member(version.pathway.issuer, "manager", full_name="Mo Manager")
    return complete(version, make_user("Ada <b>"), **fields), manager


def part_of(completion: Completion) -> Credential:
    """Its only part."""
    return completion.parts.get().credential


def change(kind: str, credential: Credential, manager: User) -> None:
    """Revoke, suspend or reinstate a credential, and look at its holder."""
    getattr(revoking, kind)(credential, reason="mistake", by=manager)
    assert credential.holder_id
    evaluating.evaluate(credential.holder_id)
