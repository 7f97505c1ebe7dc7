"""Everything that could leak, made first. Each private text carries a mark of its own.

A mark is a word such as ``zqdraftaboutqz``; ``matrix.MAY_SEE`` says who may see it.
"""

from __future__ import annotations

import io
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import (
    publishing,
    reporting,
    reviewing,
    revoking,
    sharing,
    submitting,
    tasks,
    uploads,
)
from credentials.models import (
    AchievementVersion,
    Credential,
    Evidence,
    Issuer,
    Submission,
)
from portfolio.collections import collecting
from portfolio.models import ContactRequest, Profile
from portfolio.profile import photos
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_draft_version,
    make_issuer,
    make_member,
    make_opinion,
    make_user,
)
from tests.logging_in import log_in
from tests.permissions import stage_pathways
from tests.permissions.brought import make_the_brought
from tests.permissions.employed import make_employment
from tests.permissions.endorsed import make_endorsements
from tests.permissions.kept import make_the_kept
from tests.permissions.links import make_share_links
from tests.permissions.marks import Stage, mark, row_of


def make_stage() -> Stage:
    """Make people, then one thing of each kind in each state."""
    stage = Stage()
    ours, foreign = make_issuer("Ours"), make_issuer("Foreign")
    _make_people(stage, ours, foreign)
    _make_badges(stage, ours)
    _make_submissions(stage, ours)
    _make_credentials(stage, ours)
    make_the_brought(stage)
    stage_pathways.make_a_completion(stage, ours)
    _make_collections(stage)
    make_share_links(stage.things, stage.people["learner"])
    make_endorsements(stage, ours, foreign)
    make_employment(stage)
    make_the_kept(stage)
    stage_pathways.make_rules(stage, ours)
    _make_the_foreign(stage, foreign)
    _make_the_rest(stage, ours)
    _log_everybody_in(stage)
    return stage


def _make_people(stage: Stage, ours: Issuer, foreign: Issuer) -> None:
    stage.people = {
        "learner": make_user(
            mark("learner-name"),
            email=f"{mark('learner-mail')}@people.example.org",
        ),
        "other": make_user("Olu Other"),
        "reviewer": make_member(ours, "reviewer", email=f"{mark('staff-mail')}@a.org"),
        "designer": make_member(ours, "designer"),
        "manager": make_member(ours, "manager"),
        "foreign": make_member(foreign, "manager"),
        "employer": make_user("Emma Employer"),
        "operator": make_user("Otto", is_staff=True, is_superuser=True),
    }
    for person in stage.people.values():
        person.set_password("a-quiet-harbour-41")
        person.save(update_fields=["password"])
    Profile.objects.filter(user=stage.people["learner"]).update(
        headline=mark("profile-headline"),
        place=mark("profile-place"),
        about=mark("profile-about"),
    )
    shown = stage.people["other"].profile
    for name, profile in [
        ("profile", stage.people["learner"].profile),
        ("shown profile", shown),
    ]:
        photos.keep(profile, ContentFile(_picture()))
        stage.things[name] = {"handle": profile.handle}
    since = shown.user.date_joined
    Profile.objects.filter(pk=shown.pk).update(
        public_at=since,
        open_to_work_at=since,
        own_words=["Patience"],  # there is no paper without anything on it
    )
    contact = ContactRequest.objects.create(
        sender=stage.people["employer"],
        recipient=stage.people["other"],
        message="contactmessage",
    )
    stage.things["contact"] = {"token": contact.token}


def _make_badges(stage: Stage, ours: Issuer) -> None:
    words: dict[str, Any] = {
        "description": mark("version-words"),
        "promise": mark("version-promise"),
    }
    unpublished = make_draft_version(ours, name=mark("version-name"), **words)
    published = make_badge(ours)
    designer = stage.people["designer"]
    following = publishing.draft_next(published.achievement, by=designer)
    AchievementVersion.objects.filter(pk=following.pk).update(
        name=mark("next-name"), description=mark("next-words")
    )
    ours.logo.save("logo.png", ContentFile(_picture()))
    ours.refresh_from_db()
    stage.things |= {
        "badge": _badge_values(published),
        "unpublished badge": _badge_values(unpublished),
        "next version": _badge_values(published) | {"number": 2},
        "issuer": {
            "slug": ours.slug,
            "pk": ours.pk,
            "object_id": ours.pk,
            "name": "logo",
        },
        "status list": {"name": ours.status_lists.get().name},
        "draft version": row_of(unpublished),
        "published version": row_of(published),
        "draft criterion": row_of(unpublished.criteria.all()[0]),
        "published criterion": row_of(published.criteria.all()[0]),
        "skill": row_of(published.skills.get()),
    }


def _badge_values(version: AchievementVersion) -> dict[str, Any]:
    badge = version.achievement
    return row_of(badge) | {
        "issuer": badge.issuer.slug,
        "slug": badge.slug,
        "number": 1,
        "name": "retire" if version.is_published else "publish",
    }


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def _make_submissions(stage: Stage, ours: Issuer) -> None:
    for state in (
        "draft",
        "sent",
        "in review",
        "returned",
        "rewritten",
        "declined",
        "withdrawn",
        "thrown away",
    ):
        submission, kept = _written(stage, ours, state.replace(" ", "-"))
        _bring_to(stage, submission, state)
        stage.things[state] = _submission_values(submission, kept)
        stage.things[f"file of {state}"] = row_of(kept)


def _written(
    stage: Stage, ours: Issuer, name: str, version: AchievementVersion | None = None
) -> tuple[Submission, Evidence]:
    """A draft whose every text has a mark: about, help, name, text, link, file."""
    learner = stage.people["learner"]
    draft = make_draft(version or make_badge(ours), learner)
    for text in ("about", "help_received", "name_on_credential"):
        submitting.save_text(draft, text, mark(f"{name}-{text.split('_')[0]}"))
    first, second = draft.version.criteria.all()
    submitting.save_evidence_text(draft, first, mark(f"{name}-text"))
    submitting.add_link(draft, second, f"https://a.example/{mark(name + '-link')}")
    return draft, _add_file(draft, name)


def _add_file(draft: Submission, name: str) -> Evidence:
    content = ContentFile(mark(f"{name}-bytes").encode())
    kept = uploads.accept(content, name=f"{mark(name + '-file')}.txt")
    with kept.content:
        return submitting.add_file(draft, draft.version.criteria.all()[0], kept)


def _submission_values(submission: Submission, kept: Evidence) -> dict[str, Any]:
    return row_of(submission) | {"position": 1, "item": kept.pk}


def _bring_to(stage: Stage, submission: Submission, state: str) -> None:
    learner, reviewer = stage.people["learner"], stage.people["reviewer"]
    if state == "draft":
        return
    if state == "thrown away":
        submitting.delete_draft(submission, by=learner)
        return
    submitting.send(submission, by=learner)
    if state == "withdrawn":
        submitting.withdraw(submission, by=learner)
    elif state == "in review":
        reviewing.begin(submission, by=reviewer)
    elif state in {"returned", "rewritten", "declined"}:
        decision = "decline" if state == "declined" else "return"
        opinion = make_opinion(
            submission,
            decision,
            comment=mark(f"{state}-comment"),
            staff_note=mark(f"{state}-note"),
        )
        reviewing.decide(submission, opinion, by=reviewer)
    if state == "rewritten":
        submitting.save_text(submission, "about", mark("rewriting-about"))
        first = submission.version.criteria.all()[0]
        submitting.save_evidence_text(submission, first, mark("rewriting-text"))
        added = _add_file(submission, "rewriting")
        stage.things["file of rewriting"] = row_of(added)


def _make_credentials(stage: Stage, ours: Issuer) -> None:
    learner, manager = stage.people["learner"], stage.people["manager"]
    for visibility in ("private", "link", "public"):
        credential = _approved(stage, ours, visibility)
        sharing.show_to(credential, Credential.Visibility(visibility), by=learner)
    revoking.suspend(
        Credential.objects.get(token=stage.things["private"]["token"]),
        reason=Credential.Reason.BEING_CHECKED,
        note=mark("state-note"),
        by=manager,
    )
    gone = make_user("Gone Away")
    gone.full_name = mark("erased-name")  # as it stood on what was signed
    erased = make_credential(make_badge(ours), gone)
    Credential.objects.filter(pk=erased.pk).update(
        state="erased",
        erased_at=erased.issued_at,
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        once_key=None,
    )
    stage.things["erased"] = {"token": erased.token} | row_of(erased)


def _approved(stage: Stage, ours: Issuer, name: str) -> Credential:
    """A credential with a file shown, a file hidden since, and one never public."""
    learner = stage.people["learner"]
    draft, never = _written(stage, ours, name)
    shown, hidden = _add_file(draft, f"{name}-shown"), _add_file(draft, f"{name}-hid")
    submitting.choose_visibility(draft, [str(shown.pk), str(hidden.pk)])
    submitting.send(draft, by=learner)
    opinion = make_opinion(draft, staff_note=mark(f"{name}-note"))
    reviewing.decide(draft, opinion, by=stage.people["reviewer"])
    draft.refresh_from_db()
    submitting.show_today(draft, [str(shown.pk)])
    credential = Credential.objects.get(submission=draft)
    values = {"token": credential.token, "object_id": credential.pk}
    stage.things |= {
        name: values,
        f"approved {name}": _submission_values(draft, never),
        f"shown item of {name}": values | {"pk": shown.pk},
        f"hidden item of {name}": values | {"pk": hidden.pk},
        f"other item of {name}": values | {"pk": never.pk},
        f"hidden file of {name}": row_of(hidden),
    }
    return credential


def _make_collections(stage: Stage) -> None:
    """Three that hold the same, each shown to others; the names tell them apart."""
    learner = stage.people["learner"]
    inside = [stage.things[name]["token"] for name in ("private", "link", "public")]
    for visibility in Credential.Visibility:
        words = {
            each: mark(f"{visibility}-collection-{each}")
            for each in ("name", "description")
        }
        made = collecting.create(**words, by=learner)
        collecting.add(made, inside, by=learner)
        collecting.show_to(made, visibility, by=learner)
        stage.things[f"{visibility} collection"] = {"token": made.token}


def _make_the_foreign(stage: Stage, foreign: Issuer) -> None:
    """Something of the other issuer, so that its manager's pages are not empty."""
    make_draft_version(foreign, name=mark("foreign-version"))
    draft = make_draft(make_badge(foreign), make_user(mark("foreign-name")))
    submitting.save_text(draft, "about", mark("foreign-about"))
    submitting.send(draft, by=draft.learner)
    stage.things["foreign submission"] = row_of(draft) | {"position": 1}


def _make_the_rest(stage: Stage, ours: Issuer) -> None:
    learner = stage.people["learner"]
    store = SessionStore()
    store.create()
    UserSession.objects.create(
        user=learner,
        ip="192.0.2.7",
        session_key=store.session_key,
        user_agent=mark("session-agent"),
    )
    reported = Credential.objects.get(token=stage.things["public"]["token"])
    reporting.report_problem(
        reported, message=mark("report-words"), reply_to="visitor@people.example.org"
    )
    tasks.mail_digest.defer(reviewer_id=1, day=mark("job-words"))
    stage.things |= {
        "person": row_of(learner),
        "job": row_of(ProcrastinateJob.objects.latest("pk")),
        "withdraw": {"name": "withdraw"},
        "to the badge": {},
        "to the pathway": {},
        "our app": {"app_label": "credentials"},
        "people's app": {"app_label": "portfolio"},
        "head": {"part": "head"},
        "about": {"part": "about"},
        "no part": {"part": "nothing"},
        "no page": {"url": "credentials/nothing/"},
        "": {},
    }
    credentials = Credential.objects.filter(issuer=ours).values_list("pk", flat=True)
    stage.form["_selected_action"] = [str(pk) for pk in credentials]


def _log_everybody_in(stage: Stage) -> None:
    stage.clients["visitor"] = Client(raise_request_exception=False)
    for name, user in stage.people.items():
        stage.clients[name] = Client(raise_request_exception=False)
        log_in(stage.clients[name], user)
