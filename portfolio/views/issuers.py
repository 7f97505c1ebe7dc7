"""The page of an issuer: who they are, what they issue, and their keys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from credentials.catalogue import Search, Sort, found
from credentials.models import Issuer, SigningKey
from pathways import outlines
from portfolio.endorsing import showing
from portfolio.filters import address
from portfolio.own_states import cards
from portfolio.site.context import viewer_of

MOST_BADGES = 12  # more are in the catalogue


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key as its page names it."""

    algorithm: str
    fingerprint: list[str]  # SHA-256 in groups of four digits
    state: str  # active, retired or compromised
    since: datetime


@require_safe
@login_not_required
@vary_on_cookie
def issuer(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that somebody needs to judge an issuer."""
    shown = get_object_or_404(Issuer, slug=slug)
    search = Search(chosen={"issuer": (shown.slug,)}, sort=Sort.NAME)
    versions = list(found(search)[: MOST_BADGES + 1])
    context = {
        "section": "badges",
        "issuer": shown,
        "cards": cards(versions[:MOST_BADGES], viewer_of(request)),
        "all_badges": address(search) if len(versions) > MOST_BADGES else "",
        "pathways": outlines.offered_by(shown.pk),
        "recognition": showing.on_issuer_page(shown, viewer_of(request)),
        "keys": [_shown(key) for key in shown.keys.all()],
    }
    return render(request, "portfolio/issuer.html", context)


def _shown(key: SigningKey) -> KeyShown:
    printed = fingerprint(key)
    if key.compromised_at:
        return KeyShown(key.algorithm, printed, "compromised", key.compromised_at)
    if key.retired_at:
        return KeyShown(key.algorithm, printed, "retired", key.retired_at)
    return KeyShown(key.algorithm, printed, "active", key.created_at)


def fingerprint(key: SigningKey) -> list[str]:
    """Return SHA-256 over the public key as published, in groups of four digits.

    That is over the multibase text of an Ed25519 key, and over the required members
    of a P-256 key in their RFC 7638 order, so that anybody can compute it again.
    """
    published = key.public_key
    if key.algorithm == SigningKey.Algorithm.P256:
        jwk = json.loads(published)
        required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
        published = json.dumps(required, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(published.encode()).hexdigest().upper()
    return [digest[i : i + 4] for i in range(0, len(digest), 4)]
