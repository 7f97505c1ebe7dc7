"""The page of an endorsement, and its signed document."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from credentials import http, markdown
from credentials.http import viewer_of
from credentials.models import AchievementVersion, Credential
from credentials.seeing import see
from credentials.verifying import Verdict
from credentials.views.machine_forms import DOCUMENT_TYPES
from portfolio.endorsing import acting, asking, checks, showing
from portfolio.models import Endorsement, User
from portfolio.showing import checked

State = Endorsement.State
_SIGNED = frozenset({State.GIVEN, State.WITHDRAWN})


@require_safe
@login_not_required
def endorsement(request: HttpRequest, token: str) -> HttpResponse:
    """What an organisation said, and whether it stands; the document by ``Accept``.

    What is only asked for, or was declined, is seen by both sides of it alone.
    """
    wanted = http.accepted(request, "text/html", *DOCUMENT_TYPES)
    if wanted != "text/html":
        return endorsement_json(request, token=token)
    found, viewer = find(request, token), viewer_of(request)
    if found.state not in _SIGNED:
        response = render(
            request, "portfolio/endorsements/asked.html", _asked(found, viewer)
        )
        response["Cache-Control"] = "private, no-store"
        return response
    response = render(request, "portfolio/endorsements/page.html", _page(found, viewer))
    response["Cache-Control"] = _cache(viewer)
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


@require_safe
@login_not_required
def endorsement_json(request: HttpRequest, token: str) -> HttpResponse:
    """The signed document, byte for byte. A withdrawn one is served, too.

    Its status entry says that it was withdrawn. 410 for bytes that are not those that
    were signed.
    """
    found = find(request, token)
    if found.state not in _SIGNED:
        raise Http404
    if showing.verdict_of(found) == Verdict.NOT_GENUINE:
        response = render(
            request, "portfolio/endorsements/page.html", _page(found, None), status=410
        )
        response["Cache-Control"] = "no-store"
        return response
    content_type = http.accepted(request, *DOCUMENT_TYPES)
    response = http.data(
        request,
        found.document.encode(),
        content_type,
        cache=_cache(viewer_of(request)),
    )
    response["Content-Disposition"] = 'inline; filename="endorsement.json"'
    response["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


def find(request: HttpRequest, token: str) -> Endorsement:
    """Find an endorsement for whoever asks. Raises Http404 as for what is absent.

    One about a credential is seen by those who see the credential, while its details
    are there.
    """
    found = _named(token)
    if found is None:
        raise Http404
    if found.state not in _SIGNED:
        if not asking.may_look_inside(found, viewer_of(request)):
            raise Http404
    elif found.credential is not None:
        sight = see(request, found.credential.token)
        if sight.credential.state == Credential.State.ERASED:
            raise Http404
    return found


def _named(token: str) -> Endorsement | None:
    rows = Endorsement.objects.named(token).select_related(
        "organisation",
        "issuer",
        "achievement__issuer",
        "achievement__current_version",
        "credential__issuer",
        "credential__achievement",
        "credential__version",
        "credential__signing_key",
        "signing_key",
        "status_list",
    )
    return next(
        iter(
            rows.defer(
                "achievement__current_version__search",
                "achievement__current_version__skill_words",
                "credential__version__search",
                "credential__version__skill_words",
                "signing_key__sealed_private_key",
                "credential__signing_key__sealed_private_key",
                "status_list__document",
            )
        ),
        None,
    )


def _page(found: Endorsement, viewer: User | None) -> dict[str, object]:
    now = timezone.now()
    verdict = showing.verdict_of(found, now)
    is_told = verdict != Verdict.NOT_GENUINE
    version = showing.signed_version(found) if is_told else None
    may_withdraw = viewer is not None and found.state == State.GIVEN
    return {
        "endorsement": found,
        "organisation": found.organisation,
        "verdict": verdict.value,
        "verdict_title": checked.TITLES[verdict],
        "tone": checked.TONES.get(verdict, ""),
        "now": now,
        "checked_at": checked.moment_words(now),
        "is_told": is_told,
        "sentence": showing.sentence(found),
        "comment": markdown.to_html(found.comment),
        "title": showing.title_of(found.target),
        "target": found.target,
        "rows": checks.rows(found, verdict),
        "picture": _picture(found, version),
        "version": version,
        "may_withdraw": may_withdraw
        and viewer is not None
        and acting.acts_for(viewer, found.organisation),
    }


def _picture(found: Endorsement, version: AchievementVersion | None) -> str:
    """The address of what it is about as a picture."""
    if found.issuer is not None:
        return reverse("issuer_logo", args=[found.issuer.slug])
    if found.credential is not None:
        return found.credential.picture
    if version is None:
        return ""
    badge = version.achievement
    return reverse("badge_svg", args=[badge.issuer.slug, badge.slug, version.number])


def _asked(found: Endorsement, viewer: User | None) -> dict[str, object]:
    return {
        "endorsement": found,
        "organisation": found.organisation,
        "title": showing.title_of(found.target),
        "target": found.target,
        "is_asker": viewer is not None and found.asked_by_id == viewer.pk,
    }


def _cache(viewer: User | None) -> str:
    """May be kept, but is asked for again each time: states change at once."""
    return "private, no-cache" if viewer else "no-cache"
