"""Words that hide something, or are too long, in every field that takes words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from credentials.models import Submission
from tests.credentials.wizard import page, words
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

#: 200 characters that are kept as they are, and what is one too many.
NAMES = {
    "Latin": "Ñuñez-Å" * 28 + "Zoë!",
    "Greek": "Αγγελική " * 22 + "Αθ",
    "Arabic": "محمدعبدالله" * 18 + "نو",
    "Devanagari": "अनुष्का" * 28 + "देवी",
    "Han": "王小明" * 66 + "陈美",
}


@dataclass(frozen=True)
class Place:
    """A field on a page: who fills it in, and what else the form says."""

    who: str
    address: str
    field: str
    form: dict[str, Any]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Somebody, something of theirs, and staff: made once for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        issuer = make_issuer()
        learner = make_user("Mei Tan")
        yield {
            "issuer": issuer,
            "learner": learner,
            "manager": make_member(issuer, "manager"),
            "draft": make_draft(learner=learner),
            "waiting": make_submission(make_badge(issuer)),
            "version": make_draft_version(issuer),
            "credential": make_credential(),
        }
        transaction.set_rollback(True)


def places(world) -> dict[str, Place]:
    return (
        places_of_visitors(world) | places_of_learners(world) | places_of_staff(world)
    )


def places_of_visitors(world) -> dict[str, Place]:
    report = reverse("report", args=[world["credential"].token])
    sign_up = {"email": "new@example.org", "password1": "long enough a password"}
    return {
        "sign-up name": Place("", "/accounts/signup/", "full_name", sign_up),
        "report": Place("", report, "message", {}),
        "report e-mail": Place("", report, "reply_to", {"message": "Look."}),
    }


def places_of_learners(world) -> dict[str, Place]:
    me, draft = "learner", world["draft"]
    own = {"handle": world["learner"].profile.handle, "full_name": "Mei Tan"}
    return {
        "about": Place(me, page("about", draft), "text", {}),
        "help": Place(me, page("help", draft), "text", {}),
        "name": Place(me, page("name", draft), "name", {}),
        "evidence text": Place(me, page("evidence", draft, 1), "text", {}),
        "evidence link": Place(me, page("add_link", draft, 1), "url", {}),
        "own name": Place(me, "/me/profile/head/", "full_name", own),
        "own handle": Place(me, "/me/profile/page/", "handle", own),
        "own headline": Place(me, "/me/profile/head/", "headline", own),
        "own place": Place(me, "/me/profile/head/", "place", own),
        "own languages": Place(me, "/me/profile/head/", "languages", own),
        "own words": Place(me, "/me/profile/words/", "own_words", own),
        "own about": Place(me, "/me/profile/about/", "text", own),
    }


def places_of_staff(world) -> dict[str, Place]:
    staff, admin = "manager", "/admin/credentials"
    issuer_page = f"{admin}/issuer/{world['issuer'].pk}/change/"
    return {
        "issuer name": Place(staff, issuer_page, "name", {}),
        "issuer words": Place(staff, issuer_page, "description", {}),
        "signer": Place(staff, issuer_page, "signer_name", {}),
        "skill": Place(staff, f"{admin}/skill/add/", "name", {}),
        "badge address": Place(staff, f"{admin}/achievement/add/", "slug", {}),
        **places_of_a_review(staff, world["waiting"]),
        **places_of_a_badge(staff, world["version"]),
    }


def places_of_a_review(staff, waiting) -> dict[str, Place]:
    review = reverse("admin:credentials_submission_review", args=[waiting.pk])
    asked = waiting.version.criteria.get(position=1)
    decision = {
        "round": "1",
        "idempotency_key": str(uuid.uuid4()),
        "decision": "return",
    }
    return {
        "review comment": Place(staff, review, "comment", decision),
        "review staff note": Place(staff, review, "staff_note", decision),
        "review reason": Place(staff, review, "override_reason", decision),
        "review note": Place(staff, review, f"note-{asked.pk}", decision),
    }


def places_of_a_badge(staff, version) -> dict[str, Place]:
    criterion = version.criteria.get(position=1)
    version_page = reverse(
        "admin:credentials_achievementversion_change", args=[version.pk]
    )
    criterion_page = reverse("admin:credentials_criterion_change", args=[criterion.pk])
    rows = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1"}
    parts = {f"criteria-{name}": value for name, value in rows.items()}
    parts |= {"criteria-0-id": str(criterion.pk), "criteria-0-version": str(version.pk)}
    parts |= {f"skill_levels-{name}": "0" for name in rows}
    levels = {f"levels-{name}": "0" for name in rows}
    return {
        "badge name": Place(staff, version_page, "name", parts),
        "badge promise": Place(staff, version_page, "promise", parts),
        "criterion row": Place(staff, version_page, "criteria-0-title", parts),
        "criterion": Place(staff, criterion_page, "statement", levels),
    }


@pytest.fixture
def send(client, world):
    """Send one form with this value in this field."""

    def sent(where: str, value: str):
        place = places(world)[where]
        if place.who:
            client.force_login(world[place.who])
        members = {"members-TOTAL_FORMS": "0", "members-INITIAL_FORMS": "0"}
        form = members | place.form | {place.field: value}
        return client.post(place.address, form)

    return sent


WHERE = [
    "about",
    "help",
    "name",
    "evidence text",
    "evidence link",
    "sign-up name",
    "own name",
    "own headline",
    "own place",
    "own words",
    "own languages",
    "own about",
    "report",
    "review comment",
    "review staff note",
    "review reason",
    "review note",
    "issuer name",
    "issuer words",
    "signer",
    "badge name",
    "badge promise",
    "criterion row",
    "criterion",
    "skill",
]
ODD_RULES = ["own handle", "report e-mail", "badge address"]
HIDDEN = {"NUL": ("\x00", "U+0000"), "override": ("\u202e", "U+202E")}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_hidden_character_is_named_and_the_words_stay(send, where, hidden):
    character, name = HIDDEN[hidden]
    before = "https://lab.example/" if where == "evidence link" else "Words before"

    response = send(where, f"{before}{character}after")

    assert response.status_code == 422
    said = f"The text contains a hidden character ({name}). Type it again instead of "
    assert said in response.text
    assert f"{before}{character}after" in response.text  # the field keeps its answer


@pytest.mark.parametrize("where", ODD_RULES)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_fields_with_rules_of_their_own_refuse_it_too(send, where, hidden):
    response = send(where, f"abc{HIDDEN[hidden][0]}def")

    assert response.status_code == 422
    assert f"abc{HIDDEN[hidden][0]}def" in response.text


@pytest.mark.parametrize("where", WHERE)
def test_bytes_that_are_no_text_break_nothing(client, world, where):
    """Half a surrogate pair cannot be written in UTF-8: its bytes are replaced."""
    place = places(world)[where]
    if place.who:
        client.force_login(world[place.who])

    with transaction.atomic():
        response = client.generic(
            "POST",
            place.address,
            f"{place.field}=a%ED%A0%80b%FF".encode(),
            content_type="application/x-www-form-urlencoded",
        )
        transaction.set_rollback(True)

    assert response.status_code in (302, 303, 400, 422)


@pytest.mark.parametrize("where", WHERE)
def test_too_many_characters_are_counted_in_the_sentence(send, where):
    response = send(where, "x" * 90_000)

    assert response.status_code == 422
    assert " characters or fewer." in response.text


# Names of 200 characters


NAMED = ["name", "sign-up name", "own name"]


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("where", NAMED)
def test_a_name_of_201_characters_is_refused_and_kept_in_its_field(send, where, script):
    assert len(NAMES[script]) == 200

    response = send(where, NAMES[script] + "a")

    assert response.status_code == 422
    assert "Use 200 characters or fewer." in response.text
    assert NAMES[script] + "a" in response.text


@pytest.mark.parametrize("script", NAMES)
def test_a_name_of_200_characters_is_accepted_and_shown_whole(
    client, send, world, script
):
    name, draft = NAMES[script], world["draft"]

    assert send("name", name).status_code == 303
    assert send("own name", name).status_code == 303

    assert Submission.objects.get(pk=draft.pk).name_on_credential == name
    assert name in words(client.get(page("check", draft)))
    assert name in client.get("/me/profile/head/").text


def test_a_long_name_stands_whole_on_credential_and_profile(client):
    for name in (NAMES["Arabic"], NAMES["Latin"]):
        holder = make_user(name)
        credential = make_credential(holder=holder, visibility="public")

        assert name in words(client.get(credential.get_absolute_url()))
        assert name in credential.document


def test_a_text_whose_mark_of_before_is_broken_replaces_nothing(own, learner):
    draft = make_draft(learner=learner, complete=False)
    address = reverse("submission_evidence", args=[draft.pk, 1])
    response = own.post(address, {"text": "New words", "seen": "a\x00b"})
    assert response.status_code == 422
    assert "New words" in response.content.decode()
    assert not draft.evidence.exists()
