"""The demo's organisations, the people, and who acts for whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress

from credentials import founding
from credentials.models import Credential, Issuer, IssuerMember
from portfolio.demo import PASSWORD
from portfolio.demo.content import shapes
from portfolio.demo.stage import Stage
from portfolio.models import Pin, Profile, ProfileLink, User


def people(stage: Stage) -> None:
    """Create everybody, with verified addresses and their profiles."""
    for person in stage.content.people:
        stage.people[person.key] = _person(stage, person)


def issuers(stage: Stage) -> None:
    """Found the organisations, each with keys and a status list, and their staff."""
    for issuer in stage.content.issuers:
        stage.issuers[issuer.slug] = _issuer(stage, issuer)
    for member in stage.content.members:
        IssuerMember.objects.create(
            user=stage.people[member.person],
            issuer=stage.issuers[member.issuer],
            role=member.role,
        )


def pins(stage: Stage) -> None:
    """Pin what people hold by now, in their order. Needs everything that happened."""
    for person in stage.content.people:
        if not person.pins:
            continue
        owner = stage.people[person.key]
        held = Credential.objects.of(owner).public().order_by("issued_at", "pk")
        newest = dict(held.values_list("achievement__slug", "pk"))
        Pin.objects.bulk_create(
            Pin(owner=owner, credential_id=newest[badge], position=position)
            for position, badge in enumerate(person.pins, start=1)
        )


def _person(stage: Stage, person: shapes.Person) -> User:
    joined = stage.at(person.joined_days_ago, person.key) - timedelta(days=1)
    staff = {member.person for member in stage.content.members}
    user = User.objects.create_user(
        person.email,
        PASSWORD if person.log_in else None,
        full_name=person.full_name,
        is_staff=person.superuser or person.key in staff,
        is_superuser=person.superuser,
        date_joined=joined,
    )
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    _profile(user, person, joined + timedelta(days=2))
    return user


def _profile(user: User, person: shapes.Person, said: datetime) -> None:
    """What they say of themselves, and what of it anybody may find since that moment.

    Only a public page has switches to turn on.
    """

    def since(switch: bool) -> datetime | None:
        return said if switch else None

    profile = Profile.objects.create(
        user=user,
        handle=person.handle,
        other_name=person.other_name,
        headline=person.headline,
        place=person.place,
        languages=list(person.languages),
        own_words=list(person.own_words),
        about=person.about.strip(),
        open_to_work_at=since(person.open_to_work),
        shows_ended_at=since(person.shows_ended),
        public_at=since(person.public),
        talent_search_at=since(person.talent_search),
        search_engines_at=since(person.search_engines),
    )
    ProfileLink.objects.bulk_create(
        ProfileLink(profile=profile, url=url, position=position)
        for position, url in enumerate(person.links, start=1)
    )


def _issuer(stage: Stage, issuer: shapes.Issuer) -> Issuer:
    founded = stage.at(issuer.registered_days_ago, issuer.slug) - timedelta(days=1)
    row = founding.found_issuer(
        Issuer(
            slug=issuer.slug,
            name=issuer.name,
            kind=issuer.kind,
            url=issuer.url,
            email=issuer.email,
            description=issuer.description,
            hue=issuer.hue,
            glyph=issuer.glyph,
            complaints=issuer.complaints,
            signer_name=issuer.signer_name,
            signer_role=issuer.signer_role,
            verified_domain=urlsplit(issuer.url).hostname or "",
            verified_domain_at=founded + timedelta(days=6),
            created_at=founded,
        )
    )
    # The oldest credentials are older than this minute, and so are their keys.
    row.keys.update(created_at=founded)
    row.status_lists.update(created_at=founded)
    return row
