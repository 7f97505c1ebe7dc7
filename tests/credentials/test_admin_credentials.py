"""Withdrawing, pausing and reinstating in the admin."""

import pytest
from django.urls import reverse

from credentials import revoking, verifying
from credentials.models import Credential
from tests.factories import make_badge, make_credential, make_member

pytestmark = pytest.mark.django_db

LIST = "admin:credentials_credential_changelist"


@pytest.fixture
def credential():
    return make_credential(make_badge(name="Interviewing"))


@pytest.fixture
def manager(client, credential):
    user = make_member(credential.issuer, "manager", full_name="Bram Visser")
    client.force_login(user)
    return user


def page_of(credential):
    return reverse("admin:credentials_credential_change", args=[credential.pk])


def question(name, *credentials):
    address = reverse("admin:credentials_credential_state", args=[name])
    return address + "?" + "&".join(f"id={row.pk}" for row in credentials)


def test_the_action_on_the_page_asks_before_it_acts(client, credential, manager):
    form = {
        "CHANGE_FORM-action": "withdraw",
        "_selected_action": str(credential.pk),
        "index": "0",
    }

    response = client.post(page_of(credential), form)

    assert response["Location"] == question("withdraw", credential)
    credential.refresh_from_db()
    assert credential.state == "active"
    asked = client.get(response["Location"])
    assert "a withdrawn credential never comes back" in asked.text
    assert credential.recipient_name in asked.text


def test_the_action_on_the_list_asks_for_all_chosen(client, credential, manager):
    second = make_credential(credential.version)
    chosen = [str(second.pk), str(credential.pk)]

    response = client.post(
        reverse(LIST), {"action": "pause", "_selected_action": chosen, "index": "0"}
    )

    asked = client.get(response["Location"]).text
    assert credential.recipient_name in asked
    assert second.recipient_name in asked


@pytest.mark.parametrize(
    ("name", "before", "after", "verdict"),
    [
        ("withdraw", None, "revoked", verifying.Verdict.REVOKED),
        ("pause", None, "suspended", verifying.Verdict.SUSPENDED),
        ("reinstate", "suspend", "active", verifying.Verdict.GENUINE),
    ],
)
def test_a_reason_changes_the_state_everywhere(
    client, credential, manager, name, before, after, verdict
):
    if before:
        revoking.suspend(credential, reason=Credential.Reason.BEING_CHECKED, by=manager)

    client.post(
        question(name, credential), {"reason": "other", "note": "A report came in."}
    )

    credential.refresh_from_db()
    assert credential.state == after
    assert verifying.status_of(credential).verdict == verdict
    event = credential.events.last()
    assert (event.by, event.reason, event.note) == (
        manager,
        "other",
        "A report came in.",
    )
    assert "A report came in." in client.get(page_of(credential)).text


def test_without_a_reason_nothing_happens(client, credential, manager):
    response = client.post(question("withdraw", credential), {"note": "Kept words."})

    assert response.status_code == 422
    assert response.text.count("Choose the reason.") == 2
    assert "Kept words." in response.text
    credential.refresh_from_db()
    assert credential.state == "active"


def test_what_cannot_change_is_left_out_and_named(client, credential, manager):
    second = make_credential(credential.version)
    revoking.revoke(second, reason=Credential.Reason.MISTAKE, by=manager)
    both = question("withdraw", credential, second)

    asked = client.get(both).text
    client.post(both, {"reason": "other"})

    assert "Nothing happens to these" in asked
    credential.refresh_from_db()
    assert credential.state == "revoked"
    assert second.events.count() == 2  # issued, withdrawn once


def test_somebody_who_was_faster_is_reported(client, credential, manager, monkeypatch):
    def beaten(*_args, **_kwargs):
        raise revoking.StateChanged

    step = revoking_step("withdraw")
    monkeypatch.setitem(
        steps(), "withdraw", type(step)(**{**fields(step), "do": beaten})
    )

    response = client.post(
        question("withdraw", credential), {"reason": "other"}, follow=True
    )

    assert "somebody was faster" in response.text


def steps():
    from credentials.admin import credentials as page

    return page.STEPS


def revoking_step(name):
    return steps()[name]


def fields(step):
    return {name: getattr(step, name) for name in type(step).__dataclass_fields__}


def test_the_page_offers_what_the_state_allows(client, credential, manager):
    active = client.get(page_of(credential)).text
    revoking.suspend(credential, reason=Credential.Reason.OTHER, by=manager)
    paused = client.get(page_of(credential)).text
    revoking.revoke(credential, reason=Credential.Reason.OTHER, by=manager)
    withdrawn = client.get(page_of(credential)).text

    assert ('value="pause"' in active, 'value="reinstate"' in active) == (True, False)
    assert ('value="pause"' in paused, 'value="reinstate"' in paused) == (False, True)
    assert 'value="withdraw"' not in withdrawn


def test_reviewers_look_and_managers_act(client, credential):
    client.force_login(make_member(credential.issuer, "reviewer"))

    assert "Withdraw" not in client.get(page_of(credential)).text
    assert client.get(question("withdraw", credential)).status_code == 404
    client.post(question("withdraw", credential), {"reason": "other"})
    credential.refresh_from_db()
    assert credential.state == "active"


def test_nobody_changes_the_state_of_their_own(client, credential, manager):
    own = make_credential(credential.version, manager)

    asked = client.get(question("withdraw", own)).text
    client.post(question("withdraw", own), {"reason": "other"})

    assert "or they are your own" in asked
    own.refresh_from_db()
    assert own.state == "active"


def test_nothing_of_a_credential_can_be_edited(client, credential, manager):
    text = client.get(page_of(credential)).text
    response = client.post(page_of(credential), {"title": "Other", "_save": "Save"})

    assert 'name="title"' not in text
    assert 'name="_save"' not in text
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("words", "found"), [("olga", True), ("Interview", True), ("nobody", False)]
)
def test_credentials_are_found_by_name_and_title(
    client, credential, manager, words, found
):
    other = make_credential(credential.version, visibility="private")
    person = other.recipient_name
    query = person if words == "olga" else words

    text = client.get(reverse(LIST), {"q": query}).text

    assert (f"<bdi>{person}</bdi>" in text) is found


def test_states_filter_the_list(client, credential, manager):
    ended = make_credential(credential.version, days_ago=900)
    revoking.suspend(credential, reason=Credential.Reason.OTHER, by=manager)
    wanted = {"in_force": [], "ended": [ended], "suspended": [credential]}

    for state, rows in wanted.items():
        text = client.get(reverse(LIST), {"state": state}).text
        shown = {row for row in [ended, credential] if str(row.pk) in text}
        assert shown == set(rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_length(
    client, credential, manager, rows, django_assert_num_queries
):
    for _ in range(rows - 1):
        make_credential(credential.version)

    with django_assert_num_queries(5):
        response = client.get(reverse(LIST))

    assert response.text.count('class="action-select"') == rows
