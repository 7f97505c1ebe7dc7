"""Pathways in the admin: written from nothing to published, retired, offered again."""

import pytest
from django.urls import reverse

from pathways import publishing
from pathways.models import Enrolment, Pathway, PathwayVersion
from tests.credentials.test_admin_badges import values_of
from tests.factories import make_badge, make_issuer, make_member, make_user
from tests.pathways.making import make_draft_pathway, make_outcome, make_pathway
from tests.pathways.test_admin_tree import filled, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def designer(client, issuer):
    user = make_member(issuer, "designer")
    client.force_login(user)
    return user


@pytest.fixture
def draft(issuer):
    return make_draft_pathway(issuer, [make_badge(issuer)], name="Ward lead")


def change(row):
    return reverse(f"admin:pathways_{row._meta.model_name}_change", args=[row.pk])


def step(pathway, name):
    return reverse("admin:pathways_pathway_step", args=[pathway.pk, name])


def changed(row):
    row.refresh_from_db()
    return row


def test_a_pathway_is_written_from_nothing_to_published(client, issuer, designer):
    badge, outcome = make_badge(issuer), make_outcome(issuer)
    add = reverse("admin:pathways_pathway_add")
    first = client.post(add, {"issuer": issuer.pk, "slug": "ward-lead"})["Location"]
    pathway = Pathway.objects.get(slug="ward-lead")
    assert (
        first == f"{reverse('admin:pathways_pathwayversion_add')}?pathway={pathway.pk}"
    )

    words = {"name": "Ward lead", "promise": "Leads a ward for a whole shift."}
    rules = client.post(first, values_of(client.get(first)) | words)["Location"]
    version = pathway.versions.get()
    assert rules == page(version)

    stage = client.post(rules, filled(client.get(rules)) | {"title": "Start"})
    inside = version.requirements.get(title="Start").pk
    assert stage["Location"] == f"{rules}#node-{inside}"
    leaf = filled(client.get(page(version, add="badge", inside=inside)))
    client.post(rules, leaf | {"achievement": badge.achievement_id})
    root = page(version, node=version.requirements.get(parent=None).pk)
    client.post(root, filled(client.get(root)) | {"gives": outcome.pk})

    done = client.post(step(pathway, "publish"), follow=True)
    assert "Published. Learners can join it now." in done.text
    assert changed(pathway).current_version == version
    assert version.exits.get().outcome == outcome


def test_what_is_missing_is_said_before_and_after_pressing(client, designer, draft):
    draft.exits.all().delete()

    for response in [
        client.get(step(draft.pathway, "publish")),
        client.post(step(draft.pathway, "publish")),
    ]:
        assert "Choose the badge that the whole pathway gives." in response.text
    assert response.status_code == 422
    assert not changed(draft).is_published


def test_the_page_lists_versions_learners_and_the_next_steps(client, designer, issuer):
    version = make_pathway(issuer, [make_badge(issuer)], name="Ward lead")
    Enrolment.objects.create(
        learner=make_user(), pathway=version.pathway, version=version
    )

    text = client.get(change(version.pathway)).text

    for words in ["Version 1: Ward lead", "1 learner on it", page(version)]:
        assert words in text
    assert step(version.pathway, "draft") in text
    assert step(version.pathway, "publish") not in text


def test_the_next_version_is_drafted_and_its_rules_opened(client, designer, issuer):
    version = make_pathway(issuer, [make_badge(issuer)])

    response = client.post(step(version.pathway, "draft"))

    draft = version.pathway.versions.get(published_at=None)
    assert response["Location"] == page(draft)
    assert draft.requirements.count() == version.requirements.count()


def test_retiring_says_who_is_on_it_and_can_be_undone(client, designer, issuer):
    version = make_pathway(issuer, [make_badge(issuer)])
    pathway = version.pathway
    Enrolment.objects.create(learner=make_user(), pathway=pathway, version=version)

    asked = client.get(step(pathway, "retire")).text
    client.post(step(pathway, "retire"))
    assert "1 learner is on this pathway." in asked
    assert changed(pathway).retired_by == designer

    twice = client.post(step(pathway, "retire"), follow=True)
    assert "Somebody did that already." in twice.text
    client.post(step(pathway, "offer"))
    assert changed(pathway).retired_at is None


def test_a_draft_s_words_are_edited(client, designer, draft):
    form = values_of(client.get(change(draft)))
    form |= {
        "name": "Ward leading",
        "expired": "grace",
        "grace_days": "30",
        "trusted_issuers-0-identifier": "did:web:far.example",
        "trusted_issuers-0-name": "Far",
    }

    client.post(change(draft), form)

    draft.refresh_from_db()
    assert (draft.name, draft.expired, draft.grace_days) == (
        "Ward leading",
        "grace",
        30,
    )
    assert draft.trusted_issuers.get().identifier == "did:web:far.example"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"expired": "grace"}, "Enter for how many days."),
        ({"name": ""}, "name"),
        (
            {"trusted_issuers-0-identifier": "far", "trusted_issuers-0-name": "Far"},
            "Enter an identifier that begins with did: or https://.",
        ),
        ({"promise": "Reads\u202eback."}, "contains a hidden character"),
    ],
)
def test_bad_words_are_refused_and_kept(client, designer, draft, typed, sentence):
    form = values_of(client.get(change(draft)))
    form |= {"description": "Kept words"} | typed

    response = client.post(change(draft), form)

    assert response.status_code == 422
    assert sentence in response.text
    assert "Kept words" in response.text
    assert changed(draft).description == ""


def test_days_of_grace_go_with_the_grace(client, designer, draft):
    form = values_of(client.get(change(draft))) | {"grace_days": "30"}

    client.post(change(draft), form)

    assert changed(draft).grace_days is None


def test_two_people_who_edit_one_draft_see_both_texts(client, designer, draft):
    mine = values_of(client.get(change(draft))) | {"name": "Mine"}
    theirs = values_of(client.get(change(draft))) | {"name": "Theirs"}
    client.post(change(draft), theirs)

    response = client.post(change(draft), mine)

    assert response.status_code == 409
    assert "“Theirs”" in response.text
    assert changed(draft).name == "Theirs"


def test_a_version_published_meanwhile_is_not_overwritten(
    client, designer, draft, monkeypatch
):
    form = values_of(client.get(change(draft))) | {"name": "Other name"}
    true = PathwayVersion.full_clean

    def publish_first(version, *args, **kwargs):
        row = PathwayVersion.objects.get(pk=draft.pk)
        if not row.is_published:
            publishing.publish(row, by=designer)
        return true(version, *args, **kwargs)

    monkeypatch.setattr(PathwayVersion, "full_clean", publish_first)
    response = client.post(change(draft), form, follow=True)

    assert "Somebody published this version." in response.text
    assert changed(draft).name == "Ward lead"


def test_a_published_version_is_shown_and_never_edited(client, designer, issuer):
    version = make_pathway(issuer, [make_badge(issuer)])

    text = client.get(change(version)).text
    assert "A published version never changes." in text
    assert "<textarea" not in text
    assert client.post(change(version), {"name": "Other"}).status_code == 403
    delete = reverse("admin:pathways_pathwayversion_delete", args=[version.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_a_draft_is_thrown_away_with_its_rules(client, designer, draft):
    draft.trusted_issuers.create(identifier="did:web:far.example", name="Far")
    delete = reverse("admin:pathways_pathwayversion_delete", args=[draft.pk])

    assert client.get(delete).status_code == 200
    client.post(delete, {"post": "yes"})

    assert not PathwayVersion.objects.filter(pk=draft.pk).exists()


def test_issuer_and_address_stay_once_published(client, designer, issuer):
    pathway = make_pathway(issuer, [make_badge(issuer)], slug="first-name").pathway

    client.post(change(pathway), {"slug": "second-name", "issuer": make_issuer().pk})

    assert (changed(pathway).slug, pathway.issuer) == ("first-name", issuer)


def test_a_pathway_is_not_added_for_another_issuer(client, designer):
    form = {"issuer": make_issuer().pk, "slug": "stolen"}

    response = client.post(reverse("admin:pathways_pathway_add"), form)

    assert response.status_code == 422
    assert not Pathway.objects.filter(slug="stolen").exists()


def test_reviewers_look_and_take_no_step(client, issuer, draft):
    client.force_login(make_member(issuer, "reviewer"))

    assert step(draft.pathway, "publish") not in client.get(change(draft.pathway)).text
    assert client.post(step(draft.pathway, "publish")).status_code == 404
    assert client.get(reverse("admin:pathways_pathway_add")).status_code == 403
    assert client.post(change(draft), {"name": "Other"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_take_the_same_queries_for_any_length(
    client, issuer, rows, django_assert_num_queries
):
    client.force_login(make_member(issuer, "manager"))
    for _ in range(rows):
        version = make_pathway(issuer, [make_badge(issuer)])
        Enrolment.objects.create(
            learner=make_user("Mei Tan"), pathway=version.pathway, version=version
        )

    with django_assert_num_queries(7):
        response = client.get(reverse("admin:pathways_pathway_changelist"))
    assert response.text.count(">Offered<") == rows + 1  # the filter says it, too
    with django_assert_num_queries(6):
        response = client.get(reverse("admin:pathways_enrolment_changelist"))
    assert response.text.count("Mei Tan") == rows
