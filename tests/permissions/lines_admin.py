"""Lines of the table: the pages of staff."""

from __future__ import annotations

from tests.permissions.cells import Line

BADGE = "admin:credentials_achievement"
VERSION = "admin:credentials_achievementversion"
CRITERION = "admin:credentials_criterion"
CREDENTIAL = "admin:credentials_credential"
ISSUER = "admin:credentials_issuer"
SKILL = "admin:credentials_skill"
SUBMISSION = "admin:credentials_submission"
PATHWAY = "admin:pathways_pathway"
RULES = "admin:pathways_pathwayversion"
COMPLETION = "admin:pathways_completion"
ENROLMENT = "admin:pathways_enrolment"
USER = "admin:portfolio_user"
JOB = "admin:procrastinate_procrastinatejob"

ADMIN: list[Line] = [
    ("admin:index", "", "staff", ""),
    ("admin:login", "", "enter", ""),
    ("admin:logout", "", "leave", ""),
    ("admin:password_change", "", "staff go", ""),
    ("admin:password_change_done", "", "staff", ""),
    ("admin:autocomplete", "", "staff 403", ""),
    ("admin:jsi18n", "", "staff", ""),
    ("admin:app_list", "our app", "staff", ""),
    ("admin:app_list", "people's app", "people's", ""),
    ("/admin/(?P<url>.*)", "no page", "staff 404", ""),
    # Badges
    (f"{BADGE}_changelist", "", "staff", ""),
    (f"{BADGE}_add", "", "adds", "add 422"),
    (f"{BADGE}_change", "unpublished badge", "row", "row 422"),
    (f"{BADGE}_history", "unpublished badge", "history", ""),
    (f"{BADGE}_delete", "unpublished badge", "staff 403", "staff 403"),
    (f"{BADGE}_step", "unpublished badge", "designs", "design+"),
    (f"{VERSION}_changelist", "", "staff go", ""),
    (f"{VERSION}_add", "to the badge", "drafts", ""),
    (f"{VERSION}_change", "draft version", "row", "row 422"),
    (f"{VERSION}_history", "draft version", "history", ""),
    (f"{VERSION}_delete", "draft version", "deletes", "delete+"),
    (f"{VERSION}_delete", "published version", "staff 403", "staff 403"),
    (f"{CRITERION}_changelist", "", "staff go", ""),
    (f"{CRITERION}_add", "", "staff 403", "staff 403"),
    (f"{CRITERION}_change", "draft criterion", "row", "row 422"),
    (f"{CRITERION}_history", "draft criterion", "history", ""),
    (f"{CRITERION}_delete", "draft criterion", "deletes", "delete+"),
    # Skills belong to everybody who designs.
    (f"{SKILL}_changelist", "", "staff", ""),
    (f"{SKILL}_add", "", "adds", "add 422"),
    (f"{SKILL}_change", "skill", "staff", "skill 422"),
    (f"{SKILL}_history", "skill", "staff", ""),
    (f"{SKILL}_delete", "skill", "staff 403", "staff 403"),
    # Issuers
    (f"{ISSUER}_changelist", "", "staff", ""),
    (f"{ISSUER}_add", "", "founds", "found 422"),
    (f"{ISSUER}_change", "issuer", "row", "issuer 422"),
    (f"{ISSUER}_history", "issuer", "history", ""),
    (f"{ISSUER}_delete", "issuer", "staff 403", "staff 403"),
    (f"{ISSUER}_rotate", "issuer", "manages", "manage go"),
    (f"{ISSUER}_picture", "issuer", "manages", ""),
    # Submissions
    (f"{SUBMISSION}_changelist", "", "lists", ""),
    (f"{SUBMISSION}_add", "", "staff 403", "staff 403"),
    *[
        (f"{SUBMISSION}_review", state, "reviews", "")
        for state in (
            "in review",
            "returned",
            "rewritten",
            "declined",
            "withdrawn",
            "approved private",
        )
    ],
    (f"{SUBMISSION}_review", "draft", "staff 404", "staff 404"),
    (f"{SUBMISSION}_review", "thrown away", "staff 404", "staff 404"),
    (f"{SUBMISSION}_review", "sent", "reviews", "decides"),
    (f"{SUBMISSION}_begin", "sent", "staff 405", "decides"),
    (f"{SUBMISSION}_begin", "withdrawn", "staff 405", "late"),
    (f"{SUBMISSION}_begin", "draft", "staff 405", "staff 404"),
    (f"{SUBMISSION}_change", "sent", "redirect", ""),
    (f"{SUBMISSION}_change", "draft", "staff 404", ""),
    (f"{SUBMISSION}_history", "declined", "reviews", ""),
    (f"{SUBMISSION}_history", "thrown away", "staff 404", ""),
    (f"{SUBMISSION}_delete", "sent", "staff 403", "staff 403"),
    # Credentials
    (f"{CREDENTIAL}_changelist", "", "lists", "acts"),
    (f"{CREDENTIAL}_add", "", "staff 403", "staff 403"),
    (f"{CREDENTIAL}_change", "private", "holds", "hold 403"),
    (f"{CREDENTIAL}_history", "private", "redirect", ""),
    (f"{CREDENTIAL}_delete", "private", "staff 403", "staff 403"),
    (f"{CREDENTIAL}_state", "withdraw", "staff 404", "staff 404"),
    # Pathways
    (f"{PATHWAY}_changelist", "", "staff", ""),
    (f"{PATHWAY}_add", "", "adds", "add 422"),
    (f"{PATHWAY}_change", "unpublished pathway", "row", "row 422"),
    (f"{PATHWAY}_history", "unpublished pathway", "history", ""),
    (f"{PATHWAY}_delete", "unpublished pathway", "staff 403", "staff 403"),
    (f"{PATHWAY}_step", "unpublished pathway", "designs", "design+"),
    (f"{PATHWAY}_import", "", "adds", "add 422"),
    (f"{PATHWAY}_export", "unpublished pathway", "studies", ""),
    (f"{RULES}_changelist", "", "staff go", ""),
    (f"{RULES}_add", "to the pathway", "drafts", ""),
    (f"{RULES}_change", "draft rules", "row", "row 422"),
    (f"{RULES}_history", "draft rules", "history", ""),
    (f"{RULES}_delete", "draft rules", "deletes", "delete+"),
    (f"{RULES}_delete", "published rules", "staff 403", "staff 403"),
    (f"{RULES}_tree", "draft rules", "studies", "design 422"),
    (f"{RULES}_tree", "published rules", "studies", "design 409"),
    (f"{RULES}_preview", "draft rules", "staff 405", "design 422"),
    (f"{RULES}_move", "draft rules", "staff 405", "design 409"),
    (f"{RULES}_remove", "draft rules", "designs", "design 409"),
    (f"{COMPLETION}_changelist", "", "lists", "acts"),
    (f"{COMPLETION}_add", "", "staff 403", "staff 403"),
    (f"{COMPLETION}_change", "completion", "holds", "hold 403"),
    (f"{COMPLETION}_history", "completion", "redirect", ""),
    (f"{COMPLETION}_delete", "completion", "staff 403", "staff 403"),
    (f"{COMPLETION}_decide", "withdraw", "staff 404", "staff 404"),
    (f"{ENROLMENT}_changelist", "", "lists", ""),
    (f"{ENROLMENT}_add", "", "staff 403", "staff 403"),
    (f"{ENROLMENT}_change", "enrolment", "holds", "hold 403"),
    (f"{ENROLMENT}_history", "enrolment", "hold history", ""),
    (f"{ENROLMENT}_delete", "enrolment", "staff 403", "staff 403"),
    # People and jobs are the operator's.
    (f"{USER}_changelist", "", "people", ""),
    (f"{USER}_add", "", "staff 403", "staff 403"),
    (f"{USER}_change", "person", "people", "mends"),
    (f"{USER}_history", "person", "people", ""),
    (f"{USER}_delete", "person", "staff 403", "staff 403"),
    (f"{JOB}_changelist", "", "people", ""),
    (f"{JOB}_add", "", "staff 403", "staff 403"),
    (f"{JOB}_change", "job", "staff 404", "staff 404"),
    (f"{JOB}_history", "job", "staff 404", ""),
    (f"{JOB}_delete", "job", "staff 403", "staff 403"),
]
#: Addresses that say nothing but where a row's page is.
SHORTCUTS: list[Line] = [
    (f"/admin/{app}/<path:object_id>/", "person", "staff go", "")
    for app in (
        "credentials/achievement",
        "credentials/achievementversion",
        "credentials/credential",
        "credentials/criterion",
        "credentials/issuer",
        "credentials/skill",
        "credentials/submission",
        "pathways/completion",
        "pathways/enrolment",
        "pathways/pathway",
        "pathways/pathwayversion",
        "portfolio/user",
        "procrastinate/procrastinatejob",
    )
]
