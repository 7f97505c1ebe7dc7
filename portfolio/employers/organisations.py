"""Making an organisation and saying who it is; and the issuer that signs for it."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from credentials import founding
from credentials.models import Issuer
from credentials.models.artwork import Glyph, Hue
from portfolio.employers.membership import AlreadyMember, acting
from portfolio.models import Employer, EmployerMember, User
from portfolio.models.employers import new_proof


class DomainIsFixed(Exception):
    """The domain stands in the identity that signs; another one is no change of it."""


class NotProved(Exception):
    """The domain is not proved, so that nothing can be signed in its name."""


@transaction.atomic
def make(*, name: str, website: str, domain: str, by: User) -> Employer:
    """Make an organisation whose owner is ``by``. Raises AlreadyMember."""
    employer = Employer.objects.create(name=name, website=website, domain=domain)
    try:
        with transaction.atomic():
            EmployerMember.objects.create(employer=employer, user=by, is_owner=True)
    except IntegrityError as error:
        raise AlreadyMember from error
    return employer


@transaction.atomic
def describe(*, name: str, website: str, domain: str, by: User) -> Employer:
    """Change what ``by``'s organisation says of itself; return it as it is now.

    Another domain has to be proved anew, with another proof. What signs for the
    organisation gets the same name. Raises NotOwner, or DomainIsFixed once an issuer
    was founded.
    """
    employer = acting(by, as_owner=True)
    if domain != employer.domain:
        if employer.issuer_id:
            raise DomainIsFixed
        employer.domain, employer.proof = domain, new_proof()
        employer.domain_proved_at = employer.domain_checked_at = None
        employer.domain_lost_at, employer.missed_looks = None, 0
    employer.name, employer.website = name, website
    employer.save()
    if employer.issuer_id:
        Issuer.objects.filter(pk=employer.issuer_id).update(name=name, url=website)
    return employer


@transaction.atomic
def found_issuer(*, email: str, by: User) -> Issuer:
    """Found the issuer that signs for ``by``'s organisation, or return it.

    ``email`` stands on its public page and in what it signs. Raises NotOwner, or
    NotProved while the domain is not proved.
    """
    employer = acting(by, as_owner=True)
    if employer.issuer is not None:
        return employer.issuer
    if not employer.is_proved:
        raise NotProved
    employer.issuer = _found(employer, email)
    employer.save(update_fields=["issuer"])
    return employer.issuer


def _found(employer: Employer, email: str) -> Issuer:
    """Found it under the first name in addresses that is free.

    Whoever takes the same one at the same instant is waited for; then it is the next.
    """
    issuer = Issuer(
        name=employer.name,
        kind=Issuer.Kind.EMPLOYER,
        url=employer.website,
        email=email,
        hue=Hue.SLATE,
        glyph=Glyph.MANAGEMENT,
        verified_domain=employer.domain,
        verified_domain_at=employer.domain_proved_at,
    )
    while True:
        issuer.slug = _free_slug(employer.domain)
        try:
            with transaction.atomic():
                return founding.found_issuer(issuer)
        except IntegrityError:
            if not Issuer.objects.filter(slug=issuer.slug).exists():
                raise


def _free_slug(domain: str) -> str:
    """The domain as a name in addresses; ``a-b.c`` and ``a.b.c`` have the same one."""
    wanted = domain.replace(".", "-")[:50]
    taken = set(
        Issuer.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
