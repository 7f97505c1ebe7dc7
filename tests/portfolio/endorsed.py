"""Organisations that endorse, for tests."""

from __future__ import annotations

import itertools
from typing import Any

from django.utils import timezone

from credentials.models import Achievement, Issuer
from portfolio.endorsing import giving
from portfolio.models import Employer, EmployerMember, Endorsement, User
from tests.factories import make_badge, make_issuer, make_member, make_user

Kind = Endorsement.Kind
State = Endorsement.State
WORDS = giving.Words(Kind.INTERVIEW, "We have seen what holders can do.")
numbers = itertools.count(1)


def make_employer(*, proved: bool = True, founded: bool = True) -> EmployerMember:
    """Somebody who acts for an employer; with keys when its domain is proved."""
    number = next(numbers)
    employer = Employer.objects.create(
        name=f"Employer {number}",
        website=f"https://employer{number}.example/",
        domain=f"employer{number}.example",
        domain_proved_at=timezone.now() if proved else None,
        issuer=make_issuer(kind="employer") if proved and founded else None,
    )
    return EmployerMember.objects.create(employer=employer, user=make_user())


def make_manager(organisation: Issuer | None = None) -> User:
    """A manager of an organisation."""
    return make_member(organisation or make_issuer(), "manager")


def make_given(
    target: Achievement | Issuer | None = None,
    organisation: Issuer | None = None,
    kind: str = "interview",
    **fields: Any,
) -> Endorsement:
    """A recognition of a badge, or an endorsement of an issuer, signed."""
    organisation = organisation or make_issuer()
    target = target or make_badge().achievement
    if isinstance(target, Issuer):
        kind = "endorses"
    words = giving.Words(Kind(kind), fields.pop("comment", "We know their work."))
    by = fields.pop("by", None) or make_manager(organisation)
    return giving.give(organisation, target, words, by=by, **fields)
