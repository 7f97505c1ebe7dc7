"""What the page of pins gathers: the pins in order, and what else could be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from credentials.models import Credential
from credentials.verifying import Verdict, status_of
from portfolio.models.profiles import PINS
from portfolio.own.held import TAGS
from portfolio.own_states import Tag

if TYPE_CHECKING:
    from credentials.models.holdings import CredentialQuerySet
    from portfolio.models import User

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Pinned:
    """A credential that is a pin, or could be one, and what is true of it today."""

    credential: Credential
    verdict: Verdict

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it."""
        return self.credential.visibility == Credential.Visibility.PUBLIC

    @property
    def is_good(self) -> bool:
        """Whether it is in force."""
        return self.verdict.is_good

    @property
    def tags(self) -> Sequence[Tag]:
        """What is not simply in force, and who sees what not everybody may see."""
        found = [TAGS[self.verdict]] if self.verdict in TAGS else []
        if self.credential.visibility == Credential.Visibility.PRIVATE:
            found.append({"tone": "", "icon": "lock", "words": _("Private")})
        elif not self.is_public:
            found.append({"tone": "", "icon": "link", "words": _("Link only")})
        return found


@dataclass(frozen=True, slots=True)
class PinsPage:
    """Everything on the page."""

    pins: Sequence[Pinned]
    others: Sequence[Pinned]
    numbers: Page[Credential]

    @property
    def is_full(self) -> bool:
        """Whether one has to go before another can come."""
        return len(self.pins) >= PINS


def gather(owner: User, *, number: str, now: datetime) -> PinsPage:
    """Gather the page in three queries; ``number`` is what the address asks for."""
    pins = _whole(owner).filter(pins__isnull=False).order_by("pins__position")
    others = _whole(owner).in_force(now).filter(pins=None)
    numbers: Page[Credential] = Paginator(others, PAGE_SIZE).get_page(number)
    return PinsPage(
        pins=[Pinned(each, status_of(each, now).verdict) for each in pins],
        others=[
            Pinned(each, status_of(each, now).verdict) for each in numbers.object_list
        ],
        numbers=numbers,
    )


def _whole(owner: User) -> CredentialQuerySet:
    """What judging and drawing one takes, and no more."""
    return (
        Credential.objects.of(owner)
        .select_related("issuer", "version", "achievement", "signing_key")
        .defer(
            "jwt",
            "version__search",
            "version__skill_words",
            "version__description",
            "signing_key__sealed_private_key",
        )
    )
