"""A learner's own page as tests read and use it."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.models import Credential
from tests.factories import make_badge, make_credential, make_user


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def page(client, query=""):
    return html.unescape(client.get(reverse("me") + query).content.decode())


def section(text, name, until="</section>"):
    """The part of a page that a heading's id names; empty when it is not there."""
    _, found, rest = text.partition(f'id="{name}"')
    return rest.partition(until)[0] if found else ""


def needs(client):
    return section(page(client), "needs")


def switch(client, credential, visibility, *, query="", **headers):
    address = reverse("set_visibility", args=[credential.token])
    return client.post(address + query, {"visibility": visibility}, headers=headers)


def ending(holder, days, **fields):
    """A credential that ends in so many days: issued a year before that."""
    version = make_badge(validity_months=12, **fields)
    issued = timezone.now() + timedelta(days=days) - timedelta(days=366)
    ago = (timezone.now() - issued).days
    return make_credential(version, holder, days_ago=ago)


def erase(credential):
    Credential.objects.filter(pk=credential.pk).update(
        state="erased",
        erased_at=timezone.now(),
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        once_key=None,
    )
