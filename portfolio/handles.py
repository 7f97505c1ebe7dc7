"""Addresses of people's pages: made from their name, free, and not confusing."""

from __future__ import annotations

import re
import secrets
import unicodedata

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portfolio.models import Profile, User

MAX_LENGTH = 30
ROOM_FOR_NUMBER = 5
TRIES = 5
# Letters that are not mixed up when somebody reads an address aloud.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# Words that would make a page look like one of the site's own.
RESERVED = frozenset(
    {
        "about", "account", "accounts", "admin", "administrator", "api", "badge",
        "badges", "cairn", "contact", "credential", "credentials", "demo", "employer",
        "employers", "help", "home", "info", "issuer", "issuers", "login", "logout",
        "mail", "moderator", "news", "null", "official", "operator", "owner", "page",
        "pathway", "pathways", "people", "press", "privacy", "profile", "profiles",
        "reviewer", "root", "search", "security", "settings", "signup", "site",
        "staff", "static", "status", "support", "system", "talent", "team", "terms",
        "undefined", "verify", "webmaster", "www",
    }
)  # fmt: skip

RESERVED_SENTENCE = _("This address is kept for the site. Choose another.")
TAKEN_SENTENCE = _("Somebody else has this address. Choose another.")


def free_handle(name: str) -> str:
    """A handle for *name* that nobody has: ``mei-tan``, ``mei-tan-2`` …

    A name without Latin letters becomes ``learner-`` and five random characters:
    its owner can choose a better one in the settings.
    """
    wanted = _latin(name)
    if len(wanted) < 3 or wanted in RESERVED:
        return f"learner-{_random(5)}"
    taken = set(
        Profile.objects.filter(handle__istartswith=wanted).values_list(
            "handle", flat=True
        )
    )
    if wanted not in taken:
        return wanted
    for number in range(2, 1000):
        if f"{wanted}-{number}" not in taken:
            return f"{wanted}-{number}"
    return f"{wanted[:20]}-{_random(6)}"


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
