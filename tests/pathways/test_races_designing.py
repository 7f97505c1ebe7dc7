"""Two designers at the same instant, and a manager who loses the role: in words."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from credentials.admin import offering
from credentials.models import IssuerMember
from pathways import completing, drafts, publishing
from pathways.admin import completions, tree_page
from pathways.models import Pathway, PathwayVersion
from tests.credentials.racing import at_once, meanwhile
from tests.credentials.test_admin_badges import values_of
from tests.factories import make_badge, make_issuer, make_member, make_user
from tests.pathways.making import make_draft_pathway
from tests.pathways.stacks import change, complete, make_stack, part_of
from tests.pathways.test_admin_tree import filled, page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issuer():
    return make_issuer()


@pytest.fixture
def designer(client, issuer):
    user = make_member(issuer, "designer")
    client.force_login(user)
    return user


def step(pathway, name):
    return reverse("admin:pathways_pathway_step", args=[pathway.pk, name])


def test_publishing_while_the_question_is_drawn_is_said(
    client, issuer, designer, monkeypatch
):
    draft = make_draft_pathway(issuer, [make_badge(issuer)])
    address = step(draft.pathway, "publish")
    meanwhile(
        monkeypatch,
        offering,
        "draft_of",
        lambda: publishing.publish(draft, by=designer),
    )

    response = client.get(address)

    assert response.status_code == 409
    assert "Somebody did that already." in response.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_step_that_there_is_not_is_not_found(client, issuer, designer, method):
    draft = make_draft_pathway(issuer, [make_badge(issuer)])
    response = getattr(client, method)(step(draft.pathway, "explode"))
    assert response.status_code == 404


def test_who_is_no_designer_any_more_takes_no_step(
    client, issuer, designer, monkeypatch
):
    draft = make_draft_pathway(issuer, [make_badge(issuer)])
    meanwhile(
        monkeypatch,
        offering,
        "draft_of",
        lambda: IssuerMember.objects.filter(user=designer).delete(),
    )

    response = client.post(step(draft.pathway, "publish"))

    assert response.status_code == 404
    assert Pathway.objects.get().current_version is None


def publish_first(monkeypatch, designer):
    """Somebody publishes after the version was found, before its rules are read."""
    draft = PathwayVersion.objects.get()
    meanwhile(
        monkeypatch,
        tree_page,
        "preview",
        lambda: publishing.publish(draft, by=designer),
    )


def test_a_preview_during_publication_says_that_it_came_too_late(
    client, issuer, designer, monkeypatch
):
    draft = make_draft_pathway(issuer, [make_badge(issuer)])
    stage = draft.requirements.get(title="Stage 1")
    form = filled(client.get(page(draft, node=stage.pk)))
    publish_first(monkeypatch, designer)

    response = client.post(page(draft, of="preview", node=stage.pk), form)

    assert response.status_code == 409
    assert "Somebody published this version." in response.text


def test_without_the_lock_a_preview_would_fail(client, issuer, designer, monkeypatch):
    draft = make_draft_pathway(issuer, [make_badge(issuer)])
    stage = draft.requirements.get(title="Stage 1")
    form = filled(client.get(page(draft, node=stage.pk)))
    publish_first(monkeypatch, designer)
    monkeypatch.setattr(tree_page, "_locked", drafts.read)
    client.raise_request_exception = False

    response = client.post(page(draft, of="preview", node=stage.pk), form)

    assert response.status_code == 500


def write_first(pathway, designer):
    """Press *Save* on the form of a first version."""
    client = Client()
    client.force_login(designer)
    address = reverse("admin:pathways_pathwayversion_add") + f"?pathway={pathway.pk}"
    form = values_of(client.get(address)) | {"name": "First", "promise": "Leads wards."}

    def press():
        return client.post(address, form)

    return press


def test_of_two_first_versions_one_is_written_and_the_other_is_told(issuer, designer):
    pathway = Pathway.objects.create(issuer=issuer, slug="ward-lead")
    presses = [write_first(pathway, designer) for _ in range(2)]

    codes = {answer.status_code: answer for answer in at_once(*presses)}

    assert sorted(codes) == [302, 409]
    assert "Somebody wrote the first version before you." in codes[409].text
    assert pathway.versions.get().name == "First"


def test_who_is_no_manager_any_more_decides_nothing(client, issuer, monkeypatch):
    version = make_stack(1, when_lost="review")
    completion = complete(version, make_user())
    issuer = version.pathway.issuer
    change("suspend", part_of(completion), make_member(issuer, "manager"))
    manager = make_member(issuer, "manager")
    client.force_login(manager)
    meanwhile(
        monkeypatch,
        completing,
        "_begin_to_decide",
        lambda: IssuerMember.objects.filter(user=manager).delete(),
    )
    address = reverse("admin:pathways_completion_decide", args=["keep"])

    response = client.post(f"{address}?id={completion.pk}", {"note": ""})

    assert response.status_code == 404
    completion.refresh_from_db()
    assert completion.standing == "review"
    assert completions.DECISIONS["keep"].do is completing.keep
