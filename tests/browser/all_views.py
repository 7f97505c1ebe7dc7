"""Every page that the site draws, in every state that it has."""

from __future__ import annotations

from tests.browser.brought import BROUGHT
from tests.browser.finding import FINDING_PEOPLE
from tests.browser.hiring import HIRING
from tests.browser.recognition import RECOGNITION
from tests.browser.share_links import SHARING
from tests.browser.staff_views import STAFF
from tests.browser.views import (
    FOREIGN,
    View,
    ask_code,
    ask_for_all,
    collection,
    credential,
    ends_soon,
    erased,
    hidden_pin,
    no_name,
    own,
    press,
    press_in_place,
    shown_evidence,
    submission,
    upload,
    upload_changed,
    wrong_handle,
    wrong_link,
)

FINDING = (
    View("home", "/", is_main=True),
    View("catalogue", "/badges/", is_main=True),
    View("catalogue-chosen", "/badges/?q=data&issuer=northwind-institute"),
    View("catalogue-accepted", "/badges/?accepted=interview"),
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
        act=wrong_link,
    ),
    View("help-received", submission("usability-testing", "help/"), who="learner"),
    View("visibility", submission("usability-testing", "visibility/"), who="learner"),
    View("name", submission("usability-testing", "name/"), who="learner"),
    View(
        "name-error",
        submission("usability-testing", "name/"),
        who="learner",
        act=no_name,
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
    View("credential-ends-soon", ends_soon),
    View(
        "credential-expired",
        credential(
            "state = 'active' AND valid_until < now() AND visibility <> 'private'"
        ),
    ),
    View("credential-suspended", credential("state = 'suspended'")),
    View("credential-revoked", credential("state = 'revoked'"), is_main=True),
    View("credential-superseded", credential("state = 'superseded'")),
    View("credential-erased", erased),
    View("credential-absent", "/c/thereisnothinghere12345/"),
    View("credential-pdf-gone", credential("state = 'revoked'", "credential.pdf")),
    View(
        "credential-evidence",
        shown_evidence,
    ),
    View("report", credential("state = 'active' AND visibility = 'public'", "report/")),
    View(
        "report-error",
        credential("state = 'active' AND visibility = 'public'", "report/"),
        act=press("Send report"),
    ),
)
_UX = "/pathways/northwind-institute/ux-researcher/"
_KITCHEN = "/pathways/lindow-food-academy/kitchen-lead/"
_TRAINER = "/pathways/lindow-food-academy/workplace-trainer/"
PATHWAYS = (
    View("pathways", "/pathways/", who="learner", is_main=True),
    View("pathway", _UX, who="learner", is_main=True),
    View("pathway-visitor", _UX, is_main=True),
    View(
        "pathway-complete",
        "/pathways/harbour-health-trust/acute-care-practitioner/",
        who="learner",
    ),
    View("pathway-review", _KITCHEN, who="thanakorn"),
    View("pathway-claim", _TRAINER, who="siobhan"),
    View(
        "pathway-what-if",
        f"{_UX}?also=badges/northwind-institute/usability-testing"
        "&also=badges/northwind-institute/plain-language-day",
        who="learner",
        is_main=True,
    ),
    View("pathway-join", f"{_KITCHEN}join/", who="learner"),
    View("pathway-move", f"{_UX}move/", who="mei", is_main=True),
    View("pathways-choose", "/pathways/compare/"),
    View(
        "pathways-compare",
        "/pathways/compare/?a=northwind-institute/ux-researcher"
        "&b=lindow-food-academy/kitchen-lead",
        who="learner",
        is_main=True,
    ),
    View("pathways-compare-error", "/pathways/compare/?a=x/y&b=x/y"),
    View(
        "stack",
        credential("title = 'Acute care practitioner' AND source = 'pathway'"),
        is_main=True,
    ),
    View(
        "stack-own",
        credential("title = 'Acute care practitioner' AND source = 'pathway'"),
        who="learner",
    ),
    View(
        "stack-review",
        credential(
            "source = 'pathway' AND visibility = 'public' AND title = 'Kitchen lead'"
        ),
    ),
    View("badge-outcome", "/badges/northwind-institute/research-foundations/"),
)
_WARD, _WORDS = "acute ward", "still deciding"
COLLECTIONS = (
    View("collection", collection(_WARD), is_main=True),
    View("collection-own", collection(_WORDS), who="learner"),
    View("collection-as-visitor", collection(_WARD, part="?as=visitor"), who="learner"),
    View("collections", "/me/collections/", who="learner", is_main=True),
    View("collections-empty", "/me/collections/", who="employer"),
    View("collection-new", "/me/collections/new/", who="learner"),
    View(
        "collection-new-error",
        "/me/collections/new/",
        who="learner",
        act=press("Make this collection"),
    ),
    View("collection-edit", collection(_WARD, "/me"), who="learner", is_main=True),
    View("collection-add", collection(_WARD, "/me", "add/"), who="learner"),
    View(
        "collection-add-error",
        collection(_WARD, "/me", "add/"),
        who="learner",
        act=press("Add what I chose"),
    ),
    View(
        "collection-warning",
        collection(_WORDS, "/me", "visibility/?visibility=public"),
        who="learner",
        is_main=True,
    ),
    View("collection-delete", collection(_WARD, "/me", "delete/"), who="learner"),
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
    View("me-found", "/me/?q=harbour&state=good&group=skill", who="learner"),
    View("me-nothing-found", "/me/?q=welding&visibility=private", who="learner"),
    View("me-select", "/me/?select=1", who="learner", is_main=True),
    View("me-several", "/me/?select=1", who="learner", act=ask_for_all),
    View("me-several-error", "/me/?select=1", who="learner", act=press("Add tag")),
    View("tags", own("tags"), who="learner"),
    View("tags-error", own("tags"), who="learner", act=press_in_place("Add")),
    View("next", "/me/next/", who="learner", is_main=True),
    View("next-empty", "/me/next/", who="employer"),
    View("next-error", "/me/next/", who="employer", act=press("Add to my wishes")),
    View("profile", "/p/amina-yusuf/", is_main=True),
    View("profile-arabic", "/p/layla-almansouri/"),
    View("profile-ended", "/p/hong-nhung/"),
    View("profile-own", "/p/amina-yusuf/", who="learner", is_main=True),
    View("profile-as-visitor", "/p/amina-yusuf/?as=visitor", who="learner"),
    View("settings", "/me/settings/", who="learner", is_main=True),
    View(
        "edit-error",
        "/me/profile/page/",
        who="learner",
        act=wrong_handle,
    ),
    View("edit-head", "/me/profile/head/", who="learner", is_main=True),
    View("edit-photo", "/me/profile/photo/", who="learner"),
    View("edit-about", "/me/profile/about/", who="learner"),
    View("edit-page", "/me/profile/page/", who="learner"),
    View("pins", "/me/pins/", who="learner", is_main=True),
    View("pins-empty", "/me/pins/", who="employer"),
    View("portfolio-pdf", "/me/portfolio/", who="learner"),
    View("pin", hidden_pin, who="learner"),
    View("sign-up", "/accounts/signup/", is_main=True),
    View("sign-up-error", "/accounts/signup/", act=press("Create account")),
    View("sign-in", "/accounts/login/", is_main=True),
    View("sign-in-error", "/accounts/login/", act=press("Sign in")),
    View("reset", "/accounts/password/reset/"),
    View("reset-code", "/accounts/password/reset/", act=ask_code),
    View("sign-out", "/accounts/logout/", who="learner"),
    View("addresses", "/accounts/email/", who="learner"),
    View("password", "/accounts/password/change/", who="learner"),
    View("sessions", "/accounts/sessions/", who="learner"),
    View("demo-mail", "/demo/mail/"),
)
VIEWS = (
    *FINDING,
    *ABOUT,
    *HANDING_IN,
    *CREDENTIALS,
    *PATHWAYS,
    *COLLECTIONS,
    *VERIFYING,
    *OWN,
    *BROUGHT,
    *SHARING,
    *FINDING_PEOPLE,
    *HIRING,
    *RECOGNITION,
    *STAFF,
)
