"""Every mail that the site can send: plain text that reads well, a twin, one action."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from credentials import mailing, reviewing, revoking
from credentials.models import Credential, ProblemReport
from pathways import mailing as pathway_mails
from pathways.models import CompletionEvent
from portfolio import mailing as own_mails
from portfolio.accounts.adapter import AccountAdapter
from portfolio.employers import mailing as organisation_mails
from portfolio.employers import membership
from portfolio.employers.digest import Skill
from portfolio.endorsing import asking, giving
from portfolio.endorsing import mailing as endorsement_mails
from portfolio.models import ContactRequest, Endorsement, SavedSearch
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_opinion,
    make_submission,
    make_user,
)
from tests.pathways.making import make_pathway
from tests.pathways.stacks import make_stack, reviewed
from tests.portfolio.organisations import make_employer, owner_of

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PARTS = {"notes"}
NOTICES = {
    path.stem
    for path in (TEMPLATES / "emails").glob("*.txt")
    if not path.stem.startswith("why_")
} - PARTS
ACCOUNT = {
    path.stem.removesuffix("_message")
    for path in (TEMPLATES / "account" / "email").glob("*_message.txt")
} - {"base"}
SITE = "https://cairn.example.org"
_BUTTON = re.compile(r"<a [^>]*background:")


def _decision(decision: str) -> None:
    badge = make_badge(make_issuer("Fish & Chips"), name="Cook <safely>")
    submission = make_submission(badge, make_user("Zoë O'Neil"))
    opinion = make_opinion(submission, decision, comment="It's <i>fine</i> & good.")
    reviewing.decide(submission, opinion, by=make_member(badge.achievement.issuer))
    submission.refresh_from_db()
    mailing.tell_decision(submission, submission.reviews.get())


def _state_change() -> None:
    credential = make_credential(make_badge(make_issuer("Fish & Chips")))
    assert credential.issuer is not None
    manager = make_member(credential.issuer, "manager")
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, by=manager)
    mailing.tell_state_change(credential.events.latest("pk"))


def _digest() -> None:
    waiting = [make_submission(), make_submission()]
    mailing.tell_reviewer(make_user("Ana"), waiting, day="2026-11-21")


def _problem() -> None:
    report = ProblemReport.objects.create(
        credential=make_credential(), message="The name\nis <wrong>."
    )
    mailing.tell_problem(report)


def _role_change() -> None:
    issuer = make_issuer("Fish & Chips")
    mei, ana = make_user("Mei Tan"), make_user("Ana")
    mailing.tell_role_change(
        mei, person=mei, by=ana, issuer=issuer, before="", after="reviewer", notice="1"
    )


def _outcome(kind: str) -> None:
    issuer = make_issuer("Fish & Chips")
    badge = make_badge(issuer, name="Cook <safely>")
    completion, _manager = reviewed(make_pathway(issuer, [badge], name="It's & <all>"))
    note = "Cook <safely>" if kind == "part_lost" else ""
    event = CompletionEvent.objects.create(completion=completion, kind=kind, note=note)
    pathway_mails.tell_learner(event)


def _outcome_review() -> None:
    completion, manager = reviewed(make_stack(1))
    event = CompletionEvent.objects.create(
        completion=completion, kind="part_lost", note="Cook <safely>"
    )
    pathway_mails.tell_manager(manager, completion, event)


def _contact(answer: str = "") -> None:
    contact = ContactRequest.objects.create(
        sender=make_user("Sam O'Neil"),
        recipient=make_user("Mei & Tan"),
        message="Come and <work> here.\nSoon.",
        **({"state": answer, "answered_at": timezone.now()} if answer else {}),
    )
    tell = own_mails.tell_of_answer if answer else own_mails.tell_of_contact
    tell(contact)


def _saved_search() -> None:
    owner = make_user("Sam O'Neil")
    saved = SavedSearch.objects.create(owner=owner, name="Fish & <chips>", query="q=x")
    skills = [Skill("Cooking & <serving>", 2), Skill("Filleting", 1)]
    own_mails.tell_of_new_people(
        saved, count=3, skills=skills, address="/talent/?q=x", day="2026-11-23"
    )


def _invitation() -> None:
    employer = make_employer(make_user("Sam O'Neil"), name="Fish & Chips")
    make_user("Zoë O'Neil", email="zoe@people.example.org")
    asked = membership.invite("zoe@people.example.org", by=owner_of(employer))
    own_mails.tell_of_invitation(asked)


def _owner(*, has_lost: bool) -> None:
    employer = make_employer(make_user("Zoë O'Neil"), name="Fish & Chips")
    if has_lost:
        employer.domain_lost_at = timezone.now()
        employer.save()
    member = employer.members.select_related("employer", "user").get()
    if has_lost:
        organisation_mails.tell_of_lost_domain(member)
    else:
        organisation_mails.tell_of_owning(member)


def _endorsement(what: str) -> None:
    organisation, holder = make_issuer("Fish & Chips"), make_user("Zoë O'Neil")
    credential = make_credential(make_badge(name="Cook <safely>"), holder)
    manager = make_member(organisation, "manager")
    asked = asking.ask_about_credential(
        organisation, credential, request="We <cooked> together.", by=holder
    )
    words = giving.Words(Endorsement.Kind.ENDORSES, "It's <i>fine</i> & good.")
    if what in {"given", "withdrawn"}:
        giving.accept(asked, words, by=manager)
    if what == "withdrawn":
        giving.withdraw(asked, by=manager)
    if what == "declined":
        giving.decline(asked, by=manager)
    endorsement_mails.tell(asked, what)


MAKERS = {
    "endorsement_asked": lambda: _endorsement("asked"),
    "endorsement_given": lambda: _endorsement("given"),
    "endorsement_declined": lambda: _endorsement("declined"),
    "endorsement_withdrawn": lambda: _endorsement("withdrawn"),
    "contact_asked": _contact,
    "saved_search": _saved_search,
    "employer_invitation": _invitation,
    "employer_owner": lambda: _owner(has_lost=False),
    "employer_domain_lost": lambda: _owner(has_lost=True),
    "contact_answered": lambda: _contact("accepted"),
    "decision_approve": lambda: _decision("approve"),
    "decision_return": lambda: _decision("return"),
    "decision_decline": lambda: _decision("decline"),
    "state_change": _state_change,
    "digest": _digest,
    "problem": _problem,
    "role_change": _role_change,
    "pathway_completed": lambda: _outcome("completed"),
    "pathway_part_lost": lambda: _outcome("part_lost"),
    "pathway_met_again": lambda: _outcome("met_again"),
    "pathway_kept": lambda: _outcome("kept"),
    "pathway_review": _outcome_review,
}


def notice(name: str) -> EmailMultiAlternatives:
    """The mail that the site sends about what happened."""
    MAKERS[name]()
    message = mail.outbox[-1]
    assert isinstance(message, EmailMultiAlternatives)
    return message


def account_mail(name: str, rf) -> EmailMultiAlternatives:
    """The mail about an account, as its own part of the site writes it."""
    context = {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "user": make_user("Zoë O'Neil"),
        "email": "zoe@example.org",
        "from_email": "zoe@example.org",
        "to_email": "zoe@elsewhere.example",
        "deleted_email": "zoe@example.org",
        "code": "ABCD-2345",
        "ip": "192.0.2.7",
        "timestamp": timezone.now(),
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    }
    adapter = AccountAdapter(rf.get("/"))
    return adapter.render_mail(f"account/email/{name}", "zoe@example.org", context)


def assert_looks_right(message: EmailMultiAlternatives) -> str:
    """What holds for every mail. Out: its HTML."""
    text, subject = str(message.body), str(message.subject)
    [(content, kind)] = [(each[0], each[1]) for each in message.alternatives]
    assert kind == "text/html"
    page = str(content)

    assert subject.strip() == subject
    assert not re.search(r"[\r\n{}!?]", subject)
    assert f"<title>{html.escape(subject)}</title>" in page

    assert len(text.split()) > 15
    assert not re.search(r"[{}]|&(amp|lt|gt|quot|#\w+);|</?(p|a|br|div|strong)\b", text)
    assert not re.search(r"\n{4,}", text)
    assert not re.search(r"(?i)\b(please|sorry|oops|invalid|click here)\b|!", text)
    # Paragraphs are not indented: mail programs would show that.
    assert not re.search(r"\n[ \t]+\S", text)
    assert "Cairn" in text.rstrip().splitlines()[-1] + text.rstrip().splitlines()[-2]

    assert re.search(r'<html lang="en" dir="ltr">', page)
    assert not re.search(r"(?i)<(img|script|link|iframe|form|style|object)\b", page)
    assert "url(" not in page
    assert "{" not in page
    addresses = re.findall(r'https?://[^\s"<]+', text + page)
    assert addresses
    assert {address[: len(SITE)] for address in addresses} == {SITE}
    assert len(_BUTTON.findall(page)) <= 1
    return page


def test_each_mail_is_looked_at():
    assert set(MAKERS) == NOTICES
    twins = {path.stem for path in (TEMPLATES / "emails").glob("*.html")}
    assert twins - PARTS - {"base", "button"} == NOTICES
    assert len(ACCOUNT) >= 10


@pytest.mark.parametrize("name", sorted(NOTICES))
def test_a_mail_about_what_happened_reads_well_in_both_forms(name):
    message = notice(name)
    page = assert_looks_right(message)
    assert len(_BUTTON.findall(page)) == (name != "role_change")
    assert "You get this" in message.body
    assert message.extra_headers["Message-ID"].endswith("@cairn.example.org>")


@pytest.mark.parametrize("name", sorted(ACCOUNT))
def test_a_mail_about_an_account_reads_well_in_both_forms(name, rf):
    message = account_mail(name, rf)
    page = assert_looks_right(message)
    body = str(message.body)
    assert body.count("ABCD-2345") == page.count(">ABCD-2345<") <= 1
    assert "mailto:" not in page
    # No link does anything by itself: they lead to pages that ask first.
    assert "?" not in "".join(re.findall(r'href="([^"]*)"', page))
