"""Every page that staff see, in every state that it has."""

from __future__ import annotations

from tests.browser.views import (
    AMINA,
    View,
    changing,
    press,
    review,
    row,
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
    View("pathway-import", "/admin/pathways/pathway/import/", who="manager"),
    View("users-admin", "/admin/portfolio/user/", who="admin"),
    View(
        "user-admin",
        row("portfolio_user", "portfolio/user", f"email = '{AMINA}'"),
        who="admin",
    ),
)
