"""Credentials that ended in the meantime: nobody pressed anything, so a job looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched

from django.db.models import Exists, OuterRef, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.types import JSONValue

from credentials.models import Credential
from pathways import sweeping, tasks
from pathways.models import Completion, Enrolment, PathwayVersion, Requirement

#: Learners whose jobs are enqueued by one statement.
BATCH = 1000
#: So many are looked at one by one; of more, a sweep finds those who changed.
MANY = 2000


def enqueue_learners(timestamp: int) -> None:
    """Enqueue everybody on a pathway for whom something stopped to count.

    Where they are very many, have their pathways swept: that enqueues only those for
    whom it changed something.

    Looks from the last run that succeeded to ``timestamp`` (seconds since 1970), so a
    night without a worker is caught up; when nothing is known of a last run, from the
    beginning. Who is enqueued twice only costs a look.
    """
    until = datetime.fromtimestamp(timestamp, UTC)
    stopped = _learners(_last_run(), until)
    learners = list(stopped[: MANY + 1])
    if len(learners) > MANY:
        _sweep(stopped)
        return
    for some in batched(learners, BATCH):
        calls: list[dict[str, JSONValue]] = [{"learner_id": one} for one in some]
        tasks.evaluate.configure(priority=tasks.BY_NIGHT).batch_defer(*calls)


def _sweep(learners: QuerySet[Credential, int]) -> None:
    """Begin to look at everybody on the versions that these learners are on."""
    on_it = Enrolment.objects.filter(learner__in=learners, left_at=None)
    completed = Completion.objects.filter(learner__in=learners)
    versions = [rows.order_by().values("version") for rows in (on_it, completed)]
    for found in versions[0].union(versions[1]).order_by("version"):
        sweeping.begin(found["version"])


def _last_run() -> datetime | None:
    """Up to which moment the last run looked. Its job is kept for a week."""
    moment = (
        ProcrastinateJob.objects.filter(
            task_name=tasks.look_for_ended.name, status="succeeded"
        )
        .order_by("-id")
        .values_list("args__timestamp", flat=True)
        .first()
    )
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def _learners(since: datetime | None, until: datetime) -> QuerySet[Credential, int]:
    """Who is on a pathway or completed one, and holds something that stopped counting.

    Something stops when it ends, or when its days of grace do.
    """
    stopped = Q()
    for days in _graces():
        stopped |= _between(since, until, days)
    own = OuterRef("holder")
    return (
        Credential.objects.filter(stopped, state=Credential.State.ACTIVE)
        .filter(
            Exists(Enrolment.objects.filter(learner=own, left_at=None))
            | Exists(Completion.objects.filter(learner=own))
        )
        .order_by("holder")
        .values_list("holder", flat=True)
        .distinct()
    )


def _between(since: datetime | None, until: datetime, days: timedelta) -> Q:
    ended = Q(valid_until__lte=until - days)
    return ended if since is None else ended & Q(valid_until__gt=since - days)


def _graces() -> Iterator[timedelta]:
    """None, and every number of days that some pathway grants after an end."""
    yield timedelta(0)
    for model in (PathwayVersion, Requirement):
        granted = model.objects.exclude(grace_days=None).order_by("grace_days")
        for days in granted.values_list("grace_days", flat=True).distinct():
            yield timedelta(days=days or 0)
