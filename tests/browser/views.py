"""Every page that the site draws, and every state of it: who sees it and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import FilePayload, Page

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

    def open(self, page: Page, site: Site) -> None:
        """Go to the page and bring it into its state."""
        page.goto(self.address_on(site))
        if self.act is not None:
            self.act(page)


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

FINDING = (
    View("home", "/", is_main=True),
    View("catalogue", "/badges/", is_main=True),
    View("catalogue-chosen", "/badges/?q=data&issuer=northwind-institute"),
    View("catalogue-empty", "/badges/?q=welding&level=1"),
    View(
        "badge", "/badges/harbour-health-trust/recognising-sepsis-early/", is_main=True
    ),
    View(
        "badge-learner",
        "/badges/northwind-institute/accessible-forms/",
        who="learner",
    ),
    View(
        "badge-arabic", "/badges/harbour-health-trust/interpreting-for-patients-arabic/"
    ),
    View("badge-retired", "/badges/harbour-health-trust/observation-charts-on-paper/"),
    View("badge-version", "/badges/harbour-health-trust/recognising-sepsis-early/v1/"),
    View("issuer", "/issuers/harbour-health-trust/", is_main=True),
    View("not-found", "/badges/nobody/nothing/"),
)
ABOUT = tuple(
    View(name, f"/{name}/")
    for name in ("help", "checking", "privacy", "terms", "accessibility", "contact")
)
HANDING_IN = (
    View(
        "start",
        "/badges/harbour-health-trust/recognising-sepsis-early/start/",
        who="employer",
        is_main=True,
    ),
    View("tasks", submission("usability-testing"), who="learner", is_main=True),
    View("about-work", submission("usability-testing", "about/"), who="learner"),
    View(
        "evidence",
        submission("usability-testing", "evidence/1/"),
        who="learner",
        is_main=True,
    ),
    View(
        "evidence-error",
        submission("usability-testing", "evidence/3/"),
        who="learner",
        act=lambda page: wrong_link(page),
    ),
    View("help-received", submission("usability-testing", "help/"), who="learner"),
    View("visibility", submission("usability-testing", "visibility/"), who="learner"),
    View("name", submission("usability-testing", "name/"), who="learner"),
    View(
        "name-error",
        submission("usability-testing", "name/"),
        who="learner",
        act=lambda page: no_name(page),
    ),
    View("check-unfinished", submission("usability-testing", "check/"), who="learner"),
    View(
        "check", submission("accessible-forms", "check/"), who="learner", is_main=True
    ),
    View(
        "check-error",
        submission("accessible-forms", "check/"),
        who="learner",
        act=press("Send for review"),
    ),
    View("delete-draft", submission("usability-testing", "delete/"), who="learner"),
    View("returned", submission("accessible-forms"), who="learner", is_main=True),
    View(
        "returned-evidence",
        submission("accessible-forms", "evidence/2/"),
        who="learner",
    ),
    View("take-back", submission("accessible-forms", "withdraw/"), who="learner"),
    View("in-review", submission("sql-for-everyday-questions"), who="learner"),
    View(
        "sent",
        submission(
            "reading-data-honestly",
            "sent/",
            status="submitted",
            by="reviewer@example.org",
        ),
        who="reviewer",
        is_main=True,
    ),
    View(
        "approved",
        submission("recognising-sepsis-early", status="approved"),
        who="learner",
    ),
    View(
        "declined",
        submission("reading-data-honestly", status="declined", by="mei@example.org"),
        who="mei",
        is_main=True,
    ),
)
CREDENTIALS = (
    View(
        "credential",
        credential(
            "recipient_name = 'Amina Yusuf' AND state = 'active' "
            "AND title = 'Recognising sepsis early'"
        ),
        is_main=True,
    ),
    View(
        "credential-own",
        credential("recipient_name = 'Amina Yusuf' AND state = 'active'"),
        who="learner",
    ),
    View("credential-ends-soon", lambda site: ends_soon(site)),
    View(
        "credential-expired",
        credential(
            "state = 'active' AND valid_until < now() AND visibility <> 'private'"
        ),
    ),
    View("credential-suspended", credential("state = 'suspended'")),
    View("credential-revoked", credential("state = 'revoked'"), is_main=True),
    View("credential-superseded", credential("state = 'superseded'")),
    View("credential-erased", lambda site: erased(site)),
    View("credential-absent", "/c/thereisnothinghere12345/"),
    View("credential-pdf-gone", credential("state = 'revoked'", "credential.pdf")),
    View(
        "credential-evidence",
        lambda site: shown_evidence(site),
    ),
    View("report", credential("state = 'active' AND visibility = 'public'", "report/")),
    View(
        "report-error",
        credential("state = 'active' AND visibility = 'public'", "report/"),
        act=press("Send report"),
    ),
)
VERIFYING = (
    View("verify", "/verify/", is_main=True),
    View("verify-error", "/verify/?q=what"),
    View("verify-no-file", "/verify/", act=press("Verify file")),
    View(
        "verify-not-genuine",
        lambda site: (
            "/verify/#"
            + credential("state = 'active' AND visibility = 'public'")(site).split("/")[
                2
            ]
        ),
        act=upload_changed,
        is_main=True,
    ),
    View("verify-unchecked", "/verify/", act=upload("elsewhere.json", FOREIGN)),
    View("verify-no-credential", "/verify/", act=upload("a.json", b"[1, 2]")),
)
OWN = (
    View("me", "/me/", who="learner", is_main=True),
    View("me-empty", "/me/", who="employer"),
    View("profile", "/p/amina-yusuf/", is_main=True),
    View("profile-arabic", "/p/layla-almansouri/"),
    View("settings", "/me/settings/", who="learner", is_main=True),
    View(
        "settings-error",
        "/me/settings/",
        who="learner",
        act=lambda page: wrong_handle(page),
    ),
    View("sign-up", "/accounts/signup/", is_main=True),
    View("sign-up-error", "/accounts/signup/", act=press("Create account")),
    View("sign-in", "/accounts/login/", is_main=True),
    View("sign-in-error", "/accounts/login/", act=press("Sign in")),
    View("reset", "/accounts/password/reset/"),
    View("reset-code", "/accounts/password/reset/", act=lambda page: ask_code(page)),
    View("sign-out", "/accounts/logout/", who="learner"),
    View("addresses", "/accounts/email/", who="learner"),
    View("password", "/accounts/password/change/", who="learner"),
    View("sessions", "/accounts/sessions/", who="learner"),
    View("demo-mail", "/demo/mail/"),
)
STAFF = (
    View("admin", "/admin/", who="reviewer", is_main=True),
    View("admin-manager", "/admin/", who="manager"),
    View("admin-operator", "/admin/", who="admin"),
    View("admin-app", "/admin/credentials/", who="manager"),
    View("queue", "/admin/credentials/submission/", who="reviewer", is_main=True),
    View("queue-all", "/admin/credentials/submission/?state=all", who="reviewer"),
    View("queue-empty", "/admin/credentials/submission/?q=zzz", who="reviewer"),
    View("review", review("submitted"), who="reviewer", is_main=True),
    View("review-begun", review("in_review"), who="reviewer"),
    View(
        "review-error",
        review("in_review"),
        who="reviewer",
        act=press("Approve and issue"),
    ),
    View("review-decided", review("approved"), who="reviewer"),
    View("review-returned", review("returned"), who="reviewer"),
    View("badges-admin", "/admin/credentials/achievement/", who="manager"),
    View("badge-new", "/admin/credentials/achievement/add/", who="manager"),
    View(
        "badge-admin",
        row(
            "credentials_achievement",
            "credentials/achievement",
            "slug = 'usability-testing'",
        ),
        who="manager",
    ),
    View(
        "badge-version-published",
        row(
            "credentials_achievementversion",
            "credentials/achievementversion",
            "published_at IS NOT NULL",
        ),
        who="manager",
    ),
    View(
        "badge-version-draft",
        row(
            "credentials_achievementversion",
            "credentials/achievementversion",
            "published_at IS NULL",
        ),
        who="manager",
        is_main=True,
    ),
    View(
        "criterion-draft",
        row(
            "credentials_criterion",
            "credentials/criterion",
            "version_id = (SELECT min(id) FROM credentials_achievementversion "
            "WHERE published_at IS NULL)",
        ),
        who="manager",
    ),
    View("credentials-admin", "/admin/credentials/credential/", who="manager"),
    View(
        "credential-admin",
        row("credentials_credential", "credentials/credential", "state = 'suspended'"),
        who="manager",
    ),
    View("withdraw", changing("withdraw"), who="manager", is_main=True),
    View("withdraw-error", changing("withdraw"), who="manager", act=press("Withdraw")),
    View("reinstate", changing("reinstate"), who="manager"),
    View("issuers-admin", "/admin/credentials/issuer/", who="admin"),
    View("issuer-new", "/admin/credentials/issuer/add/", who="admin"),
    View(
        "issuer-admin",
        row(
            "credentials_issuer", "credentials/issuer", "slug = 'harbour-health-trust'"
        ),
        who="admin",
    ),
    View("skills-admin", "/admin/credentials/skill/", who="admin"),
    View("users-admin", "/admin/portfolio/user/", who="admin"),
    View(
        "user-admin",
        row("portfolio_user", "portfolio/user", f"email = '{AMINA}'"),
        who="admin",
    ),
)
VIEWS = (
    *FINDING,
    *ABOUT,
    *HANDING_IN,
    *CREDENTIALS,
    *VERIFYING,
    *OWN,
    *STAFF,
)


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
