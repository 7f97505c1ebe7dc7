"""A learner's own page when it has more credentials than one page shows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import make_badge, make_credential
from tests.portfolio.me_page import ending, mei, needs, page, section, switch

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture


def test_24_stand_on_a_page_and_links_lead_to_the_others(client, mei):
    version = make_badge(is_repeatable=True, validity_months=None)
    first = make_credential(version, mei, days_ago=40)
    newer = [make_credential(version, mei, days_ago=ago) for ago in range(24)]
    newest_page, last_page = page(client), page(client, "?page=2")

    assert newest_page.count('<article class="card') == 24
    assert 'href="?page=2#held"' in newest_page
    assert f"credential-{first.token}" not in newest_page
    assert f"credential-{newer[0].token}" in newest_page
    assert last_page.count('<article class="card') == 1
    assert f"credential-{first.token}" in last_page
    assert "?page=2#held" in page(client, "?page=zero")
    assert 'href="?sort=name&page=2#held"' in page(client, "?sort=name")


def test_a_choice_on_a_later_page_leads_back_to_it(client, mei):
    version = make_badge(is_repeatable=True, validity_months=None)
    made = [make_credential(version, mei, days_ago=ago) for ago in range(25)]
    response = switch(client, made[-1], "public", query="?sort=name&page=2")
    card = f"#credential-{made[-1].token}"
    assert response["Location"] == f"/me/?sort=name&page=2{card}"
    assert 'name="next" value="/me/?page=2"' in page(client, "?page=2")
    address = reverse("set_visibility", args=[made[-1].token])
    sent = {"visibility": "link", "next": "/me/?page=2"}
    assert client.post(address, sent)["Location"] == f"/me/?page=2{card}"


def test_what_ends_soon_is_said_whatever_page_it_stands_on(client, mei):
    ending(mei, 20, name="First aid")
    version = make_badge(is_repeatable=True, validity_months=None)
    for _one in range(24):
        make_credential(version, mei)
    assert "First aid" in needs(client)
    assert "First aid" not in section(page(client), "held")
