"""What one learner has open for the badges of a pathway, and the exits they reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from credentials.how_far import parts_done
from credentials.models import Submission
from pathways.models import Completion, Exit, PathwayVersion

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


@dataclass(frozen=True, slots=True)
class HandIn:
    """An open submission: where it is, its state, and how many parts are done."""

    address: str
    status: str
    done: int


def hand_ins_of(
    learner: AbstractBaseUser, achievements: Iterable[int]
) -> dict[int, HandIn]:
    """The learner's open submissions, by achievement. One query."""
    rows: Iterable[Any] = (
        Submission.objects.filter(
            learner_id=learner.pk, achievement__in=set(achievements)
        )
        .open()
        .annotate(
            points=Count("version__criteria", distinct=True),
            with_evidence=Count("evidence__criterion", distinct=True),
        )
        .only(
            "achievement_id",
            "status",
            "about",
            "help_received",
            "visibility_chosen_at",
        )
    )
    return {row.achievement_id: _hand_in(row) for row in rows}


def _hand_in(row: Any) -> HandIn:
    done = parts_done(row, points=row.points, with_evidence=row.with_evidence)
    return HandIn(row.get_absolute_url(), row.status, done)


def exits_of(version: PathwayVersion) -> list[Exit]:
    """The exits of a version and what they give, the last at the end. One query."""
    exits = Exit.objects.filter(version=version).select_related(
        "requirement", "outcome__achievement__issuer"
    )
    return sorted(exits, key=lambda each: each.requirement.parent_id is None)


def completions_of(
    learner: AbstractBaseUser, version: PathwayVersion
) -> dict[int, Completion]:
    """What the learner reached on a version, by exit. One query."""
    found = Completion.objects.filter(
        learner_id=learner.pk, version=version
    ).select_related("credential")
    found = found.defer("clr", "credential__document", "credential__jwt")
    return {each.exit_id: each for each in found}
