"""What happens first when an account is closed or deleted.

Connected to the saving and deleting of people (``apps``), so that it holds whoever
closes or deletes them: a page, the admin, a command.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete

from portfolio.employers import membership
from portfolio.models import User


def connect() -> None:
    """Hand on what somebody leaves behind from now on."""
    post_save.connect(_after_saving, User, dispatch_uid="portfolio.leaving")
    pre_delete.connect(_before_deleting, User, dispatch_uid="portfolio.leaving")


def _after_saving(instance: User, *, created: bool, **_about: Any) -> None:
    if not created and not instance.is_active:
        membership.hand_on(instance)


def _before_deleting(instance: User, **_about: Any) -> None:
    """Their organisation first, then their row, then (in Django) what hangs on it.

    Whoever writes about them meanwhile finds them locked and leaves them out.
    """
    membership.hand_on(instance, is_deleted=True)
    list(User.objects.select_for_update().filter(pk=instance.pk).values("pk"))
