"""What designers see of a draft before anybody else, and the picture beside a link."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from PIL import Image

from pathways import publishing
from pathways.models import Exit
from tests.factories import make_badge, make_draft_version, make_issuer, make_member
from tests.pathways.making import make_draft_pathway, make_outcome, make_pathway, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def designer(client, issuer):
    user = make_member(issuer, "designer")
    client.force_login(user)
    return user


def draft_page(version):
    pathway = version.pathway
    return reverse(
        "pathway_draft", args=[pathway.issuer.slug, pathway.slug, version.number]
    )


def words(response):
    body = response.content.decode().partition("<main")[2]
    return " ".join(strip_tags(body).split())


def test_a_draft_is_shown_as_visitors_will_see_it_and_says_so(client, issuer, designer):
    alpha = make_badge(issuer, name="Alpha", effort_hours=6)
    outcome = make_outcome(issuer, name="Ward leader")
    version = make_draft_pathway(issuer, [alpha], outcome=outcome, name="Ward lead")

    response = client.get(draft_page(version))
    seen = words(response)

    assert "Draft. This is how visitors will see it once it is published." in seen
    assert "Until then only designers of Northwind Institute see this page." in seen
    assert "1 step · about 6 hours" in seen
    assert "Ward leader" in seen
    assert "Draft – Ward lead – pathway" in response.text
    assert '<meta name="robots" content="noindex">' in response.text
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    for absent in ("og:image", "canonical", "Sign in to join", "published on", "CTDL"):
        assert absent not in response.text


def test_its_admin_page_leads_there_and_back(client, issuer, designer):
    version = make_draft_pathway(issuer, [make_badge(issuer)])
    address = draft_page(version)
    for name, row in (("pathway", version.pathway), ("pathwayversion", version)):
        page = client.get(reverse(f"admin:pathways_{name}_change", args=[row.pk]))
        assert f'href="{address}"' in page.text
    tree = reverse("admin:pathways_pathwayversion_tree", args=[version.pk])
    assert f'href="{tree}"' in client.get(address).text


def test_a_reviewer_is_not_led_there(client, issuer):
    version = make_draft_pathway(issuer, [make_badge(issuer)])
    client.force_login(make_member(issuer, "reviewer"))
    change = reverse("admin:pathways_pathway_change", args=[version.pathway_id])
    assert draft_page(version) not in client.get(change).text
    assert client.get(draft_page(version)).status_code == 404


def test_once_published_there_is_no_draft_any_more(client, issuer, designer):
    version = make_draft_pathway(issuer, [make_badge(issuer)])
    publishing.publish(version, by=designer)
    assert client.get(draft_page(version)).status_code == 404
    following = publishing.draft_next(version.pathway, by=designer)
    shown = words(client.get(draft_page(following)))
    assert "There is a newer version" not in shown
    assert "a newer version" not in shown


def test_an_unfinished_draft_is_shown_as_far_as_it_goes(client, issuer, designer):
    unpublished = make_draft_version(issuer, name="Not yet")
    version = make_draft_pathway(issuer, [unpublished], rule("all", title="Empty"))
    Exit.objects.filter(version=version).delete()

    seen = words(client.get(draft_page(version)))

    assert "No badge is chosen yet that the whole pathway gives." in seen
    assert "Empty" in seen


def test_what_if_works_on_a_draft_and_stays_there(client, issuer, designer):
    alpha, beta = (make_badge(issuer, name=name) for name in ("Alpha", "Beta"))
    version = make_draft_pathway(issuer, [alpha, beta])
    also = f"?also=badges/{issuer.slug}/{alpha.achievement.slug}"
    response = client.get(draft_page(version) + also)
    assert "if you also had Alpha" in words(response)
    assert f'action="{draft_page(version)}"' in response.text


def test_a_link_to_a_pathway_has_a_picture_of_what_it_ends_in(client, issuer):
    version = make_pathway(issuer, [make_badge(issuer)], name="UX Researcher")
    address = reverse("pathway_preview", args=[issuer.slug, version.pathway.slug])

    page = client.get(version.pathway.get_absolute_url()).text
    response = client.get(address)

    assert f'{address}?v={version.pk}">' in page
    assert 'content="UX Researcher, a pathway by Northwind Institute"' in page
    assert response["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(response.content)).size == (1200, 630)
    assert len(response.content) < 150_000
    known = {"If-None-Match": response["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    other = make_pathway(issuer, [make_badge(issuer)], name="Another name")
    another = reverse("pathway_preview", args=[issuer.slug, other.pathway.slug])
    assert client.get(another).content != response.content
