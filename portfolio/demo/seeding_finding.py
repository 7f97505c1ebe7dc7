"""The demo's people as employers find them, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

from django.utils.timezone import localdate

from credentials.models import Skill
from portfolio import contacting
from portfolio.demo.content.finding_shapes import KeptPerson, SavedSearch
from portfolio.demo.stage import Stage
from portfolio.employers import saved_searches, shortlist
from portfolio.models import (
    ContactRequest,
    FoundCount,
    Profile,
    ShortlistEntry,
)
from portfolio.models import SavedSearch as SavedRow
from portfolio.talent import rows
from portfolio.talent.asking import Search


def rewrite(stage: Stage) -> None:
    """Make the rows of everybody who may be found: their jobs were dropped."""
    findable = Profile.objects.findable().order_by("user")
    for learner in findable.values_list("user", flat=True):
        rows.rewrite(learner, stage.now)


def finding(stage: Stage) -> None:
    """Have people kept, searches saved and counts made. Needs the organisations."""
    for kept in stage.content.kept:
        _keep(stage, kept)
    for search in stage.content.searches:
        _save(stage, search)
    for found in stage.content.found:
        FoundCount.objects.create(
            learner=stage.people[found.person],
            skill=_skill(stage, found.skill),
            day=localdate(stage.now - timedelta(days=found.days_ago)),
            times=found.times,
        )


def _keep(stage: Stage, told: KeptPerson) -> None:
    by, person = stage.people[told.by], stage.people[told.person]
    profile = Profile.objects.get(user=person)
    shortlist.keep(profile.handle, by=by)
    at = stage.at(told.days_ago, told.person)
    mine = ShortlistEntry.objects.filter(added_by=by, learner=person)
    mine.update(note=told.note, added_at=at)
    if not told.message:
        return
    employer = shortlist.employer_of(by)
    asked = contacting.ask(
        profile,
        by=by,
        organisation=employer.name if employer else "",
        message=told.message.strip(),
    )
    contacting.accept(asked, now=at + timedelta(days=1))
    ContactRequest.objects.filter(pk=asked.pk).update(sent_at=at)


def _save(stage: Stage, told: SavedSearch) -> None:
    asked = parse_qs(told.query)
    asked["skill"] = [str(_skill(stage, key).pk) for key in told.skills]
    saved = saved_searches.save(
        Search.read(asked),
        name=told.name,
        is_mailed=told.is_mailed,
        by=stage.people[told.by],
        now=stage.now,
    )
    began = stage.at(told.days_ago, told.name)
    SavedRow.objects.filter(pk=saved.pk).update(created_at=began)


def _skill(stage: Stage, key: str) -> Skill:
    (address,) = (each.uri for each in stage.content.skills if each.key == key)
    return Skill.objects.get(uri=address)
