"""Who may see a collection, in words for its owner."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.models import Credential

Visibility = Credential.Visibility


@dataclass(frozen=True, slots=True)
class Choice:
    """Who may see it: what that means, and what is said once it is so."""

    visibility: Credential.Visibility
    icon: str
    tone: str
    meaning: Promise | str
    done: Promise | str


CHOICES = (
    Choice(
        Visibility.PUBLIC,
        "globe",
        "ok",
        _("Anyone can see it. Your public page lists it while that page is on."),
        _("Your collection is public now. Anyone can see it."),
    ),
    Choice(
        Visibility.LINK,
        "link",
        "info",
        _("People with the link see it. It is listed nowhere."),
        _("Your collection is link only now. People with the link see it."),
    ),
    Choice(
        Visibility.PRIVATE,
        "lock",
        "",
        _("Only you see it."),
        _("Your collection is private now. Only you see it."),
    ),
)


def choice_of(visibility: str) -> Choice:
    """The choice with this value."""
    return next(each for each in CHOICES if each.visibility == visibility)
