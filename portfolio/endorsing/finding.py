"""How endorsements are found: by learners in the catalogue, by programs in lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Case, F, Q, TextField, When
from django.utils.translation import gettext_lazy as _

from credentials.catalogue import Facet
from portfolio.models.endorsements import Endorsement, in_force

if TYPE_CHECKING:
    from credentials.models import StatusList

#: Values of ``Endorsement.Kind`` that say what a badge is accepted for.
ACCEPTED_FOR = {
    "interview": _("Accepted for an interview"),
    "credit": _("Accepted as credit"),
    "pay": _("Accepted for a pay step"),
    "other": _("Accepted for something else"),
}


def _accepted(kinds: Sequence[str]) -> Q:
    """Versions of badges that somebody accepts for one of these."""
    accepted = Endorsement.objects.in_force().filter(
        kind__in=kinds, achievement__isnull=False
    )
    return Q(achievement__in=accepted.values("achievement"))


ACCEPTED = Facet(
    "accepted",
    Case(
        When(
            in_force("achievement__endorsements__"),
            achievement__endorsements__kind__in=list(ACCEPTED_FOR),
            then=F("achievement__endorsements__kind"),
        ),
        output_field=TextField(),
    ),
    _accepted,
    ACCEPTED_FOR,
    is_repeated=True,
)


def withdrawn(status_list: StatusList, after: datetime | None) -> Collection[int]:
    """Positions of withdrawn endorsements; of those withdrawn after a moment."""
    rows = Endorsement.objects.filter(status_list=status_list, state="withdrawn")
    if after is not None:
        rows = rows.filter(withdrawn_at__gt=after)
    found = rows.values_list("status_index", flat=True)
    return [index for index in found if index is not None]
