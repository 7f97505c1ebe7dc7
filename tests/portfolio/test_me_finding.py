"""Finding one's own credentials again: words, filters, order, groups, pages."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials import publishing, revoking
from credentials.models import Credential
from credentials.models.holdings import new_token
from portfolio.own import tagging
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
    make_member,
)
from tests.portfolio.genuine_credential import change
from tests.portfolio.me_page import ending, mei, page, section

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture

HTMX = {"HX-Request": "true"}


def titles(client, query):
    """The titles of the cards that an address shows, in their order."""
    text = page(client, query)
    return re.findall(r'<h3 class="title"><a href="/c/[^>]+><bdi[^>]*>([^<]+)<', text)


@pytest.fixture
def three(mei):
    """Three credentials of three issuers; the first is the newest."""
    made = []
    for days, issuer, name in (
        (1, "Zürich Guild", "Árboles y café"),
        (5, "Harbour Trust", "Safe handover"),
        (9, "Northwind", "Survey design"),
    ):
        version = make_badge(make_issuer(issuer), name=name)
        version.skills.update(name=f"Skill of {name}")
        made.append(make_credential(version, mei, days_ago=days))
    return made


# Words


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("arboles CAFE", ["Árboles y café"]),
        ("zurich", ["Árboles y café"]),
        ("skill of survey", ["Survey design"]),
        ("night work", ["Safe handover"]),
        ("safe survey", []),
        ("%", []),
        ("\x00", ["Árboles y café", "Safe handover", "Survey design"]),
        ("a" * 5000, []),
    ],
)
def test_words_find_titles_issuers_skills_and_tags(client, mei, three, words, found):
    tagging.add(mei, [three[1].pk], "Night work")
    response = client.get(reverse("me"), {"q": words})
    assert response.status_code == 200
    shown = html.unescape(response.content.decode())
    cards = section(shown, "results", "</section>")
    assert [each.title for each in three if each.title in cards] == found


def test_what_others_hold_is_never_found(client, mei, three):
    make_credential(make_badge(name="Somebody else’s"))
    assert "Somebody else" not in page(client, "?q=somebody")


# Filters


def test_filters_join_options_by_or_and_groups_by_and(client, mei, three):
    Credential.objects.filter(pk=three[0].pk).update(visibility="private")
    Credential.objects.filter(pk=three[1].pk).update(visibility="public")

    assert titles(client, "?visibility=private&visibility=public") == [
        "Árboles y café",
        "Safe handover",
    ]
    both = "?visibility=private&visibility=public&issuer=harbour+trust"
    assert titles(client, both) == ["Safe handover"]
    assert titles(client, "?visibility=nobody") == [each.title for each in three]


def test_states_are_what_the_cards_say(client, mei):
    good = make_credential(holder=mei)
    soon, over = ending(mei, 10, name="Soon"), ending(mei, -3, name="Over")
    withdrawn, changed = (make_credential(holder=mei) for _each in range(2))
    manager = make_member(withdrawn.issuer, "manager")
    revoking.revoke(withdrawn, reason=Credential.Reason.MISTAKE, by=manager)
    change(changed, document_sha256="0" * 64)

    def found(state):
        return set(titles(client, f"?state={state}"))

    assert found("good") == {good.title, "Soon"}
    assert found("soon") == {soon.title}
    assert found("ended") == {over.title}
    assert found("off") == {withdrawn.title, changed.title}


def test_a_tag_is_found_in_any_spelling(client, mei, three):
    tagging.add(mei, [three[2].pk], "Été")
    assert titles(client, "?tag=ete") == ["Survey design"]


def test_each_chosen_filter_can_be_removed_alone_or_all_at_once(client, mei, three):
    text = page(client, "?q=s&visibility=link&issuer=Northwind&sort=name")
    chips = section(text, "results").partition("</ul>")[0]
    assert 'href="/me/?visibility=link&issuer=Northwind&sort=name#held">“s”' in chips
    assert 'href="/me/?q=s&issuer=Northwind&sort=name#held">Link only' in chips
    assert 'href="/me/?q=s&visibility=link&sort=name#held">Northwind' in chips
    assert 'href="/me/?sort=name#held">Clear all' in chips


def test_an_empty_result_says_what_to_remove(client, mei, three):
    text = page(client, "?q=survey&issuer=Harbour+Trust")
    assert "None of your credentials matches" in text
    assert (
        'href="/me/?q=survey#held">Remove <em>Harbour Trust</em> (1 credential)'
        in (text)
        or 'href="/me/?issuer=Harbour+Trust#held">Remove <em>survey</em> (1' in text
    )
    text = page(client, "?q=survey&issuer=Nobody&state=off")
    assert 'href="/me/#held">Clear all (3 credentials)' in text


def test_what_a_person_types_is_text(client, mei, three):
    text = client.get(reverse("me"), {"q": "<b>x", "tag": '"><i>'}).content.decode()
    assert "<b>x" not in text
    assert "<i>" not in text


# Order and groups


def test_what_ends_first_can_come_first(client, mei):
    ending(mei, 300, name="Late")
    ending(mei, 90, name="Early")
    make_credential(make_badge(name="Never", validity_months=None), mei)
    assert titles(client, "?sort=ends") == ["Early", "Late", "Never"]


def test_groups_have_headings_with_counts(client, mei, three):
    again = make_badge(three[0].issuer, name="Beekeeping")
    make_credential(again, mei)
    text = section(page(client, "?group=issuer"), "results")
    headings = re.findall(r'<h3 class="group">([^<]+) <span class="meta">(\d+)<', text)
    assert headings == [
        ("Harbour Trust", "1"),
        ("Northwind", "1"),
        ("Zürich Guild", "2"),
    ]


def test_what_proves_two_skills_stands_under_both_with_one_card(client, mei, three):
    version = make_draft_version(three[1].issuer, name="Night shift")
    version.skill_levels.create(skill=three[1].version.skills.get(), level=1)
    publishing.publish(version, by=make_member(three[1].issuer, "designer"))
    both = make_credential(version, mei)
    version.skills.filter(name__startswith="Skill ").exclude(
        name="Skill of Safe handover"
    ).update(name="A first skill")

    text = section(page(client, "?group=skill"), "results")

    assert 'A first skill <span class="meta">1<' in text
    assert 'Skill of Safe handover <span class="meta">2<' in text
    assert text.count(f'id="credential-{both.token}"') == 1
    assert f'href="#credential-{both.token}">Night shift' in text


def test_without_a_pathway_a_credential_stands_in_the_last_group(client, mei, three):
    text = section(page(client, "?group=stack"), "results")
    assert 'On no pathway <span class="meta">3<' in text


def test_repeats_of_a_badge_lie_under_the_newest(client, mei):
    version = make_badge(name="First aid", is_repeatable=True, validity_months=None)
    old = [make_credential(version, mei, days_ago=400 * n) for n in range(1, 4)]
    newest = make_credential(version, mei)
    text = section(page(client, "?group=issuer"), "results")
    assert text.count('<article class="card') == 1
    assert f'id="credential-{newest.token}"' in text
    assert f"×4, latest {newest.issued_at:%B %Y}<" in text
    for each in old:
        assert f'href="/c/{each.token}/"' in text
    assert page(client).count('<article class="card') == 4


# The address


def test_htmx_gets_the_results_their_count_and_the_canonical_address(client, three):
    response = client.get(
        reverse("me") + "?q=safe&visibility=&sort=&group=issuer&page=1",
        headers={**HTMX, "HX-Current-URL": "https://cairn.example.org/me/"},
    )
    text = html.unescape(response.content.decode())
    assert "<html" not in text
    assert text.count('id="results"') == 1
    assert 'hx-swap-oob="innerHTML:#announcement">1 of 3 credentials</div>' in text
    assert response["HX-Push-Url"] == "/me/?q=safe&group=issuer"


def test_typing_makes_no_entries_in_the_history(client, three):
    response = client.get(
        reverse("me") + "?q=saf",
        headers={**HTMX, "HX-Current-URL": "https://cairn.example.org/me/?q=sa"},
    )
    assert response["HX-Replace-Url"] == "/me/?q=saf"
    assert "HX-Push-Url" not in response


def test_going_back_gets_the_whole_page(client, three):
    headers = {**HTMX, "HX-History-Restore-Request": "true"}
    assert b"<html" in client.get(reverse("me"), headers=headers).content


def test_pages_keep_what_was_looked_for(client, mei):
    version = make_badge(is_repeatable=True, name="Ladders", validity_months=None)
    for _one in range(25):
        make_credential(version, mei)
    text = page(client, "?q=ladders&sort=name")
    assert 'href="?q=ladders&sort=name&page=2#held"' in text
    assert page(client, "?q=ladders&page=2").count('<article class="card') == 1


LOOKS = [
    "",
    "?q=skill&state=good&tag=work",
    "?group=skill&q=s&page=2",
    "?group=stack&sort=ends",
    "?group=issuer&state=good&state=soon",
    "?select=1&visibility=link",
]


def copies(credential, count):
    """So many rows more, made of one, with a tag each; nobody signs that often."""
    rows = []
    for _number in range(count):
        row = Credential.objects.get(pk=credential.pk)
        row.pk, row.token = uuid4(), new_token()
        row.award_key = f"copy:{row.token}"
        row.once_key = row.status_list = row.status_index = None
        rows.append(row)
    made = Credential.objects.bulk_create(rows)
    tagging.add(credential.holder, [each.pk for each in made], "work")


def queries_of(client, query):
    with CaptureQueriesContext(connection) as captured:
        page(client, query)
    return len(captured)


def test_every_look_takes_the_same_queries_for_1_50_and_500(client, mei):
    first = make_credential(make_badge(is_repeatable=True), mei)
    tagging.add(mei, [first.pk], "work")
    counts = []
    for more in (0, 49, 450):
        copies(first, more)
        Credential.objects.update(seen_at=timezone.now())
        counts.append([queries_of(client, query) for query in LOOKS])
    assert counts[0] == counts[1] == counts[2]
    # One of them finds no pathway, which may take five; one more marks what is new.
    assert max(counts[0]) + 4 + 1 <= 12
