"""Proving that a domain is an organisation's own: something only its owner puts there.

Either a DNS TXT record at the domain or a file on its web site says
``cairn-verification=<proof>``. A job looks, at once after somebody asked for it, and
again each week once it is proved (``keeping_proof``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from credentials import fetching, limiting
from credentials.models import Issuer
from portfolio import tasks
from portfolio.employers.membership import acting
from portfolio.models import Employer, User

FILE = "/.well-known/cairn.txt"
RECORD = "cairn-verification"

#: How often may be looked: one organisation in an hour, one person in a day, and all
#: together in an hour.
PER_EMPLOYER, PER_PERSON, PER_SITE = 6, 20, 300


class AlreadyProved(Exception):
    """There is nothing left to prove."""


class LookedTooOften(Exception):
    """Too many looks; ``seconds`` until the next one."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def expected(employer: Employer) -> str:
    """What the record or the file has to say, on a line of its own."""
    return f"{RECORD}={employer.proof}"


def file_address(employer: Employer) -> str:
    """Where the file has to lie."""
    return f"https://{employer.domain}{FILE}"


def is_somebody_elses(domain: str, employer: Employer | None) -> bool:
    """Whether another organisation has proved this domain. One query."""
    proved = Employer.objects.filter(domain=domain, domain_proved_at__isnull=False)
    if employer is not None:
        proved = proved.exclude(pk=employer.pk)
    return proved.exists()


def ask_for_a_look(employer: Employer, *, by: User) -> None:
    """Have a job look whether the domain is proved.

    Raises NotOwner, AlreadyProved or LookedTooOften. Who may not ask uses up nothing
    of what the owner may.
    """
    _may_ask(by)
    limits = (
        (f"domain:{employer.pk}", PER_EMPLOYER, timedelta(hours=1)),
        (f"domain:user:{by.pk}", PER_PERSON, timedelta(days=1)),
        ("domain:all", PER_SITE, timedelta(hours=1)),
    )
    for key, limit, per in limits:
        if wait := limiting.hit(key, limit=limit, per=per):
            raise LookedTooOften(wait)
    with transaction.atomic():
        tasks.prove_domain.defer(employer_id=_may_ask(by).pk)


@transaction.atomic
def _may_ask(by: User) -> Employer:
    """The organisation, locked. Raises NotOwner or AlreadyProved."""
    own = acting(by, as_owner=True)
    if own.is_proved:
        raise AlreadyProved
    return own


def look(
    employer_id: int,
    *,
    network: fetching.Network | None = None,
    now: datetime | None = None,
) -> bool:
    """Look at the domain, and write down what was found. In a job only.

    The answer counts only for the domain and the proof that were looked for: whoever
    changes them meanwhile has to ask again. Of two organisations that prove one domain
    the first one has it (a constraint); the other stays without.
    """
    employer = Employer.objects.filter(pk=employer_id).first()
    if employer is None or employer.is_proved:
        return False
    is_shown = is_there(employer, network or fetching.Network())
    return _write(employer, is_shown=is_shown, now=now or timezone.now())


def is_there(employer: Employer, network: fetching.Network) -> bool:
    """Whether the domain shows the proof now. In a job only."""
    return _in_dns(employer, network) or _in_file(employer, network)


def _write(employer: Employer, *, is_shown: bool, now: datetime) -> bool:
    same = Employer.objects.filter(
        pk=employer.pk,
        domain=employer.domain,
        proof=employer.proof,
        domain_proved_at=None,
    )
    same.update(domain_checked_at=now)
    if not is_shown:
        return False
    try:
        with transaction.atomic():
            won = same.update(domain_proved_at=now, domain_lost_at=None, missed_looks=0)
            if won:
                _say_so_of_issuer(employer, now)
            return bool(won)
    except IntegrityError:  # another organisation was faster
        return False


def _say_so_of_issuer(employer: Employer, now: datetime) -> None:
    """What signs for it shows the same domain, also one that was lost and is back."""
    signing = Issuer.objects.filter(employer=employer.pk)
    signing.update(verified_domain=employer.domain, verified_domain_at=now)


def _in_dns(employer: Employer, network: fetching.Network) -> bool:
    try:
        records = network.text_records(employer.domain)
    except fetching.CouldNotRead:
        return False
    return expected(employer) in {record.strip() for record in records}


def _in_file(employer: Employer, network: fetching.Network) -> bool:
    try:
        answer = fetching.fetch(
            file_address(employer), kinds=("text/plain",), network=network
        )
    except fetching.CouldNotRead:
        return False
    lines = answer.body.decode("utf-8", "replace").splitlines()
    return expected(employer) in {line.strip() for line in lines}
