"""Finding a published pathway version for whoever asks. One query each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.http import Http404

from credentials.models import Issuer
from pathways.models import Enrolment, PathwayVersion, TrustedIssuer

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def find(
    issuer: str,
    slug: str,
    *,
    number: int | None = None,
    learner: AbstractBaseUser | None = None,
) -> Any:
    """Return a version with pathway and issuer: the learner's own, else today's.

    ``number`` asks for one version whoever looks. Annotated are ``is_mine``, the
    number of the version that the learner is on (``own_number``) and since when
    (``joined_at``), the newest number (``newest``), all published ones (``numbers``)
    and the names of issuers elsewhere (``trusted_names``). Raises Http404 for what is
    not published.
    """
    versions = published(learner).filter(
        pathway__issuer__slug=issuer, pathway__slug=slug
    )
    if number is not None:
        versions = versions.filter(number=number)
    else:
        current = Q(pk=F("pathway__current_version"))
        versions = versions.filter(current | Q(is_mine=True)).order_by("-is_mine")
    found = versions.first()
    if found is None:
        raise Http404
    return found


def find_draft(issuer: str, slug: str, number: int, *, by: AbstractBaseUser) -> Any:
    """Return a version that is not published yet, as ``find`` does, for its designers.

    Raises Http404 for everybody else, and for what is published or not there.
    """
    designed = Issuer.objects.staffed_by(by, "designer", "manager")
    drafts = PathwayVersion.objects.filter(
        published_at=None,
        pathway__issuer__in=designed,
        pathway__issuer__slug=issuer,
        pathway__slug=slug,
        number=number,
    )
    found = _annotated(drafts, None).first()
    if found is None:
        raise Http404
    return found


def published(learner: AbstractBaseUser | None) -> Any:
    """Published versions (a queryset), annotated as ``find`` says.

    Typed loosely, for what is annotated stands in no model.
    """
    versions = PathwayVersion.objects.filter(
        published_at__isnull=False, pathway__current_version__isnull=False
    )
    return _annotated(versions, learner)


def _annotated(versions: Any, learner: AbstractBaseUser | None) -> Any:
    mine = Enrolment.objects.filter(
        learner=learner.pk if learner else None, left_at=None
    )
    here = mine.filter(pathway=OuterRef("pathway"))
    siblings = PathwayVersion.objects.filter(
        pathway=OuterRef("pathway"), published_at__isnull=False
    ).order_by("-number")
    trusted = TrustedIssuer.objects.filter(version=OuterRef("pk")).order_by("name")
    return versions.select_related("pathway__issuer").annotate(
        is_mine=Exists(mine.filter(version=OuterRef("pk"))),
        own_number=Subquery(here.values("version__number")[:1]),
        joined_at=Subquery(here.values("enrolled_at")[:1]),
        newest=F("pathway__current_version__number"),
        numbers=ArraySubquery(siblings.values("number")),
        trusted_names=ArraySubquery(trusted.values("name")),
    )
