"""E-mails: plain text first, an HTML twin with the same words.

Each is written in its reader's language, whoever pressed the button that causes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.documents import absolute
from credentials.languages import in_this_language, written_in
from credentials.models import (
    CredentialEvent,
    Issuer,
    ProblemReport,
    Review,
    Submission,
)

if TYPE_CHECKING:
    from portfolio.models import User

SUBJECT_LENGTH = 150


def send(
    *,
    to: list[str],
    subject: str,
    template: str,
    context: dict[str, Any],
    notice: str,
    stop: str = "",
) -> None:
    """Send one mail in both forms.

    ``notice`` names what is told ("decision-<id>-<round>"): it becomes the stable
    Message-ID, so that a retry after a time-out is seen as the same mail. ``stop`` is
    the whole address that ends such mails; mail programs show a button for it and
    post to it (RFC 8058, section 3.1).
    """
    subject = one_line(subject)
    site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    words = {**site, "subject": subject, **context}
    host = urlsplit(settings.SITE_URL).hostname
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"emails/{template}.txt", words),
        to=to,
        headers={"Message-ID": f"<{notice}@{host}>", **_ending(stop)},
    )
    mail.attach_alternative(
        render_to_string(f"emails/{template}.html", words), "text/html"
    )
    mail.send()


def _ending(stop: str) -> dict[str, str]:
    if not stop:
        return {}
    one_click = "List-Unsubscribe=One-Click"
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": one_click}


def one_line(subject: str) -> str:
    """Make a subject of any text: one line, at most 150 characters."""
    line = " ".join(subject.split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"


def tell_decision(submission: Submission, review: Review) -> None:
    """Tell the learner what was decided about a hand-in, and why."""
    with written_in(submission.learner.language):
        _tell_decision(submission, review)


def _tell_decision(submission: Submission, review: Review) -> None:
    subjects = {
        Review.Decision.APPROVE: _("Your evidence for %(badge)s was approved"),
        Review.Decision.RETURN: _("Your evidence for %(badge)s needs changes"),
        Review.Decision.DECLINE: _("Your evidence for %(badge)s was declined"),
    }
    subject = subjects[Review.Decision(review.decision)]
    credential = getattr(submission, "credential", None)
    send(
        to=[submission.learner.email],
        subject=subject % {"badge": submission.version.name},
        template=f"decision_{review.decision}",
        context={
            "submission": submission,
            "review": review,
            "issuer": submission.achievement.issuer,
            "credential": credential,
            "address": absolute(
                in_this_language(credential.get_absolute_url())
                if credential
                else submission.get_absolute_url()
            ),
            "own_page": absolute(submission.get_absolute_url()),
        },
        notice=f"decision-{submission.pk}-{review.round}",
    )


def tell_state_change(event: CredentialEvent) -> None:
    """Tell the holder that a credential was withdrawn, paused or reinstated."""
    if event.credential.holder is None:
        return
    with written_in(event.credential.holder.language):
        _tell_state_change(event, event.credential.holder)


def _tell_state_change(event: CredentialEvent, holder: User) -> None:
    credential = event.credential
    subjects = {
        CredentialEvent.Kind.REVOKED: _("%(badge)s was withdrawn by %(issuer)s"),
        CredentialEvent.Kind.SUSPENDED: _("%(badge)s was paused by %(issuer)s"),
        CredentialEvent.Kind.REINSTATED: _("%(badge)s is in force again"),
    }
    send(
        to=[holder.email],
        subject=subjects[CredentialEvent.Kind(event.kind)]
        % {"badge": credential.title, "issuer": credential.issuer_name},
        template="state_change",
        context={
            "event": event,
            "credential": credential,
            "issuer": credential.issuer,
            "address": absolute(in_this_language(credential.get_absolute_url())),
        },
        notice=f"state-{event.pk}",
    )


def tell_reviewer(reviewer: User, waiting: list[Submission], *, day: str) -> None:
    """Tell a reviewer once a day what waits, oldest first. ``day`` is an ISO date."""
    with written_in(reviewer.language):
        _tell_reviewer(reviewer, waiting, day=day)


def _tell_reviewer(reviewer: User, waiting: list[Submission], *, day: str) -> None:
    subject = ngettext(
        "%(count)s submission waits for a review",
        "%(count)s submissions wait for a review",
        len(waiting),
    )
    send(
        to=[reviewer.email],
        subject=subject % {"count": len(waiting)},
        template="digest",
        context={
            "waiting": waiting,
            "address": absolute("/admin/credentials/submission/"),
        },
        notice=f"digest-{day}-{reviewer.pk}",
    )


def tell_role_change(
    recipient: User,
    *,
    person: User,
    by: User,
    issuer: Issuer | None,
    before: str,
    after: str,
    notice: str,
) -> None:
    """Tell that somebody got, changed or lost a role; no issuer means the whole site.

    ``before`` and ``after`` are names of roles, empty for none.
    """
    place = issuer.name if issuer else settings.SITE_NAME
    facts = {"by": by.full_name, "person": person.full_name, "place": place}
    send(
        to=[recipient.email],
        subject=_("A role changed at %(place)s") % {"place": place},
        template="role_change",
        context={
            "recipient": recipient,
            "sentence": _role_sentence(facts, before=before, after=after),
            "operator": settings.OPERATOR_EMAIL,
        },
        notice=f"role-{notice}-{recipient.pk}",
    )


def _role_sentence(facts: dict[str, str], *, before: str, after: str) -> str:
    """Say who gave, changed or ended whose role; ``facts`` are by, person and place."""
    named = {
        "": "",
        "reviewer": _("reviewer"),
        "designer": _("designer"),
        "manager": _("manager"),
        "operator": _("operator"),
    }
    if before and after:
        sentence = _(
            "%(by)s changed the role of %(person)s at %(place)s from %(before)s to "
            "%(after)s."
        )
    elif after:
        sentence = _("%(by)s gave %(person)s the role %(after)s at %(place)s.")
    else:
        sentence = _("%(by)s ended the role %(before)s of %(person)s at %(place)s.")
    return sentence % {**facts, "before": named[before], "after": named[after]}


def tell_problem(report: ProblemReport) -> None:
    """Pass on a visitor's report to the issuer's contact and the operator."""
    with written_in(settings.LANGUAGE_CODE):
        _tell_problem(report)


def _tell_problem(report: ProblemReport) -> None:
    credential = report.credential
    issuer = [credential.issuer.email] if credential.issuer else []
    send(
        to=[*issuer, str(settings.OPERATOR_EMAIL)],
        subject=_("Problem reported: %(badge)s") % {"badge": credential.title},
        template="problem",
        context={
            "report": report,
            "credential": credential,
            "address": absolute(credential.get_absolute_url()),
        },
        notice=f"problem-{report.pk}",
    )
