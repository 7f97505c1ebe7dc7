"""Organisations of people, as their forms make them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from credentials.models import Skill
from portfolio.employers import membership, organisations, roles
from portfolio.models import Employer, EmployerMember, RoleProfile, User
from tests import factories


def make_employer(
    owner: User | None = None, *, is_proved: bool = False, **fields: Any
) -> Employer:
    """An organisation with one owner."""
    number = next(factories.numbers)
    domain = fields.pop("domain", f"harbour{number}.example")
    employer = organisations.make(
        name=fields.pop("name", f"Harbour {number}"),
        domain=domain,
        website=f"https://{domain}/",
        by=owner or factories.make_user(),
    )
    if is_proved:
        employer.domain_proved_at = timezone.now()
        employer.save()
    return employer


def owner_of(employer: Employer) -> User:
    """Its first owner."""
    return employer.members.filter(is_owner=True).earliest("pk").user


def join(employer: Employer, *, is_owner: bool = False) -> User:
    """Somebody who was asked and said yes."""
    person = factories.make_user()
    asked = membership.invite(person.email, by=owner_of(employer))
    membership.accept(asked.token, by=person)
    EmployerMember.objects.filter(user=person).update(is_owner=is_owner)
    return person


def make_role(
    employer: Employer, *needs: tuple[Skill, int], title: str = "Ward nurse"
) -> RoleProfile:
    """A role that asks for these skills at these levels."""
    owner = owner_of(employer)
    role = roles.create(title=title, description="Nights.", by=owner)
    roles.ask_for(role, [(skill.pk, level) for skill, level in needs], by=owner)
    return role
