"""The skills that the demo's people wish for."""

from __future__ import annotations

from credentials.models import Skill
from pathways import wishing
from portfolio.demo.stage import Stage


def wishes(stage: Stage) -> None:
    """Have everybody wish for what the content says."""
    addresses = {skill.key: skill.uri for skill in stage.content.skills}
    for told in stage.content.wishes:
        skill = Skill.objects.get(uri=addresses[told.skill])
        wishing.wish(skill.pk, told.level, learner=stage.people[told.learner])
