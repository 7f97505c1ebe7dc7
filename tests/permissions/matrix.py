"""Who may see what: the table. Every route of the site stands here, or a test fails.

A line is ``route, thing, GET, POST``. The thing names values of ``stage.things``. GET
and POST name a row of ``CELLS``, or are one code for everybody. Codes:

``200`` and other numbers   the status
``in``                      led to the log-in
``go``                      led elsewhere
``gone``                    led to the admin's first page, as for what does not exist
``+``                       after a code: something was written

An empty POST: it is not tried. No code without ``+`` ever writes.
"""

from __future__ import annotations

#:          a visitor; the learner whose things these are; another learner; three staff
#:          of the issuer; a manager of another one; an employer's account; the operator
PEOPLE = [
    "visitor",
    "learner",
    "other",
    "reviewer",
    "designer",
    "manager",
    "foreign",
    "employer",
    "operator",
]
CELLS = {
    #          visitor learner other reviewer designer manager foreign employer operator
    "member": "in     200     200   200      200      200     200     200      200",
    "own": "in     200     404   404      404      404     404     404      404",
    "own go": "in     go      404   404      404      404     404     404      404",
    "own go+": "in     go+     404   404      404      404     404     404      404",
    "leaves": "in     go+     go    go       go       go      go      go       go",
    "moves": "in      go      go    go       go       go      go      go       go",
    "own 409": "in     409     404   404      404      404     404     404      404",
    "nobody": "in     404     404   404      404      404     404     404      404",
    "new": "in     200+    200   200      200      200     200     200      200",
    "joined": "in     go      200   200      200      200     200     200      200",
    "joins": "in     go      go+   go+      go+      go+     go+     go+      go+",
    "begin": "in     go+     go+   go+      go+      go+     go+     go+      go+",
    "fields": "in     422     422   422      422      422     422     422      422",
    "file": "in     200     404   200      404      200     404     404      200",
    "issuer": "404    200     404   200      404      200     404     404      200",
    "checks": "404    go+     404   go+      404      go+     404     404      go+",
    "reports": "404    go+     404   go+      404      go+     404     404      go+",
    "holder": "404    200     404   404      404      404     404     404      404",
    "guest": "200    go      go    go       go       go      go      go       go",
    "stranger": "in    go      go    go       go       go      go      go       go",
    "account": "in     200     200   200      200      200     200     200      200",
    "logout": "go     200     200   200      200      200     200     200      200",
    # The admin: whoever is no staff is led to the log-in, and there told 403.
    "staff": "in     in      in    200      200      200     200     in       200",
    "enter": "in     403     403   gone     gone     gone    gone    403      gone",
    "staff go": "in    in      in    go       go       go      go      in       go",
    "staff 403": "in   in      in    403      403      403     403     in       403",
    "staff 404": "in   in      in    404      404      404     404     in       404",
    "staff 405": "in   in      in    405      405      405     405     in       405",
    "leave": "in     gone    gone  405      405      405     405     gone     405",
    "lists": "in     in      in    200      403      200     200     in       200",
    "acts": "in     in      in    200      403      go      go      in       go",
    "adds": "in     in      in    403      200      200     200     in       200",
    "add 422": "in     in      in    403      422      422     422     in       422",
    "founds": "in     in      in    403      403      403     403     in       200",
    "found 422": "in   in      in    403      403      403     403     in       422",
    "people": "in     in      in    403      403      403     403     in       200",
    "people's": "in    in      in    404      404      404     404     in       200",
    "mends": "in     in      in    403      403      403     403     in       go+",
    "row": "in     in      in    200      200      200     gone    in       200",
    "row 422": "in     in      in    403      422      422     gone    in       422",
    "skill 422": "in   in      in    403      422      422     403     in       422",
    "issuer 422": "in  in      in    403      403      422     gone    in       422",
    "deletes": "in     in      in    403      200      200     403     in       200",
    "delete+": "in     in      in    403      go+      go+     403     in       go+",
    "holds": "in     in      in    200      403      200     gone    in       200",
    "hold 403": "in    in      in    403      403      403     gone    in       403",
    "reviews": "in     in      in    200      404      200     404     in       200",
    "decides": "in     in      in    go+      404      go+     404     in       go+",
    "late": "in     in      in    409      404      409     404     in       409",
    "redirect": "in    in      in    go       404      go      404     in       go",
    "history": "in     in      in    200      200      200     gone    in       200",
    "designs": "in     in      in    404      200      200     404     in       200",
    "design+": "in     in      in    404      go+      go+     404     in       go+",
    "drafts": "in     in      in    404      go       go      404     in       go",
    "design 409": "in  in      in    404      409      409     404     in       409",
    "design 422": "in  in      in    404      422      422     404     in       422",
    "hold history": "in in     in    200      gone     200     gone    in       200",
    "studies": "in     in      in    200      200      200     404     in       200",
    "manages": "in     in      in    404      404      200     404     in       200",
    "manage go": "in   in      in    404      404      go      404     in       go",
}
type Line = tuple[str, str, str, str]

PUBLIC: list[Line] = [
    ("home", "", "200", "405"),
    ("catalogue", "", "200", "405"),
    ("badge", "badge", "200", "405"),
    ("badge", "unpublished badge", "404", ""),
    ("badge_version", "badge", "200", "405"),
    ("badge_version", "unpublished badge", "404", ""),
    ("badge_version", "next version", "404", ""),
    ("badge_preview", "badge", "200", ""),
    ("badge_preview", "unpublished badge", "404", ""),
    ("badge_png", "badge", "200", ""),
    ("badge_png", "next version", "404", ""),
    ("badge_svg", "badge", "200", ""),
    ("badge_svg", "next version", "404", ""),
    ("badge_small", "badge", "200", ""),
    ("badge_small", "unpublished badge", "404", ""),
    ("badge_withdrawn", "badge", "200", ""),
    ("badge_withdrawn", "next version", "404", ""),
    ("pathways", "", "200", "405"),
    ("pathways_compare", "", "200", "405"),
    ("pathway", "pathway", "200", "405"),
    ("pathway", "draft pathway", "404", ""),
    ("pathway_version", "pathway", "200", "405"),
    ("pathway_version", "draft pathway", "404", ""),
    ("pathway_json", "pathway", "200", "405"),
    ("pathway_json", "draft pathway", "404", ""),
    ("issuer", "issuer", "200", "405"),
    ("did_document", "issuer", "200", ""),
    ("issuer_logo", "issuer", "200", ""),
    ("status_list", "status list", "200+", ""),
    ("verify", "", "200", "422"),
    ("by_hand", "", "go", ""),
    ("profile", "profile", "holder", "405"),
    ("profile", "shown profile", "200", ""),
    ("help", "", "200", ""),
    ("checking", "", "200", ""),
    ("privacy", "", "200", ""),
    ("terms", "", "200", ""),
    ("accessibility", "", "200", ""),
    ("contact", "", "200", ""),
    ("choose_language", "", "405", ""),
    ("favicon", "", "go", ""),
    ("robots", "", "200", ""),
    ("security", "", "200", ""),
    ("livez", "", "200", ""),
    ("readyz", "", "200", ""),
]

LEARNERS: list[Line] = [
    ("start", "badge", "member", "begin"),
    ("start", "unpublished badge", "nobody", "nobody"),
    ("pathway_join", "pathway", "joined", "joins"),
    ("pathway_join", "draft pathway", "nobody", "nobody"),
    ("pathway_leave", "pathway", "own", "leaves"),
    ("pathway_leave", "draft pathway", "nobody", "nobody"),
    ("pathway_move", "pathway", "own go", "moves"),
    ("pathway_move", "draft pathway", "nobody", "nobody"),
    ("me", "", "new", ""),
    ("next_steps", "", "member", "fields"),
    ("settings", "", "member", "fields"),
    ("markdown_preview", "", "405", "member"),
    *[
        ("submission", state, "own", "")
        for state in (
            "draft",
            "sent",
            "in review",
            "returned",
            "declined",
            "withdrawn",
            "thrown away",
            "approved private",
        )
    ],
    ("submission", "foreign submission", "nobody", ""),
    ("submission_about", "draft", "own", "own go+"),
    ("submission_about", "sent", "own go", "own 409"),
    ("submission_evidence", "draft", "own", "own go+"),
    ("submission_evidence", "rewritten", "own", ""),
    ("submission_evidence", "sent", "own go", "own 409"),
    ("submission_add_file", "sent", "405", "own 409"),
    ("submission_add_link", "draft", "405", "own go+"),
    ("submission_add_link", "sent", "405", "own 409"),
    ("submission_remove_item", "draft", "405", "own go+"),
    ("submission_remove_item", "sent", "405", "own 409"),
    ("submission_help", "draft", "own", "own go+"),
    ("submission_visibility", "draft", "own", "own go+"),
    ("submission_visibility", "approved public", "own", "own go+"),
    ("submission_name", "draft", "own", "own go+"),
    ("submission_check", "draft", "own", "own go+"),
    ("submission_check", "rewritten", "own", ""),
    ("submission_sent", "sent", "own", ""),
    ("submission_withdraw", "sent", "own", "own go+"),
    ("submission_withdraw", "in review", "own go", "own 409"),
    ("submission_delete", "draft", "own", "own go+"),
    ("submission_delete", "sent", "own go", "own 409"),
    ("set_visibility", "private", "405", "own go"),
    ("set_visibility", "public", "405", "own go+"),
    ("set_visibility", "erased", "405", "nobody"),
]

#: Files as they were handed in: the learner's, and the issuer's once they were sent.
FILES: list[Line] = [
    ("evidence_file", "file of draft", "own", ""),
    ("evidence_file", "file of sent", "file", ""),
    ("evidence_file", "file of in review", "file", ""),
    ("evidence_file", "file of returned", "file", ""),
    ("evidence_file", "file of rewritten", "file", ""),
    ("evidence_file", "file of rewriting", "own", ""),
    ("evidence_file", "file of declined", "file", ""),
    ("evidence_file", "file of withdrawn", "own", ""),
    ("evidence_file", "file of thrown away", "nobody", ""),
    ("evidence_file", "hidden file of public", "file", ""),
]

CREDENTIALS: list[Line] = [
    *[
        (route, thing, cells, post)
        for route, post in (
            ("credential", ""),
            ("credential_json", ""),
            ("credential_jwt", ""),
            ("credential_qr", ""),
        )
        for thing, cells in (("private", "issuer"), ("link", "200"))
    ],
    ("credential", "public", "200", "405"),
    ("credential", "erased", "200", ""),
    ("credential_json", "erased", "410", ""),
    ("credential_jwt", "erased", "410", ""),
    ("credential_pdf", "erased", "410", ""),
    ("credential_png", "private", "issuer", ""),
    ("credential_svg", "private", "issuer", ""),
    ("credential_preview", "private", "404", ""),
    ("credential_clr", "outcome", "holder", "405"),
    ("credential_clr", "private", "404", ""),
    ("credential_pdf", "link", "200", ""),
    ("check_again", "private", "", "checks"),
    ("check_again", "link", "405", "go+"),
    ("report", "private", "issuer", "reports"),
    ("report", "link", "200", "go+"),
    ("credential_evidence", "shown item of private", "issuer", ""),
    ("credential_evidence", "shown item of link", "200", ""),
    ("credential_evidence", "hidden item of link", "200", ""),
    ("credential_evidence", "other item of link", "404", ""),
    ("credential_evidence_file", "shown item of private", "issuer", ""),
    ("credential_evidence_file", "shown item of link", "200", ""),
    ("credential_evidence_file", "hidden item of link", "404", ""),
    ("credential_evidence_file", "other item of link", "404", ""),
]

ACCOUNTS: list[Line] = [
    ("account_login", "", "guest", ""),
    ("account_logout", "", "logout", ""),
    ("account_inactive", "", "200", ""),
    ("account_signup", "", "guest", ""),
    ("account_reauthenticate", "", "account", ""),
    ("account_email", "", "account", ""),
    ("account_email_verification_sent", "", "stranger", ""),
    ("account_change_password", "", "account", ""),
    ("account_set_password", "", "stranger", ""),
    ("account_reset_password", "", "200", ""),
    ("account_confirm_login_code", "", "stranger", ""),
    ("account_confirm_password_reset_code", "", "in", ""),
    ("account_complete_password_reset", "", "go", ""),
    ("account_password_reset_completed", "", "200", ""),
    ("usersessions_list", "", "account", ""),
]

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
TABLE = [*PUBLIC, *LEARNERS, *FILES, *CREDENTIALS, *ACCOUNTS, *ADMIN, *SHORTCUTS]

OWNER = {"learner"}
REVIEWERS = {"reviewer", "manager", "operator"}
SENT = OWNER | REVIEWERS
ANYBODY = set(PEOPLE)
#: Who may ever see a text: the first line that fits its mark counts.
MAY_SEE: list[tuple[str, set[str]]] = [
    (r".*note", REVIEWERS),  # for staff only
    (r"draft.*|withdrawn.*|thrownaway.*", OWNER),
    (r"rewriting.*", OWNER),  # written after the return, not yet sent again
    (r"rewritten(about|help|name|text)", OWNER),  # texts wait as a whole
    (r"version.*|next.*", REVIEWERS | {"designer"}),
    (r"foreign.*", {"foreign", "operator"}),
    (r"profile.*", OWNER),  # switched off
    (r"session.*", OWNER),
    (r"learnermail", SENT),
    (r"staffmail", REVIEWERS),
    (r"erased.*|job.*|report.*", set()),
    (r"public(name|shown.*)", ANYBODY),
    (r".*", SENT),
]
#: And everybody at the addresses of what is shown to people with the link.
BY_LINK = r"link(name|shown.*)"
