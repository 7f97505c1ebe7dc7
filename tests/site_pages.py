"""Every address of the site, with rows that exist behind it, and odd values for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from credentials import reviewing, sharing, submitting, uploads
from credentials.models import Credential, Evidence, Issuer, Submission
from portfolio.employers import saved_searches
from portfolio.models import User
from portfolio.talent.asking import Search
from tests.factories import (
    make_badge,
    make_draft,
    make_draft_version,
    make_issuer,
    make_member,
    make_opinion,
    make_submission,
    make_user,
)
from tests.portfolio.findable import NOW, make_findable
from tests.portfolio.keeping import make_kept
from tests.portfolio.organisations import make_employer, make_role
from tests.portfolio.own_collections import made

LONG = "a" * 10_000
DIGITS = "9" * 5_000  # more than Python turns into a number
#: As they stand in an address, escaped byte by byte.
ODD = (
    "%00",
    "a%00b",
    "%FF%FE",
    "%ED%A0%80",  # half a surrogate pair
    "%E2%80%AEabc",  # turned around
    "%EF%BF%BF",  # a noncharacter
    LONG,
    DIGITS,
    "99999999999999999999",  # past every integer of the database
    "-1",
    "%3Cscript%3E%22%27",
    "..%2F..%2F",
    "1%2C2",
)
#: What gets past a converter and is still odd; other kinds take any text.
ODD_FOR = {"int": (DIGITS, "99999999999999999999"), "slug": (LONG, DIGITS), "uuid": ()}
GAP = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Page:
    """One address: a pattern with named gaps, and values that really exist.

    ``clients`` are those who get furthest on it, by name.
    """

    number: int
    pattern: str
    values: dict[str, str]
    clients: Sequence[tuple[str, Client]]

    def address(self, **odd: str) -> str:
        values = self.values | odd
        return GAP.sub(lambda gap: values.get(gap[2] or gap[3], "1"), self.pattern)

    @property
    def is_admins(self) -> bool:
        return self.pattern.startswith("admin/")

    def odd_addresses(self) -> Iterator[str]:
        for gap in GAP.finditer(self.pattern):
            for odd in ODD_FOR.get(gap[1] or "", ODD):
                yield self.address(**{gap[2] or gap[3]: odd})

    def client(self, turn: int) -> Client:
        return self.clients[turn % len(self.clients)][1]


def make_pages() -> list[Page]:
    issuer, learner = make_issuer(), make_user()
    operator = make_member(issuer, "manager", is_superuser=True)
    by_start = make_values(issuer, learner, operator)
    visitor = ("visitor", logged_in(None))
    of_site = [("learner", logged_in(learner)), visitor]
    of_staff = [("staff", logged_in(operator))]
    return [
        Page(
            number,
            pattern,
            values_for(pattern, by_start),
            of_staff if pattern.startswith("admin/") else of_site,
        )
        for number, pattern in enumerate(dict.fromkeys(patterns(get_resolver())))
    ]


def make_values(
    issuer: Issuer, learner: User, operator: User
) -> dict[str, dict[str, str]]:
    """A row for every gap of an address, by how the address starts."""
    version, draft_version = make_badge(issuer), make_draft_version(issuer)
    draft = make_draft(make_badge(issuer), learner)
    kept = text_file(draft)
    credential, shown = make_approved(version, learner, by=operator)
    waiting = make_submission(make_badge(issuer), state="in_review")
    rows = {
        "submission": waiting.pk,
        "credential": credential.pk,
        "issuer": issuer.pk,
        "achievement": version.achievement_id,
        "achievementversion": draft_version.pk,
        "criterion": draft_version.criteria.all()[0].pk,
        "skill": draft_version.skills.get().pk,
        "user": learner.pk,
    }
    return {
        "admin/": {"name": "retire", "url": "a", "object_id": "1", "pk": "1"},
        **{
            f"admin/{app}/{model}/": {"object_id": str(pk), "pk": str(pk)}
            for model, pk in rows.items()
            for app in ("credentials", "portfolio")
        },
        **own_pages(learner, credential),
        "issuers/": {"slug": issuer.slug},
        "c/": {"pk": str(shown.pk)},
        "submissions/": {"pk": str(draft.pk)},
        "evidence/": {"pk": str(kept.pk)},
        "": {
            "issuer": issuer.slug,
            "slug": version.achievement.slug,
            "item": str(kept.pk),
            "token": credential.token,
            "handle": learner.profile.handle,
            "name": issuer.status_lists.get().name,
        },
    }


def own_pages(learner: User, credential: Credential) -> dict[str, dict[str, str]]:
    """What the learner made, and an organisation that the learner acts for."""
    employer = make_employer(learner)
    kept = make_kept(employer, make_findable())
    collection = made(learner, credential)
    search = saved_searches.save(
        Search(words="welding"), name="W", is_mailed=False, by=learner, now=NOW
    )
    return {
        "me/collections/": {"token": collection.token},
        "me/profile/": {"part": "words"},
        "me/people/": {"handle": kept.learner.profile.handle},
        "me/roles/": {"token": make_role(employer).token},
        "me/searches/": {"token": search.token},
    }


def make_approved(version, learner, *, by) -> tuple[Credential, Evidence]:
    """A public credential, and a file that it shows to everybody."""
    draft = make_draft(version, learner)
    shown = text_file(draft)
    submitting.choose_visibility(draft, [str(shown.pk)])
    submitting.send(draft, by=learner)
    reviewing.decide(draft, make_opinion(draft), by=by)
    credential = Credential.objects.get(submission=draft)
    sharing.show_to(credential, Credential.Visibility.PUBLIC, by=learner)
    return credential, shown


def values_for(pattern: str, by_start: dict[str, dict[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for start in sorted(by_start, key=len):
        if pattern.startswith(start):
            values |= by_start[start]
    return values


def logged_in(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        written = before + re.sub(r"^\^|\$$|\\Z", "", str(each.pattern))
        if isinstance(each, URLPattern):
            yield written
        else:
            yield from patterns(each, written)


def text_file(draft: Submission) -> Evidence:
    kept = uploads.accept(SimpleUploadedFile("a.txt", b"words"), name="a.txt")
    with kept.content:
        return submitting.add_file(draft, draft.version.criteria.all()[0], kept)
