"""Makers of rows for tests: each does what its name says and no more."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from credentials import awarding, founding, publishing, reviewing, submitting
from credentials.documents import Result
from credentials.models import (
    Achievement,
    AchievementVersion,
    Credential,
    Issuer,
    IssuerMember,
    Review,
    Skill,
    Submission,
)
from portfolio.models import Profile, User

numbers = itertools.count(1)


def make_user(full_name: str = "", **fields: Any) -> User:
    """A person with a profile (not public) and a verified e-mail address."""
    number = next(numbers)
    user = User.objects.create_user(
        fields.pop("email", f"person{number}@people.example.org"),
        fields.pop("password", None),
        full_name=full_name or f"Person {number}",
        **fields,
    )
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    Profile.objects.create(user=user, handle=f"person-{number}")
    return user


def make_issuer(name: str = "", **fields: Any) -> Issuer:
    """An issuer with keys and a status list."""
    number = next(numbers)
    values: dict[str, Any] = {
        "name": name or f"Issuer {number}",
        "slug": f"issuer-{number}",
        "kind": "education",
        "url": f"https://issuer{number}.example/",
        "email": f"badges@issuer{number}.example",
        "glyph": "care",
    }
    return founding.found_issuer(Issuer(**{**values, **fields}))


def make_member(issuer: Issuer, role: str = "reviewer", **fields: Any) -> User:
    """A person who acts for the issuer and may use the admin."""
    user = make_user(is_staff=True, **fields)
    IssuerMember.objects.create(user=user, issuer=issuer, role=role)
    return user


def make_draft_version(
    issuer: Issuer | None = None, *, criteria: int = 2, **fields: Any
) -> AchievementVersion:
    """An unpublished badge: each criterion has three levels, the second required."""
    number = next(numbers)
    achievement = Achievement.objects.create(
        issuer=issuer or make_issuer(),
        slug=fields.pop("slug", f"badge-{number}"),
        is_repeatable=fields.pop("is_repeatable", False),
        earned_through=fields.pop("earned_through", "evidence"),
    )
    values: dict[str, Any] = {
        "name": f"Badge {number}",
        "promise": "Does one thing well and shows it.",
        "description": "For people who do this every day.",
        "level": 2,
        "effort_hours": 6,
        "delivery": "online",
        "assessment_words": "Project review",
        "hue": "crimson",
        "glyph": "care",
        "validity_months": 24,
    }
    version = AchievementVersion.objects.create(
        achievement=achievement, **{**values, **fields}
    )
    for position in range(1, criteria + 1):
        _add_criterion(version, position)
    skill, _ = Skill.objects.get_or_create(
        uri=f"https://skills.example/{number}",
        defaults={"framework": "ESCO", "name": f"Skill {number}"},
    )
    version.skill_levels.create(skill=skill, level=2)
    return version


def _add_criterion(version: AchievementVersion, position: int) -> None:
    criterion = version.criteria.create(
        position=position,
        title=f"Point {position}",
        statement=f"Shows point {position} with real work.",
        hand_in="A report or a link",
    )
    for place, name in enumerate(["Beginning", "Able", "Excellent"], start=1):
        criterion.levels.create(
            position=place,
            name=name,
            description=f"{name} at point {position}.",
            is_required=place == 2,
        )


def make_badge(issuer: Issuer | None = None, **fields: Any) -> AchievementVersion:
    """A published badge version."""
    return publish(make_draft_version(issuer, **fields))


def publish(version: AchievementVersion) -> AchievementVersion:
    """Publish a draft as a designer of its issuer does."""
    designer = make_member(version.achievement.issuer, "designer")
    publishing.publish(version, by=designer)
    version.achievement.refresh_from_db()
    return version


def make_draft(
    version: AchievementVersion | None = None,
    learner: User | None = None,
    *,
    complete: bool = True,
    public: bool = False,
) -> Submission:
    """A draft; a complete one has a text for each criterion and can be sent."""
    version = version or make_badge()
    learner = learner or make_user()
    submission = submitting.start(version.achievement, learner=learner)
    if complete:
        submitting.save_text(submission, "about", "I did this in May.")
        submitting.save_text(submission, "help_received", "Nobody helped me.")
        for criterion in version.criteria.all():
            submitting.save_evidence_text(
                submission, criterion, f"What I did for {criterion.title}."
            )
        shown = submission.evidence.values_list("pk", flat=True) if public else []
        submitting.choose_visibility(submission, [str(pk) for pk in shown])
    return submission


def make_submission(
    version: AchievementVersion | None = None,
    learner: User | None = None,
    *,
    state: str = "submitted",
    reviewer: User | None = None,
    public: bool = False,
) -> Submission:
    """A submission in any state, brought there by the real functions."""
    submission = make_draft(version, learner, public=public)
    if state == "draft":
        return submission
    submitting.send(submission, by=submission.learner)
    if state == "submitted":
        return submission
    if state == "withdrawn":
        submitting.withdraw(submission, by=submission.learner)
        return submission
    reviewer = reviewer or make_member(submission.achievement.issuer)
    if state == "in_review":
        reviewing.begin(submission, by=reviewer)
        return submission
    decisions = {"approved": "approve", "returned": "return", "declined": "decline"}
    reviewing.decide(
        submission, make_opinion(submission, decisions[state]), by=reviewer
    )
    submission.refresh_from_db()
    return submission


def make_opinion(
    submission: Submission, decision: str = "approve", **fields: Any
) -> reviewing.Opinion:
    """What a reviewer fills in: the required level in every criterion."""
    values: dict[str, Any] = {
        "decision": Review.Decision(decision),
        "levels": {
            criterion.pk: criterion.levels.get(is_required=True).pk
            for criterion in submission.version.criteria.all()
        },
    }
    if decision != "approve":
        values["comment"] = "Show the second part as well."
    if decision == "decline":
        values["decline_reason"] = "not_enough"
    return reviewing.Opinion(**{**values, **fields})


@transaction.atomic
def make_credential(
    version: AchievementVersion | None = None,
    holder: User | None = None,
    *,
    days_ago: int = 0,
    visibility: str = "link",
    key: str = "",
) -> Credential:
    """An awarded credential without a submission behind it."""
    version = version or make_badge()
    holder = holder or make_user()
    levels = [
        Result(criterion, criterion.levels.get(is_required=True))
        for criterion in version.criteria.all()
    ]
    prepared = awarding.prepare(
        awarding.Award(
            version=version,
            holder=holder,
            recipient_name=holder.full_name,
            source=Credential.Source.SUBMISSION,
            award_key=key or f"test:{next(numbers)}",
            results=levels,
        ),
        now=timezone.now() - timedelta(days=days_ago),
    )
    prepared.visibility = visibility
    return awarding.award(prepared, by=None)
