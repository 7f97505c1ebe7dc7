"""What somebody shows to everybody, a line each: hundreds are read at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.languages import in_this_language
from credentials.models import AchievementVersion, Credential, ImportedDocument
from credentials.verifying import Verdict, verdict_of
from portfolio.own.held import TAGS
from portfolio.own.outlining import is_sound
from portfolio.own_states import Tag
from portfolio.showing.checked import day

if TYPE_CHECKING:
    from portfolio.models import User

#: What the owner of a page reads about public ones that it leaves out.
WHY_LEFT_OUT = frozenset(
    {
        Verdict.SUSPENDED,
        Verdict.REVOKED,
        Verdict.SUPERSEDED,
        Verdict.NOT_GENUINE,
    }
)


class _Row(NamedTuple):
    """As the database has it; names are those of its columns, here and there."""

    pk: UUID
    token: str
    title: str
    issuer_name: str
    issued_at: datetime
    valid_until: datetime | None
    state: str
    source: str
    achievement_id: int | None
    version_id: int | None
    issuer_slug: str | None
    badge_slug: str | None
    number: int | None
    language: str | None
    assessment: str | None
    pin: int | None
    elsewhere: str | None
    judged_at: datetime | None
    host: str | None
    external_issuer: str | None
    picture_key: UUID | None
    is_intact: bool | None


class Line(NamedTuple):
    """A public credential and its state at this moment."""

    row: _Row
    verdict: Verdict
    now: datetime

    @property
    def pk(self) -> UUID:
        return self.row.pk

    @property
    def title(self) -> str:
        return self.row.title

    @property
    def language(self) -> str:
        """Of its title; empty when nobody said."""
        return self.row.language or ""

    @property
    def issuer_name(self) -> str:
        return self.row.issuer_name

    @property
    def issued_at(self) -> datetime:
        return self.row.issued_at

    @property
    def valid_until(self) -> datetime | None:
        return self.row.valid_until

    @property
    def pin(self) -> int | None:
        """Its place among the pins; None for one that is not pinned."""
        return self.row.pin

    @property
    def version_id(self) -> int | None:
        return self.row.version_id

    @property
    def badge(self) -> int | UUID:
        """What repeats of it share; one from elsewhere is alone."""
        return self.row.achievement_id or self.row.pk

    @property
    def is_imported(self) -> bool:
        return self.row.source == Credential.Source.IMPORTED

    @property
    def is_of_a_pathway(self) -> bool:
        """Whether it was awarded for completing a pathway, or a part of one."""
        return self.row.source == Credential.Source.PATHWAY

    @property
    def is_attended(self) -> bool:
        """Whether it was given for being there, and nothing was assessed."""
        return self.row.assessment == AchievementVersion.Assessment.ATTENDED

    @property
    def is_ended(self) -> bool:
        """Whether its day has passed: also what one from elsewhere says of itself."""
        end = self.row.valid_until
        return self.verdict == Verdict.EXPIRED or (
            self.verdict.is_of_elsewhere and end is not None and end <= self.now
        )

    @property
    def is_standing(self) -> bool:
        """Whether everybody may be shown it as something that stands today."""
        is_known = self.verdict.is_good or self.verdict.is_of_elsewhere
        return is_known and not self.is_ended

    @property
    def address(self) -> str:
        """Its page in the language of whoever reads this."""
        return in_this_language(self.canonical)

    @property
    def canonical(self) -> str:
        """Its page, in no language of its own."""
        return reverse("credential", args=[self.row.token])

    @property
    def issuer_address(self) -> str:
        """The page of who issued it; empty for one from elsewhere."""
        slug = self.row.issuer_slug
        return reverse("issuer", args=[slug]) if slug else ""

    @property
    def picture(self) -> str:
        return self._picture("badge_svg")

    @property
    def small_picture(self) -> str:
        return self._picture("badge_small")

    def _picture(self, name: str) -> str:
        row = self.row
        if self.is_imported:
            return reverse("imported_picture", args=[row.picture_key])
        if not (row.issuer_slug and row.badge_slug and row.number):
            return ""
        return reverse(name, args=[row.issuer_slug, row.badge_slug, row.number])

    @property
    def tag(self) -> Tag | None:
        """The tag of a state that is not simply in force."""
        return TAGS.get(self.verdict)

    @property
    def words(self) -> str:
        """Until when it stands, or where it is from and when it was checked."""
        if self.is_imported:
            return self._from_elsewhere()
        end = self.row.valid_until
        if end is None:
            return _("In force, no end date")
        date = {"date": day(end)}
        if self.verdict == Verdict.EXPIRED:
            return _("Ended on %(date)s") % date
        if self.verdict == Verdict.ENDS_SOON:
            return _("In force, ends on %(date)s") % date
        return _("In force until %(date)s") % date

    def _from_elsewhere(self) -> str:
        row = self.row
        said = ImportedDocument(
            issuer_host=row.host or "", external_issuer=row.external_issuer or ""
        )
        checked = {"date": day(row.judged_at or self.now), "domain": said.origin}
        if not said.origin:
            return _("From elsewhere; checked on %(date)s") % checked
        return _("From %(domain)s; checked on %(date)s") % checked


_COLUMNS = {
    "issuer_slug": "issuer__slug",
    "badge_slug": "achievement__slug",
    "number": "version__number",
    "language": "version__language",
    "assessment": "version__assessment",
    "pin": "pins__position",
    "elsewhere": "imported__verdict",
    "judged_at": "imported__judged_at",
    "host": "imported__issuer_host",
    "external_issuer": "imported__external_issuer",
    "picture_key": "imported__picture_key",
}


def lines_of(owner: User, now: datetime) -> list[Line]:
    """All that they made public, whatever its state, newest first. One query.

    Private and link-only ones are not among them, erased ones neither.
    """
    rows = (
        Credential.objects.of(owner)
        .public()
        .annotate(is_intact=is_sound())
        .values_list(*(_COLUMNS.get(name, name) for name in _Row._fields))
    )
    return [_line(_Row(*row), now) for row in rows]


def left_out(lines: Sequence[Line]) -> list[Line]:
    """Public ones that no page lists because of their state."""
    return [each for each in lines if each.verdict in WHY_LEFT_OUT]


def _line(row: _Row, now: datetime) -> Line:
    if row.elsewhere is not None:
        return Line(row, Verdict(row.elsewhere), now)
    intact = bool(row.is_intact)
    return Line(
        row, verdict_of(row.state, row.valid_until, is_intact=intact, now=now), now
    )
