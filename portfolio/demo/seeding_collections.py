"""The collections that the demo's people made."""

from __future__ import annotations

from credentials.models import Credential
from portfolio.collections import collecting
from portfolio.demo.content import shapes
from portfolio.demo.stage import Stage
from portfolio.models import Collection


def collections(stage: Stage) -> None:
    """Have everybody make what the content says, the oldest first."""
    for told in sorted(stage.content.collections, key=lambda told: -told.days_ago):
        _make(stage, told)


def _make(stage: Stage, told: shapes.Collection) -> None:
    owner = stage.people[told.owner]
    made = collecting.create(
        name=told.name, description=told.description.strip(), by=owner
    )
    held = Credential.objects.of(owner).order_by("issued_at", "pk")
    newest = dict(held.values_list("achievement__slug", "token"))
    collecting.add(made, [newest[badge] for badge in told.badges], by=owner)
    collecting.show_to(made, Credential.Visibility(told.visibility), by=owner)
    Collection.objects.filter(pk=made.pk).update(
        created_at=stage.at(told.days_ago, told.name)
    )
