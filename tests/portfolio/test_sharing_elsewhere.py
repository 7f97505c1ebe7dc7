"""Addresses and texts that people take to other places, read back by those places."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.models import Credential, Issuer
from portfolio.sharing import linkedin, sharing_out

HOSTILE = 'A & B #1 "x"&certUrl=https://evil'
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100)
TOKEN = "0123456789abcdefghjkmnpqrs"


def credential(
    title=HOSTILE, *, linkedin_id="", ends=None, issued=None, issuer="B & C"
):
    """One that was never stored: nothing here asks the database."""
    return Credential(
        token=TOKEN,
        title=title,
        issuer_name=issuer,
        issuer=Issuer(name=issuer, linkedin_id=linkedin_id),
        issued_at=issued or datetime(2026, 5, 3, 9, tzinfo=UTC),
        valid_until=ends,
    )


def asked_of_linkedin(address):
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.fragment) == (
        "https",
        "www.linkedin.com",
        "",
    )
    return parse_qsl(parts.query, strict_parsing=True, keep_blank_values=True)


@override_settings(SITE_URL="https://cairn.example")
def test_the_address_for_a_hostile_name_is_this_one():
    ends = datetime(2028, 5, 3, 9, tzinfo=UTC)

    assert linkedin.add_to_profile(credential(ends=ends)) == (
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME"
        "&name=A+%26+B+%231+%22x%22%26certUrl%3Dhttps%3A%2F%2Fevil"
        "&organizationName=B+%26+C&issueYear=2026&issueMonth=5"
        "&expirationYear=2028&expirationMonth=5"
        f"&certUrl=https%3A%2F%2Fcairn.example%2Fc%2F{TOKEN}%2F&certId={TOKEN}"
    )


@settings(max_examples=60)
@given(NAMES, NAMES)
@override_settings(SITE_URL="https://cairn.example")
def test_linkedin_reads_back_every_name_as_it_is(title, issuer):
    given_one = credential(title, issuer=issuer)

    assert asked_of_linkedin(linkedin.add_to_profile(given_one)) == [
        ("startTask", "CERTIFICATION_NAME"),
        ("name", title),
        ("organizationName", issuer),
        ("issueYear", "2026"),
        ("issueMonth", "5"),
        ("certUrl", f"https://cairn.example/c/{TOKEN}/"),
        ("certId", TOKEN),
    ]


def test_an_organisation_with_a_number_is_named_by_it_alone():
    asked = dict(
        asked_of_linkedin(linkedin.add_to_profile(credential(linkedin_id="1337")))
    )

    assert asked["organizationId"] == "1337"
    assert "organizationName" not in asked


@override_settings(TIME_ZONE="Pacific/Auckland")
def test_months_are_those_that_pages_show():
    late = datetime(2026, 12, 31, 20, tzinfo=UTC)  # the next year there
    asked = dict(
        asked_of_linkedin(linkedin.add_to_profile(credential(issued=late, ends=late)))
    )

    assert (asked["issueYear"], asked["issueMonth"]) == ("2027", "1")
    assert (asked["expirationYear"], asked["expirationMonth"]) == ("2027", "1")


@override_settings(SITE_URL="https://cairn.example")
def test_a_post_at_linkedin_names_the_page_and_nothing_else():
    assert asked_of_linkedin(linkedin.share(credential())) == [
        ("url", f"https://cairn.example/c/{TOKEN}/")
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "mastodon.social",
        " Mastodon.Social ",
        "https://mastodon.social",
        "https://mastodon.social/@amina",
        "@amina@mastodon.social",
        "amina@mastodon.social",
        "mastodon.social/home",
        "https://evil.example:pw@mastodon.social/x",
    ],
)
def test_a_server_is_understood_as_people_write_it(typed):
    assert sharing_out.mastodon_server(typed) == "mastodon.social"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mastodon",
        "localhost",
        "127.0.0.1",
        "https://[::1]/",
        "https://[",
        "evil.example:8080",
        "a..b",
        "-a.example",
        "a.example?x=.b.example",
        "a.example#b.example",
        "a.example\\b.example",
        "a.example%2f.b.example",
        "a.example\r\nX: y",
        "a\x00.example",
        "javascript:alert(1)//a.example",
        "a" * 64 + ".example",
        "a." * 130 + "example",
        "１２７.0.0.1",
    ],
)
def test_what_is_no_server_is_refused(typed):
    with pytest.raises(ValidationError):
        sharing_out.mastodon_server(typed)


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_whatever_is_typed_leads_to_the_host_that_is_shown_or_nowhere(typed):
    try:
        server = sharing_out.mastodon_server(typed)
    except ValidationError:
        return
    parts = urlsplit(sharing_out.mastodon_post(credential(), server))

    assert (parts.scheme, parts.netloc, parts.path) == ("https", server, "/share")
    assert server.isascii()
    assert parts.port is None


@settings(max_examples=60)
@given(NAMES)
@override_settings(SITE_URL="https://cairn.example")
def test_a_post_and_a_mail_say_every_name_as_it_is(title):
    given_one = credential(title)
    words = f"I earned {title} from B & C: https://cairn.example/c/{TOKEN}/"

    post = urlsplit(sharing_out.mastodon_post(given_one, "a.example"))
    assert parse_qsl(post.query) == [("text", words)]
    scheme, _, query = sharing_out.e_mail(given_one).partition("?")
    assert scheme == "mailto:"
    fields = dict(pair.split("=") for pair in query.split("&"))
    assert {name: unquote(said) for name, said in fields.items()} == {
        "subject": title,
        "body": words,
    }
    assert "+" not in query


class Parts(HTMLParser):
    """The elements of a snippet, each with its attributes, and its text."""

    def __init__(self, snippet):
        super().__init__()
        self.elements, self.words = [], ""
        self.feed(snippet)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


@settings(max_examples=60)
@given(NAMES)
@override_settings(SITE_URL="https://cairn.example")
def test_the_embed_code_is_one_picture_in_one_link_whatever_the_name(title):
    found = Parts(sharing_out.embed(credential(title), "large"))

    (_, link), (_, picture) = found.elements
    assert [tag for tag, _ in found.elements] == ["a", "img"]
    assert link == {"href": f"https://cairn.example/c/{TOKEN}/"}
    assert picture == {
        "src": f"https://cairn.example/c/{TOKEN}/embed.svg",
        "alt": f"{title}, a credential of B & C",
        "width": "240",
        "height": "240",
    }
    assert not found.words.strip()


@settings(max_examples=60)
@given(NAMES.filter(lambda name: "\r" not in name and "\x00" not in name))
@override_settings(SITE_URL="https://cairn.example")
def test_the_signature_holds_every_name_as_text(title):
    found = Parts(sharing_out.signature_html(credential(title)))

    assert [tag for tag, _ in found.elements] == [
        *["table", "tr", "td", "a", "img"],
        *["td", "a", "br"],
    ]
    assert found.words == f"{title}B & C, May 2026"
    assert all("script" not in str(each) for each in found.elements[:5])


@override_settings(SITE_URL="https://cairn.example")
def test_the_plain_signature_can_be_put_into_a_mail():
    mail = EmailMessage()
    mail.set_content(sharing_out.signature_text(credential("Wounds")))

    assert mail.get_content().splitlines() == [
        "Wounds",
        "B & C, May 2026",
        f"https://cairn.example/c/{TOKEN}/",
    ]
