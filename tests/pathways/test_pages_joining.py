"""Joining, leaving and moving by their pages; comparing two pathways."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from pathways import enrolling, evaluating, publishing
from pathways.models import Enrolment
from pathways.views import listing
from tests.factories import make_badge, make_credential, make_issuer, make_user
from tests.factories import make_member as member
from tests.pathways.making import make_draft_pathway, make_pathway, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def learner(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def address(version, what: str) -> str:
    pathway = version.pathway
    return reverse(f"pathway_{what}", args=[pathway.issuer.slug, pathway.slug])


def words(response) -> str:
    body = response.content.decode().partition("<main")[2]
    return " ".join(strip_tags(body).split())


def publish_next(version, **fields):
    """A newer version that says the same, with other fields."""
    by = member(version.pathway.issuer, "designer")
    draft = publishing.draft_next(version.pathway, by=by)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save()
    return publishing.publish(draft, by=by)


def test_a_visitor_is_led_to_the_log_in_and_back(client, issuer):
    version = make_pathway(issuer)
    response = client.get(address(version, "join"))
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={address(version, 'join')}")


def test_joining_asks_first_and_then_leads_to_the_map(client, issuer, learner):
    version = make_pathway(issuer, name="UX Researcher")
    asked = client.get(address(version, "join"))
    assert "Join UX Researcher" in words(asked)
    assert not Enrolment.objects.exists()
    done = client.post(address(version, "join"))
    assert done.status_code == 303
    assert done["Location"] == version.pathway.get_absolute_url()
    assert Enrolment.objects.get().learner == learner
    seen = words(client.get(done["Location"]))
    assert "You are on this pathway now." in seen
    assert "You are here" in seen


def test_joining_twice_is_joining_once(client, issuer, learner):
    version = make_pathway(issuer)
    for _press in range(2):
        assert client.post(address(version, "join")).status_code == 303
    assert Enrolment.objects.filter(learner=learner).count() == 1
    assert client.get(address(version, "join")).status_code == 303


def test_a_retired_pathway_refuses_in_words(client, issuer, learner):
    version = make_pathway(issuer)
    publishing.retire(version.pathway, by=member(issuer, "designer"))
    response = client.post(address(version, "join"))
    assert response.status_code == 409
    assert "Nobody can join it since" in words(response)
    assert not Enrolment.objects.exists()


def test_leaving_asks_first_and_can_be_undone(client, issuer, learner):
    version = make_pathway(issuer)
    enrolling.enrol(version.pathway, learner=learner)
    assert "Leave this pathway" in words(client.get(address(version, "leave")))
    assert Enrolment.objects.get().left_at is None
    done = client.post(address(version, "leave"), follow=True)
    assert Enrolment.objects.get().left_at is not None
    assert "You left this pathway. Your badges stay yours. Join again" in words(done)
    client.post(address(version, "join"))
    assert Enrolment.objects.filter(left_at=None).count() == 1


@pytest.mark.parametrize("what", ["leave", "move"])
def test_who_is_not_on_it_finds_nothing_to_leave_or_move(client, issuer, learner, what):
    version = make_pathway(issuer)
    assert client.get(address(version, what)).status_code == 404


@pytest.mark.parametrize("what", ["leave", "move"])
def test_who_left_in_another_tab_is_led_to_the_map(client, issuer, learner, what):
    version = make_pathway(issuer)
    enrolling.enrol(version.pathway, learner=learner)
    publish_next(version)
    enrolling.leave(version.pathway, learner=learner)
    done = client.post(address(version, what))
    assert done.status_code == 303
    assert done["Location"] == version.pathway.get_absolute_url()


@pytest.mark.parametrize("what", ["join", "leave", "move"])
def test_a_draft_is_not_there(client, issuer, learner, what):
    draft = make_draft_pathway(issuer)
    assert client.get(address(draft, what)).status_code == 404
    assert client.post(address(draft, what)).status_code == 404


def test_the_newer_version_is_compared_before_moving(client, issuer, learner):
    kept, dropped = make_badge(issuer, name="Kept"), make_badge(issuer, name="Dropped")
    version = make_pathway(issuer, [kept, dropped])
    enrolling.enrol(version.pathway, learner=learner)
    make_credential(kept, learner)
    added = make_badge(issuer, name="Added", effort_hours=9)
    newer = make_draft_pathway(
        issuer,
        rule("at_least", kept, added, make_badge(issuer), title="Stage 1", count=2),
        pathway=version.pathway,
    )
    publishing.publish(newer, by=member(issuer, "designer"))
    seen = words(client.get(address(version, "move")))
    new, rest = seen.split("What changes")[1].split("No longer part of it")
    assert "Added" in new
    assert "Kept" not in seen.split("What changes")[1]
    gone, changed = rest.split("Different")
    assert "Dropped" in gone
    assert "Stage 1: “Both of these” becomes “Any 2 of these 3”" in changed
    assert seen.count("1 of 2 steps · 1 to go") == 2
    moved = client.post(address(version, "move"), follow=True)
    assert "You are on version 2 now." in words(moved)
    assert Enrolment.objects.get().version_id == newer.pk
    assert client.get(address(version, "move")).status_code == 303


def test_who_completed_their_version_stays_on_it(client, issuer, learner):
    badge = make_badge(issuer)
    version = make_pathway(issuer, [badge])
    make_credential(badge, learner)
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    publish_next(version, name="Newer")
    response = client.post(address(version, "move"))
    assert response.status_code == 409
    assert "there is nothing to move for" in words(response)
    assert Enrolment.objects.get().version_id == version.pk


def test_moving_costs_few_queries(
    client, issuer, learner, django_assert_max_num_queries
):
    version = make_pathway(issuer, [make_badge(issuer) for _ in range(4)])
    enrolling.enrol(version.pathway, learner=learner)
    publish_next(version)
    client.get(address(version, "move"))
    with django_assert_max_num_queries(12):
        assert client.get(address(version, "move")).status_code == 200


def comparison(first, second) -> str:
    """The address that compares two pathways."""
    query = "&".join(
        f"{name}={each.pathway.issuer.slug}/{each.pathway.slug}"
        for name, each in (("a", first), ("b", second))
    )
    return f"{reverse('pathways_compare')}?{query}"


def rows(response) -> list[str]:
    body = response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    lines = body.replace("<", " <").split("</tr>")[:-1]
    return [" ".join(strip_tags(line).split()) for line in lines]


def test_two_pathways_are_compared_by_what_each_asks_for(client, issuer, learner):
    both, mine = make_badge(issuer, name="Both"), make_badge(issuer, name="Mine")
    first = make_pathway(issuer, [both, mine], name="First way")
    second = make_pathway(
        issuer, rule("at_least", both, make_badge(issuer, name="New"), count=1)
    )
    make_credential(mine, learner)
    response = client.get(comparison(first, second))
    assert rows(response) == [
        "Both Needed One of several",
        "Mine You hold it Needed Not part of it",
        "New Not part of it One of several",
    ]
    assert "You hold 1 of 2 steps" in words(response)


def test_comparing_asks_for_two_different_ones(client, issuer):
    version = make_pathway(issuer)
    make_pathway(issuer)
    assert client.get(reverse("pathways_compare")).status_code == 200
    same = client.get(comparison(version, version))
    assert same.status_code == 422
    assert "Choose two different pathways." in words(same)
    assert "<title>Error: " in same.content.decode()
    assert client.get("/pathways/compare/?a=x/y&b=%00").status_code == 422


@pytest.mark.parametrize("more", [0, 4])
def test_the_list_and_the_comparison_take_the_same_queries(
    client, issuer, learner, django_assert_num_queries, more
):
    first, second = make_pathway(issuer), make_pathway(issuer)
    for _ in range(more):
        make_pathway(issuer)
    enrolling.enrol(first.pathway, learner=learner)
    client.get("/pathways/")
    # session, user, count, versions, holdings, trees in three
    with django_assert_num_queries(8):
        client.get("/pathways/")
    address = comparison(first, second)
    # session, user, names, versions, holdings, trees in three
    with django_assert_num_queries(8):
        assert "What each asks for" in words(client.get(address))
    # nothing is worked out before somebody asks: session, user, names
    with django_assert_num_queries(3):
        assert "Compare" in words(client.get(reverse("pathways_compare")))
    client.logout()
    with django_assert_num_queries(5):
        client.get("/pathways/")


def test_the_list_has_pages(client, issuer, learner, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    made = [make_pathway(issuer, name=f"Way {letter}") for letter in "abcde"]
    enrolling.enrol(made[4].pathway, learner=learner)

    def shown(address):
        page = client.get(address).content.decode()
        names = re.findall(r">Way (\w)</bdi></a></h2>", page)
        return "".join(names), set(re.findall(r'rel="(prev|next)"', page))

    assert shown("/pathways/") == ("ea", {"next"})
    assert shown("/pathways/?page=2") == ("bc", {"prev", "next"})
    assert shown("/pathways/?page=3") == ("d", {"prev"})
    assert shown("/pathways/?page=99") == ("d", {"prev"})
    assert shown("/pathways/?page=x") == ("ea", {"next"})
    assert "<title>Pathways, page 2" in client.get("/pathways/?page=2").text


def test_on_an_older_version_a_pathway_is_listed_once(client, issuer, learner):
    version = make_pathway(issuer, name="Old name")
    enrolling.enrol(version.pathway, learner=learner)
    publish_next(version, name="New name")
    seen = words(client.get("/pathways/"))
    assert "Old name" in seen
    assert "New name" not in seen
    client.logout()
    seen = words(client.get("/pathways/"))
    assert "New name" in seen
    assert "Old name" not in seen


def test_a_badge_and_a_pathway_of_one_name_are_told_apart(client, issuer, learner):
    inner = make_pathway(issuer, name="Care", slug="care")
    alike = make_badge(issuer, name="Care", slug="care")
    first = make_pathway(issuer, [inner, alike], name="First way")
    second = make_pathway(issuer, [alike], name="Second way")
    assert rows(client.get(comparison(first, second))) == [
        "The pathway Care Needed Not part of it",
        "Care Needed Needed",
    ]
    page = words(client.get(first.pathway.get_absolute_url()))
    assert "The pathway Care Care Show" in page
    also = f"?also=pathways/{issuer.slug}/care"
    body = client.get(first.pathway.get_absolute_url() + also).text
    checked = re.findall(r'value="([^"]+)" id="also-\d+" checked', body)
    assert checked == [f"pathways/{issuer.slug}/care"]


def test_one_step_is_no_steps(client, issuer, learner):
    badge = make_badge(issuer)
    version = make_pathway(issuer, [badge])
    assert "0 of 1 step · 1 to go" in words(
        client.get(version.pathway.get_absolute_url())
    )
    make_credential(badge, learner)
    assert "You hold 1 of 1 step ·" in words(client.get("/pathways/"))
    enrolling.enrol(version.pathway, learner=learner)
    assert "1 of 1 step " in words(client.get("/pathways/"))


def test_the_list_shows_own_progress_first_and_says_when_it_is_empty(
    client, issuer, learner
):
    assert "Pathways will lie here. There is none yet." in words(
        client.get("/pathways/")
    )
    make_pathway(issuer, name="Another way")
    badges = [make_badge(issuer) for _ in range(2)]
    mine = make_pathway(issuer, badges, name="Zigzag")
    make_credential(badges[0], learner)
    enrolling.enrol(mine.pathway, learner=learner)
    seen = words(client.get("/pathways/"))
    assert seen.index("Zigzag") < seen.index("Another way")
    assert "In progress" in seen
    assert "1 of 2 steps · 1 to go" in seen
