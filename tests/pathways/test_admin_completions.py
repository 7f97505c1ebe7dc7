"""Completed pathways in the admin: what is under review, and what managers decide."""

import pytest
from django.urls import reverse

from credentials import revoking
from credentials.models import Credential
from pathways import enrolling, evaluating
from pathways.models import Completion
from tests.factories import (
    make_badge,
    make_credential,
    make_issuer,
    make_member,
    make_user,
)
from tests.pathways.making import make_pathway

pytestmark = pytest.mark.django_db

LIST = "admin:pathways_completion_changelist"


@pytest.fixture
def issuer():
    return make_issuer()


@pytest.fixture
def version(issuer):
    return make_pathway(issuer, [make_badge(issuer, name="Interviewing")])


@pytest.fixture
def manager(client, issuer):
    user = make_member(issuer, "manager", full_name="Marta Reyes")
    client.force_login(user)
    return user


def complete(version, learner, *, lost=True):
    """A completion; with ``lost`` its only part was withdrawn since."""
    leaf = version.requirements.get(kind="badge")
    part = make_credential(leaf.achievement.current_version, learner)
    enrolling.enrol(version.pathway, learner=learner)
    evaluating.evaluate(learner.pk)
    if lost:
        by = make_member(version.pathway.issuer, "manager")
        revoking.revoke(part, reason=Credential.Reason.MISTAKE, by=by)
        evaluating.evaluate(learner.pk)
    return Completion.objects.get(learner=learner)


def change(completion):
    return reverse("admin:pathways_completion_change", args=[completion.pk])


def decide(name, *completions):
    address = reverse("admin:pathways_completion_decide", args=[name])
    return address + "?" + "&".join(f"id={each.pk}" for each in completions)


def test_the_first_page_says_what_waits_and_leads_there(client, manager, version):
    complete(version, make_user())
    complete(version, make_user(), lost=False)

    text = client.get(reverse("admin:index")).text

    assert "1 completed pathway is under review" in text
    assert f"{reverse(LIST)}?standing=review" in text
    assert "Nothing waits for you." not in text


def test_nothing_waits_when_all_parts_stand(client, manager, version):
    complete(version, make_user(), lost=False)

    text = client.get(reverse("admin:index")).text

    assert "under review" not in text
    assert "Nothing waits for you." in text


@pytest.mark.parametrize(
    ("standing", "names"),
    [("review", ["Ana Lost"]), ("met", ["Bo Met"]), ("withdrawn", ["Cy Gone"])],
)
def test_the_list_is_filtered_by_standing(client, manager, version, standing, names):
    complete(version, make_user("Ana Lost"))
    complete(version, make_user("Bo Met"), lost=False)
    gone = complete(version, make_user("Cy Gone"))
    client.post(decide("withdraw", gone), {"note": ""})

    shown = client.get(reverse(LIST), {"standing": standing}).context["cl"].result_list

    assert [each.learner.full_name for each in shown] == names


def test_the_page_shows_parts_as_they_stand_and_what_happened(client, manager, version):
    completion = complete(version, make_user("Mei Tan"))

    text = client.get(change(completion)).text

    for words in ["Mei Tan", "Interviewing", "Withdrawn", "A part no longer counts"]:
        assert words in text
    assert decide("keep", completion) in text


def test_a_manager_keeps_an_outcome_with_a_note(client, manager, version):
    completion = complete(version, make_user())

    asked = client.get(decide("keep", completion))
    assert completion.exit.outcome.name in asked.text
    response = client.post(decide("keep", completion), {"note": "Her rules held."})

    completion.refresh_from_db()
    assert response["Location"] == change(completion)
    assert (completion.standing, completion.credential.state) == ("kept", "active")
    event = completion.events.last()
    assert (event.kind, event.by, event.note) == ("kept", manager, "Her rules held.")
    assert "Her rules held." in client.get(change(completion)).text


def test_a_manager_withdraws_several_at_once(client, manager, version):
    both = [complete(version, make_user()) for _ in range(2)]
    chosen = {"action": "withdraw", "_selected_action": [each.pk for each in both]}

    asked = client.post(reverse(LIST), chosen)
    response = client.post(asked["Location"], {"note": ""}, follow=True)

    assert "Done for 2 credentials." in response.text
    states = Credential.objects.filter(completion__in=both).values_list(
        "state", "state_reason"
    )
    assert list(states) == [("revoked", "rules_no_longer_met")] * 2


def test_a_note_that_cannot_be_kept_is_refused(client, manager, version):
    completion = complete(version, make_user())

    response = client.post(decide("keep", completion), {"note": "Odd\u202ewords"})

    assert response.status_code == 422
    completion.refresh_from_db()
    assert completion.standing == "review"


def test_what_somebody_else_decided_first_stays(client, manager, version):
    completion = complete(version, make_user())
    client.post(decide("keep", completion), {"note": ""})

    response = client.post(decide("withdraw", completion), {"note": ""})

    assert response.status_code == 409
    assert "Nothing happens to these" in response.text
    assert Completion.objects.get().credential.state == "active"


def test_nobody_decides_about_their_own(client, issuer, manager, version):
    completion = complete(version, manager)

    assert decide("keep", completion) not in client.get(change(completion)).text
    assert client.post(decide("keep", completion), {"note": ""}).status_code == 409
    assert "under review" not in client.get(reverse("admin:index")).text


@pytest.mark.parametrize("role", ["reviewer", "designer", "foreign"])
def test_only_managers_of_the_issuer_decide(client, issuer, version, role):
    completion = complete(version, make_user("Mei Tan"))
    place = make_issuer() if role == "foreign" else issuer
    client.force_login(make_member(place, "manager" if role == "foreign" else role))

    assert client.get(decide("keep", completion)).status_code == 404
    assert client.post(decide("keep", completion), {}).status_code == 404
    shown = client.get(reverse(LIST))
    assert ("Mei Tan" in shown.text) is (role == "reviewer")
    if role == "reviewer":
        assert decide("keep", completion) not in client.get(change(completion)).text


@pytest.mark.parametrize("sent", ["x", "9" * 30, "1e3"])
def test_odd_rows_in_an_action_are_no_failure(client, manager, version, sent):
    complete(version, make_user())
    chosen = {"action": "withdraw", "_selected_action": [sent]}

    assert client.post(reverse(LIST), chosen).status_code == 302
    assert client.get(decide("keep") + f"id={sent}").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_length(
    client, manager, version, rows, django_assert_num_queries
):
    for _ in range(rows):
        complete(version, make_user(), lost=False)

    with django_assert_num_queries(6):
        response = client.get(reverse(LIST))
    assert len(response.context["cl"].result_list) == rows
    client.get(change(Completion.objects.first()))  # content types are looked up once
    with django_assert_num_queries(7):
        client.get(change(Completion.objects.first()))
