"""What the demo's organisations say about badges, issuers and credentials of others."""

from __future__ import annotations

from credentials.models import Achievement, Credential, Issuer
from portfolio.demo.content import shapes
from portfolio.demo.stage import Stage
from portfolio.endorsing import asking, giving
from portfolio.endorsing.giving import Words
from portfolio.models import Endorsement


def endorsements(stage: Stage) -> None:
    """Have organisations say what the content says, the oldest first."""
    for told in sorted(stage.content.endorsements, key=lambda told: -told.days_ago):
        _make(stage, told)


def _make(stage: Stage, told: shapes.Endorsement) -> None:
    at = stage.at(told.days_ago, told.organisation)
    made = _asked(stage, told) if told.holder else None
    if told.by:
        words = Words(Endorsement.Kind(told.kind), told.comment)
        by = stage.people[told.by]
        if made is not None:
            giving.accept(made, words, by=by, now=at)
        else:
            organisation = stage.issuers[told.organisation]
            made = giving.give(organisation, _target(stage, told), words, by=by, now=at)
    if made is not None:
        Endorsement.objects.filter(pk=made.pk).update(created_at=at)


def _asked(stage: Stage, told: shapes.Endorsement) -> Endorsement:
    holder = stage.people[told.holder]
    credential = (
        Credential.objects.of(holder)
        .select_related("signing_key")
        .filter(achievement__slug=told.credential)[0]
    )
    return asking.ask_about_credential(
        stage.issuers[told.organisation], credential, request=told.request, by=holder
    )


def _target(stage: Stage, told: shapes.Endorsement) -> Achievement | Issuer:
    if told.issuer:
        return stage.issuers[told.issuer]
    return stage.versions[told.badge].achievement
