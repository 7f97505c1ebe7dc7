"""A person's public page with badges of other sites: shown, and vouched for by none."""

from __future__ import annotations

import pytest
from django.utils import timezone

from credentials import importing, sharing
from credentials.models import Credential, ImportedDocument
from tests.credentials.elsewhere_samples import HOST, Site
from tests.portfolio.public_page import amina, linked, page, public, say, section

pytestmark = pytest.mark.django_db

__all__ = ["amina"]  # a fixture


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def brought(amina):
    """One that somebody signed whom nobody here knows; its holder made it public."""
    return bring(amina)


def bring(holder, **changes):
    data = Site().file(holder.email, **changes)
    credential = importing.bring(data, holder=holder, addresses=[holder.email])
    sharing.show_to(credential, Credential.Visibility.PUBLIC, by=holder)
    return credential


def test_it_is_listed_with_where_it_is_from_and_when_it_was_checked(
    client, amina, brought
):
    public(amina, "Safe handover")

    text = page(client)
    line = section(text, "line")

    assert brought.title in line
    checked = timezone.localtime(ImportedDocument.objects.get().judged_at)
    assert f"From {HOST}; checked on {checked.day} {checked:%B %Y}" in line
    assert line.count(HOST) == 1
    assert "1 credential on this page was checked today at" in text
    assert "1 credential from another site says beside it when it was checked." in text


def test_it_proves_nothing_here(client, amina, brought):
    text = page(client)
    assert 'id="skills"' not in text
    assert 'class="pin stretch"' not in text
    assert brought.title not in str(linked(client))
    assert brought.token not in str(linked(client))
    assert "was checked today" not in text


def test_one_that_is_not_genuine_any_more_is_left_out(client, amina, brought):
    ImportedDocument.objects.update(verdict="not_genuine")
    assert brought.title not in page(client)
    client.force_login(amina)
    assert "1 public credential is left out" in page(client)


def test_one_whose_day_has_passed_is_among_what_has_ended(client, amina):
    brought = bring(amina, validUntil="2025-05-04T00:00:00Z")
    assert brought.title not in page(client)
    say(amina, shows_ended_at=timezone.now())
    standing, _, folded = page(client).partition('class="fold ended"')
    assert brought.title not in standing
    assert brought.title in folded


def test_a_private_one_is_nowhere(client, amina, brought):
    Credential.objects.filter(pk=brought.pk).update(visibility="private")
    text = page(client)
    assert brought.title not in text
    assert HOST not in text
    assert "another site" not in text
