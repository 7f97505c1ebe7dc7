"""Credentials in a line each: hundreds of these are read at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Flag, auto
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    TextField,
)
from django.urls import reverse

from credentials.languages import in_this_language
from credentials.models import AchievementSkill, Credential
from pathways.models import Completion, CompletionPart

if TYPE_CHECKING:
    from portfolio.models import User


class About(Flag):
    """What outlines know beside what every list needs; each costs the database time."""

    NOTHING = 0
    SKILLS = auto()  # names, the highest level first
    STACKS = auto()  # names of completed pathways that it ended or carried
    SOUND = auto()  # whether what is stored is what was signed


class Outline(NamedTuple):
    """What order, filters and dates need of a credential."""

    pk: UUID
    token: str
    title: str
    issuer_name: str
    issued_at: datetime
    valid_until: datetime | None
    state: str
    achievement_id: int | None
    visibility: str
    source: str
    tags: Sequence[str]
    skills: Sequence[str] = ()
    stacks: Sequence[str] = ()
    is_sound: bool = True

    def get_absolute_url(self) -> str:
        """The credential's page."""
        return reverse("credential", args=[self.token])

    @property
    def address(self) -> str:
        """Its page in the language of whoever reads this."""
        return in_this_language(self.get_absolute_url())


class _Digest(Func):
    """SHA-256 of a text, as hexadecimal digits: PostgreSQL's own, no extension."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = TextField()


class _Tags(Func):
    """The tags of a credential. Written out: hundreds of lists a second ask for it."""

    template = (
        "ARRAY(SELECT name FROM portfolio_tag"
        " WHERE credential_id = %(expressions)s ORDER BY name, id)"
    )
    output_field = ArrayField(TextField())


class IsPinned(Func):
    """Whether a credential (its key) is pinned, as cheaply asked as ``_Tags``."""

    template = "EXISTS(SELECT FROM portfolio_pin WHERE credential_id = %(expressions)s)"
    output_field = BooleanField()


_ALWAYS = Outline._fields[: Outline._fields.index("tags")]


def outlines_of(learner: User, about: About = About.NOTHING) -> list[Outline]:
    """Everything that a learner holds, newest first. One query."""
    extra = {name: find() for flag, (name, find) in _EXTRA.items() if flag in about}
    added = {f"{name}_": found for name, found in extra.items()}
    rows = (
        Credential.objects.of(learner)
        .annotate(tags_=_Tags(F("pk")), **added)
        .values_list(*_ALWAYS, "tags_", *added)
    )
    if not extra:
        return [Outline(*row) for row in rows]
    known = len(_ALWAYS) + 1
    return [
        Outline(*row[:known], **dict(zip(extra, row[known:], strict=True)))
        for row in rows
    ]


def _skills() -> Any:
    proved = AchievementSkill.objects.filter(version=OuterRef("version"))
    return ArraySubquery(proved.order_by("-level", "skill__name").values("skill__name"))


def _stacks() -> Any:
    counted = CompletionPart.objects.filter(
        completion=OuterRef("pk"), credential=OuterRef(OuterRef("pk"))
    )
    ended = Completion.objects.filter(learner=OuterRef("holder")).filter(
        Q(credential=OuterRef("pk")) | Exists(counted)
    )
    return ArraySubquery(ended.order_by("-completed_at", "pk").values("version__name"))


def is_sound() -> Any:
    """What ``status_of`` asks of document, signature and key, for hundreds at once."""
    return ExpressionWrapper(
        Q(is_signature_good=True)
        & Q(signing_key__isnull=False, signing_key__compromised_at=None)
        & Q(document_sha256=_Digest(F("document"))),
        output_field=BooleanField(),
    )


#: What each flag adds: the outline's field, and how the database finds it.
_EXTRA: Mapping[About, tuple[str, Callable[[], Any]]] = {
    About.SKILLS: ("skills", _skills),
    About.STACKS: ("stacks", _stacks),
    About.SOUND: ("is_sound", is_sound),
}
