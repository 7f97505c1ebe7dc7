"""Texts about the site, and what every page has."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

TEXTS = ["help", "checking", "accessibility", "privacy", "terms", "contact"]


@pytest.mark.parametrize("name", TEXTS)
def test_a_visitor_reads_a_text_without_cookies_or_queries(
    client, name, django_assert_num_queries, db
):
    with django_assert_num_queries(0):
        response = client.get(reverse(name))

    assert response.status_code == 200
    assert not response.cookies
    assert not response.wsgi_request.session.accessed
    assert response.content.count(b"<h1") == 1


def test_every_page_names_the_help_in_the_same_order(client):
    found = set()
    for name in TEXTS:
        page = client.get(reverse(name)).content.decode()
        footer = page[page.index('<footer class="site-footer"') :]
        found.add(tuple(re.findall(r'href="([^"]+)"', footer)))

    assert found == {tuple(reverse(name) for name in TEXTS)}


def test_a_page_holds_no_inline_script_or_style(client):
    page = client.get(reverse("help")).content.decode()

    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert "<style" not in page
    assert not re.search(r"\s(style|on\w+)=", page)


def test_htmx_keeps_no_history_and_swaps_refused_forms(client):
    page = client.get(reverse("help")).content.decode()
    [found] = re.findall(r"name=\"htmx-config\"\s+content='([^']+)'", page)

    config = json.loads(found)
    assert config["historyCacheSize"] == 0
    assert config["allowEval"] is False
    assert {"code": "422", "swap": True} in config["responseHandling"]


def test_the_header_searches_the_catalogue(client):
    page = client.get(reverse("help")).content.decode()

    [form] = re.findall(r"<form[^>]*site-search[^>]*>", page)
    assert f'action="{reverse("catalogue")}"' in form
    assert 'role="search"' in form
    assert 'name="q"' in page


def test_robots_keeps_search_engines_out_of_accounts_only(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /admin/" in lines
    assert "Disallow: /me/" in lines
    assert not [line for line in lines if line.startswith("Disallow: /c")]


def test_the_security_text_names_a_contact_and_ends_within_a_year(client, settings):
    text = client.get("/.well-known/security.txt").content.decode()

    assert f"Contact: mailto:{settings.OPERATOR_EMAIL}" in text
    assert re.search(r"^Expires: 20\d\d-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)


def test_the_old_icon_name_leads_to_the_logo(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 301
    assert response["Location"].endswith("img/logo.svg")
