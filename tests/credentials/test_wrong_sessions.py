"""The session ends while somebody fills in the wizard: their words wait for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from credentials import limiting, submitting
from credentials.views.submitting.signed_out import KEPT_PER_HOUR
from tests.credentials.wizard import hidden, note, page, words
from tests.factories import make_draft, make_user

pytestmark = pytest.mark.django_db

LIVE = {"HX-Request": "true"}
TYPED = "Half an hour of <typing>."
AGAIN = "You were signed out. What you typed is here again. It is not saved yet."
LOG_IN = "/accounts/login/"


@pytest.fixture
def learner():
    return make_user("Mei Tan", password="long enough a password")


@pytest.fixture
def draft(learner):
    return make_draft(learner=learner)


def log_in(client, address: str):
    """Sign in by the form that the answer led to, and follow to where it leads."""
    assert address.startswith(f"{LOG_IN}?next=/submissions/")
    shown = client.get(address)
    assert "Sign in again: what you typed is kept." in shown.text
    form = {"login": "mei@example.org", "password": "long enough a password"}
    return client.post(address, form, follow=True)


@pytest.fixture
def mei(learner):
    learner.email = "mei@example.org"
    learner.save()
    learner.emailaddress_set.update(email="mei@example.org")
    return learner


STEPS = [
    ("about", [], "text"),
    ("help", [], "text"),
    ("name", [], "name"),
    ("evidence", [1], "text"),
    ("evidence", [2], "url"),
]


@pytest.mark.parametrize("query", ["", "?from=check"])
@pytest.mark.parametrize(("name", "args", "field"), STEPS)
def test_the_log_in_leads_back_to_the_step_with_the_text(
    client, draft, mei, name, args, field, query
):
    here = page(name, draft, *args) + query

    response = client.post(here, {field: TYPED})

    back = log_in(client, response.url)
    assert back.redirect_chain[-1][0] == here
    assert AGAIN in words(back)
    assert "Half an hour of &lt;typing&gt;." in back.text
    assert not draft.evidence.filter(text=TYPED).exists()
    saved = client.post(here, {field: "https://lab.example/now"})
    assert saved.status_code == 303
    assert AGAIN not in words(client.get(here))


def test_what_another_tab_saved_meanwhile_is_still_found_out(client, draft, mei):
    here = page("about", draft)
    client.force_login(mei)
    seen = hidden(client.get(here), "seen")
    submitting.save_text(draft, "about", "From the other tab.")
    client.logout()

    response = client.post(here, {"text": TYPED, "seen": seen})

    back = log_in(client, response.url)
    form = {"text": TYPED, "seen": hidden(back, "seen")}
    conflict = client.post(here, form)
    assert conflict.status_code == 409
    assert "From the other tab." in words(conflict)


def test_ticked_boxes_come_back(client, draft, mei):
    one, two = draft.evidence.all()
    here = page("visibility", draft)

    response = client.post(here, {"public": [str(two.pk)]})

    back = log_in(client, response.url)
    assert f'value="{two.pk}" checked' in back.text
    assert f'value="{one.pk}" checked' not in back.text
    assert not draft.evidence.filter(visibility="public").exists()


@pytest.mark.parametrize("name", ["add_file", "evidence"])
def test_of_a_file_the_text_beside_it_comes_back_and_the_file_is_asked_for(
    client, draft, mei, name
):
    form = {"file": note(), "text": TYPED}

    response = client.post(page(name, draft, 1), form)

    back = log_in(client, response.url)
    assert back.redirect_chain[-1][0] == page("evidence", draft, 1)
    assert "Your file was not kept. Select it again." in words(back)
    assert "Half an hour of &lt;typing&gt;.</textarea>" in back.text


@pytest.mark.parametrize("name", ["check", "withdraw", "delete"])
def test_a_page_without_words_leads_back_to_itself(client, draft, name):
    response = client.post(page(name, draft), {"declared": "on"})

    assert response.url == f"{LOG_IN}?next={page(name, draft)}"


def test_removing_an_item_leads_back_to_its_point(client, draft):
    address = page("remove_item", draft, draft.evidence.all()[0].pk)

    for position, here in [("2", page("evidence", draft, 2)), ("x", None)]:
        response = client.post(address, {"position": position})
        back = here or draft.get_absolute_url()
        assert response.url == f"{LOG_IN}?next={back}"


@pytest.mark.parametrize("name", ["add_file", "add_link", "preview"])
def test_htmx_is_sent_to_the_log_in_as_a_page_and_back_to_the_text(
    client, draft, mei, name
):
    here = page("evidence", draft, 1)
    to = reverse("markdown_preview") if name == "preview" else page(name, draft, 1)
    form = {"text": TYPED, "url": "lab.example"}
    form |= {"file": note()} if name == "add_file" else {}
    current = {"HX-Current-URL": f"https://cairn.example.org{here}?from=check"}

    response = client.post(to, form, headers=LIVE | current)

    assert response.status_code == 204
    log_in_page = response["HX-Redirect"]
    assert log_in_page == f"{LOG_IN}?next={here.replace('/', '%2F')}%3Ffrom%3Dcheck"
    client.force_login(mei)
    back = client.get(f"{here}?from=check")
    assert AGAIN in words(back)
    assert "Half an hour of &lt;typing&gt;.</textarea>" in back.text


@pytest.mark.parametrize("name", ["about", "help", "name", "visibility", "check"])
def test_htmx_on_any_step_is_sent_to_the_log_in(client, draft, name):
    here = page(name, draft)
    current = {"HX-Current-URL": f"https://cairn.example.org{here}"}

    response = client.post(here, {"text": TYPED}, headers=LIVE | current)

    assert response.status_code == 204
    assert response["HX-Redirect"] == f"{LOG_IN}?next={here.replace('/', '%2F')}"


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(client, draft):
    client.post(page("about", draft), {"text": TYPED})
    client.force_login(make_user())

    assert client.get(page("about", draft)).status_code == 404
    own = make_draft(learner=make_user())
    client.force_login(own.learner)
    assert "typing" not in client.get(page("about", own)).text


@pytest.mark.parametrize("many", ["characters", "forms"])
def test_what_is_not_kept_stands_on_the_page_to_be_copied(client, draft, many):
    text = TYPED
    if many == "characters":
        text += "x" * 30_000
    else:
        for _ in range(KEPT_PER_HOUR):
            limiting.hit("typed:127.0.0.0/24", limit=1, per=timedelta(hours=1))

    response = client.post(page("about", draft), {"text": text})

    assert response.status_code == 403
    assert "Half an hour of &lt;typing&gt;." in response.text
    assert f'href="{LOG_IN}?next={page("about", draft)}"' in response.text


def test_what_is_there_and_what_is_not_answer_alike(draft):
    address = page("about", draft)
    absent = address.replace(str(draft.pk), "00000000-0000-4000-8000-000000000000")

    there, not_there = (
        Client().post(path, {"text": TYPED}, secure=True) for path in (address, absent)
    )

    assert there.status_code == not_there.status_code == 302
    assert not_there["Location"] == there["Location"].replace(address, absent)
    assert set(there.cookies) == set(not_there.cookies)


def test_the_check_against_forged_forms_comes_first(draft):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(page("about", draft), {"text": TYPED})

    assert response.status_code == 403
    assert "typing" not in response.text
    assert "typed" not in strict.session
