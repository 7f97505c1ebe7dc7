"""Pathways in a line or on a card: what each ends in, and how far somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject, Lower
from django.urls import reverse

from credentials.models import Credential
from pathways.finding import published
from pathways.holdings_of import holdings_of, keeps_from_earning
from pathways.map_of import hours_words
from pathways.models import Completion, Exit
from pathways.reading_rules import trees_of
from pathways.rules import routes
from pathways.rules.standing import Standing, evaluate

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from pathways.rules.routes import Route

State = Credential.State


@dataclass(frozen=True, slots=True)
class Outline:
    """One pathway version on a card, with where the viewer stands on it.

    Visitors have nothing done. ``version`` comes from ``with_outcomes``.
    """

    version: Any
    standing: Standing
    route: Route
    is_held: bool  # the viewer came by what it ends in, here or in another way

    @property
    def value(self) -> str:
        """What addresses call it: ``<issuer>/<slug>``."""
        pathway = self.version.pathway
        return f"{pathway.issuer.slug}/{pathway.slug}"

    @property
    def address(self) -> str:
        """The map: of the viewer's version or today's."""
        return str(self.version.pathway.get_absolute_url())

    @property
    def art(self) -> str:
        """The address of the outcome's picture."""
        return art_at(self.version.outcome)

    @property
    def is_mine(self) -> bool:
        """Whether the viewer is on it."""
        return bool(self.version.is_mine)

    @property
    def is_completed(self) -> bool:
        """Whether the viewer was awarded the credential at its end."""
        return self.version.reached is not None

    @property
    def is_withdrawn(self) -> bool:
        """Whether what the viewer was awarded was withdrawn."""
        return self.is_completed and self.version.reached["state"] == State.REVOKED

    @property
    def is_under_review(self) -> bool:
        return self.is_completed and is_under_review(self.version.reached)

    @property
    def is_complete(self) -> bool:
        return self.standing.root.is_met

    @property
    def done(self) -> int:
        return self.standing.done

    @property
    def total(self) -> int:
        return self.standing.total

    @property
    def to_go(self) -> int:
        return self.total - self.done

    @property
    def hours(self) -> str:
        """How much is left by the shortest way, in words."""
        return hours_words(self.route.hours)


def is_under_review(reached: Mapping[str, str]) -> bool:
    """Whether managers are to decide about what was awarded: ``reached`` of a version.

    Its standing says nothing once the credential was withdrawn or replaced.
    """
    is_live = reached["state"] in {State.ACTIVE, State.SUSPENDED}
    return is_live and reached["standing"] == Completion.Standing.REVIEW


def offered(viewer: AbstractBaseUser | None) -> Any:
    """Every pathway once: the version the viewer is on, else the one of today.

    A queryset of ``with_outcomes``: those that the viewer is on come first, then by
    name. What is worked out about them costs: ask for ``outlines_of`` a page of it.
    """
    today = Q(pk=F("pathway__current_version"), pathway__retired_at=None)
    versions = with_outcomes(viewer).filter(
        Q(is_mine=True) | today & Q(own_number=None)
    )
    return versions.order_by("-is_mine", Lower("name"), "pk")


@dataclass(frozen=True, slots=True)
class Name:
    """A pathway in a list to choose from: what addresses call it, and its words."""

    value: str
    name: str
    issuer: str
    lang: str


def names_of(versions: Any) -> list[Name]:
    """Return the names of ``offered`` versions by name, nothing else. One query."""
    rows = versions.order_by(Lower("name"), "pk").values_list(
        "pathway__issuer__slug",
        "pathway__slug",
        "name",
        "pathway__issuer__name",
        "language",
    )
    return [Name(f"{at}/{slug}", *words) for at, slug, *words in rows]


def joined(viewer: AbstractBaseUser, now: datetime) -> list[Outline]:
    """The pathways that the viewer is on; what is nearest to its end comes first.

    At most five queries, one when there are none.
    """
    versions = with_outcomes(viewer).filter(is_mine=True)
    found = outlines_of(versions, viewer, now)
    return sorted(found, key=lambda o: (o.is_completed, o.to_go, o.version.name))


def offered_by(issuer: int) -> list[Any]:
    """The versions of today of an issuer's pathways, by name. One query."""
    found = with_outcomes(None).filter(
        pk=F("pathway__current_version"),
        pathway__issuer=issuer,
        pathway__retired_at=None,
    )
    return list(found.order_by("name"))


def art_at(outcome: Mapping[str, Any]) -> str:
    """The address of the picture of an ``outcome`` of ``with_outcomes``."""
    return reverse(
        "badge_svg", args=[outcome["issuer"], outcome["slug"], outcome["number"]]
    )


def with_outcomes(viewer: AbstractBaseUser | None) -> Any:
    """Published versions with what they end in (``outcome``), and ``reached``.

    ``reached`` is what the viewer was awarded at the end of one, or None.
    """
    last = Exit.objects.filter(version=OuterRef("pk"), requirement__parent=None)
    own = Completion.objects.filter(
        learner=viewer.pk if viewer else None,
        version=OuterRef("pk"),
        exit__requirement__parent=None,
    )
    return published(viewer).annotate(
        outcome=Subquery(
            last.values(
                told=JSONObject(
                    issuer="outcome__achievement__issuer__slug",
                    slug="outcome__achievement__slug",
                    number="outcome__number",
                    name="outcome__name",
                    badge="outcome__achievement",
                )
            )[:1]
        ),
        reached=Subquery(
            own.values(told=JSONObject(standing="standing", state="credential__state"))[
                :1
            ]
        ),
    )


def outlines_of(
    versions: Iterable[Any], viewer: AbstractBaseUser | None, now: datetime
) -> list[Outline]:
    """Return where the viewer stands on each version of ``with_outcomes``, in order.

    At most five queries, one when there are none.
    """
    listed = list(versions)
    holdings = holdings_of(viewer.pk) if viewer and listed else []
    trees = trees_of(listed, holdings=holdings)
    return [
        Outline(
            version,
            evaluate(trees[version.pk], holdings, now),
            routes.remaining(trees[version.pk], holdings, now),
            keeps_from_earning(version.outcome["badge"], holdings, now),
        )
        for version in listed
    ]
