"""Tags: one's own words on what one holds."""

from __future__ import annotations

import html

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portfolio.models import Tag
from portfolio.own import tagging
from tests.factories import make_credential, make_user
from tests.portfolio.me_page import erase, mei, page, section

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture

HTMX = {"HX-Request": "true"}


def names(credential):
    return list(
        Tag.objects.filter(credential=credential).values_list("name", flat=True)
    )


def send(client, credential, **values):
    headers = values.pop("headers", {})
    return client.post(
        reverse("tags", args=[credential.token]), values, headers=headers
    )


def test_a_tag_is_put_on_and_taken_off_without_javascript(client, mei):
    credential = make_credential(holder=mei)

    response = send(client, credential, tag="  Job \n search ")

    assert response.status_code == 303
    assert response["Location"] == reverse("tags", args=[credential.token])
    assert names(credential) == ["Job search"]
    card = section(page(client), f"credential-{credential.token}", "</article>")
    assert 'href="/me/?tag=Job%20search#held">Job search' in card
    send(client, credential, remove="job search")
    assert names(credential) == []
    assert "Job search" not in page(client)


def test_with_javascript_the_dialog_stays_open(client, mei):
    credential = make_credential(holder=mei)
    tagging.add(mei, [make_credential(holder=mei).pk], "Known")

    opened = client.get(reverse("tags", args=[credential.token]), headers=HTMX)
    response = send(client, credential, tag="new", headers=HTMX)
    text = html.unescape(response.content.decode())

    assert b"<html" not in opened.content
    assert b'<option value="Known">' in opened.content
    assert b"data-changed" not in opened.content
    assert "<html" not in text
    assert "data-changed" in text
    assert 'name="remove" value="new"' in text


def test_a_tag_in_another_spelling_is_the_same_tag(mei):
    first, second = (make_credential(holder=mei) for _each in range(2))
    tagging.add(mei, [first.pk], "Été")

    again = tagging.add(mei, [first.pk, second.pk], "ETE")

    assert again.name == "Été"
    assert again.new == [second.pk]
    assert names(first) == names(second) == ["Été"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Enter a tag"),
        (" \t ", "Enter a tag"),
        ("́", "Enter a tag"),
        ("x" * 31, "Use 30 characters or fewer."),
        ("x" * 9999, "characters or fewer."),
        ("a\x00b", "hidden character"),
        ("a\u202eb", "hidden character"),
    ],
)
def test_what_cannot_be_a_tag_is_refused_and_kept_in_the_field(client, mei, text, said):
    credential = make_credential(holder=mei)
    for headers in ({}, HTMX):
        response = send(client, credential, tag=text, headers=headers)
        assert response.status_code == 422
        assert said in html.unescape(response.content.decode())
    assert names(credential) == []


def test_thirty_letters_of_any_script_are_a_tag():
    assert tagging.clean_tag("漢" * 30) == "漢" * 30
    with pytest.raises(ValidationError):
        tagging.clean_tag("漢" * 31)


def test_a_credential_has_ten_tags_at_the_most(client, mei):
    credential = make_credential(holder=mei)
    for number in range(10):
        tagging.add(mei, [credential.pk], f"tag {number}")

    response = send(client, credential, tag="one more")

    assert response.status_code == 422
    assert "A credential can have 10 tags. Remove one first." in (
        response.content.decode()
    )
    assert len(names(credential)) == 10


def test_a_tag_is_text_and_nothing_else(client, mei):
    credential = make_credential(holder=mei)
    send(client, credential, tag="<img src=x>")
    assert names(credential) == ["<img src=x>"]
    assert "<img src=x>" not in client.get(reverse("me")).content.decode()


def test_nobody_tags_what_others_hold(client, mei):
    other, gone = make_credential(), make_credential(holder=mei)
    erase(gone)
    for credential in (other, gone):
        address = reverse("tags", args=[credential.token])
        assert client.get(address).status_code == 404
        assert send(client, credential, tag="mine").status_code == 404
    assert tagging.add(mei, [other.pk], "mine").new == []
    assert not Tag.objects.exists()


def test_one_persons_tags_are_offered_to_nobody_else(client, mei):
    olu = make_user()
    tagging.add(olu, [make_credential(holder=olu).pk], "Olu’s word")
    credential = make_credential(holder=mei)
    answer = client.get(reverse("tags", args=[credential.token]))
    assert "Olu’s word" not in html.unescape(answer.content.decode())
