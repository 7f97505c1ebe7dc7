"""The demo's pathways, and what came of them while its history happened.

Versions are published, learners join and outcomes are awarded at their moment of the
past, by the functions that the site itself uses; so an outcome is signed for the parts
that its holder had on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from credentials import publishing as badge_publishing
from credentials.models import Achievement, AchievementVersion, Credential, Skill
from pathways import enrolling, evaluating, publishing
from pathways.models import Completion, Enrolment, Pathway, PathwayVersion, Requirement
from portfolio.demo.content import pathway_shapes as shapes
from portfolio.demo.seeding_badges import manager
from portfolio.demo.seeding_history import Step, Story
from portfolio.demo.stage import Stage

_A_MINUTE = timedelta(minutes=1)


def steps(stage: Stage, told: Iterable[Story]) -> Iterator[Step]:
    """Yield what happens to pathways, to be put in order with all the rest."""
    for pathway in stage.content.pathways:
        row = Pathway.objects.create(
            issuer=stage.issuers[pathway.issuer],
            slug=pathway.slug,
            created_at=stage.at(pathway.versions[0].published_days_ago, pathway.slug),
        )
        for version in pathway.versions:
            yield _publication(stage, pathway, row, version)
    for journey in stage.content.journeys:
        yield _joining(stage, journey)
    travelling = {journey.learner for journey in stage.content.journeys}
    for story in told:
        if story.told.learner in travelling:
            yield from _looks(stage, story)


def finish(stage: Stage) -> None:
    """See what time alone has changed, and let people do with outcomes what is told."""
    for key in dict.fromkeys(each.learner for each in stage.content.journeys):
        evaluating.evaluate(stage.people[key].pk, now=stage.now)
    for journey in stage.content.journeys:
        _keep_as_told(stage, journey)


def outcomes(stage: Stage) -> None:
    """Define and publish what pathways end in, before the first of them is."""
    for outcome in stage.content.outcomes:
        version = _outcome(stage, outcome)
        issuer = stage.issuers[outcome.issuer]
        badge_publishing.publish(
            version,
            by=manager(stage, outcome.issuer),
            now=issuer.created_at + timedelta(hours=12),
        )
        version.achievement.refresh_from_db()
        stage.versions[outcome.slug] = version


def _outcome(stage: Stage, outcome: shapes.Outcome) -> AchievementVersion:
    achievement = Achievement.objects.create(
        issuer=stage.issuers[outcome.issuer],
        slug=outcome.slug,
        earned_through=Achievement.EarnedThrough.PATHWAY,
    )
    version = AchievementVersion.objects.create(
        achievement=achievement,
        name=outcome.name,
        promise=outcome.promise,
        description=outcome.description,
        achievement_type=AchievementVersion.Type.MICRO_CREDENTIAL,
        level=outcome.level,
        effort_hours=outcome.effort_hours,
        credits=outcome.credits,
        delivery=AchievementVersion.Delivery.BLENDED,
        assessment_words="Each part was reviewed",
        kind="pathway",
        hue=outcome.hue,
        glyph=outcome.glyph,
    )
    for position, (title, statement) in enumerate(outcome.criteria, start=1):
        version.criteria.create(position=position, title=title, statement=statement)
    for key, level in outcome.skills.items():
        version.skill_levels.create(skill=_skill(stage, key), level=level)
    return version


def _skill(stage: Stage, key: str) -> Skill:
    told = next(skill for skill in stage.content.skills if skill.key == key)
    return Skill.objects.get(uri=told.uri)


def _publication(
    stage: Stage, pathway: shapes.Pathway, row: Pathway, told: shapes.PathwayVersion
) -> Step:
    moment = stage.at(told.published_days_ago, pathway.slug)

    def act() -> None:
        draft = _draft(stage, row, told, pathway.versions.index(told) + 1)
        publishing.publish(draft, by=manager(stage, pathway.issuer), now=moment)

    return Step(moment, act)


def _draft(
    stage: Stage, pathway: Pathway, told: shapes.PathwayVersion, number: int
) -> PathwayVersion:
    draft = PathwayVersion.objects.create(
        pathway=pathway,
        number=number,
        name=told.name,
        promise=told.promise,
        description=told.description,
        expired=told.expired,
        grace_days=told.grace_days,
        when_lost=told.when_lost,
        created_at=stage.at(told.published_days_ago + 1, pathway.slug),
    )
    rows: dict[str, Requirement] = {}
    waiting: list[tuple[Requirement, tuple[str, ...]]] = []
    _plant(stage, draft, told.root, None, 1, rows, waiting)
    for row, needs in waiting:
        row.needs.set([rows[key] for key in needs])
    return draft


def _plant(
    stage: Stage,
    draft: PathwayVersion,
    node: shapes.Node,
    parent: Requirement | None,
    position: int,
    rows: dict[str, Requirement],
    waiting: list[tuple[Requirement, tuple[str, ...]]],
) -> None:
    row = Requirement.objects.create(
        version=draft,
        parent=parent,
        position=position,
        kind=_kind(node),
        title=node.title,
        is_optional=node.optional,
        count=node.count,
        credits=node.credits,
        achievement=stage.versions[node.badge].achievement if node.badge else None,
        skill=_skill(stage, node.skill) if node.skill else None,
        level=node.level,
        pathway=Pathway.objects.get(slug=node.pathway) if node.pathway else None,
        expired=node.expired,
        grace_days=node.grace_days,
    )
    rows[node.key] = row
    if node.needs:
        waiting.append((row, node.needs))
    if node.outcome:
        draft.exits.create(requirement=row, outcome=stage.versions[node.outcome])
    for place, child in enumerate(node.children, start=1):
        _plant(stage, draft, child, row, place, rows, waiting)


def _kind(node: shapes.Node) -> str:
    leaves = {"badge": node.badge, "skill": node.skill, "pathway": node.pathway}
    return node.kind or next(kind for kind, name in leaves.items() if name)


def _joining(stage: Stage, journey: shapes.Journey) -> Step:
    moment = stage.at(journey.days_ago, f"{journey.learner}-{journey.pathway}")
    learner = stage.people[journey.learner]

    def act() -> None:
        pathway = Pathway.objects.get(slug=journey.pathway)
        joined = enrolling.enrol(pathway, learner=learner)
        Enrolment.objects.filter(pk=joined.pk).update(enrolled_at=moment)
        evaluating.evaluate(learner.pk, now=moment)

    return Step(moment, act)


def _looks(stage: Stage, story: Story) -> Iterator[Step]:
    """Look at somebody's pathways after each change of what they hold."""
    learner = stage.people[story.told.learner]
    for moment in story.changes():
        yield _look(learner.pk, moment + _A_MINUTE)


def _look(learner: int, moment: datetime) -> Step:
    return Step(moment, lambda: evaluating.evaluate(learner, now=moment))


def _keep_as_told(stage: Stage, journey: shapes.Journey) -> None:
    """Set what the holder did with what they got; see ``Story._keep_as_told``."""
    reached = Completion.objects.filter(
        learner=stage.people[journey.learner], version__pathway__slug=journey.pathway
    )
    for completion in reached.select_related("credential"):
        credential = completion.credential
        Credential.objects.filter(pk=credential.pk).update(
            visibility=journey.visibility,
            seen_at=credential.issued_at + timedelta(hours=9),
            signature_checked_at=stage.now,
        )
