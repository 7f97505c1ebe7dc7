"""How tests name a page in one state: where it is, who sees it, what brings it there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FilePayload, Page, Response

from tests.browser.browsing import VISITOR
from tests.browser.running_site import Site

AMINA = "learner@example.org"


@dataclass(frozen=True)
class View:
    """A page in one state.

    ``address`` is a path or finds one in the site's database; ``act`` brings the
    opened page into its state; ``is_main`` pages are looked at on a phone too.
    """

    name: str
    address: str | Callable[[Site], str]
    who: str = VISITOR
    act: Callable[[Page], Any] | None = None
    is_main: bool = False

    def address_on(self, site: Site) -> str:
        """The path of the page."""
        return self.address if isinstance(self.address, str) else self.address(site)

    def open(self, page: Page, site: Site) -> Response | None:
        """Go to the page and bring it into its state. Out: its answer, if that did."""
        answer = page.goto(self.address_on(site))
        if self.act is None:
            return answer
        self.act(page)
        return None


def submission(
    badge: str, part: str = "", *, status: str = "", by: str = AMINA
) -> Callable[[Site], str]:
    """The address of somebody's submission for a badge, or of a part of it."""

    def find(site: Site) -> str:
        found = site.ask(
            """SELECT s.id FROM credentials_submission s
            JOIN credentials_achievement a ON a.id = s.achievement_id
            JOIN portfolio_user u ON u.id = s.learner_id
            WHERE a.slug = %s AND u.email = %s AND s.status LIKE %s
            ORDER BY s.created_at LIMIT 1""",
            badge,
            by,
            status or "%",
        )
        return f"/submissions/{found}/{part}"

    return find


def review(status: str) -> Callable[[Site], str]:
    """The review page of a submission to the reviewer's issuers, in a state."""

    def find(site: Site) -> str:
        found = site.ask(
            """SELECT s.id FROM credentials_submission s
            JOIN credentials_achievement a ON a.id = s.achievement_id
            JOIN credentials_issuer i ON i.id = a.issuer_id
            JOIN portfolio_user u ON u.id = s.learner_id
            WHERE s.status = %s AND u.email <> 'reviewer@example.org'
            AND i.slug IN ('northwind-institute', 'harbour-health-trust')
            ORDER BY s.round DESC, s.created_at LIMIT 1""",
            status,
        )
        return f"/admin/credentials/submission/{found}/review/"

    return find


def credential(condition: str, part: str = "") -> Callable[[Site], str]:
    """The address of the oldest credential that fulfils a condition in SQL."""

    def find(site: Site) -> str:
        token = site.ask(
            f"""SELECT token FROM credentials_credential
            WHERE {condition} ORDER BY issued_at, token LIMIT 1"""  # noqa: S608
        )
        return f"/c/{token}/{part}"

    return find


def row(table: str, model: str, condition: str, part: str = "change/"):
    """The address of a row in the admin."""

    def find(site: Site) -> str:
        query = f"SELECT id FROM {table} WHERE {condition} ORDER BY id LIMIT 1"  # noqa: S608
        return f"/admin/{model}/{site.ask(query)}/{part}"

    return find


def changing(name: str) -> Callable[[Site], str]:
    """The question before a credential is withdrawn, paused or reinstated."""

    def find(site: Site) -> str:
        states = "suspended" if name == "reinstate" else "active"
        chosen = site.ask(
            """SELECT id FROM credentials_credential WHERE state = %s
            ORDER BY issued_at DESC, token LIMIT 1""",
            states,
        )
        return f"/admin/credentials/credential/state/{name}/?id={chosen}"

    return find


def press(button: str) -> Callable[[Page], None]:
    """Press a button of the page and wait for what comes."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name=button, exact=True).click()

    return act


def press_in_place(button: str) -> Callable[[Page], None]:
    """Press a button whose answer is swapped in, with what is wrong."""

    def act(page: Page) -> None:
        main = page.locator("main")
        main.get_by_role("button", name=button, exact=True).click()
        main.locator("p.error").wait_for()

    return act


def ask_for_all(page: Page) -> None:
    """Choose everything that one holds, and ask for it to be private."""
    page.get_by_label(re.compile("^All .* found$")).check()
    with page.expect_navigation():
        page.locator("#several").get_by_role("button", name="Private").click()


def own(part: str) -> Callable[[Site], str]:
    """The address of a part of the learner's newest credential in force."""

    def find(site: Site) -> str:
        token = site.ask(
            """SELECT c.token FROM credentials_credential c
            JOIN portfolio_user u ON u.id = c.holder_id
            WHERE u.email = %s AND c.state = 'active'
            ORDER BY c.issued_at DESC, c.token LIMIT 1""",
            AMINA,
        )
        return f"/me/credentials/{token}/{part}/"

    return find


def upload(name: str, data: bytes) -> Callable[[Page], None]:
    """Give the verify page a file."""

    def act(page: Page) -> None:
        page.locator("input[type=file]").set_input_files(
            FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
        )
        press("Verify file")(page)

    return act


def upload_changed(page: Page) -> None:
    """Give the verify page one of our documents with another title in it."""
    token = page.evaluate("() => location.hash.slice(1)")
    found = page.request.get(f"/c/{token}/credential.json")
    page.goto("/verify/")
    changed = found.text().replace('"name":"', '"name":"Not ', 1)
    upload("changed.json", changed.encode())(page)


FOREIGN = b"""{"@context": ["https://www.w3.org/ns/credentials/v2",
"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
"id": "https://elsewhere.example/c/1", "type": ["VerifiableCredential",
"OpenBadgeCredential"], "name": "Juggling", "issuer": {"id":
"https://elsewhere.example/issuer", "type": ["Profile"], "name": "Elsewhere"},
"validFrom": "2026-01-01T00:00:00Z", "credentialSubject": {"type":
["AchievementSubject"], "achievement": {"id": "https://elsewhere.example/a",
"type": ["Achievement"], "name": "Juggling", "description": "Three balls",
"criteria": {"narrative": "Juggle three balls."}}}}"""


def wrong_link(page: Page) -> None:
    """Add an address that is none, without htmx, so that the whole page answers."""
    page.get_by_label("Add a link").fill("ftp://nowhere")
    page.evaluate(
        "() => window.htmx.config && document.querySelectorAll('[hx-post]')"
        ".forEach(each => each.removeAttribute('hx-post'))"
    )
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_selector(".error-summary")


def no_name(page: Page) -> None:
    """Save an empty name."""
    page.get_by_label("Your full name").fill("")
    press("Save and go back to check")(page)


def wrong_handle(page: Page) -> None:
    """Save a handle that nobody may have."""
    page.get_by_label("Address of your page").fill("a b")
    press("Save")(page)


def hidden_pin(site: Site) -> str:
    """The question before a credential of the learner is made public and pinned."""
    token = site.ask(
        """SELECT token FROM credentials_credential c
        JOIN portfolio_user u ON u.id = c.holder_id
        WHERE u.email = %s AND c.state = 'active' AND c.visibility <> 'public'
        ORDER BY issued_at DESC, token LIMIT 1""",
        AMINA,
    )
    return f"/me/credentials/{token}/pin/"


def ask_code(page: Page) -> None:
    """Ask for a code to choose a new password."""
    page.get_by_label("E-mail address").fill("nobody@example.org")
    press("Send the code")(page)


def ends_soon(site: Site) -> str:
    """A credential that ends within 30 days."""
    return credential(
        "state = 'active' AND valid_until BETWEEN now() AND now() + interval '30 days' "
        "AND visibility <> 'private'"
    )(site)


def erased(site: Site) -> str:
    """A credential whose details were removed; made, for the demo has none."""
    query = "SELECT token FROM credentials_credential WHERE state = 'erased'"
    try:
        return f"/c/{site.ask(query)}/"
    except LookupError:
        site.change(
            """UPDATE credentials_credential SET state = 'erased', document = NULL,
            jwt = NULL, recipient_name = '', recipient_email = '', erased_at = now(),
            once_key = NULL, state_changed_at = now()
            WHERE id = (SELECT id FROM credentials_credential WHERE state = 'active' AND visibility = 'link'
            AND recipient_name <> 'Amina Yusuf' ORDER BY token LIMIT 1)"""
        )
    return f"/c/{site.ask(query)}/"


def shown_evidence(site: Site) -> str:
    """The page of a piece of evidence that is public: a file, if there is one."""
    token, item = site.ask(
        """SELECT c.token || ' ' || e.id FROM credentials_evidence e
        JOIN credentials_credential c ON c.submission_id = e.submission_id
        WHERE e.visibility = 'public' AND c.visibility = 'public'
        AND c.state = 'active' ORDER BY e.kind, e.id LIMIT 1"""
    ).split()
    return f"/c/{token}/evidence/{item}/"


def collection(words: str, before: str = "", part: str = "") -> Callable[[Site], str]:
    """The address of the demo's collection whose name has these words.

    ``before`` is what stands before ``/collections/``, ``part`` what follows.
    """

    def find(site: Site) -> str:
        token = site.ask(
            "SELECT token FROM portfolio_collection WHERE name LIKE %s", f"%{words}%"
        )
        return f"{before}/collections/{token}/{part}"

    return find
