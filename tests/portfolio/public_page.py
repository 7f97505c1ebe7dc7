"""Somebody's public page as tests read it."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import Credential
from portfolio.models import Profile
from tests.factories import make_badge, make_credential, make_member, make_user


@pytest.fixture
def amina():
    """Somebody whose page is on."""
    user = make_user("Amina Yusuf", email="amina@private.example.org")
    say(
        user,
        handle="amina-yusuf",
        headline="Staff nurse, acute medicine",
        place="Bristol",
        about="I trained in **Khartoum**.",
        public_at=timezone.now(),
    )
    user.refresh_from_db()
    return user


def say(user, **fields):
    Profile.objects.filter(user=user).update(**fields)


def get(client, handle="amina-yusuf", query=""):
    return client.get(reverse("profile", args=[handle]) + query)


def page(client, handle="amina-yusuf", query=""):
    return html.unescape(get(client, handle, query).content.decode())


def main_of(client, query=""):
    """What the page shows, without its owner's bar and the minute of the check."""
    text = page(client, query=query)
    shown = text.partition('<div class="wrap page profile">')[2].partition("</main>")[0]
    assert shown
    return re.sub(r'<time datetime="[^"]*T[^"]*">[^<]*</time>', "", shown)


def section(text, name):
    """The part that a heading's id names; empty when it is not there."""
    _, found, rest = text.partition(f'id="{name}"')
    return rest.partition("</section>")[0] if found else ""


def linked(client, query=""):
    """The page's data for machines; None when it has none."""
    text = get(client, query=query).content.decode()
    scripts = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL
    )
    return json.loads(scripts[0]) if scripts else None


def public(holder, name, **fields):
    """A public credential of a new badge with this name."""
    badge = fields.pop("badge", {})
    return make_credential(
        make_badge(name=name, **badge), holder, visibility="public", **fields
    )


def ended(holder, name="Old times", **fields):
    """A public credential whose day has passed."""
    return public(holder, name, badge={"validity_months": 12}, days_ago=400, **fields)


def change_state(credential, change):
    manager = make_member(credential.issuer, "manager")
    change(credential, reason=Credential.Reason.BEING_CHECKED, by=manager)
