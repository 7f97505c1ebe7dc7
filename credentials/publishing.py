"""Publishing a badge version, drafting the next one, retiring a badge."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from credentials import sealing, signable
from credentials.documents import achievement as achievement_document
from credentials.models import (
    Achievement,
    AchievementSkill,
    AchievementVersion,
    Criterion,
    Issuer,
    RubricLevel,
)

if TYPE_CHECKING:
    from portfolio.models import User


class NotAllowed(Exception):
    """The person neither designs badges for the issuer nor manages it."""


class NotReady(Exception):
    """The version cannot be published; ``problems`` says why, a sentence each."""

    def __init__(self, problems: list[str | Promise]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def problems(version: AchievementVersion) -> list[str | Promise]:
    """Return what keeps a draft from being published, a sentence each.

    Nobody reviews work for a badge that is earned on a pathway: its criteria say what
    its holder can do, and need neither rubric levels nor anything to hand in.
    """
    found: list[str | Promise] = []
    criteria = list(version.criteria.prefetch_related("levels"))
    if not criteria:
        found.append(_("Add at least one criterion."))
    if not version.achievement.is_earned_on_a_pathway:
        for criterion in criteria:
            found += _review_problems(criterion)
    if [c.position for c in criteria] != list(range(1, len(criteria) + 1)):
        found.append(_("Number the criteria 1, 2, 3 without gaps."))
    if not version.skills.exists():
        found.append(_("Add at least one skill."))
    return found


def _review_problems(criterion: Criterion) -> list[str | Promise]:
    """Return what keeps work from being reviewed by this criterion."""
    number = {"n": criterion.position}
    found: list[str | Promise] = []
    levels = list(criterion.levels.all())
    if len(levels) < 2:
        found.append(_("Give criterion %(n)s two rubric levels or more.") % number)
    elif sum(level.is_required for level in levels) != 1:
        words = _("Mark one rubric level of criterion %(n)s as required.")
        found.append(words % number)
    if not criterion.hand_in:
        found.append(_("Say what to hand in for criterion %(n)s.") % number)
    return found


@transaction.atomic
def publish(
    version: AchievementVersion, *, by: User, now: datetime | None = None
) -> AchievementVersion:
    """Publish a draft: from now on it never changes and can be earned.

    Raises NotAllowed, or NotReady when something is missing, was published before or
    could not be signed.
    """
    _check_designer(version.achievement, by)
    # The badge first: how it is earned is chosen until now, and fixed from now on.
    badges = Achievement.objects.select_for_update(of=["self"])
    version.achievement = badges.select_related("issuer").get(pk=version.achievement_id)
    AchievementVersion.objects.select_for_update(of=["self"]).get(pk=version.pk)
    if missing := problems(version):
        raise NotReady(missing)
    _check_signable(version)
    now = now or timezone.now()
    names = version.skills.order_by("name").values_list("name", flat=True)
    won = AchievementVersion.objects.filter(pk=version.pk, published_at=None).update(
        published_at=now, published_by=by, skill_words=", ".join(names)
    )
    if not won:
        raise NotReady([_("This version is published already.")])
    version.refresh_from_db()
    Achievement.objects.filter(pk=version.achievement_id).update(
        current_version=version
    )
    return version


@transaction.atomic
def draft_next(achievement: Achievement, *, by: User) -> AchievementVersion:
    """Return the draft of the next version, copied from the current one if needed."""
    _check_designer(achievement, by)
    Achievement.objects.select_for_update().get(pk=achievement.pk)
    draft = achievement.versions.filter(published_at=None).first()
    current = achievement.versions.order_by("-number").first()
    if draft is not None or current is None:
        return draft or AchievementVersion(achievement=achievement, number=1)
    return _copy(current)


@transaction.atomic
def retire(achievement: Achievement, *, by: User, now: datetime | None = None) -> None:
    """Stop offering a badge. Open submissions stay reviewable, credentials valid."""
    _check_designer(achievement, by)
    Achievement.objects.filter(pk=achievement.pk, retired_at=None).update(
        retired_at=now or timezone.now(), retired_by=by
    )
    achievement.refresh_from_db()


@transaction.atomic
def offer_again(achievement: Achievement, *, by: User) -> None:
    """Offer a retired badge again."""
    _check_designer(achievement, by)
    Achievement.objects.filter(pk=achievement.pk).update(
        retired_at=None, retired_by=None
    )
    achievement.refresh_from_db()


def _check_designer(achievement: Achievement, by: User) -> None:
    designed = Issuer.objects.staffed_by(by, "designer", "manager")
    if not designed.filter(pk=achievement.issuer_id).exists():
        raise NotAllowed


def _check_signable(version: AchievementVersion) -> None:
    """Refuse at publication what could not be signed at approval."""
    document = achievement_document(version)
    try:
        signable.check_words(document)
        signable.check_values(document)
    except sealing.SealingError as error:
        raise NotReady(
            [_("A text has a character that cannot be signed: %s") % error]
        ) from error


def _copy(source: AchievementVersion) -> AchievementVersion:
    criteria = list(source.criteria.prefetch_related("levels"))
    skills = list(source.skill_levels.all())
    draft = AchievementVersion.objects.get(pk=source.pk)
    draft.pk = None
    draft._state.adding = True
    draft.number = source.number + 1
    draft.published_at = draft.published_by = None
    draft.skill_words = ""
    draft.save()
    for criterion in criteria:
        levels = list(criterion.levels.all())
        criterion.pk = None
        criterion.version = draft
        criterion.save(force_insert=True)
        for level in levels:
            level.pk = None
            level.criterion = criterion
        RubricLevel.objects.bulk_create(levels)
    for entry in skills:
        entry.pk = None
        entry.version = draft
    AchievementSkill.objects.bulk_create(skills)
    return draft
