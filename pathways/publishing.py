"""Publishing a pathway version, drafting the next one, retiring a pathway.

Publishing enqueues no evaluation. Learners stay on the version that they joined, whose
rules never change; nobody is on a draft; and a rule that asks for this pathway counts
the last exit of any of its versions. So no verdict about anybody changes. What changes
is what can be earned from now on, and that is read anew whenever somebody looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from credentials import sealing, signable
from credentials.models import Issuer
from credentials.publishing import NotAllowed, NotReady
from pathways import drafts, readiness
from pathways.models import Exit, Pathway, PathwayVersion, Requirement, TrustedIssuer

if TYPE_CHECKING:
    from portfolio.models import User

__all__ = [
    "NotAllowed",
    "NotReady",
    "draft_next",
    "offer_again",
    "problems",
    "publish",
    "retire",
]

Need = Requirement.needs.through


def problems(version: PathwayVersion) -> list[str | Promise]:
    """Return what keeps a draft from being published, a sentence each."""
    return readiness.problems_of(drafts.read(version))


@transaction.atomic
def publish(
    version: PathwayVersion, *, by: User, now: datetime | None = None
) -> PathwayVersion:
    """Publish a draft: from now on it never changes and can be joined.

    Raises NotAllowed, or NotReady when something is missing, was published before or
    could not be signed.
    """
    _check_designer(version.pathway, by)
    Pathway.objects.select_for_update().get(pk=version.pathway_id)
    version = PathwayVersion.objects.select_for_update(of=["self"]).get(pk=version.pk)
    if version.is_published:
        raise NotReady([_("This version is published already.")])
    if missing := problems(version):
        raise NotReady(missing)
    _check_signable(version)
    version.published_at = now or timezone.now()
    version.published_by = by
    version.save(update_fields=["published_at", "published_by"])
    Pathway.objects.filter(pk=version.pathway_id).update(current_version=version)
    version.pathway.refresh_from_db()
    return version


@transaction.atomic
def draft_next(pathway: Pathway, *, by: User) -> PathwayVersion:
    """Return the draft of the next version, copied from the newest one if needed.

    An unsaved first version when there is none at all. Raises NotAllowed.
    """
    _check_designer(pathway, by)
    Pathway.objects.select_for_update().get(pk=pathway.pk)
    newest = pathway.versions.order_by("-number").first()
    if newest is None:
        return PathwayVersion(pathway=pathway, number=1)
    return _copy(newest) if newest.is_published else newest


@transaction.atomic
def retire(pathway: Pathway, *, by: User, now: datetime | None = None) -> None:
    """Stop offering a pathway. Whoever is on it goes on, and is awarded at the end.

    Raises NotAllowed.
    """
    _check_designer(pathway, by)
    Pathway.objects.filter(pk=pathway.pk, retired_at=None).update(
        retired_at=now or timezone.now(), retired_by=by
    )
    pathway.refresh_from_db()


@transaction.atomic
def offer_again(pathway: Pathway, *, by: User) -> None:
    """Offer a retired pathway again. Raises NotAllowed."""
    _check_designer(pathway, by)
    Pathway.objects.filter(pk=pathway.pk).update(retired_at=None, retired_by=None)
    pathway.refresh_from_db()


def _check_designer(pathway: Pathway, by: User) -> None:
    designed = Issuer.objects.staffed_by(by, "designer", "manager")
    if not designed.filter(pk=pathway.issuer_id).exists():
        raise NotAllowed


def _check_signable(version: PathwayVersion) -> None:
    """Refuse at publication what no signature of an outcome could cover."""
    texts = {
        "name": version.name,
        "promise": version.promise,
        "description": version.description,
        "titles": list(version.requirements.values_list("title", flat=True)),
        "trusted": list(version.trusted_issuers.values_list("name", flat=True)),
    }
    try:
        signable.check_words(texts)
    except sealing.SealingError as error:
        words = _("A text has a character that cannot be signed: %s")
        raise NotReady([words % error]) from error


def _copy(source: PathwayVersion) -> PathwayVersion:
    """Write a draft that says what a published version says."""
    draft = PathwayVersion.objects.get(pk=source.pk)
    draft.pk = None
    draft._state.adding = True
    draft.number = source.number + 1
    draft.created_at = timezone.now()
    draft.published_at = draft.published_by = None
    draft.save()
    copies = _copy_tree(source, draft)
    needs = Need.objects.filter(from_requirement__version=source)
    Need.objects.bulk_create(
        Need(
            from_requirement_id=copies[need.from_requirement_id].pk,
            to_requirement_id=copies[need.to_requirement_id].pk,
        )
        for need in needs
    )
    Exit.objects.bulk_create(
        Exit(
            version=draft,
            requirement=copies[ending.requirement_id],
            outcome_id=ending.outcome_id,
        )
        for ending in source.exits.all()
    )
    TrustedIssuer.objects.bulk_create(
        TrustedIssuer(version=draft, identifier=each.identifier, name=each.name)
        for each in source.trusted_issuers.all()
    )
    return draft


def _copy_tree(
    source: PathwayVersion, draft: PathwayVersion
) -> Mapping[int, Requirement]:
    """Copy the nodes, a level at a time; return the copies by the keys they copy."""
    below: defaultdict[int | None, list[Requirement]] = defaultdict(list)
    for row in source.requirements.all():
        below[row.parent_id].append(row)
    copies: dict[int, Requirement] = {}
    level = below[None]
    while level:
        keys = [row.pk for row in level]
        for row in level:
            row.pk, row.version = None, draft
            row.parent = copies[row.parent_id] if row.parent_id else None
        Requirement.objects.bulk_create(level)
        copies |= dict(zip(keys, level, strict=True))
        level = [row for key in keys for row in below[key]]
    return copies
