"""A holder decides whether an endorsement of their credential stands beside it.

Hidden ones are on no page of the site but their own, count in no filter, and stay what
was signed: whoever has the link can check them.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from portfolio.endorsing.giving import NotAllowed
from portfolio.models import Endorsement, User

State = Endorsement.State


def show(
    endorsement: Endorsement, *, is_shown: bool, by: User, now: datetime | None = None
) -> bool:
    """Show an endorsement beside its credential, or hide it; whether that was news.

    Raises NotAllowed for whoever does not hold what it is about.
    """
    credential = endorsement.credential
    if credential is None or credential.holder_id != by.pk:
        raise NotAllowed
    given = Endorsement.objects.filter(pk=endorsement.pk, state=State.GIVEN)
    if is_shown:
        return bool(given.filter(hidden_at__isnull=False).update(hidden_at=None))
    return bool(given.filter(hidden_at=None).update(hidden_at=now or timezone.now()))
