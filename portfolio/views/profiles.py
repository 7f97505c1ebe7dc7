"""A person's public page: what they say of themselves, and what stands behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials import markdown
from credentials.http import viewer_of
from credentials.models import Credential
from credentials.verifying import Verdict, status_of
from portfolio.checked import day
from portfolio.models import Profile
from portfolio.stacks import whole_pathways

if TYPE_CHECKING:
    from pathways.models import PathwayVersion
    from portfolio.models import User

#: As many are drawn large; the list under them has all.
LARGE = 6

_HANDLE = re.compile(r"[A-Za-z0-9-]{3,30}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A public credential and its state at this moment."""

    credential: Credential
    verdict: Verdict

    @property
    def is_of_a_pathway(self) -> bool:
        """Whether it was awarded for completing a pathway, or a part of one."""
        return self.credential.source == Credential.Source.PATHWAY

    @property
    def words(self) -> str:
        """Until when it stands, in words."""
        if self.credential.valid_until is None:
            return _("In force, no end date")
        end = {"date": day(self.credential.valid_until)}
        if self.verdict == Verdict.EXPIRED:
            return _("Ended on %(date)s") % end
        if self.verdict == Verdict.ENDS_SOON:
            return _("In force, ends on %(date)s") % end
        return _("In force until %(date)s") % end


@require_safe
@login_not_required
@vary_on_cookie
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """The page, while its owner has it switched on; its owner sees it always.

    Switched off, unknown and deactivated are the same to everybody else.
    """
    viewer = viewer_of(request)
    shown = _find(handle)
    is_owner = shown is not None and viewer is not None and shown.user_id == viewer.pk
    if shown is None or not (is_owner or _is_public(shown)):
        raise Http404
    if handle != shown.handle:
        return HttpResponseRedirect(shown.get_absolute_url())
    context = _page(shown, timezone.now()) | {"is_owner": is_owner}
    response = render(request, "portfolio/profile.html", context)
    response["Cache-Control"] = "private, no-cache" if viewer else "no-cache"
    return response


def _find(handle: str) -> Profile | None:
    if not _HANDLE.fullmatch(handle):
        return None
    found = Profile.objects.select_related("user").filter(handle=handle.lower())
    return found.first()


def _is_public(shown: Profile) -> bool:
    return shown.public_at is not None and shown.user.is_active


def _page(shown: Profile, now: datetime) -> dict[str, Any]:
    listed = [
        Listed(credential, status_of(credential, now).verdict)
        for credential in _public_credentials(shown.user)
    ]
    in_force = [each for each in listed if each.verdict.is_good]
    ended = [each for each in listed if each.verdict == Verdict.EXPIRED]
    return {
        "profile": shown,
        "initials": initials(shown.user.full_name),
        "about": markdown.to_html(shown.about),
        "in_force": in_force,
        "large": in_force[:LARGE],
        "completed": _completed(in_force),
        "ended": ended,
        "count": len(in_force) + len(ended),
        "left_out": len(listed) - len(in_force) - len(ended),
        "checked_at": now,
        "checked_words": date_format(localtime(now), "TIME_FORMAT"),
    }


def _completed(in_force: Iterable[Listed]) -> Sequence[tuple[Listed, PathwayVersion]]:
    """Those that stand at the end of a whole pathway. One query, or none."""
    listed = [each for each in in_force if each.is_of_a_pathway]
    versions = whole_pathways(each.credential.pk for each in listed)
    return [
        (each, versions[each.credential.pk])
        for each in listed
        if each.credential.pk in versions
    ]


def _public_credentials(holder: User) -> Iterable[Credential]:
    return (
        Credential.objects.of(holder)
        .public()
        .select_related("issuer", "version", "achievement", "signing_key")
        .defer(
            "jwt",
            "version__search",
            "version__skill_words",
            "version__description",
            "signing_key__sealed_private_key",
        )
    )


def initials(name: str) -> str:
    """What stands in for a picture: ``AY``; one letter in scripts without capitals."""
    words = name.split()
    letters = [word[0].upper() for word in (words[0], words[-1])] if words else []
    if len(words) < 2 or not all(letter.isupper() for letter in letters):
        return "".join(letters[:1])
    return "".join(letters)
