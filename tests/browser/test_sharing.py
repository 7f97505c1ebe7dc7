"""Sharing a credential: the dialog by keyboard, a link that ends, a page elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_site import Site
from tests.browser.views import AMINA

COPIED = "Copied"


@pytest.fixture
def token(site: Site) -> str:
    return site.ask(
        """SELECT c.token FROM credentials_credential c
        JOIN portfolio_user u ON u.id = c.holder_id WHERE u.email = %s
        AND c.title = 'Recognising sepsis early' AND c.state = 'active'""",
        AMINA,
    )


def dialog_of(page: Page, token: str) -> Page:
    page.goto(f"/c/{token}/")
    page.get_by_role("link", name="Share", exact=True).press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def test_the_dialog_opens_copies_and_closes_by_keyboard(visit, token):
    page = dialog_of(visit("learner"), token)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog = page.get_by_role("dialog", name="Share Recognising sepsis early")
    expect(dialog.get_by_role("heading", level=1)).to_be_focused()

    dialog.get_by_role("button", name="Copy link").press("Enter")
    said = dialog.get_by_role("status").filter(has_text=COPIED)
    expect(said).to_have_text(COPIED)
    link = page.evaluate("navigator.clipboard.readText()")
    assert urlsplit(link).path == f"/c/{token}/"

    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Share", exact=True)).to_be_focused()


def test_who_sees_it_is_changed_in_the_dialog_and_taken_back(visit, token):
    page = dialog_of(visit("learner"), token)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Private").press("Enter")
    expect(dialog.get_by_text("Now private.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Copy link")).to_be_disabled()

    dialog.get_by_role("button", name="Undo").press("Enter")
    expect(dialog.get_by_text("Now public. Anyone can see it.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Share", exact=True)).to_be_focused()
    expect(page.get_by_text("Public: anyone can find it.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_is_made_opened_ended_and_shows_nothing_any_more(visit, token, scripts):
    own = visit("learner", scripts=scripts)
    own.goto(f"/me/credentials/{token}/share/")
    own.get_by_role("link", name="Make a time-limited link").click()
    own.get_by_label("Who it is for").fill("The ward")
    own.get_by_label("Ten charts, covered.pdf").check()
    own.get_by_role("button", name="Make the link").click()
    made = own.locator("[id^=link-]").first
    address = urlsplit(made.locator(".address").inner_text().strip()).path

    other = visit("visitor", scripts=scripts)
    other.goto(address)
    expect(other.get_by_text("This credential is genuine.")).to_be_visible()
    evidence = other.get_by_role("heading", name="Evidence for criterion")
    expect(evidence).to_have_count(1)
    expect(other.get_by_role("link", name="Ten charts, covered.pdf")).to_be_visible()

    own.reload()
    expect(made).to_contain_text("Opened 1 time. Who opened it is not kept.")
    made.get_by_role("button", name="End now").click()
    expect(own.get_by_text("The link has ended.")).to_be_visible()
    assert other.reload().status == 410
    expect(other.get_by_role("heading", name="This link has ended.")).to_be_visible()


def test_without_scripts_the_page_does_what_the_dialog_does(visit, token):
    page = visit("learner", scripts=False)
    page.goto(f"/c/{token}/")
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_label("Your Mastodon server").fill("@amina@mastodon.social")
    page.get_by_role("button", name="Write a post").click()
    way = page.get_by_role("link", name="Write the post on mastodon.social")
    assert way.get_attribute("href").startswith("https://mastodon.social/share?text=")

    page.get_by_text("Embed in a web page").click()
    page.get_by_role("button", name="Small").click()
    small = re.compile('width="96" height="96"></a>$')
    expect(page.get_by_label("HTML for your page")).to_have_value(small)


def test_the_pasted_code_shows_the_badge_on_a_page_elsewhere(visits, visit, token):
    own = visit("learner")
    own.goto(f"/me/credentials/{token}/share/")
    code = own.locator("#embed-code").input_value()

    with _page_elsewhere(code) as address:
        context = visits.browser.new_context()
        page = context.new_page()
        page.goto(address)
        picture = page.get_by_role("img", name="Recognising sepsis early")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
        page.get_by_role("link").click()
        expect(page.get_by_text("This credential is genuine.")).to_be_visible()
        context.close()


@contextmanager
def _page_elsewhere(body: str) -> Iterator[str]:
    """A plain page of another origin on this machine, with nothing else in it."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            page = (
                f"<!doctype html><title>Mine</title><link rel=icon href=data:,>{body}"
            )
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests' own output is enough."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
