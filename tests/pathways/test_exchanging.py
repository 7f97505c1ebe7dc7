"""A pathway as a file in CTDL's terms, and back: the same rules, whatever they are."""

from __future__ import annotations

import copy
import itertools
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pyld import jsonld

from credentials.models import Issuer
from pathways import publishing
from pathways.exchanging import importing, writing_out
from pathways.exchanging.reading import Refused
from pathways.models import Pathway, PathwayVersion
from portfolio.models import User
from tests.factories import make_badge, make_issuer, make_member, make_user
from tests.pathways.making import (
    make_draft_pathway,
    make_outcome,
    make_pathway,
    node,
    rule,
)
from tests.pathways.test_wrong_pathway_files import CHANGES, spoilt
from tests.pathways.trees import often

numbers = itertools.count(1)


def exported(version):
    return writing_out.as_bytes(writing_out.document_of(version))


def same(document):
    """A document without what another version has of its own."""
    document = copy.deepcopy(json.loads(document))
    for name in ("@id", "ceterms:subjectWebpage", "cairn:version"):
        del document["@graph"][0][name]
    return document


def taken(data, issuer, by=None, **options):
    by = by or make_member(issuer, "designer")
    return importing.take_over(data, issuer=issuer, by=by, **options)


def every_kind(**fields):
    """A published pathway with a node of every kind and every setting."""
    issuer = make_issuer()
    badges = [make_badge(issuer, credits=Decimal("1.5")) for _ in range(5)]
    skill = badges[4].skill_levels.get()
    version = make_draft_pathway(
        issuer,
        rule(
            "all",
            badges[0],
            rule("badge", achievement=badges[1].achievement, is_optional=True),
            title="Foundations",
            gives=make_outcome(issuer),
        ),
        rule(
            "at_least",
            rule(
                "badge",
                achievement=badges[2].achievement,
                title="The long one",
                first_version=1,
                last_version=3,
                expired="grace",
                grace_days=30,
            ),
            (skill.skill, 2),
            make_pathway(),
            count=2,
            after=["Foundations"],
        ),
        rule("credits", badges[3], badges[2], credits=Decimal("2.5")),
        rule("apart", badges[0], badges[3], expired="yes"),
        description="Two lines.\n\nAnd *one* more.",
        promise="Führt eine Station.",
        language="de",
        expired="grace",
        grace_days=14,
        when_lost="keep",
        **fields,
    )
    version.trusted_issuers.create(identifier="did:web:b.example", name="B")
    version.trusted_issuers.create(identifier="did:web:a.example", name="A")
    return version


@pytest.mark.django_db
def test_a_pathway_comes_back_as_it_went():
    version = every_kind()
    data = exported(version)

    back = taken(data, version.pathway.issuer, slug="another")

    assert back.pathway.slug == "another"
    assert (back.number, back.is_published) == (1, False)
    assert same(exported(back)) == same(data)
    assert back.requirements.count() == version.requirements.count()
    assert back.exits.count() == 2
    assert node(back, "Stage 2").needs.get().title == "Foundations"
    assert publishing.problems(back) == publishing.problems(version)


@pytest.mark.django_db
def test_a_published_pathway_gets_the_draft_of_its_next_version():
    version = make_pathway()

    back = taken(exported(version), version.pathway.issuer)

    assert (back.pathway, back.number) == (version.pathway, 2)
    assert not back.is_published
    version.pathway.refresh_from_db()
    assert version.pathway.current_version == version


@pytest.mark.django_db
def test_every_word_of_a_document_means_something_without_a_network():
    document = json.loads(exported(every_kind()))

    dropped = []
    expanded = jsonld.expand(
        document,
        {
            "documentLoader": None,
            "on_property_dropped": dropped.append,
        },
    )

    assert dropped == []
    assert len(expanded) == len(document["@graph"])
    words = {name for one in expanded for name in one} - {"@id", "@type"}
    spaces = ("https://purl.org/ctdl/terms/", "https://purl.org/ctdlasn/terms/")
    assert all(name.startswith((*spaces, "urn:x-cairn:pathway:")) for name in words)
    types = {kind for one in expanded for kind in one["@type"]}
    assert types == {
        f"{spaces[0]}{name}"
        for name in (
            "Pathway",
            "CredentialComponent",
            "CompetencyComponent",
            "BasicComponent",
        )
    }


@pytest.mark.django_db
def test_a_document_says_in_ctdl_how_many_of_which_count():
    document = json.loads(exported(every_kind()))
    pathway, *components = document["@graph"]
    at = {one["@id"]: one for one in components}
    root = at[pathway["ceterms:hasDestinationComponent"][0]]
    first, second, *_others = (at[key] for key in root["ceasn:hasChild"])

    (all_of,), (two,) = (one["ceterms:hasCondition"] for one in (first, second))

    assert all_of["ceterms:requiredNumber"] == 1
    assert all_of["ceterms:targetComponent"] == first["ceasn:hasChild"][:1]
    assert two["ceterms:requiredNumber"] == 2
    assert two["ceterms:targetComponent"] == second["ceasn:hasChild"]
    assert second["ceterms:prerequisite"] == [first["@id"]]
    assert first["ceterms:proxyFor"] == first["cairn:gives"]


@pytest.mark.django_db
def test_a_document_has_nothing_personal():
    issuer = make_issuer()
    designer = make_member(issuer, "designer", full_name="Zqdesignerqz")
    version = publishing.publish(make_draft_pathway(issuer), by=designer)

    assert b"qdesignerqz" not in exported(version).lower()


@pytest.mark.django_db
@pytest.mark.parametrize("stages", [1, 6])
def test_a_document_costs_the_same_for_few_and_for_many(
    stages, django_assert_num_queries
):
    issuer = make_issuer()
    version = make_pathway(issuer, *([make_badge(issuer)] for _ in range(stages)))
    version = PathwayVersion.objects.select_related("pathway__issuer").get(
        pk=version.pk
    )
    with django_assert_num_queries(4):
        exported(version)


@pytest.mark.django_db
def test_the_file_is_public_once_the_version_is(client):
    draft, version = make_draft_pathway(), make_pathway()

    hidden = client.get(f"{draft.get_absolute_url()}pathway.json")
    shown = client.get(f"{version.get_absolute_url()}pathway.json")

    assert hidden.status_code == 404
    assert shown.headers["Content-Type"] == "application/ld+json"
    assert shown.content == exported(version)
    assert shown.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(
        f"{version.get_absolute_url()}pathway.json",
        headers={"If-None-Match": shown.headers["ETag"]},
    )
    assert again.status_code == 304


@pytest.mark.django_db
def test_who_does_not_design_for_the_issuer_takes_nothing_over():
    version = make_pathway()
    other = make_member(make_issuer(), "designer")
    reviewer = make_member(version.pathway.issuer, "reviewer")

    for person in (other, reviewer, make_user()):
        with pytest.raises(importing.NotAllowed):
            taken(exported(version), version.pathway.issuer, person)
    assert Pathway.objects.count() == 1


@pytest.mark.django_db
def test_what_is_not_here_is_named_and_nothing_is_written():
    version = every_kind()
    data = exported(version).replace(b"/badges/", b"/badges/gone-")
    designer = make_member(version.pathway.issuer, "designer")
    asked = {"issuer": version.pathway.issuer, "by": designer, "slug": "another"}

    run = importing.dry_run(data, **asked)

    assert len(run.found.missing) == 5  # four badges, one also by a title
    assert len(run.found.left_out) == 2
    assert not run.can_be_done
    with pytest.raises(Refused) as caught:
        importing.take_over(data, **asked)
    assert caught.value.problems == run.found.missing
    assert not Pathway.objects.filter(slug="another").exists()


@pytest.mark.django_db
def test_drafts_of_other_issuers_are_not_found():
    other = make_pathway()
    leaf = other.requirements.filter(kind="badge").first()
    designer = make_member(make_issuer(), "designer")
    issuer = Issuer.objects.get(members__user=designer)
    data = exported(other)
    assert importing.dry_run(data, issuer=issuer, by=designer).can_be_done

    leaf.achievement.current_version = None
    leaf.achievement.save(update_fields=["current_version"])

    run = importing.dry_run(data, issuer=issuer, by=designer)
    assert len(run.found.missing) == 1
    assert len(run.found.left_out) == 1  # the outcome is the other issuer's


@pytest.mark.django_db
def test_a_pathway_that_is_being_drafted_is_left_alone():
    version = make_draft_pathway()

    with pytest.raises(Refused, match="draft already"):
        taken(exported(version), version.pathway.issuer)

    assert version.pathway.versions.count() == 1


@pytest.mark.django_db
def test_the_command_writes_looks_and_writes_back(tmp_path):
    version = make_pathway()
    issuer = version.pathway.issuer
    designer = make_member(issuer, "designer")
    name = f"{issuer.slug}/{version.pathway.slug}"
    file, said = tmp_path / "way.json", StringIO()
    call_command("pathway", "export", name, stdout=said)
    file.write_text(said.getvalue())
    assert said.getvalue().encode() == exported(version)
    asked = [str(file), "--issuer", issuer.slug, "--by", designer.email]

    looked = StringIO()
    call_command("pathway", "import", *asked, stdout=looked)
    assert "Stage 1" in looked.getvalue()
    assert PathwayVersion.objects.count() == 1
    call_command("pathway", "import", *asked, "--write", stdout=StringIO())

    assert version.pathway.versions.count() == 2
    with pytest.raises(CommandError, match="draft already"):
        call_command("pathway", "import", *asked, "--write")


@st.composite
def random_rules(draw, badges, depth=0):
    """Rules of any shape that rows can hold."""
    kind = draw(st.sampled_from(["all", "at_least", "credits", "apart"]))
    leaf = st.builds(
        lambda badge, **more: rule("badge", achievement=badge.achievement, **more),
        st.sampled_from(badges),
        is_optional=st.booleans(),
        title=st.sampled_from(["", "Über „alles“", "A <b>", "١"]),
        first_version=st.none() | st.integers(1, 9),
        expired=st.sampled_from(["", "no", "yes"]),
    )
    inside = leaf
    if depth < 3:
        inside = leaf | random_rules(badges, depth + 1)
    fields = {"title": draw(st.sampled_from(["", f"Group {depth}"]))}
    if kind == "at_least":
        fields["count"] = draw(st.integers(1, 20))
    if kind == "credits":
        fields["credits"] = Decimal(draw(st.integers(1, 999_999))) / 100
    return rule(kind, *draw(st.lists(inside, max_size=4)), **fields)


class TestAnyRules(TestCase):
    """Whatever the rules are, they come back."""

    @classmethod
    def setUpTestData(cls):
        cls.issuer = make_issuer()
        cls.badges = [make_badge(cls.issuer) for _ in range(3)]
        cls.outcome = make_outcome(cls.issuer)
        cls.designer = make_member(cls.issuer, "designer")

    @often(15)
    @given(data=st.data())
    def test_any_rules_come_back(self, data):
        stages = data.draw(st.lists(random_rules(self.badges), min_size=1, max_size=3))
        version = make_draft_pathway(self.issuer, *stages, outcome=self.outcome)
        rows = list(version.requirements.all())
        needing, needed = (data.draw(st.sampled_from(rows)) for _ in range(2))
        needing.needs.add(needed)
        document = exported(version)

        back = taken(
            document,
            Issuer.objects.get(pk=self.issuer.pk),
            User.objects.get(pk=self.designer.pk),
            slug=f"back-{next(numbers)}",
        )

        assert same(exported(back)) == same(document)

    @often(12)
    @given(data=st.data())
    def test_whatever_stands_in_a_document_is_written_or_refused(self, data):
        version = make_draft_pathway(
            self.issuer,
            data.draw(random_rules(self.badges)),
            outcome=self.outcome,
        )
        document = json.loads(exported(version))
        before = Pathway.objects.count()
        asked = {"issuer": self.issuer, "by": self.designer}
        written = 1
        try:
            file = spoilt(document, data.draw(CHANGES))
            importing.take_over(file, slug=f"back-{next(numbers)}", **asked)
        except Refused:
            written = 0

        with connection.cursor() as cursor:  # what waits for the end, too
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert Pathway.objects.count() == before + written
