"""Credentials as their holder sees them: what is true of each, and what can be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials import awarding, certifying
from credentials.models import Credential, Submission
from credentials.verifying import Verdict, status_of
from credentials.views.machine_forms import NO_FILE
from portfolio.own.outlining import About, IsPinned, Outline, outlines_of
from portfolio.own_states import Tag
from portfolio.showing.checked import day
from portfolio.showing.imported_page import origin_words

if TYPE_CHECKING:
    from portfolio.models import User


@dataclass(frozen=True, slots=True)
class Held:
    """A credential on its holder's page.

    ``newer`` is the one that replaced it. ``is_due`` says that it has ended or can
    be renewed by now and nothing was done about it; ``renew`` is then the badge's page,
    empty when the badge is no longer offered. ``tags`` are its holder's own words.
    """

    credential: Credential
    verdict: Verdict
    newer: Outline | None = None
    is_due: bool = False
    renew: str = ""
    is_pinned: bool = False
    tags: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        return self.verdict.is_good

    @property
    def is_listed(self) -> bool:
        """Whether its holder's public page lists it once it is public."""
        is_known = self.is_good or self.verdict.is_of_elsewhere
        return is_known or self.verdict == Verdict.EXPIRED

    @property
    def is_new(self) -> bool:
        """In force, and its holder has not had this page open since it came."""
        return self.is_good and self.credential.seen_at is None

    @property
    def is_for_issuer(self) -> bool:
        """Whether the issuer is the one to ask about it."""
        return self.verdict in _ASK and self.credential.issuer is not None

    @property
    def origin(self) -> str:
        """Who issued it; of one from elsewhere, what it says and when we checked."""
        credential = self.credential
        if not credential.is_imported:
            return credential.issuer_name
        return origin_words(credential)

    @property
    def has_certificate(self) -> bool:
        return self.verdict in certifying.CERTIFIED

    @property
    def has_files(self) -> bool:
        return self.verdict not in NO_FILE

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture of ours that the signed document lies in."""
        return self.credential.version is not None

    @property
    def file_route(self) -> str:
        """The name of the address of its file: a token is the only form of some."""
        credential = self.credential
        is_token = credential.is_imported and not credential.imported.is_json
        return "credential_jwt" if is_token else "credential_json"

    @property
    def tag(self) -> Tag | None:
        """The tag of a state that is not simply in force."""
        return TAGS.get(self.verdict)

    @property
    def looks(self) -> tuple[object, ...]:
        """All that its card depends on and that can change, for the card's cache."""
        credential = self.credential
        return (
            self.verdict.value,
            credential.visibility,
            credential.state_changed_at.isoformat(),
            credential.state_reason,
            credential.issuer and credential.issuer.slug,
            self.origin,
            self.is_new,
            self.renew,
            self.newer and (self.newer.token, self.newer.title),
            self.is_pinned,
            self.tags,
        )

    @property
    def words(self) -> str:
        """What the state means, with its day; nothing while it is simply in force."""
        credential = self.credential
        end = credential.valid_until
        return str(_WORDS.get(self.verdict, "")) % {
            "changed": day(credential.state_changed_at),
            "reason": credential.get_state_reason_display(),
            "end": day(end) if end else "",
        }


_ASK = frozenset({Verdict.SUSPENDED, Verdict.REVOKED, Verdict.NOT_GENUINE})
_RENEWABLE = frozenset({Verdict.GENUINE, Verdict.ENDS_SOON, Verdict.EXPIRED})

TAGS: dict[Verdict, Tag] = {
    Verdict.ENDS_SOON: {"tone": "warn", "icon": "clock", "words": _("Ends soon")},
    Verdict.EXPIRED: {"tone": "warn", "icon": "clock", "words": _("Ended")},
    Verdict.SUSPENDED: {"tone": "warn", "icon": "circle-pause", "words": _("Paused")},
    Verdict.SUPERSEDED: {
        "tone": "",
        "icon": "circle-arrow-right",
        "words": _("Replaced"),
    },
    Verdict.REVOKED: {"tone": "bad", "icon": "octagon-minus", "words": _("Withdrawn")},
    Verdict.NOT_GENUINE: {
        "tone": "bad",
        "icon": "circle-x",
        "words": _("Not genuine"),
    },
    Verdict.UNKNOWN_ISSUER: {
        "tone": "",
        "icon": "key-round",
        "words": _("Issuer not known"),
    },
    Verdict.UNCHECKED: {
        "tone": "warn",
        "icon": "triangle-alert",
        "words": _("Unverified"),
    },
}
_WORDS: dict[Verdict, str | Promise] = {
    Verdict.ENDS_SOON: _("Ends on %(end)s"),
    Verdict.EXPIRED: _("Ended on %(end)s"),
    Verdict.SUSPENDED: _("Paused since %(changed)s: %(reason)s"),
    Verdict.SUPERSEDED: _("Replaced on %(changed)s"),
    Verdict.REVOKED: _("Withdrawn on %(changed)s: %(reason)s"),
    Verdict.NOT_GENUINE: _("What is stored and its signature do not match"),
}


class Holdings:
    """All that a learner holds: outlines of everything, the state of what is shown.

    Reading the state takes the whole signed document, so it is read for a page and
    not for hundreds. ``under_way`` are the achievements (ids) that an open submission
    is for; ``about`` says what the outlines have to know. One query for the outlines,
    one for each call of ``read``.
    """

    def __init__(
        self,
        learner: User,
        under_way: Collection[int],
        now: datetime,
        about: About = About.NOTHING,
    ) -> None:
        self.now = now
        self._learner = learner
        self._under_way = under_way
        #: Newest first.
        self.outlines = outlines_of(learner, about)
        self._by_pk = {each.pk: each for each in self.outlines}
        self._of_badge: dict[int | None, list[Outline]] = defaultdict(list)
        for each in self.outlines:
            self._of_badge[each.achievement_id].append(each)

    def ending(self) -> list[Outline]:
        """Outlines of those that can be renewed by now, the next to end first."""
        ends = [
            (each.valid_until, each)
            for each in self.outlines
            if each.valid_until and each.valid_until > self.now and self._is_due(each)
        ]
        return [each for _end, each in sorted(ends, key=itemgetter(0))]

    def read(self, wanted: Iterable[Credential | Outline]) -> list[Held]:
        """The state today of these, in their order; what is gone by now is left out."""
        keys = [each.pk for each in wanted]
        found = {each.pk: each for each in _whole(self._learner, keys)}
        return [self._held(found[key]) for key in keys if key in found]

    def _held(self, credential: Credential) -> Held:
        verdict = status_of(credential, self.now).verdict
        replaced_by = credential.superseded_by_id
        is_due = verdict in _RENEWABLE and self._is_due(credential)
        return Held(
            credential,
            verdict,
            newer=self._by_pk.get(replaced_by) if replaced_by else None,
            is_due=is_due,
            renew=_badge_address(credential) if is_due else "",
            is_pinned=getattr(credential, "is_pinned", False),
            tags=tuple(self._by_pk[credential.pk].tags)
            if credential.pk in self._by_pk
            else (),
        )

    def _is_due(self, credential: Credential | Outline) -> bool:
        """Ended, or near its end, and nothing was done about it."""
        return (
            awarding.can_renew(credential, self.now)
            and credential.achievement_id not in self._under_way
            and not any(
                _outlives(other, credential)
                for other in self._of_badge[credential.achievement_id]
            )
        )


def one_held(learner: User, credential: Credential, now: datetime) -> Held:
    """One of them, as the list shows it. Three queries."""
    opened = Submission.objects.filter(learner=learner).open()
    under_way = set(opened.values_list("achievement_id", flat=True))
    return Holdings(learner, under_way, now).read([credential])[0]


def mark_seen(held: Iterable[Held], now: datetime) -> None:
    """Remember that the holder has seen these. One query, none when nothing is new.

    Nobody's holdings change by being looked at, so no listener is told.
    """
    unseen = [each.credential.pk for each in held if each.credential.seen_at is None]
    if unseen:
        Credential.objects.filter(pk__in=unseen, seen_at=None).update(seen_at=now)


def _whole(learner: User, keys: Collection[UUID]) -> Iterable[Credential]:
    return (
        Credential.objects.of(learner)
        .filter(pk__in=keys)
        .annotate(is_pinned=IsPinned(F("pk")))
        .select_related("issuer", "version", "achievement", "signing_key")
        .defer(
            "jwt",
            "version__search",
            "version__skill_words",
            "version__description",
            "signing_key__sealed_private_key",
        )
    )


def _outlives(other: Outline, credential: Credential | Outline) -> bool:
    """Whether the same badge is held for longer, so that nothing has to be renewed."""
    if other.pk == credential.pk:
        return False
    if other.state not in {Credential.State.ACTIVE, Credential.State.SUSPENDED}:
        return False
    if other.valid_until is None or credential.valid_until is None:
        return other.valid_until is None
    return other.valid_until > credential.valid_until


def _badge_address(credential: Credential) -> str:
    """Where the badge can be earned again; empty when there is no way to."""
    achievement, issuer = credential.achievement, credential.issuer
    if achievement is None or issuer is None or achievement.retired_at:
        return ""
    if achievement.is_earned_on_a_pathway:
        return ""
    return reverse("badge", args=[issuer.slug, achievement.slug])
