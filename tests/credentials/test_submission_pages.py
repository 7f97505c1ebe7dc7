"""The learner's pages, walked without JavaScript."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from credentials import publishing
from credentials.models import Evidence, Submission
from tests.credentials.wizard import hidden, note, page, words
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_member,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


# Starting


def test_a_visitor_signs_in_and_comes_back_to_the_start(client):
    badge = make_badge().achievement
    address = reverse("start", args=[badge.issuer.slug, badge.slug])

    response = client.get(address)

    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={address}"


def test_the_start_page_says_what_it_takes_and_begins_a_draft(own, learner):
    version = make_badge()
    badge = version.achievement
    address = reverse("start", args=[badge.issuer.slug, badge.slug])

    shown = own.get(address)
    assert "About 6 hours of work" in words(shown)
    assert "A report or a link" in words(shown)
    assert Submission.objects.count() == 0

    response = own.post(address)
    begun = Submission.objects.get(learner=learner)
    assert response.status_code == 303
    assert response.url == begun.get_absolute_url()
    assert own.get(address).url == begun.get_absolute_url()


def test_a_holder_reads_you_hold_this(own, learner):
    credential = make_credential(holder=learner)
    badge = credential.achievement
    address = reverse("start", args=[badge.issuer.slug, badge.slug])

    assert own.post(address).url == address
    shown = own.get(address)
    assert "You hold this." in words(shown)
    assert credential.get_absolute_url() in shown.content.decode()
    assert "<form" not in shown.content.decode().split("<main")[1].split("</main")[0]


def test_a_retired_badge_cannot_be_started(own):
    version = make_badge()
    badge = version.achievement
    manager = make_member(badge.issuer, "manager")
    publishing.retire(badge, by=manager)
    address = reverse("start", args=[badge.issuer.slug, badge.slug])

    assert own.post(address).url == address
    assert "No longer offered since" in words(own.get(address))
    assert Submission.objects.count() == 0


# The whole path


def test_evidence_goes_from_start_to_sent_without_javascript(own, learner):
    version = make_badge()
    badge = version.achievement
    start = reverse("start", args=[badge.issuer.slug, badge.slug])
    submission_page = own.post(start).url
    submission = Submission.objects.get(learner=learner)
    tasks = words(own.get(submission_page))
    assert "You have finished 0 of 5 parts." in tasks
    assert tasks.count("Not started") == 3
    assert tasks.count("Cannot start yet") == 2

    response = own.post(page("about", submission), {"text": "A ward in May."})
    assert (response.status_code, response.url) == (
        303,
        page("evidence", submission, 1),
    )
    response = own.post(
        response.url,
        {
            "text": "I did **point 1**.",
            "url": "https://lab.example/one",
            "file": note(),
        },
    )
    assert response.url == page("evidence", submission, 2)
    response = own.post(response.url, {"text": "And point 2."})
    assert response.url == page("help", submission)
    response = own.post(response.url, {"text": "Nobody and nothing."})
    assert response.url == page("visibility", submission)
    shown = own.get(response.url)
    file = submission.evidence.get(kind="file")
    assert "It never holds your text, your link or the name of your file." in words(
        shown
    )
    response = own.post(response.url, {"public": [str(file.pk)]})
    assert response.url == page("check", submission)

    shown = own.get(response.url)
    assert "Mei Tan" in words(shown)
    assert "Anyone with the credential’s link sees this name." in words(shown)
    assert "<strong>point 1</strong>" in shown.content.decode()
    assert words(shown).count("Everyone who sees the credential may see this.") == 1
    assert words(shown).count("For reviewers only.") == 3
    key = hidden(shown, "idempotency_key")
    response = own.post(response.url, {"declared": "on", "idempotency_key": key})
    assert response.status_code == 303
    assert response.url == page("sent", submission)

    submission.refresh_from_db()
    shown = words(own.get(response.url))
    assert f"Your evidence is with {badge.issuer.name}." in shown
    assert submission.reference in shown
    assert "We will email you." in shown
    assert submission.status == "submitted"


def test_pressing_send_twice_sends_once_and_leads_to_the_same_page(own, learner):
    draft = make_draft(learner=learner)
    form = {"declared": "on", "idempotency_key": str(uuid4())}

    first = own.post(page("check", draft), form)
    second = own.post(page("check", draft), form)

    assert first.url == second.url == page("sent", draft)
    assert draft.events.filter(kind="sent").count() == 1


def test_sending_from_an_old_page_is_refused_with_a_sentence(own, learner):
    sent = make_submission(learner=learner)

    response = own.post(
        page("check", sent), {"declared": "on", "idempotency_key": str(uuid4())}
    )

    assert response.status_code == 409
    assert "It was sent for review. Nothing was changed." in words(response)


def test_save_and_come_back_later_leads_to_the_task_list(own, learner):
    draft = make_draft(learner=learner, complete=False)

    response = own.post(page("about", draft), {"text": "", "then": "later"})
    assert response.url == draft.get_absolute_url()
    shown = words(own.get(response.url))
    assert re.search(r"Saved at \d\d:\d\d UTC ?\. You can close this page\.", shown)


def test_change_links_lead_back_to_the_check_page(own, learner):
    draft = make_draft(learner=learner)
    shown = own.get(page("check", draft)).content.decode()
    changes = re.findall(r'href="([^"]+\?from=check)"', shown)

    assert changes == [
        f"{page(name, draft, *args)}?from=check"
        for name, args in [
            ("about", []),
            ("evidence", [1]),
            ("evidence", [2]),
            ("help", []),
            ("visibility", []),
        ]
    ]
    for address in changes:
        text = "" if "visibility" in address else "Another text."
        response = own.post(address, {"text": text})
        assert (address, response.url) == (address, page("check", draft))
    assert draft.evidence.filter(text="Another text.").count() == 2


def test_the_name_on_the_credential_is_changed_on_its_page(own, learner):
    draft = make_draft(learner=learner)

    shown = own.get(page("name", draft))
    assert 'autocomplete="name"' in shown.content.decode()
    response = own.post(page("name", draft), {"name": "Tan Mei 陈美"})

    assert response.url == page("check", draft)
    assert "Tan Mei 陈美" in words(own.get(response.url))


EDITING = [
    ("about", []),
    ("evidence", [1]),
    ("help", []),
    ("visibility", []),
    ("name", []),
]


@pytest.mark.parametrize(("name", "args"), EDITING)
def test_what_was_sent_is_not_changed_by_an_old_page(own, learner, name, args):
    submission = make_submission(learner=learner)

    response = own.post(page(name, submission, *args), {"text": "Late.", "name": "X"})

    assert response.status_code == 409
    assert "It was sent for review. Nothing was changed." in words(response)
    assert own.get(page(name, submission, *args)).url == submission.get_absolute_url()


# Who


ALL = [
    *EDITING,
    ("check", []),
    ("sent", []),
    ("withdraw", []),
    ("delete", []),
]


@pytest.mark.parametrize(("name", "args"), ALL)
def test_nobody_but_the_learner_sees_a_page(client, name, args):
    submission = make_submission()
    staff = make_member(submission.achievement.issuer, "manager")
    for other in [make_user(), staff, make_user(is_superuser=True)]:
        client.force_login(other)
        assert client.get(page(name, submission, *args)).status_code == 404
        assert client.get(submission.get_absolute_url()).status_code == 404
        if name != "sent":
            assert client.post(page(name, submission, *args)).status_code == 404


@pytest.mark.parametrize("name", ["add_file", "add_link"])
def test_nobody_else_adds_evidence(own, name):
    draft = make_draft(complete=False)

    form = {"file": note(), "url": "https://lab.example/"}
    assert own.post(page(name, draft, 1), form).status_code == 404
    assert Evidence.objects.count() == 0


def test_nobody_removes_an_item_of_somebody_else(own, learner):
    theirs = make_draft().evidence.first()
    mine = make_draft(learner=learner)

    own.post(page("remove_item", mine, theirs.pk), {"position": "1"})

    assert Evidence.objects.filter(pk=theirs.pk).exists()
    response = own.post(page("remove_item", theirs.submission, theirs.pk))
    assert response.status_code == 404


def test_an_item_of_somebody_else_cannot_be_made_public(own, learner):
    theirs = make_draft().evidence.first()
    mine = make_draft(learner=learner)

    response = own.post(page("visibility", mine), {"public": [str(theirs.pk)]})

    assert response.status_code == 422
    assert "The list of your evidence changed. Choose again." in words(response)
    assert not Evidence.objects.filter(visibility="public").exists()


def test_a_page_after_the_session_ended_leads_to_the_log_in_and_back(client, learner):
    draft = make_draft(learner=learner)

    response = client.get(page("evidence", draft, 1))

    assert response.url.startswith(reverse("account_login"))
    assert response.url.endswith(f"next={page('evidence', draft, 1)}")


def test_pages_of_a_submission_are_kept_by_no_cache(own, learner):
    draft = make_draft(learner=learner)

    header = own.get(draft.get_absolute_url())["Cache-Control"]

    assert "no-store" in header
    assert "private" in header


@pytest.mark.parametrize("criteria", [1, 6])
@pytest.mark.parametrize(
    ("name", "args", "limit"),
    [("", [], 8), ("about", [], 7), ("evidence", [1], 9), ("check", [], 7)],
)
def test_queries_do_not_grow_with_criteria_and_evidence(
    own, learner, criteria, name, args, limit, django_assert_num_queries
):
    submission = make_draft(make_badge(criteria=criteria), learner)
    address = page(name, submission, *args) if name else submission.get_absolute_url()
    own.get(address)  # the session is known now

    with django_assert_num_queries(limit):
        own.get(address)
