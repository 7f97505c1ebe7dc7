"""Portfolios and collections on paper: what gets onto it, and what never does."""

from __future__ import annotations

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import revoking
from credentials.models import Credential
from portfolio.models import CollectionItem, Profile
from portfolio.papers import portfolio_pdf
from portfolio.views import portfolios
from tests.credentials.turns_taken import everyone_else
from tests.factories import make_user
from tests.portfolio.own_collections import held, made
from tests.portfolio.papers import codes, squeezed, unhurried, words
from tests.portfolio.public_page import amina, change_state, ended, public, say

__all__ = ["amina", "unhurried"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]

HERE = "amina-yusuf"


def get(client, query="", handle=HERE):
    return client.get(reverse("profile_pdf", args=[handle]) + query)


def pdf(client, query=""):
    response = get(client, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return response.content


def test_each_credential_has_a_code_that_leads_to_its_page(client, amina, settings):
    shown = [public(amina, "Recognising sepsis"), public(amina, "Leading a shift")]
    made_now = pdf(client)
    expected = {settings.SITE_URL + each.get_absolute_url() for each in shown}
    assert set(codes(made_now)) == expected
    text = squeezed(made_now)
    for address in expected:
        assert address.partition("://")[2] in text


def test_the_paper_says_who_when_and_where_the_page_is(client, amina, settings):
    public(amina, "Recognising sepsis")
    say(amina, other_name="أمينة يوسف", languages=["English", "Arabic"])
    text = words(pdf(client))
    host = settings.SITE_URL.partition("://")[2]
    for said in (
        "Amina Yusuf",
        "Staff nurse, acute medicine",
        "Bristol · English, Arabic",
        "I trained in Khartoum.",
        "Recognising sepsis",
        f"counts: {host}/p/{HERE}/",
        "Page 1 of 1",
    ):
        assert said in text
    assert "Printed on" in text
    assert "In force" in text


def test_nothing_that_the_page_hides_gets_onto_paper(client, amina):
    hidden = [
        held(amina, "A private matter"),
        held(amina, "For the link alone", visibility="link"),
        public(amina, "Paused for now"),
        ended(amina, "Long ago"),
    ]
    change_state(hidden[2], revoking.suspend)
    public(amina, "Shown to all")
    hiding = made(amina, hidden[0], name="My secret shelf")
    assert CollectionItem.objects.filter(collection=hiding).exists()
    client.force_login(amina)  # its owner gets no more than everybody
    made_now = pdf(client)
    text = words(made_now)
    assert "Shown to all" in text
    for each in hidden:
        assert each.title not in text
        assert not any(each.token in code for code in codes(made_now))
        assert each.token not in squeezed(made_now)
    assert "My secret shelf" not in text
    assert amina.email not in text


def test_only_chosen_parts_are_printed(client, amina):
    public(amina, "Recognising sepsis")
    say(amina, own_words=["Juggling"])
    text = words(pdf(client, "?chosen=yes&show=says&paper=letter"))
    assert "Juggling" in text
    assert "Recognising sepsis" not in text
    assert "Khartoum" not in text
    text = words(pdf(client, "?chosen=yes&show=credentials&show=about&paper=a4"))
    assert "Recognising sepsis" in text
    assert "Khartoum" in text
    assert "Juggling" not in text


def test_letter_and_a4_are_different_sheets(client, amina):
    widths = []
    for paper in ("a4", "letter"):
        with pypdfium2.PdfDocument(
            pdf(client, f"?show=about&paper={paper}")
        ) as made_now:
            widths.append(made_now[0].get_width())
    assert widths == pytest.approx([595.3, 612], abs=0.5)


def test_printed_again_the_same_day_it_is_the_same_file(client, amina, monkeypatch):
    public(amina, "Recognising sepsis")
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert pdf(client) == pdf(client)


def test_a_page_that_is_off_is_printed_for_its_owner_alone(client, amina):
    public(amina, "Recognising sepsis")
    Profile.objects.filter(user=amina).update(public_at=None)
    assert get(client).status_code == 404
    client.force_login(make_user())
    assert get(client).status_code == 404
    client.force_login(amina)
    assert "Recognising sepsis" in words(pdf(client))


def test_no_answer_is_kept_by_anybody(client, amina):
    assert get(client)["Cache-Control"] == "private, no-store"
    assert get(client)["X-Robots-Tag"] == "noindex"


def test_hostile_words_are_drawn_and_nothing_else(client, amina):
    name = "<b>A</b> \u202eevil\u202c & \"Q\" 'x' \U0001f600 \ue000"
    type(amina).objects.filter(pk=amina.pk).update(full_name=name)
    say(
        amina,
        headline="</p><script>1</script>",
        about="![x](http://x.example/a.png) <img src='file:///etc/passwd'>",
    )
    public(amina, "Ünïcode & <i>more</i> ﷽ ไทย 王小明")
    text = words(pdf(client))
    assert "<b>A</b>" in text
    assert "<script>1</script>" in text
    assert "root:" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?show=nothing", "Choose among the parts that are listed here."),
        ("?paper=a3", "Choose A4 or US Letter."),
        ("?chosen=yes&paper=a4", "Choose at least one part."),
        ("?show=%00", "Choose among the parts that are listed here."),
    ],
)
def test_what_cannot_be_read_gets_the_form_and_a_sentence(client, amina, query, says):
    response = get(client, query)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert 'name="show"' in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "?chosen=yes&show=credentials&paper=a4", "?show=pathways&show=collections"],
)
def test_parts_in_which_nothing_stands_are_no_pdf(client, amina, query):
    held(amina, "Kept to myself", visibility="private")
    say(amina, about="" if not query else "I trained in Khartoum.", own_words=[])

    response = get(client, query)

    assert response.status_code == 422
    text = response.content.decode()
    assert "Nothing stands in the parts that are chosen" in text
    assert "Kept to myself" not in text


def test_one_part_with_something_in_it_is_enough(client, amina):
    say(amina, about="", own_words=["Patience"])

    assert "Patience" in words(pdf(client))


def test_more_credentials_than_paper_takes_are_counted(client, amina, monkeypatch):
    monkeypatch.setattr(portfolio_pdf, "MOST", 2)
    held_now = [held(amina, f"Badge {n}", visibility="public") for n in range(4)]
    assert len(held_now) == 4
    made_now = pdf(client, "?chosen=yes&show=credentials&paper=a4")
    assert len(codes(made_now)) == 2
    assert "2 more credentials are on the online page." in words(made_now)


def test_while_others_print_it_says_so(client, amina):
    with everyone_else("portfolio-pdf", portfolios.AT_ONCE):
        response = get(client)
    assert response.status_code == 503
    assert "Many PDFs are being made right now." in response.content.decode()
    assert response["Retry-After"]


def test_so_many_in_an_hour_are_made(client, amina, monkeypatch):
    monkeypatch.setattr(portfolios, "PER_HOUR", 1)
    assert get(client).status_code == 200
    response = get(client)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_the_form_offers_every_part_and_leads_to_the_pdf(client, amina):
    client.force_login(amina)
    page = client.get(reverse("portfolio_pdf")).content.decode()
    assert f'action="{reverse("profile_pdf", args=[HERE])}"' in page
    assert page.count('name="show"') == page.count("checked") - 1 == 7


def test_a_collection_prints_what_visitors_see(client, amina, settings):
    seen = held(amina, "Seen by all", visibility="public")
    other = held(amina, "For the link", visibility="link")
    hidden = held(amina, "A private matter")
    shown = made(amina, seen, other, hidden, visibility="public")
    for each in (amina, None):
        client.logout()
        if each:
            client.force_login(each)
        response = client.get(reverse("collection_pdf", args=[shown.token]))
        assert response.status_code == 200
        address = settings.SITE_URL + seen.get_absolute_url()
        own = settings.SITE_URL + shown.get_absolute_url()
        assert set(codes(response.content)) == {address, own}
        text = words(response.content)
        assert "For ward teams" in text
        assert "Seen by all" in text
        assert "For the link" not in text
        assert "A private matter" not in text


def test_a_private_collection_is_not_there(client, amina):
    shown = made(amina, held(amina, "Seen by all", visibility="public"))
    address = reverse("collection_pdf", args=[shown.token])
    assert client.get(address).status_code == 404
    type(shown).objects.filter(pk=shown.pk).update(
        visibility=Credential.Visibility.LINK
    )
    assert client.get(address).status_code == 200


def test_the_page_offers_paper_once_there_is_something_to_print(client, amina):
    say(amina, about="", own_words=[])
    page, link = f"/p/{HERE}/", reverse("profile_pdf", args=[HERE])
    assert link not in client.get(page).content.decode()

    say(amina, own_words=["Patience"])

    assert link in client.get(page).content.decode()
