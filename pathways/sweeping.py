"""All the learners of a pathway version at once: whose standing changed?

The look at one learner (``evaluating``) takes milliseconds and is enqueued by whatever
changes what they hold. Where nobody did anything and very many are concerned, a night
in which badges end or a repair, this finds those few for whom it would do something,
in chunks of a few thousand and a handful of queries each, and enqueues only them.

A sweep can be killed at any moment: what is enqueued commits together with how far it
came (``Sweep``), and whoever goes on begins there.
"""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import pairwise

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.types import JSONValue

from pathways import tasks
from pathways.models import Enrolment, Sweep
from pathways.models.sweeps import NO_END
from pathways.verdicts import Verdicts

log = logging.getLogger(__name__)

#: Learners in one transaction: under a second, and a few megabytes.
CHUNK = 2000
#: Chunks in one job: some seconds, mails wait meanwhile.
CHUNKS = 50
#: Ranges of learners that are swept side by side, each by jobs of its own.
RANGES = 2

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

#: The learners at given shares of all who are on a version.
_BORDERS = """
SELECT unnest(percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY learner_id))
FROM pathways_enrolment WHERE version_id = %s AND left_at IS NULL
"""


@transaction.atomic
def begin(version_id: int) -> list[Sweep]:
    """Have jobs look at all the learners of a version; return their ranges.

    A sweep that is under way begins anew: whoever it looked at may have changed since.
    """
    sweeps = prepare(version_id)
    for each in sweeps:
        tasks.sweep.defer(sweep_id=each.pk)
    return sweeps


@transaction.atomic
def prepare(version_id: int, ranges: int = RANGES) -> list[Sweep]:
    """Write the ranges of a sweep, of about as many learners each, without a job."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"pathways-sweep:{version_id}"])
    now = timezone.now()
    borders = _borders(version_id, ranges)
    Sweep.objects.filter(version=version_id, number__gte=len(borders)).delete()
    return [
        Sweep.objects.update_or_create(
            version_id=version_id,
            number=number,
            defaults={
                "above": above,
                "until": until,
                "last": above,
                "learners": 0,
                "enqueued": 0,
                "begun_at": now,
                "finished_at": None,
            },
        )[0]
        for number, (above, until) in enumerate(pairwise(borders), start=1)
    ]


def go_on(sweep_id: int, *, chunks: int = CHUNKS, now: datetime | None = None) -> None:
    """Look at the next learners of a range, then leave the rest to another job."""
    verdicts: Verdicts | None = None
    for number in range(1, chunks + 1):
        with transaction.atomic():
            sweep = _taken(sweep_id)
            if sweep is None:
                return
            verdicts = verdicts or Verdicts(sweep.version)
            look_at_chunk(sweep, verdicts, now=now)
            if number == chunks and sweep.finished_at is None:
                tasks.sweep.defer(sweep_id=sweep_id)


def look_at_chunk(
    sweep: Sweep, verdicts: Verdicts, *, now: datetime | None = None
) -> None:
    """Enqueue those of the next learners for whom a look would do something.

    In the caller's transaction, which holds the row: it then says how far this came,
    and that it is finished when nobody is left.
    """
    now = now or timezone.now()
    learners = verdicts.chunk(sweep, CHUNK, now)
    changed = [each.key for each in learners if verdicts.differs(each, now)]
    if changed:
        calls: list[dict[str, JSONValue]] = [{"learner_id": key} for key in changed]
        tasks.evaluate.configure(priority=tasks.BY_NIGHT).batch_defer(*calls)
    sweep.learners += len(learners)
    sweep.enqueued += len(changed)
    if learners:
        sweep.last = learners[-1].key
    if len(learners) < CHUNK:
        sweep.finished_at = now
        _log(sweep)
    sweep.save(update_fields=["last", "learners", "enqueued", "finished_at"])


def _taken(sweep_id: int) -> Sweep | None:
    """The range, held until the transaction ends; None when nothing is to be done.

    That is when it is finished, or somebody else holds it: they leave what remains to
    a job of their own, and if they are killed, theirs is given back.
    """
    return (
        Sweep.objects.select_for_update(skip_locked=True, of=["self"])
        .select_related("version")
        .filter(pk=sweep_id, finished_at=None)
        .first()
    )


def _borders(version_id: int, ranges: int) -> list[int]:
    """Where ranges begin and end. Few learners are one range."""
    on_it = Enrolment.objects.filter(version=version_id, left_at=None).count()
    ranges = min(ranges, on_it // CHUNK)
    shares = [number / ranges for number in range(1, ranges)]
    if not shares:
        return [0, NO_END]
    with connection.cursor() as cursor:
        cursor.execute(_BORDERS, [shares, version_id])
        return [0, *(learner for (learner,) in cursor.fetchall()), NO_END]


def _log(sweep: Sweep) -> None:
    log.info(
        "swept range %d of pathway version %d: %d learners, %d changed",
        sweep.number,
        sweep.version_id,
        sweep.learners,
        sweep.enqueued,
    )
