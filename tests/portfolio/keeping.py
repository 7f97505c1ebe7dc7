"""Organisations whose members keep people in mind."""

from __future__ import annotations

from portfolio.models import Employer, EmployerMember, ShortlistEntry, User
from tests import factories


def make_employer(*members: User, name: str = "Tidewater Logistics") -> Employer:
    """An organisation for which these people act; the first may change it."""
    employer = Employer.objects.create(
        name=name, website="https://tidewater.example", domain="tidewater.example"
    )
    for at, user in enumerate(members):
        EmployerMember.objects.create(employer=employer, user=user, is_owner=at == 0)
    return employer


def make_member(employer: Employer, name: str = "Ines Ferreira") -> User:
    """One more who acts for it."""
    user = factories.make_user(name)
    EmployerMember.objects.create(employer=employer, user=user)
    return user


def make_kept(employer: Employer, person: User, note: str = "") -> ShortlistEntry:
    """Somebody whom it keeps already."""
    return ShortlistEntry.objects.create(employer=employer, learner=person, note=note)
