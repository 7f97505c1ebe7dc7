"""Who may look at a credential. Private and absent are the same to everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest

from credentials.http import viewer_of
from credentials.models import Credential

if TYPE_CHECKING:
    from portfolio.models import User


class Viewer(Enum):
    """In which role somebody looks."""

    VISITOR = auto()
    HOLDER = auto()
    STAFF = auto()


@dataclass(frozen=True, slots=True)
class Sight:
    """A credential, and in which role it is looked at."""

    credential: Credential
    viewer: Viewer
    is_logged_in: bool

    @property
    def is_private(self) -> bool:
        return self.credential.visibility == Credential.Visibility.PRIVATE

    @property
    def is_holders(self) -> bool:
        return self.viewer == Viewer.HOLDER

    @property
    def cache_control(self) -> str:
        """May be kept, but is asked for again each time: states change at once."""
        return "private, no-cache" if self.is_logged_in else "no-cache"


def see(request: HttpRequest, token: str) -> Sight:
    """Find a credential with issuer, version and key for whoever asks.

    One query for visitors. Raises Http404 when it is absent, or private and neither
    the asker's own nor of an issuer that the asker acts for.
    """
    credential = _find(token)
    if credential is None:
        raise Http404
    user = viewer_of(request)
    sight = Sight(
        credential=credential,
        viewer=_role(credential, user) if user else Viewer.VISITOR,
        is_logged_in=user is not None,
    )
    if sight.is_private and sight.viewer == Viewer.VISITOR:
        raise Http404
    return sight


def _role(credential: Credential, user: User) -> Viewer:
    if credential.holder_id == user.pk:
        return Viewer.HOLDER
    if user.is_staff:
        administered = Credential.objects.administered_by(user)
        if administered.filter(pk=credential.pk).exists():
            return Viewer.STAFF
    return Viewer.VISITOR


def _find(token: str) -> Credential | None:
    found = (
        Credential.objects.named(token)
        .select_related(
            "issuer",
            "version__achievement",
            "signing_key",
            "status_list",
            "imported",
        )
        .defer(
            "version__search",
            "version__skill_words",
            "signing_key__sealed_private_key",
            "status_list__document",
        )
    )
    return next(iter(found), None)  # tokens are unique: nothing to sort
