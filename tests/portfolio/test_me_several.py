"""Changing several credentials at once, and taking it back."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from credentials import holdings, revoking, sharing
from credentials.models import Credential
from portfolio.models import Tag
from tests.factories import make_badge, make_credential, make_member
from tests.portfolio.me_page import mei, page, section

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture


def several(client, chosen, do, query="", **values):
    tokens = [each.token for each in chosen]
    sent = {"credential": tokens, "do": do, **values}
    return client.post(reverse("several") + query, sent)


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def seen(*credentials):
    """Who sees each of these now."""
    tokens = [each.token for each in credentials]
    found = dict(
        Credential.objects.filter(token__in=tokens).values_list("token", "visibility")
    )
    return [found[token] for token in tokens]


def held(mei, *visibilities):
    return [make_credential(holder=mei, visibility=each) for each in visibilities]


def undo(client, response, query=""):
    key = re.search(r"changed=([\w-]+)", response["Location"])[1]
    return client.post(reverse("undo_several") + query, {"change": key})


def test_boxes_come_with_select_and_belong_to_one_form(client, mei):
    one, two = held(mei, "link", "link")
    assert 'name="credential"' not in page(client)
    text = page(client, "?select=1&sort=name")
    for each in (one, two):
        assert f'form="several" name="credential" value="{each.token}"' in text
    assert "All 2 found" in text
    assert 'action="/me/several/?sort=name&select=1"' in text


def test_a_change_is_named_and_counted_before_it_is_made(client, mei):
    one, two, three = held(mei, "private", "link", "public")

    response = several(client, [one, two, three], "public")
    text = words_of(response)

    assert response.status_code == 200
    assert "Make 2 credentials public" in text
    assert "2 become visible to anyone." in text
    assert one.title in text
    assert "1 is so already" in text
    assert seen(one, two, three) == ["private", "link", "public"]


def test_confirmed_it_is_made_and_undone_as_each_was_before(client, mei):
    one, two, three = held(mei, "private", "link", "public")
    tokens = f"{one.token} {two.token} {three.token}"

    response = several(
        client, [], "private", "?sort=name&select=1", credentials=tokens, sure="yes"
    )

    assert response.status_code == 303
    assert response["Location"].startswith("/me/?sort=name&changed=")
    assert seen(one, two, three) == ["private"] * 3
    text = " ".join(page(client, response["Location"].removeprefix("/me/")).split())
    assert "2 credentials are private now. Only you and the issuers see them." in text

    assert undo(client, response, "?sort=name")["Location"] == "/me/?sort=name"
    assert seen(one, two, three) == ["private", "link", "public"]
    assert "2 credentials are as they were before." in page(client)


def test_undo_works_once_and_leaves_what_was_changed_since(client, mei):
    one, two = held(mei, "public", "public")
    response = several(client, [one, two], "private", sure="yes")
    sharing.show_to(two, sharing.Visibility.LINK, by=mei)

    undo(client, response)
    assert seen(one, two) == ["public", "link"]

    sharing.show_to(one, sharing.Visibility.PRIVATE, by=mei)
    undo(client, response)
    assert seen(one, two) == ["private", "link"]
    assert "There was nothing to undo any more." in page(client)


def test_nobody_undoes_what_somebody_else_did(client, mei):
    one = held(mei, "public")[0]
    response = several(client, [one], "private", sure="yes")
    client.force_login(make_member(one.issuer, "manager"))
    undo(client, response)
    assert seen(one) == ["private"]


def test_withdrawn_ones_never_get_wider_and_are_named(client, mei):
    good, withdrawn = held(mei, "link", "link")
    manager = make_member(withdrawn.issuer, "manager")
    revoking.revoke(withdrawn, reason=Credential.Reason.MISTAKE, by=manager)

    text = words_of(several(client, [good, withdrawn], "public"))
    assert "1 becomes visible to anyone." in text
    assert "1 was withdrawn and stays as it is" in text

    several(client, [good, withdrawn], "public", sure="yes")
    assert seen(good, withdrawn) == ["public", "link"]
    several(client, [good, withdrawn], "private", sure="yes")
    assert seen(good, withdrawn) == ["private", "private"]


def test_all_found_means_what_the_address_finds_on_every_page(client, mei):
    version = make_badge(name="Ladders", is_repeatable=True, validity_months=None)
    ladders = [make_credential(version, mei) for _one in range(26)]
    other = held(mei, "link")[0]

    text = words_of(several(client, [], "private", "?q=ladders&page=2", all="1"))
    tokens = re.search(r'name="credentials" value="([^"]+)"', text)[1]
    several(client, [], "private", credentials=tokens, sure="yes")

    assert len(tokens.split()) == 26
    assert set(seen(*ladders)) == {"private"}
    assert seen(other) == ["link"]


def test_credentials_of_others_are_left_out(client, mei):
    own, foreign = held(mei, "link")[0], make_credential(visibility="private")

    text = words_of(several(client, [own, foreign], "public"))
    several(client, [own, foreign], "public", sure="yes")
    alone = several(client, [foreign], "public", sure="yes")

    assert foreign.title not in text
    assert alone.status_code == 422
    assert seen(own, foreign) == ["public", "private"]
    assert sharing.show_all_to([foreign.token], sharing.Visibility.PUBLIC, by=mei) == {}
    assert sharing.take_back({foreign.token: "public"}, "private", by=mei) == 0
    assert seen(foreign) == ["private"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"do": "public"}, "Choose at least one credential."),
        ({"do": "", "all": "1"}, "Choose what to do with them."),
        ({"do": "burn", "all": "1"}, "Choose what to do with them."),
        ({"do": "tag", "all": "1", "tag": ""}, "Enter a tag, such as job search."),
        ({"do": "public", "credentials": "\x00 '); --"}, "Choose at least one"),
    ],
)
def test_what_is_missing_is_said_and_the_boxes_are_there(client, mei, values, said):
    one = held(mei, "link")[0]
    response = client.post(reverse("several"), values)
    assert response.status_code == 422
    text = words_of(response)
    assert said in section(text, "several", "</form>")
    assert "<title>Error: " in text
    assert seen(one) == ["link"]


def test_boxes_stay_ticked_after_an_error(client, mei):
    one, two = held(mei, "link", "link")
    text = words_of(several(client, [one], "tag", tag="x" * 31))
    assert f'id="pick-{one.token}" checked' in text
    assert f'id="pick-{two.token}" checked' not in text


def test_a_tag_is_put_on_several(client, mei):
    one, two, _three = held(mei, "link", "link", "link")
    response = several(client, [one, two], "tag", "?select=1", tag="Work")
    assert response["Location"] == "/me/?select=1"
    tagged = Tag.objects.filter(name="Work").values_list("credential__token", flat=True)
    assert set(tagged) == {one.token, two.token}
    assert "The tag “Work” was put on 2 credentials." in page(client)


def test_who_listens_hears_of_many_changes_once(mei, monkeypatch):
    own = held(mei, "link", "private", "public")
    heard = []
    monkeypatch.setitem(holdings._listeners, "test", heard.append)
    tokens = [each.token for each in own]

    before = sharing.show_all_to(tokens, sharing.Visibility.PUBLIC, by=mei)
    sharing.show_all_to(tokens, sharing.Visibility.PUBLIC, by=mei)
    sharing.take_back(before, sharing.Visibility.PUBLIC, by=mei)

    assert before == {own[0].token: "link", own[1].token: "private"}
    assert heard == [mei.pk, mei.pk]


def test_after_the_session_ended_the_log_in_leads_back_to_the_page(client):
    for name in ("several", "undo_several"):
        response = client.post(reverse(name), {"all": "1", "do": "public"})
        assert response["Location"] == "/accounts/login/?next=/me/"
