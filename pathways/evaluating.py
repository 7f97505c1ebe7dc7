"""What somebody's credentials change on their pathways: awards, parts lost and back.

Only a job does this, and it may run at any time and as often as it likes: everything is
read after the learner's turn began, and what was decided before is not decided again.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from credentials import awarding, sealing, signing_keys
from credentials.models import Credential
from pathways import completing
from pathways.holdings_of import holdings_of
from pathways.models import Completion, Enrolment, Exit
from pathways.reading_rules import trees_of
from pathways.rules import standing
from pathways.rules.standing import Standing
from pathways.turns import take_turn

log = logging.getLogger(__name__)

#: Outcomes that a part can still matter for.
LIVE = (Credential.State.ACTIVE, Credential.State.SUSPENDED)


def evaluate(learner_id: int, *, now: datetime | None = None) -> None:
    """Award every exit that the learner reached, and look after those reached before.

    In one transaction, in the learner's turn. An outcome can complete another pathway:
    awarding it enqueues this again, and that ends because each exit is reached once.
    Raises what kept an outcome from being signed, after all else was written: the job
    tries again.
    """
    failures = _evaluate(learner_id, now)
    if failures:
        raise failures[0]


@transaction.atomic
def _evaluate(learner_id: int, now: datetime | None) -> list[Exception]:
    take_turn(learner_id)
    now = now or timezone.now()
    exits, completions = _ahead(learner_id), _behind(learner_id)
    versions = {e.version_id for e in exits} | {c.version_id for c in completions}
    if not versions:
        return []
    holdings = holdings_of(learner_id)
    standings = {
        version: standing.evaluate(tree, holdings, now)
        for version, tree in trees_of(versions, ways=False).items()
    }
    for completion in completions:
        _look_after(completion, standings[completion.version_id], now)
    reached = [
        ending
        for ending in exits
        if standings[ending.version_id].at(ending.requirement_id).is_met
    ]
    tries = [_award(e, learner_id, standings[e.version_id], now) for e in reached]
    return [failure for failure in tries if failure]


def _ahead(learner_id: int) -> list[Exit]:
    """Exits of the pathways that the learner is on, and has not reached."""
    enrolled = Enrolment.objects.filter(learner=learner_id, left_at=None)
    reached = Completion.objects.filter(learner=learner_id)
    return list(
        Exit.objects.filter(version__in=enrolled.values("version"))
        .exclude(pk__in=reached.values("exit"))
        .select_related("outcome__achievement__issuer", "version__pathway__issuer")
        .order_by("pk")
    )


def _behind(learner_id: int) -> list[Completion]:
    """What the learner completed, as far as its outcome still says something."""
    return list(
        Completion.objects.filter(learner=learner_id, credential__state__in=LIVE)
        .select_related("exit", "version")
        .defer("clr")
        .order_by("pk")
    )


def _look_after(completion: Completion, where: Standing, now: datetime) -> None:
    """Write that a part was lost, or that all count again, if that is news."""
    if where.at(completion.exit.requirement_id).is_met:
        completing.meet_again(completion, now=now)
        return
    parts = completion.parts.select_related("credential")
    lost = [
        part.credential
        for part in parts.defer("credential__document", "credential__jwt")
        if not _counts(part.credential_id, where, part.requirement_id)
    ]
    if lost:  # otherwise they earned something that does not go together with it
        completing.lose(completion, lost, now=now)


def _counts(credential: object, where: Standing, node: int) -> bool:
    return str(credential) in {held.key for held in where.at(node).counted}


def _award(
    ending: Exit, learner_id: int, where: Standing, now: datetime
) -> Exception | None:
    """Award a reached exit; return what failed, so that the others are awarded."""
    learner = get_user_model().objects.get(pk=learner_id)
    try:
        with transaction.atomic():
            completing.complete(ending, learner, where, now=now)
    except awarding.AlreadyHeld:
        # They came by this badge in another way. When that one ends, this looks again.
        return None
    except awarding.AlreadyAwarded:
        log.warning("exit %s was awarded to learner %s before", ending.pk, learner_id)
    except (sealing.SealingError, signing_keys.NoActiveKey) as failure:
        log.exception("exit %s cannot be awarded to %s", ending.pk, learner_id)
        return failure
    return None
