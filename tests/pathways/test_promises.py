"""What the database promises about pathways, below every form and function."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from credentials.models import Achievement
from pathways.models import (
    Completion,
    CompletionEvent,
    CompletionPart,
    Enrolment,
    Exit,
    Pathway,
    PathwayVersion,
    Requirement,
    TrustedIssuer,
)
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import (
    kept_for_a_module,
    make_draft_pathway,
    make_outcome,
    make_pathway,
    node,
    write,
)

pytestmark = pytest.mark.django_db


def refuses(words, change):
    """Let the database look at once, as it does at the end of a transaction."""
    with pytest.raises(IntegrityError, match=words):
        _change_and_look(change)


@transaction.atomic
def _change_and_look(change):
    change()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def published_by_hand(version):
    """Publish past every function."""
    designer = make_member(version.pathway.issuer, "designer")
    PathwayVersion.objects.filter(pk=version.pk).update(
        published_at=timezone.now(), published_by=designer
    )
    Pathway.objects.filter(pk=version.pathway_id).update(current_version=version)
    version.refresh_from_db()
    return version


@pytest.fixture(scope="module")
def stock(django_db_setup, django_db_blocker):
    """Badges that the tests here ask for; none of them changes one."""
    with kept_for_a_module(django_db_blocker):
        issuer = make_issuer()
        badge = make_badge(issuer)
        yield {"issuer": issuer, "badge": badge, "outcome": make_outcome(issuer)}


@pytest.fixture
def another(stock):
    """Makes drafts of two stages that ask for the same badge."""
    asked = [stock["badge"]]
    return lambda: make_draft_pathway(
        stock["issuer"], asked, asked, outcome=stock["outcome"]
    )


@pytest.fixture
def draft(another):
    version = another()
    version.trusted_issuers.create(identifier="did:web:far.example", name="Far")
    node(version, "Stage 2").needs.add(node(version, "Stage 1"))
    return version


@pytest.fixture
def fixed(draft):
    return published_by_hand(draft)


@pytest.fixture
def completion(another, stock):
    version = published_by_hand(another())
    ending = version.exits.get()
    learner = make_user()
    made = Completion.objects.create(
        exit=ending,
        version=version,
        learner=learner,
        credential=make_credential(stock["badge"], learner),
        completed_at=timezone.now(),
        standing_since=timezone.now(),
        clr='{"type": "ClrCredential"}',
        clr_sha256="a" * 64,
    )
    made.events.create(kind="completed")
    made.parts.create(
        requirement=version.requirements.filter(kind="badge").first(),
        credential=made.credential,
    )
    return made


def test_a_node_lies_inside_one_of_its_own_version(draft, another):
    foreign = another().requirements.get(parent=None)
    stage = node(draft, "Stage 1")

    refuses(
        "requirement_parent_in_its_version",
        lambda: Requirement.objects.filter(pk=stage.pk).update(parent=foreign),
    )


def test_a_node_never_goes_to_another_version(draft, another):
    other = another()
    leaf = draft.requirements.filter(kind="badge").first()

    refuses(
        "stays in its version",
        lambda: Requirement.objects.filter(pk=leaf.pk).update(version=other),
    )


def test_a_node_needs_others_of_its_own_version(draft, another):
    foreign = node(another(), "Stage 1")

    refuses("of its own version", lambda: node(draft, "Stage 2").needs.add(foreign))


def test_an_exit_is_at_a_node_of_its_own_version(draft, another):
    foreign = node(another(), "Stage 1")

    refuses(
        "exit_requirement_in_its_version",
        lambda: Exit.objects.filter(version=draft).update(requirement=foreign),
    )


def test_a_pathway_shows_a_version_of_its_own(fixed, another):
    other = published_by_hand(another())
    Pathway.objects.filter(pk=other.pathway_id).update(current_version=None)

    refuses(
        "pathway_current_version_is_its_own",
        lambda: Pathway.objects.filter(pk=fixed.pathway_id).update(
            current_version=other
        ),
    )


def test_an_enrolment_names_the_pathway_of_its_version(fixed, another):
    other = another().pathway

    refuses(
        "enrolment_pathway_is_the_versions",
        lambda: Enrolment.objects.create(
            learner=make_user(), version=fixed, pathway=other
        ),
    )


def test_a_completion_names_the_version_of_its_exit(fixed, another):
    learner = make_user()
    other = published_by_hand(another())

    refuses(
        "completion_version_is_the_exits",
        lambda: Completion.objects.create(
            exit=fixed.exits.get(),
            version=other,
            learner=learner,
            credential=make_credential(holder=learner),
            completed_at=timezone.now(),
            standing_since=timezone.now(),
        ),
    )


CHANGES = {
    "its words": lambda v: PathwayVersion.objects.filter(pk=v.pk).update(name="Other"),
    "its policy": lambda v: PathwayVersion.objects.filter(pk=v.pk).update(
        when_lost="keep"
    ),
    "back to a draft": lambda v: PathwayVersion.objects.filter(pk=v.pk).update(
        published_at=None, published_by=None
    ),
    "a rule": lambda v: v.requirements.filter(kind="badge").update(is_optional=True),
    "another rule": lambda v: write(v, make_badge(), node(v, "Stage 1")),
    "one rule less": lambda v: v.requirements.filter(kind="badge").delete(),
    "an order": lambda v: node(v, "Stage 1").needs.add(node(v, "Stage 2")),
    "one order less": lambda v: node(v, "Stage 2").needs.clear(),
    "an outcome": lambda v: v.exits.update(outcome=make_outcome(v.pathway.issuer)),
    "another exit": lambda v: Exit.objects.create(
        version=v,
        requirement=node(v, "Stage 1"),
        outcome=make_outcome(v.pathway.issuer),
    ),
    "one exit less": lambda v: v.exits.all().delete(),
    "whom it trusts": lambda v: v.trusted_issuers.update(name="Others"),
    "one more trusted": lambda v: TrustedIssuer.objects.create(
        version=v, identifier="did:web:c.example", name="C"
    ),
    "one trusted less": lambda v: v.trusted_issuers.all().delete(),
}


def test_a_published_version_never_changes(fixed):
    for change in CHANGES.values():
        refuses("published pathway version never changes", lambda: change(fixed))  # noqa: B023 - called at once


def test_a_draft_may_change(draft):
    """Or the refusals above would say nothing."""
    done = 0
    for change in CHANGES.values():
        with transaction.atomic():
            change(draft)
            done += 1
            transaction.set_rollback(True)

    assert done == len(CHANGES)


def test_a_published_version_is_never_deleted(fixed):
    def delete():
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM pathways_pathwayversion WHERE id = %s", [fixed.pk]
            )

    refuses("published pathway version never changes", delete)


def test_a_draft_is_thrown_away_with_its_whole_tree(draft):
    key = draft.pk
    draft.delete()

    assert not Requirement.objects.filter(version=key).exists()


@pytest.mark.parametrize("change", [{"slug": "elsewhere"}, {"issuer": None}])
def test_a_published_pathway_keeps_issuer_and_address(fixed, change):
    values = {k: v or make_badge().achievement.issuer for k, v in change.items()}

    refuses(
        "keeps its issuer and its address",
        lambda: Pathway.objects.filter(pk=fixed.pathway_id).update(**values),
    )


def test_a_version_without_an_outcome_is_never_published(draft):
    Exit.objects.filter(version=draft).update(requirement=node(draft, "Stage 1"))

    refuses("ends in a credential", lambda: published_by_hand(draft))


UNGIVABLE = {
    "a draft": lambda v: make_outcome(v.pathway.issuer, published=False),
    "a badge of another issuer": lambda v: make_outcome(),
    "a badge for evidence": lambda v: make_badge(v.pathway.issuer),
}


@pytest.mark.parametrize("what", UNGIVABLE)
def test_an_outcome_that_cannot_be_given_is_never_published(draft, what):
    outcome, root = UNGIVABLE[what](draft), draft.exits.get()
    draft.exits.update(outcome=outcome)
    refuses("published badges of its issuer", lambda: published_by_hand(draft))

    root.save()
    stage = node(draft, "Stage 1")
    Exit.objects.create(version=draft, requirement=stage, outcome=outcome)
    refuses("published badges of its issuer", lambda: published_by_hand(draft))


def test_an_outcome_stays_one_that_can_be_given(fixed):
    badge = fixed.exits.get().outcome.achievement

    refuses(
        "how a published badge is earned never changes",
        lambda: Achievement.objects.filter(pk=badge.pk).update(
            earned_through="evidence"
        ),
    )


def test_nothing_is_published_in_one_step(draft):
    """A version that begins published would have no rules, or get them later."""
    designer = make_member(draft.pathway.issuer, "designer")

    refuses(
        "ends in a credential",
        lambda: PathwayVersion.objects.create(
            pathway=draft.pathway,
            number=2,
            name="Sudden",
            published_at=timezone.now(),
            published_by=designer,
        ),
    )


@pytest.mark.parametrize("rows", [CompletionEvent, CompletionPart])
def test_the_history_of_a_completion_only_grows(completion, rows):
    which = "kind" if rows is CompletionEvent else "credential"
    value = "kept" if rows is CompletionEvent else make_credential().pk
    written = rows.objects.filter(completion=completion)

    refuses("append-only", lambda: written.update(**{which: value}))
    refuses("append-only", written.delete)
    assert written.count() == 1


def test_what_was_completed_stays_written(completion):
    row = Completion.objects.filter(pk=completion.pk)

    refuses("written once", lambda: row.update(clr='{"type": "Other"}'))
    refuses("written once", lambda: row.update(clr_sha256="b" * 64))
    refuses("written once", lambda: row.update(clr_sha256=""))
    refuses("written once", lambda: row.update(completed_at=timezone.now()))


def test_a_completion_is_never_deleted(completion):
    def delete():
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM pathways_completion WHERE id = %s", [completion.pk]
            )

    refuses("never deleted", delete)


def test_its_record_can_be_forgotten_and_is_not_written_again(completion):
    row = Completion.objects.filter(pk=completion.pk)

    assert row.update(clr=None) == 1
    refuses("written once", lambda: row.update(clr='{"type": "ClrCredential"}'))


def test_its_standing_may_change(completion):
    Completion.objects.filter(pk=completion.pk).update(standing="review")

    completion.refresh_from_db()
    assert completion.standing == "review"


def test_the_real_function_publishes_what_the_database_allows():
    version = make_pathway()

    assert version.is_published
