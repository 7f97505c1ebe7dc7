"""Addresses of people's pages: made from their name, free, and not confusing.

An address that somebody gives up leads to their page for another year and is nobody
else's until then: a trigger on profiles sees to it. Its owner can take it back, or let
it go, at any time.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portfolio.models import FormerHandle, Profile, User

MAX_LENGTH = 30
ROOM_FOR_NUMBER = 5
TRIES = 5
#: How long an address that was given up leads to the page.
KEPT_FOR = timedelta(days=365)
#: As many of them one page can have: an address is somebody's name.
FORMER = 5
# Letters that are not mixed up when somebody reads an address aloud.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# Words that would make a page look like one of the site's own.
RESERVED = frozenset(
    {
        "about", "account", "accounts", "admin", "administrator", "api", "badge",
        "badges", "cairn", "compare", "contact", "credential", "credentials", "demo",
        "employer", "employers", "help", "home", "info", "issuer", "issuers", "login",
        "logout", "mail", "moderator", "news", "null", "official", "operator", "owner",
        "page", "pathway", "pathways", "people", "press", "privacy", "profile",
        "profiles", "reviewer", "root", "search", "security", "settings", "signup",
        "site", "staff", "static", "status", "support", "system", "talent", "team",
        "terms", "undefined", "verify", "webmaster", "www",
    }
)  # fmt: skip

# Beside any other word they still promise somebody who acts for the site.
STRONG = frozenset(
    {
        "admin", "administrator", "moderator", "official", "operator",
        "security", "staff", "support", "system", "webmaster",
    }
)  # fmt: skip
# What reads alike in a hurry: admin and adm1n, cairn and caim.
_ALIKE = str.maketrans("0134578l", "oieastbi")

RESERVED_SENTENCE = _("This address is kept for the site. Choose another.")
TAKEN_SENTENCE = _("Somebody else has this address. Choose another.")


class Taken(Exception):
    """Somebody else has this address, or had it less than a year ago."""


class TooManyFormer(Exception):
    """As many former addresses as there can be lead to the page already."""


def is_reserved(handle: str) -> bool:
    """Whether a page at this address could pass for one of the site's own.

    Reserved are the site's name and words of its pages, alone, with hyphens in them or
    in look-alike digits; words of its staff beside any other word; and whatever begins
    with the site's name, or ends with it and has a reserved word before.
    """
    parts = [_skeleton(part) for part in handle.lower().split("-")]
    whole = _skeleton(handle)
    site = [_skeleton(part) for part in slugify(settings.SITE_NAME).split("-")]
    name = "".join(site)
    reserved = {_skeleton(word) for word in RESERVED}
    if whole in {*reserved, name} or {_skeleton(word) for word in STRONG} & {*parts}:
        return True
    if not name:
        return False
    if parts[: len(site)] == site or whole.removeprefix(name) in reserved:
        return True
    return whole.removesuffix(name) in reserved


def is_taken(handle: str, *, by_others_than: Profile, now: datetime) -> bool:
    """Whether the address is somebody else's, or still leads to their page."""
    others = Profile.objects.exclude(pk=by_others_than.pk)
    former = FormerHandle.objects.exclude(profile=by_others_than).filter(until__gt=now)
    return (
        others.filter(handle=handle.lower()).exists()
        or former.filter(handle=handle.lower()).exists()
    )


def former_of(profile: Profile, now: datetime) -> QuerySet[FormerHandle]:
    """Addresses that lead to the page today, the one that ends last first."""
    return profile.former_handles.filter(until__gt=now).order_by("-until", "handle")


@transaction.atomic
def move(profile: Profile, handle: str, *, now: datetime) -> None:
    """Give the page another address; the one before leads to it for a year.

    ``handle`` was looked at (``is_reserved``). A former address of one's own is taken
    back. Raises Taken, TooManyFormer; then nothing has changed.
    """
    own = Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    if own.handle == handle:
        return
    before = own.handle
    _forget(own, handle, now)
    _forget(own, before, now)
    if former_of(own, now).count() >= FORMER:
        raise TooManyFormer
    FormerHandle.objects.create(profile=own, handle=before, until=now + KEPT_FOR)
    try:
        with transaction.atomic():
            Profile.objects.filter(pk=own.pk).update(handle=handle)
    except IntegrityError as error:
        raise Taken from error
    profile.handle = handle


def let_go(profile: Profile, handle: str) -> bool:
    """Stop a former address from leading here; whether there was one."""
    gone, _rows = profile.former_handles.filter(handle=handle.lower()).delete()
    return bool(gone)


def _forget(own: Profile, handle: str, now: datetime) -> None:
    """Drop one's own claim to a former address, and what others' has ended."""
    named = FormerHandle.objects.filter(handle=handle)
    named.filter(profile=own).delete()
    named.filter(until__lte=now).delete()


def free_handle(name: str) -> str:
    """A handle for *name* that nobody has: ``mei-tan``, ``mei-tan-2`` …

    A name without Latin letters becomes ``learner-`` and five random characters:
    its owner can choose a better one in the settings.
    """
    wanted = _latin(name)
    if len(wanted) < 3 or is_reserved(wanted):
        return f"learner-{_random(5)}"
    taken = {*_starting_with(wanted, timezone.now())}
    if wanted not in taken:
        return wanted
    for number in range(2, 1000):
        if f"{wanted}-{number}" not in taken:
            return f"{wanted}-{number}"
    return f"{wanted[:20]}-{_random(6)}"


def _starting_with(wanted: str, now: datetime) -> Sequence[str]:
    """Addresses that begin so: of pages, and those that still lead to one."""
    pages = Profile.objects.filter(handle__startswith=wanted)
    former = FormerHandle.objects.filter(handle__startswith=wanted, until__gt=now)
    return [
        *pages.values_list("handle", flat=True).union(
            former.values_list("handle", flat=True)
        )
    ]


def profile_of(user: User) -> Profile:
    """The user's profile; a new, private one for somebody who has none yet."""
    found = Profile.objects.filter(user=user).first()
    for _try in range(TRIES):
        if found:
            return found
        try:
            with transaction.atomic():
                return Profile.objects.create(
                    user=user, handle=free_handle(user.full_name)
                )
        except IntegrityError:  # the handle, or the profile, was made meanwhile
            found = Profile.objects.filter(user=user).first()
    return Profile.objects.create(user=user, handle=f"learner-{_random(12)}")


def _latin(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = re.sub(r"[^a-z0-9]+", "-", kept.replace("'", "").replace("’", ""))
    return words.strip("-")[: MAX_LENGTH - ROOM_FOR_NUMBER].strip("-")


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _position in range(length))


def _skeleton(text: str) -> str:
    """*text* without hyphens, and what reads alike written alike."""
    return text.lower().replace("-", "").translate(_ALIKE).replace("rn", "m")
