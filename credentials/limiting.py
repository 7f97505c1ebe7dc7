"""How often something may be tried: counted in PostgreSQL, in one atomic statement.

Django's database cache is not atomic: parallel tries would pass a limit built on it.
Nothing is counted on GET of public pages.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.forms import BaseForm

COUNT = """
INSERT INTO credentials_ratecount (key, "window", count) VALUES (%s, %s, 1)
ON CONFLICT (key, "window") DO UPDATE SET count = credentials_ratecount.count + 1
RETURNING count
"""


class TooManyTries(ValidationError):
    """The sentence of a form that may be sent again in ``seconds``.

    Beside the answers, which stay: whoever shows the form answers 429 and says
    ``Retry-After`` (see ``wait_of``).
    """

    def __init__(self, seconds: int, sentence: str = "") -> None:
        sentence = sentence or ngettext(
            "Too many tries from here. Try again in %(seconds)d second.",
            "Too many tries from here. Try again in %(seconds)d seconds.",
            seconds,
        )
        super().__init__(sentence, "too_many_tries", {"seconds": seconds})
        self.seconds = seconds


def wait_of(form: BaseForm) -> int:
    """Return the seconds that a form's errors ask to wait, 0 when none does."""
    errors = (error for found in form.errors.as_data().values() for error in found)
    waits = [
        int((error.params or {}).get("seconds", 0))
        for error in errors
        if error.code == "too_many_tries"
    ]
    return max(waits, default=0)


def same_person(identity: str) -> str:
    """Fold an e-mail as the log-in does, so that spelling it otherwise is no way round.

    Case and compatibility forms are folded and accents dropped: a stricter key than
    the log-in's can only count too much, never too little.
    """
    folded = unicodedata.normalize("NFKD", identity.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))[:150]


def hit(key: str, *, limit: int, per: timedelta, now: datetime | None = None) -> int:
    """Count one try of ``key``; return the seconds to wait, 0 when it may go on.

    Windows are fixed: ``limit`` tries in each stretch of ``per`` since the epoch.
    Call it outside a transaction, or a rollback forgets the try.
    """
    now = now or timezone.now()
    length = per.total_seconds()
    start = now.timestamp() // length * length
    window = datetime.fromtimestamp(start, UTC)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key[:200], window])
        (count,) = cursor.fetchone()
    if count <= limit:
        return 0
    return max(1, round(start + length - now.timestamp()))


def forget_old(now: datetime | None = None) -> int:
    """Delete counts older than two days; return how many rows went."""
    from credentials.models import RateCount  # models need apps loaded first

    edge = (now or timezone.now()) - timedelta(days=2)
    deleted, _ = RateCount.objects.filter(window__lt=edge).delete()
    return deleted
