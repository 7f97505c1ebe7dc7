"""Looking again at domains that were proved: domains change hands, and records go.

Once a week each. One answer that fails takes nothing away: names and machines fail for
a while. Gone three times in a row, the domain is not proved any more, pages say so, and
owners get a mail. What was signed meanwhile stays valid.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from credentials import fetching
from credentials.models import Issuer
from portfolio import tasks
from portfolio.employers import proving
from portfolio.models import Employer

#: Whole nights lie between two looks, so that a week is not missed by an hour.
APART = timedelta(days=6, hours=12)
#: Looks in a row that find nothing until the proof is gone.
MISSED = 3


def due(now: datetime) -> list[int]:
    """The organisations whose proof is looked at now; none in a demo.

    Organisations of a demo have domains that nobody can own.
    """
    if settings.DEMO:
        return []
    return list(_due(now).order_by("pk").values_list("pk", flat=True))


def look_again(
    employer_id: int,
    *,
    network: fetching.Network | None = None,
    now: datetime | None = None,
) -> bool | None:
    """Look once more at a proved domain. Out: whether its proof is there.

    None when there was nothing to look at: it may run twice, and the second run finds
    that somebody looked. In a job only.
    """
    now = now or timezone.now()
    employer = _due(now).filter(pk=employer_id).first()
    if employer is None:
        return None
    is_shown = proving.is_there(employer, network or fetching.Network())
    with transaction.atomic():
        locked = _due(now).select_for_update(no_key=True)
        same = locked.filter(
            pk=employer.pk, domain=employer.domain, proof=employer.proof
        ).first()
        if same is None:  # changed, or looked at by another run
            return None
        _write(same, is_shown=is_shown, now=now)
    return is_shown


def _due(now: datetime) -> QuerySet[Employer]:
    looked_at = Coalesce("domain_checked_at", "domain_proved_at")
    proved = Employer.objects.filter(domain_proved_at__isnull=False)
    return proved.alias(looked_at=looked_at).filter(looked_at__lte=now - APART)


def _write(employer: Employer, *, is_shown: bool, now: datetime) -> None:
    employer.domain_checked_at = now
    employer.missed_looks = 0 if is_shown else employer.missed_looks + 1
    if employer.missed_looks >= MISSED:
        _take_away(employer, now)
    employer.save()


def _take_away(employer: Employer, now: datetime) -> None:
    employer.missed_looks = 0
    employer.domain_proved_at, employer.domain_lost_at = None, now
    signing = Issuer.objects.filter(employer=employer.pk)
    signing.update(verified_domain="", verified_domain_at=None)
    for owner in employer.members.filter(is_owner=True):
        tasks.mail_lost_domain.defer(member_id=owner.pk)
