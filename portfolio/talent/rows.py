"""The rows that are searched, made anew for one person whenever something changes.

``rewrite`` is called by a job after each change; ``forget`` at once, in the transaction
that switches somebody off.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from credentials.models import AchievementSkill, AchievementVersion, Credential
from portfolio.models import Profile
from portfolio.models.talent import FindablePerson, ProvenSkill, Strength
from portfolio.talent.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

TAKE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def strength_of(version: AchievementVersion) -> Strength:
    """How strong a proof a badge version is, by how it is assessed."""
    if version.assessment == AchievementVersion.Assessment.ATTENDED:
        return Strength.ATTENDED
    if version.is_supervised and version.is_identity_checked:
        return Strength.WATCHED
    return Strength.ASSESSED


def forget(learner_id: int) -> None:
    """Take somebody out of the search, at once. In the caller's transaction.

    Waits for a rewriting that is under way, which would bring them back otherwise.
    """
    _wait_for_turn(learner_id)
    ProvenSkill.objects.filter(learner=learner_id).delete()
    FindablePerson.objects.filter(learner=learner_id).delete()


@transaction.atomic
def rewrite(learner_id: int, now: datetime | None = None) -> int:
    """Make somebody's rows anew; return how many skills are proven.

    Two jobs for one person take turns, so that the later one has the last word.
    """
    _wait_for_turn(learner_id)
    profile = Profile.objects.findable().filter(user=learner_id).first()
    forget(learner_id)
    if profile is None:
        return 0
    person = FindablePerson.objects.create(learner_id=learner_id, **_said_by(profile))
    rows = list(_rows(person, now or timezone.now()))
    ProvenSkill.objects.bulk_create(rows)
    return len(rows)


def _said_by(profile: Profile) -> dict[str, Any]:
    return {
        # A blank begins each word, so that "rust" is not found in "trust".
        "words": " " + fold(f"{profile.headline} {profile.place}"),
        "place": fold(profile.place),
        "languages": list(dict.fromkeys(filter(None, map(fold, profile.languages)))),
        "is_open_to_work": profile.open_to_work_at is not None,
    }


def _rows(person: FindablePerson, now: datetime) -> Iterable[ProvenSkill]:
    held = (
        Credential.objects.filter(holder=person.learner_id, version__isnull=False)
        .public()
        .in_force(now)
        .select_related("version__achievement")
        .only(
            "issued_at",
            "valid_until",
            "version__achievement__issuer",
            "version__assessment",
            "version__is_supervised",
            "version__is_identity_checked",
        )
    )
    credentials = list(held)
    skills = AchievementSkill.objects.filter(
        version__in={each.version_id for each in credentials}
    )
    by_version: dict[int, list[AchievementSkill]] = {}
    for each in skills:
        by_version.setdefault(each.version_id, []).append(each)
    for credential in credentials:
        version = credential.version
        if version is not None:  # as it was asked for above
            for proved in by_version.get(version.pk, ()):
                yield _row(person, credential, version, proved)


def _row(
    person: FindablePerson,
    credential: Credential,
    version: AchievementVersion,
    proved: AchievementSkill,
) -> ProvenSkill:
    return ProvenSkill(
        learner=person,
        skill_id=proved.skill_id,
        credential=credential,
        achievement_id=version.achievement_id,
        issuer_id=version.achievement.issuer_id,
        level=proved.level,
        strength=strength_of(version),
        earned_at=credential.issued_at,
        valid_until=credential.valid_until,
        place=person.place,
        languages=person.languages,
        is_open_to_work=person.is_open_to_work,
    )


def _wait_for_turn(learner_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [f"talent:{learner_id}"])
