"""What stands behind a credential that was earned on a pathway: its parts, today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.languages import in_this_language
from credentials.models import Credential
from credentials.seeing import Sight, Viewer
from credentials.verifying import Verdict, status_of
from pathways.models import (
    Completion,
    CompletionPart,
    PathwayVersion,
    Requirement,
)
from portfolio.own.held import TAGS
from portfolio.own_states import Tag

_IN_FORCE: Tag = {"tone": "ok", "icon": "circle-check", "words": _("In force")}
_IS_STEP = ~Q(version__requirements__kind__in=Requirement.GROUPS) & Q(
    version__requirements__is_optional=False
)
_GONE: Tag = {"tone": "", "icon": "eye-off", "words": _("Details removed")}


@dataclass(frozen=True, slots=True)
class Part:
    """A credential that carried the outcome, and its state at this moment.

    ``address`` is empty where whoever looks has not been given its link.
    """

    title: str
    lang: str
    issuer_name: str
    issued_at: datetime
    tag: Tag
    art: str
    address: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A completed pathway behind a credential. ``hidden`` parts are private."""

    completion: Completion
    version: PathwayVersion
    parts: Sequence[Part]
    hidden: int
    is_whole: bool
    has_file: bool

    @property
    def file_address(self) -> str:
        """The signed record of outcome and parts, for its holder."""
        return reverse("credential_clr", args=[self.completion.credential.token])


def stack_behind(sight: Sight, now: datetime) -> Stack | None:
    """Return what carries a credential; None when no pathway gave it. Two queries.

    Private parts are shown to their holder and to staff alone, others read how many
    there are. The link of a part that is not public is not given to visitors: it is
    for those whom its holder sends it.
    """
    credential = sight.credential
    if credential.source != Credential.Source.PATHWAY:
        return None
    completion = (
        Completion.objects.filter(credential=credential)
        .select_related("exit__requirement", "version__pathway__issuer")
        .annotate(has_clr=ExpressionWrapper(Q(clr__isnull=False), BooleanField()))
        .defer("clr", "version__description")
        .first()
    )
    if completion is None:
        return None
    completion.credential = credential
    parts = list(_parts(completion))
    is_trusted = sight.viewer != Viewer.VISITOR
    shown = [part for part in parts if is_trusted or not _is_private(part)]
    return Stack(
        completion=completion,
        version=completion.version,
        parts=[_part(part, sight, now) for part in shown],
        hidden=len(parts) - len(shown),
        is_whole=completion.exit.requirement.parent_id is None,
        has_file=sight.is_holders and completion.has_clr,
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """A pathway that somebody completed to its end.

    ``steps`` is how many badges, skills and pathways its rules name, whoever met them
    and with what: it says nothing about what somebody keeps private.
    """

    version: PathwayVersion
    steps: int
    is_under_review: bool


def whole_pathways(credentials: Iterable[UUID]) -> dict[UUID, Whole]:
    """Return the pathways that ended in these credentials. One query, or none."""
    wanted = list(credentials)
    if not wanted:
        return {}
    found = (
        Completion.objects.filter(credential__in=wanted, exit__requirement__parent=None)
        .select_related("version__pathway__issuer")
        .annotate(steps=Count("version__requirements", filter=_IS_STEP))
        .defer("clr")
    )
    return {
        each.credential_id: Whole(
            each.version,
            each.steps,
            each.standing == Completion.Standing.REVIEW,
        )
        for each in found
    }


def _parts(completion: Completion) -> Iterable[Credential]:
    """Each part once, in the order of the pathway."""
    rows = (
        CompletionPart.objects.filter(completion=completion)
        .select_related(
            "credential__imported",
            "credential__issuer",
            "credential__achievement",
            "credential__version",
            "credential__signing_key",
        )
        .defer(
            "credential__jwt",
            "credential__imported__raw",
            "credential__imported__report",
            "credential__version__search",
            "credential__version__skill_words",
            "credential__version__description",
            "credential__signing_key__sealed_private_key",
        )
    )
    return {row.credential_id: row.credential for row in rows}.values()


def _is_private(part: Credential) -> bool:
    return part.visibility == Credential.Visibility.PRIVATE


def _part(part: Credential, sight: Sight, now: datetime) -> Part:
    verdict = status_of(part, now).verdict
    return Part(
        title=part.title,
        lang=part.version.language if part.version else "",
        issuer_name=part.issuer_name,
        issued_at=part.issued_at,
        tag=_GONE if verdict == Verdict.ERASED else TAGS.get(verdict, _IN_FORCE),
        art=_art(part, verdict, sight),
        address=_address(part, sight),
    )


def _art(part: Credential, verdict: Verdict, sight: Sight) -> str:
    if part.is_imported and _is_private(part) and not sight.is_holders:
        return ""  # its picture is its holder's alone
    is_withdrawn = verdict == Verdict.REVOKED
    return part.withdrawn_picture if is_withdrawn else part.picture


def _address(part: Credential, sight: Sight) -> str:
    is_public = part.visibility == Credential.Visibility.PUBLIC
    is_for_staff = (
        sight.viewer == Viewer.STAFF and part.issuer_id == sight.credential.issuer_id
    )
    if not (sight.is_holders or is_public or is_for_staff):
        return ""
    return in_this_language(part.get_absolute_url())
