"""Two tabs, or two people, on one form: nobody overwrites what they have not seen."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from credentials import submitting
from credentials.models import IdempotencyKey, Submission
from tests.credentials.wizard import hidden, page, words
from tests.factories import (
    make_draft,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
)

pytestmark = pytest.mark.django_db


# The wizard


@pytest.mark.parametrize(
    ("name", "args", "field"),
    [
        ("about", [], "text"),
        ("help", [], "text"),
        ("name", [], "name"),
        ("evidence", [1], "text"),
    ],
)
@pytest.mark.parametrize("query", ["", "?from=check"])
def test_both_texts_are_shown_and_either_can_be_kept(
    own, learner, name, args, field, query
):
    draft = make_draft(learner=learner)
    here = page(name, draft, *args) + query
    seen = hidden(own.get(here), "seen")
    own.post(here, {field: "From the other tab.", "seen": seen})

    response = own.post(here, {field: "From <this> tab.", "seen": seen})

    assert response.status_code == 409
    assert "You saved another text in the meantime" in words(response)
    assert "From the other tab." in words(response)
    assert "From &lt;this&gt; tab.</textarea>" in response.text
    assert f'href="{here}"' in response.text
    assert f'action="{here}"' in response.text
    kept = own.post(here, {field: "From this tab.", "seen": hidden(response, "seen")})
    assert kept.status_code == 303
    assert "From this tab." in own.get(here).text


def test_the_button_that_adds_a_link_overwrites_no_text_either(own, learner):
    draft = make_draft(learner=learner)
    here = page("evidence", draft, 1)
    seen = hidden(own.get(here), "seen")
    own.post(here, {"text": "From the other tab.", "seen": seen})

    form = {"text": "From this tab.", "url": "https://lab.example/", "seen": seen}
    response = own.post(page("add_link", draft, 1), form)

    assert response.status_code == 409
    assert "From this tab.</textarea>" in response.text
    assert draft.evidence.get(kind="link").url == "https://lab.example/"
    assert draft.evidence.filter(text="From the other tab.").exists()


def test_a_box_for_an_item_that_another_tab_removed_is_said(own, learner):
    draft = make_draft(learner=learner)
    gone, stays = draft.evidence.all()
    submitting.remove(draft, gone)

    chosen = [str(gone.pk), str(stays.pk)]
    response = own.post(page("visibility", draft), {"public": chosen})

    assert response.status_code == 422
    assert "The list of your evidence changed. Choose again." in words(response)
    assert re.search(rf'value="{stays.pk}" checked', response.text)
    stays.refresh_from_db()
    assert not stays.is_public


# One key, two presses


def test_the_key_of_another_form_sends_nothing_and_pressing_again_does(own, learner):
    one, two = make_draft(learner=learner), make_draft(learner=learner)
    form = {"declared": "on", "idempotency_key": str(uuid4())}
    own.post(page("check", one), form)

    response = own.post(page("check", two), form)

    assert response.status_code == 422
    assert "This page was sent before with other words. Check it." in words(response)
    assert Submission.objects.get(pk=two.pk).status == "draft"
    fresh = hidden(response, "idempotency_key")
    assert fresh != form["idempotency_key"]
    again = own.post(page("check", two), {"declared": "on", "idempotency_key": fresh})
    assert again.url == page("sent", two)


@pytest.mark.parametrize("key", ["", "nonsense", "\x00", "9" * 5000])
def test_a_form_without_a_good_key_sends_nothing(own, learner, key):
    draft = make_draft(learner=learner)

    response = own.post(
        page("check", draft), {"declared": "on", "idempotency_key": key}
    )

    assert response.status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert Submission.objects.get(pk=draft.pk).status == "draft"


def test_pressing_an_old_form_after_the_decision_leads_where_the_first_led(
    own, learner
):
    sent = make_submission(learner=learner)
    key = str(uuid4())

    response = own.post(page("check", sent), {"declared": "on", "idempotency_key": key})

    assert response.status_code == 409
    assert "It was sent for review. Nothing was changed." in words(response)


# Two designers


@pytest.fixture
def issuer():
    return make_issuer()


@pytest.fixture
def designer(client, issuer):
    client.force_login(make_member(issuer, "manager"))
    return client


def fields(response) -> dict[str, str]:
    """Every field of the admin's form as a browser would send it back."""
    form = response.context["adminform"].form
    sets = [part.formset for part in response.context["inline_admin_formsets"]]
    forms = [form]
    for each in sets:
        forms += [each.management_form, *each.forms]
    return {
        field.html_name: str(field.value())
        for each in forms
        for field in each
        if field.value() not in (None, "") and field.value() is not False
    }


def test_two_designers_see_both_texts_of_a_badge_version(designer, issuer):
    draft = make_draft_version(issuer, promise="As it was.")
    address = reverse("admin:credentials_achievementversion_change", args=[draft.pk])
    seen = fields(designer.get(address))
    assert designer.post(address, seen | {"promise": "Ana’s words."}).status_code == 302

    response = designer.post(address, seen | {"promise": "Bram’s <words>."})

    assert response.status_code == 409
    said = "Somebody saved something else here in the meantime: “Ana’s words.”."
    assert said in response.text
    assert "Bram’s &lt;words&gt;.</textarea>" in response.text
    draft.refresh_from_db()
    assert draft.promise == "Ana’s words."
    again = designer.post(address, fields(response))
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.promise == "Bram’s <words>."


def test_two_designers_see_both_texts_of_a_criterion_in_its_row(designer, issuer):
    draft = make_draft_version(issuer)
    address = reverse("admin:credentials_achievementversion_change", args=[draft.pk])
    seen = fields(designer.get(address))
    designer.post(address, seen | {"criteria-0-title": "Ana’s title"})

    response = designer.post(address, seen | {"criteria-0-title": "Bram’s title"})

    assert response.status_code == 409
    assert "in the meantime: “Ana’s title”." in response.text
    assert fields(response)["criteria-0-title"] == "Bram’s title"
    assert draft.criteria.get(position=1).title == "Ana’s title"


def test_two_designers_see_both_texts_of_a_rubric_level(designer, issuer):
    criterion = make_draft_version(issuer).criteria.get(position=1)
    address = reverse("admin:credentials_criterion_change", args=[criterion.pk])
    seen = fields(designer.get(address)) | {"levels-1-is_required": "on"}
    first = designer.post(address, seen | {"levels-0-name": "Ana’s level"})
    assert first.status_code == 302

    response = designer.post(address, seen | {"levels-0-name": "Bram’s level"})

    assert response.status_code == 409
    assert "in the meantime: “Ana’s level”." in response.text
    assert criterion.levels.get(position=1).name == "Ana’s level"


def test_two_managers_see_both_texts_of_their_issuer(designer, issuer):
    address = reverse("admin:credentials_issuer_change", args=[issuer.pk])
    seen = fields(designer.get(address))
    designer.post(address, seen | {"description": "Ana’s words."})

    response = designer.post(address, seen | {"description": "Bram’s words."})

    assert response.status_code == 409
    assert "in the meantime: “Ana’s words.”." in response.text
    issuer.refresh_from_db()
    assert issuer.description == "Ana’s words."


def test_saving_the_same_words_as_somebody_else_is_no_clash(designer, issuer):
    draft = make_draft_version(issuer)
    address = reverse("admin:credentials_achievementversion_change", args=[draft.pk])
    seen = fields(designer.get(address)) | {"promise": "The same words."}

    assert designer.post(address, seen).status_code == 302
    assert designer.post(address, seen).status_code == 302


def test_a_criterion_that_somebody_removed_is_said_and_breaks_nothing(designer, issuer):
    draft = make_draft_version(issuer)
    address = reverse("admin:credentials_achievementversion_change", args=[draft.pk])
    seen = fields(designer.get(address))
    draft.criteria.get(position=2).delete()

    response = designer.post(address, seen | {"promise": "Kept words."})

    assert response.status_code == 422
    assert "Kept words.</textarea>" in response.text
