"""Pathways on the stage: one that was completed, and a draft with a rule."""

from __future__ import annotations

from typing import Any

from credentials.models import Issuer
from pathways import enrolling, evaluating
from pathways.models import Completion, PathwayVersion
from tests.factories import make_badge, make_credential
from tests.pathways.making import make_draft_pathway, make_pathway
from tests.permissions.marks import Stage, mark, row_of


def make_a_completion(stage: Stage, ours: Issuer) -> None:
    """A pathway that the learner completed, by a part that only they see."""
    learner = stage.people["learner"]
    badge = make_badge(ours)
    make_credential(badge, learner, visibility="private")
    version = make_pathway(ours, [badge])
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    completion = Completion.objects.get(learner=learner)
    stage.things["completion"] = row_of(completion)
    stage.things["enrolment"] = row_of(version.enrolments.get())
    outcome = completion.credential
    stage.things["outcome"] = {"token": outcome.token, "object_id": outcome.pk}


def make_rules(stage: Stage, ours: Issuer) -> None:
    """A pathway that is not published yet, with a rule of its draft."""
    draft = make_draft_pathway(ours, description=mark("version-pathway"))
    rule = draft.requirements.get(title="Stage 1")
    joined = Completion.objects.get().version
    stage.things |= {
        "pathway": _pathway_values(joined),
        "draft pathway": _pathway_values(draft),
        "unpublished pathway": row_of(draft.pathway) | {"name": "publish", "number": 1},
        "draft rules": row_of(draft) | {"node": rule.pk},
        "published rules": row_of(joined),
    }


def _pathway_values(version: PathwayVersion) -> dict[str, Any]:
    pathway = version.pathway
    return {"issuer": pathway.issuer.slug, "slug": pathway.slug, "number": 1}
