"""Whatever a stranger writes into an address, a header or a form: never a 500.

Every address of the site is taken from the resolver, so that a new page is tried as
soon as it exists. Each try runs in a savepoint that is rolled back: one leaves nothing
for the next. Odd values take turns over pages, names and visitors, so that each meets
each somewhere and the whole takes seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings

from tests.site_pages import DIGITS, LONG, ODD, Page, make_pages

pytestmark = pytest.mark.django_db

#: Names that some page reads from its address.
ASKED = """q page sort area level effort skill issuer cost delivery language from
    preview paper sent html next state badge id o p e all _to_field _popup term
    app_label model_name field_name _changelist_filters""".split()  # noqa: SIM905
#: Names that some form sends.
SENT = """text url name seen public declared idempotency_key then position message
    reply_to visibility verdict login email password password1 oldpassword full_name
    code action_add remember next handle headline place about is_public decision round
    comment staff_note override_reason decline_reason action _selected_action reason
    note id key algorithm slug uri members-TOTAL_FORMS criteria-TOTAL_FORMS session
    switch wanted up down order let_go other_name languages own_words link_1
    levels-TOTAL_FORMS skill_levels-TOTAL_FORMS CHANGE_FORM-action""".split()  # noqa: SIM905
#: Headers that some step of a request reads.
HEADERS = (
    {
        "HX-Request": "true",
        "HX-Current-URL": "http://[",
        "HX-Target": LONG,
        "HX-Trigger": "{",
        "Accept": "text/html;q=nan, application/vc;q=;;, */*;q=-1",
        "Range": f"bytes={DIGITS}-",
        "X-Forwarded-For": "%00, ::g, 999.1.1.1",
    },
    {
        "HX-Request": "true",
        "HX-Current-URL": "http%3A%2F%2F%5B",
        "HX-Current-URL-URI-AutoEncoded": "true",
        "HX-History-Restore-Request": "perhaps",
        "Accept": "/" * 2_000,
        "Accept-Language": "x-" * 500,
        "Range": f"bytes=-{DIGITS}",
        "If-None-Match": '"\xff',
    },
    {
        "HX-Current-URL": "\x80\xff%00",
        "HX-Boosted": "true",
        "Cookie": "sessionid=%00; __Host-sessionid=\x00; __Host-csrftoken=b",
        "Content-Type": "application/json; charset=none-such",
        "Range": f"bytes=0-{DIGITS}",
        "Referer": "http://[",
        "If-Modified-Since": DIGITS,
    },
)
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "MAKE\u00e9")
FORM = "application/x-www-form-urlencoded"
#: Bodies that are no form, by their kind.
BROKEN = (
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data"),
    ("multipart/form-data; boundary=" + "x" * 300, b"\x00\xff"),
    (f"{FORM}; charset=utf-7", b"+AAA-=1"),
    (FORM, b"%"),
    (FORM, b""),
)
#: Pages of other people's code, which superusers alone open: only their names differ.
OTHERS = re.compile(r"admin/(account|usersessions|procrastinate)/")


#: This credential is no outcome of a pathway and from no other site, and its holder
#: speaks for no issuer.
NOT_THEIRS = ("/clr.json", "/remove/", "recognise/", "recognition/", "/endorse/")

type Try = tuple[Page, Client, str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    return tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _own_media(settings, media):
    """One folder for all tests here: what is drawn when asked for, is drawn once."""
    settings.MEDIA_ROOT = media


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker, media):
    """Every page of the site; what they show is made once, and rolled back at last."""
    unblocked, here = django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media)
    with unblocked, here, transaction.atomic():
        with connection.cursor() as cursor:  # drawing a certificate takes its time
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield make_pages()
        transaction.set_rollback(True)


def status(client: Client, method: str, address: str, **request) -> tuple[int, Any]:
    """How a request ended: status and exception. Nothing that it did stays."""
    before = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        response = client.generic(method, f"/{address}", secure=True, **request)
        b"".join(response)  # a file is closed once it is read to its end
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(before)  # whoever was logged out is in again
    told = getattr(response, "exc_info", None)
    return response.status_code, told and told[1]


def tried(client: Client, method: str, address: str, **request) -> str:
    """The error that a request ended in, or nothing."""
    code, error = status(client, method, address, **request)
    return f"{code} {error!r:.160}" if code >= 500 else ""


def nothing_breaks(tries: Iterable[Try]) -> None:
    """Make every request; fail with a line for each page and error."""
    broken: dict[tuple[str, str], str] = {}
    for page, client, method, address, request in tries:
        if error := tried(client, method, address, **request):
            line = f"{method} /{address:.100} {request!s:.80}"
            broken.setdefault((page.pattern, error), line)
    told = [f"{page}: {error} ({first})" for (page, error), first in broken.items()]
    assert not told, "\n".join(told)


def ours(pages: Iterable[Page]) -> Iterator[Page]:
    return (page for page in pages if not OTHERS.match(page.pattern))


def question(names: Sequence[str], turn: int) -> str:
    """Every name with an odd value, another one each turn."""
    return "&".join(f"{n}={ODD[(i + turn) % len(ODD)]}" for i, n in enumerate(names))


def test_every_address_of_the_site_is_among_those_that_are_tried(pages):
    starts = {page.pattern.split("/")[0] for page in pages}

    assert {"c", "badges", "submissions", "admin", "accounts", "verify"} <= starts
    assert len(pages) > 100


def test_the_addresses_that_are_tried_lead_somewhere(pages):
    absent = [
        page.pattern
        for page in pages
        # Not the profile: its switch is among the things that are tried.
        if re.match("c/|badges/|issuers/|submissions/|status/|me/", page.pattern)
        and not page.pattern.endswith(NOT_THEIRS)
        and status(page.client(0), "GET", page.address())[0] == 404
    ]

    assert absent == []


def test_no_odd_word_in_an_address_breaks_a_page(pages):
    nothing_breaks(
        (page, page.client(turn), method, address, {})
        for page in ours(pages)
        for turn, address in enumerate(page.odd_addresses())
        if not page.is_admins or (turn + page.number) % 3 == 0
        for method in (("GET", "POST") if "me/" in page.pattern else ("GET",))
    )


def test_no_odd_question_breaks_a_page(pages):
    nothing_breaks(
        (page, page.client(turn), "GET", f"{page.address()}?{asked}", {})
        for page in ours(pages)
        for turn in ((0,) if page.is_admins else (0, len(ODD) // 2))
        for asked in [question(ASKED, turn + page.number)]
    )


def test_no_odd_question_breaks_a_page_that_asks(pages):
    """The pages that read most from their address meet every value in every name."""
    asking = {
        "badges/",
        "verify/",
        "me/",
        "admin/autocomplete/",
        "admin/credentials/credential/",
        "admin/credentials/submission/",
    }
    nothing_breaks(
        (page, page.client(turn), "GET", f"{page.address()}?{asked}", {})
        for page in pages
        if page.pattern in asking
        for turn in range(len(ODD))
        for asked in [question(ASKED, turn)]
    )


def test_no_odd_header_breaks_a_page(pages):
    nothing_breaks(
        (page, page.client(turn + page.number), "GET", page.address(), {"headers": odd})
        for page in ours(pages)
        for turn, odd in enumerate(HEADERS)
    )


def test_no_method_breaks_a_page(pages):
    nothing_breaks(
        (page, page.client(turn), method, page.address(), {})
        for page in ours(pages)
        for turn, method in enumerate(METHODS)
        if (turn + page.number) % 2
    )


def test_no_odd_form_breaks_a_page(pages):
    nothing_breaks(
        (
            page,
            page.client(turn // 5),
            "POST",
            page.address(),
            {
                "data": question(SENT, turn + page.number),
                "content_type": FORM,
                "headers": {"HX-Request": "true"} if turn % 10 else {},
            },
        )
        for page in ours(pages)
        for turn in range(0, len(ODD), 5)
    )


def test_a_body_that_is_no_form_breaks_no_page(pages):
    nothing_breaks(
        (
            page,
            page.client(turn),
            "POST",
            page.address(),
            {"data": body, "content_type": kind},
        )
        for page in ours(pages)
        for turn, (kind, body) in enumerate(BROKEN)
        if (turn + page.number) % 2
    )
