"""What may be published, and what publishing, drafting and retiring do."""

import pytest
from django.utils import timezone

from credentials import publishing as badges
from credentials.models import Achievement, Skill
from pathways import publishing
from pathways.models import Enrolment
from pathways.reading_rules import tree_of
from pathways.rules import words
from tests.factories import make_badge, make_issuer, make_member, make_user
from tests.pathways.making import (
    make_draft_pathway,
    make_outcome,
    make_pathway,
    node,
    publish,
    rule,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer()


@pytest.fixture
def designer(issuer):
    return make_member(issuer, "designer")


@pytest.fixture
def badge(issuer):
    return make_badge(issuer, name="Interviewing")


@pytest.fixture
def outcome(issuer):
    return make_outcome(issuer, name="Ward lead")


@pytest.fixture
def draft(issuer, badge, outcome):
    return make_draft_pathway(issuer, [badge], outcome=outcome)


def root_of(version):
    return version.requirements.get(parent=None)


def said(version):
    return [str(problem) for problem in publishing.problems(version)]


def test_a_sound_pathway_has_no_problems_and_is_published(draft, designer):
    assert said(draft) == []

    published = publishing.publish(draft, by=designer)

    assert published.pathway.current_version == published
    assert (published.published_by, published.is_published) == (designer, True)


def test_publishing_twice_is_refused(draft, designer):
    publishing.publish(draft, by=designer)

    with pytest.raises(publishing.NotReady, match="published already"):
        publishing.publish(draft, by=designer)


@pytest.mark.parametrize("role", ["reviewer", "foreign designer"])
def test_only_who_designs_for_the_issuer_publishes(draft, role):
    issuer = draft.pathway.issuer if role == "reviewer" else make_issuer()
    person = make_member(issuer, role.removeprefix("foreign "))

    for act in [
        lambda: publishing.publish(draft, by=person),
        lambda: publishing.draft_next(draft.pathway, by=person),
        lambda: publishing.retire(draft.pathway, by=person),
        lambda: publishing.offer_again(draft.pathway, by=person),
    ]:
        with pytest.raises(publishing.NotAllowed):
            act()
    draft.refresh_from_db()
    assert not draft.is_published


def test_a_version_without_rules_asks_for_a_first_stage(draft):
    node(draft, "Stage 1").delete()
    assert said(draft) == ["Add a first stage."]

    root_of(draft).delete()
    assert said(draft) == ["Add a first stage."]


def test_a_stage_of_several_has_a_title(draft):
    draft.requirements.filter(title="Stage 1").update(title="")

    assert said(draft) == ["Give stage 1 a title."]


def test_the_whole_pathway_gives_a_badge(draft, outcome):
    ending = draft.exits.get()
    ending.requirement = node(draft, "Stage 1")
    ending.save()

    assert said(draft) == ["Choose the badge that the whole pathway gives."]


def test_rules_lie_six_levels_deep_at_most(draft, issuer):
    place = node(draft, "Stage 1")
    for depth in range(2, 6):
        place = write(draft, rule("all", title=f"Level {depth}"), place)
    leaf = write(draft, make_badge(issuer), place)
    assert said(draft) == []

    leaf.delete()
    place = write(draft, rule("all", title="Level 6"), place)
    write(draft, make_badge(issuer), place)
    assert "Rules lie at most 6 levels deep in each other." in said(draft)


def test_two_hundred_rules_are_the_most(draft, badge):
    stage = node(draft, "Stage 1")
    draft.requirements.bulk_create(
        draft.requirements.model(
            version=draft, parent=stage, kind="badge", achievement=badge.achievement
        )
        for _ in range(198)
    )

    assert "A pathway has at most 200 rules." in said(draft)


def test_what_the_empty_set_meets_is_refused(draft):
    draft.requirements.filter(kind="badge").update(is_optional=True)

    assert any("only optional parts" in sentence for sentence in said(draft))


def test_a_badge_that_was_never_published_is_refused(draft, badge):
    Achievement.objects.filter(pk=badge.achievement_id).update(current_version=None)

    assert "“Interviewing” was never published." in [
        sentence.replace(str(badge.achievement), "Interviewing")
        for sentence in said(draft)
    ]


def test_a_retired_badge_is_refused(draft, badge, designer):
    badges.retire(badge.achievement, by=designer)

    assert "“Interviewing” is retired: nobody can start it." in said(draft)


def test_versions_that_nobody_can_earn_today_are_refused(draft):
    draft.requirements.filter(kind="badge").update(first_version=2)

    assert (
        "“Interviewing, version 2 or newer” cannot be earned: "
        "version 1 is offered today." in said(draft)
    )


def test_a_skill_that_nothing_on_offer_proves_is_refused(draft):
    skill = Skill.objects.create(
        framework="ESCO", uri="https://skills.example/rare", name="Rare"
    )
    write(draft, (skill, 2), node(draft, "Stage 1"))
    assert any("No badge on offer proves" in sentence for sentence in said(draft))

    draft.trusted_issuers.create(identifier="did:web:far.example", name="Far")
    assert not any("No badge on offer" in sentence for sentence in said(draft))


def test_a_pathway_that_nobody_can_join_is_refused(draft, issuer, designer):
    other = make_pathway(issuer, name="Basics")
    write(draft, other, node(draft, "Stage 1"))
    assert said(draft) == []

    publishing.retire(other.pathway, by=designer)
    assert "The pathway “Basics” is retired: nobody can join it." in said(draft)


def test_a_pathway_that_was_never_published_is_refused(draft, issuer):
    other = make_draft_pathway(issuer, slug="later-on")
    write(draft, other, node(draft, "Stage 1"))

    assert "The pathway “Later on” was never published." in said(draft)


def test_pathways_never_wait_for_each_other(issuer, designer, badge):
    first = make_pathway(issuer, [badge], name="First")
    second = make_pathway(issuer, [first], name="Second")
    third = make_pathway(issuer, [second], name="Third")
    draft = publishing.draft_next(first.pathway, by=designer)
    stage = node(draft, "Stage 1")

    write(draft, third, stage)
    assert "“Third” asks for this pathway: they wait for each other." in said(draft)


def test_a_pathway_never_waits_for_itself(issuer, designer, badge):
    version = make_pathway(issuer, [badge], name="First")
    draft = publishing.draft_next(version.pathway, by=designer)
    write(draft, version, node(draft, "Stage 1"))

    assert "“First” asks for this pathway: they wait for each other." in said(draft)


def test_an_outcome_is_not_asked_for_on_the_way(draft, outcome):
    write(draft, outcome, node(draft, "Stage 1"))

    assert "“Ward lead” is given and asked for by this pathway." in said(draft)


UNGIVABLE = {
    "another issuer": (lambda i: make_outcome(name="X"), "of another issuer"),
    "evidence": (lambda i: make_badge(i, name="X"), "not earned by completing"),
    "a draft": (
        lambda i: make_outcome(i, published=False, name="X"),
        "was never published",
    ),
}


@pytest.mark.parametrize("what", UNGIVABLE)
def test_an_outcome_that_cannot_be_given_is_refused(draft, issuer, what):
    make, sentence = UNGIVABLE[what]
    draft.exits.update(outcome=make(issuer))

    assert any(sentence in problem for problem in said(draft))


def test_a_retired_outcome_is_refused(draft, outcome, designer):
    badges.retire(outcome.achievement, by=designer)

    assert "“Ward lead” is retired, so no pathway can give it." in said(draft)


def test_one_badge_is_given_once(draft, outcome, designer, issuer):
    newer = badges.publish(
        badges.draft_next(outcome.achievement, by=designer), by=designer
    )
    draft.exits.create(requirement=node(draft, "Stage 1"), outcome=newer)

    assert said(draft).count("“Ward lead” is given twice.") == 1


def test_words_that_no_signature_covers_are_refused(draft, designer):
    draft.requirements.filter(title="Stage 1").update(title="Bell\x07")

    with pytest.raises(publishing.NotReady, match="cannot be signed"):
        publishing.publish(draft, by=designer)


def test_the_next_version_is_drafted_with_the_whole_tree(issuer, designer, badge):
    inner = make_outcome(issuer)
    skill = badge.skills.get()
    version = make_pathway(
        issuer,
        rule("all", badge, title="Start"),
        rule(
            "at_least",
            make_badge(issuer),
            rule("credits", (skill, 2), make_badge(issuer, credits=3), credits=2),
            count=1,
            title="More",
            after=["Start"],
        ),
        exits={1: inner},
    )
    version = publishing.draft_next(version.pathway, by=designer)
    version.trusted_issuers.create(identifier="did:web:far.example", name="Far")
    version = publish(version)

    draft = publishing.draft_next(version.pathway, by=designer)

    assert (draft.number, draft.is_published) == (3, False)
    assert shape(draft) == shape(version)
    assert {each.outcome_id for each in draft.exits.all()} == {
        each.outcome_id for each in version.exits.all()
    }
    assert not set(draft.requirements.all()) & set(version.requirements.all())
    assert draft.trusted_issuers.get().identifier == "did:web:far.example"
    assert said(draft) == []
    assert publishing.draft_next(version.pathway, by=designer) == draft


def shape(version):
    """Everything a tree says, with places instead of keys."""
    nodes = list(tree_of(version).root.walk())
    places = {each.key: place for place, each in enumerate(nodes)}
    return [
        (
            words.sentence(each),
            each.title,
            [places[child.key] for child in each.children],
            [places[key] for key in each.needs],
            each.is_optional,
        )
        for each in nodes
    ]


def test_learners_stay_on_their_version_when_another_is_published(
    issuer, designer, badge
):
    version = make_pathway(issuer, [badge])
    enrolment = Enrolment.objects.create(
        learner=make_user(), pathway=version.pathway, version=version
    )

    newer = publish(publishing.draft_next(version.pathway, by=designer))

    enrolment.refresh_from_db()
    assert enrolment.version == version
    assert newer.pathway.current_version == newer


def test_a_retired_pathway_is_offered_again(issuer, designer, badge):
    pathway = make_pathway(issuer, [badge]).pathway

    publishing.retire(pathway, by=designer, now=timezone.now())
    assert pathway.retired_by == designer
    assert not type(pathway).objects.offered().filter(pk=pathway.pk).exists()

    publishing.offer_again(pathway, by=designer)
    assert type(pathway).objects.offered().filter(pk=pathway.pk).exists()
