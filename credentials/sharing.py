"""Who may see a credential: its holder decides, at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from credentials.holdings import holdings_changed
from credentials.models import Credential

if TYPE_CHECKING:
    from portfolio.models import User

Visibility = Credential.Visibility


@transaction.atomic
def show_to(
    credential: Credential, visibility: Credential.Visibility, *, by: User
) -> Credential.Visibility:
    """Let nobody else, people with the link, or everybody see it.

    Returns who saw it before, for taking the change back. Raises DoesNotExist unless
    ``by`` holds it and its details are still there.
    """
    # Only the row itself is locked, so nothing may be joined to it.
    own = Credential.objects.of(by).select_related(None).select_for_update()
    before = Visibility(own.only("visibility").get(pk=credential.pk).visibility)
    if visibility != before:
        Credential.objects.filter(pk=credential.pk).update(visibility=visibility)
        holdings_changed(by.pk)
    credential.visibility = visibility
    return before
