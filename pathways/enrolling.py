"""Joining a pathway, leaving it, and moving to its newer version.

Constraints decide who was first. What a learner reached is looked at by a job that
commits together with the enrolment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from pathways import tasks
from pathways.models import Completion, Enrolment, Pathway
from pathways.turns import take_turn

if TYPE_CHECKING:
    from portfolio.models import User


class NotOffered(Exception):
    """The pathway was never published, or is retired: nobody joins it."""


class AlreadyOn(Exception):
    """The learner is on this pathway."""


class NotOn(Exception):
    """The learner is not on this pathway, or left it."""


class NothingNewer(Exception):
    """The learner is on the newest version already."""


class AlreadyCompleted(Exception):
    """The learner reached the last exit: there is nothing to move for."""


@transaction.atomic
def enrol(pathway: Pathway, *, learner: User) -> Enrolment:
    """Put the learner on the version of today; what they hold counts at once.

    Raises NotOffered or AlreadyOn.
    """
    offered = Pathway.objects.offered().filter(pk=pathway.pk).first()
    if offered is None or offered.current_version is None:
        raise NotOffered
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                learner=learner, pathway=offered, version=offered.current_version
            )
    except IntegrityError as error:
        if "enrolment_once_at_a_time" in str(error):
            raise AlreadyOn from error
        raise
    tasks.evaluate.defer(learner_id=learner.pk)
    return enrolment


@transaction.atomic
def leave(pathway: Pathway, *, learner: User) -> Enrolment:
    """End the enrolment. Whatever was awarded stays; joining again is possible.

    Raises NotOn.
    """
    take_turn(learner.pk)
    enrolment = _under_way(pathway, learner)
    enrolment.left_at = timezone.now()
    enrolment.save(update_fields=["left_at"])
    return enrolment


@transaction.atomic
def move(pathway: Pathway, *, learner: User) -> Enrolment:
    """Take the learner to the version that is offered today, by their own choice.

    Raises NotOn, NotOffered (a retired pathway keeps everybody where they are),
    NothingNewer or AlreadyCompleted.
    """
    take_turn(learner.pk)
    enrolment = _under_way(pathway, learner)
    offered = Pathway.objects.offered().filter(pk=pathway.pk).first()
    if offered is None or offered.current_version is None:
        raise NotOffered
    if enrolment.version_id == offered.current_version_id:
        raise NothingNewer
    reached = Completion.objects.filter(learner=learner, version=enrolment.version_id)
    if reached.filter(exit__requirement__parent=None).exists():
        raise AlreadyCompleted
    enrolment.version = offered.current_version
    enrolment.save(update_fields=["version"])
    tasks.evaluate.defer(learner_id=learner.pk)
    return enrolment


def _under_way(pathway: Pathway, learner: User) -> Enrolment:
    """The open enrolment. The learner's turn keeps it from changing meanwhile."""
    enrolment = Enrolment.objects.filter(
        pathway=pathway, learner=learner, left_at=None
    ).first()
    if enrolment is None:
        raise NotOn
    return enrolment
