"""The learner's pages, walked without JavaScript."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials import publishing, reviewing
from credentials.models import Credential, Evidence, Submission
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_member,
    make_opinion,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    return make_user("Mei Tan")


@pytest.fixture
def own(client, learner):
    """A browser in which the learner is signed in."""
    client.force_login(learner)
    return client


def words(response) -> str:
    """What a reader sees of the page's main part, in one line."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def hidden(response, name: str) -> str:
    """The value of a hidden field."""
    page = response.content.decode()
    [found] = re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return str(found)


def page(name: str, submission, *args) -> str:
    return reverse(f"submission_{name}", args=[submission.pk, *args])


def note(name="notes.txt", content=b"What I did on the ward.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


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


# Errors


@pytest.mark.parametrize(
    ("name", "args", "form", "sentence"),
    [
        ("about", [], {"text": " "}, "Write what you did, when, and for whom."),
        ("about", [], {"text": "x" * 2001}, "Use 2000 characters or fewer."),
        (
            "help",
            [],
            {"text": ""},
            "Write who and what helped you, or that nobody and nothing did.",
        ),
        ("name", [], {"name": "  "}, "Enter a name."),
        ("evidence", [1], {"text": "a\x07b"}, "hidden character (U+0007)"),
        ("evidence", [1], {"text": "x" * 20001}, "Use 20000 characters or fewer."),
        (
            "evidence",
            [1],
            {"url": "ftp://lab.example/"},
            "Enter a web address that begins with https:// or http://.",
        ),
        (
            "add_link",
            [1],
            {"url": ""},
            "Enter a web address that begins with https:// or http://.",
        ),
        ("add_file", [1], {}, "Select a file."),
        ("check", [], {}, "Confirm that this is your own work."),
    ],
)
def test_an_error_is_told_in_title_summary_and_beside_its_field(
    own, learner, name, args, form, sentence
):
    draft = make_draft(learner=learner)

    response = own.post(page(name, draft, *args), form)

    assert response.status_code == 422
    shown = response.content.decode()
    assert re.search(r"<title>Error: ", shown)
    assert words(response).count(sentence) == 2
    summary = re.search(r'<ul class="problems">(.*?)</ul>', shown, re.DOTALL)[1]
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in shown


def test_answers_survive_an_error_elsewhere(own, learner):
    draft = make_draft(learner=learner, complete=False)

    response = own.post(
        page("evidence", draft, 1),
        {"text": "My words.", "url": "nonsense", "file": note("ward.txt")},
    )

    assert response.status_code == 422
    shown = response.content.decode()
    assert "My words.</textarea>" in shown
    assert 'value="nonsense"' in shown
    assert "ward.txt" in words(response)
    # pressed again with the address put right, nothing is there twice
    response = own.post(
        page("evidence", draft, 1),
        {
            "text": "My words.",
            "url": "https://lab.example/",
            "seen": hidden(response, "seen"),
        },
    )
    assert response.status_code == 303
    kinds = draft.evidence.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["file", "link", "text"]


def test_an_incomplete_submission_lists_what_is_missing_and_cannot_be_sent(
    own, learner
):
    draft = make_draft(learner=learner, complete=False)

    shown = own.get(page("check", draft))
    assert "Finish these parts before you send it:" in words(shown)
    assert "Send for review" not in words(shown)
    response = own.post(
        page("check", draft), {"declared": "on", "idempotency_key": str(uuid4())}
    )

    assert response.status_code == 422
    assert "Some parts are not finished." in words(response)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_name_that_breaks_the_rules_is_told_on_the_check_page(own, learner):
    draft = make_draft(learner=learner)
    Submission.objects.filter(pk=draft.pk).update(name_on_credential=" ")

    response = own.post(
        page("check", draft), {"declared": "on", "idempotency_key": str(uuid4())}
    )

    assert response.status_code == 422
    assert "Enter a name." in words(response)


# Two tabs


def test_two_tabs_show_both_texts_and_let_one_be_chosen(own, learner):
    draft = make_draft(learner=learner, complete=False)
    here = page("evidence", draft, 1)
    seen = hidden(own.get(here), "seen")
    own.post(here, {"text": "From the other tab.", "seen": seen})

    response = own.post(here, {"text": "From this tab.", "seen": seen})
    assert response.status_code == 409
    assert "From the other tab." in words(response)
    assert "From this tab.</textarea>" in response.content.decode()
    assert draft.evidence.get().text == "From the other tab."

    response = own.post(
        here, {"text": "From this tab.", "seen": hidden(response, "seen")}
    )
    assert response.status_code == 303
    assert draft.evidence.get().text == "From this tab."


@pytest.mark.parametrize(("name", "field"), [("about", "text"), ("name", "name")])
def test_two_tabs_never_overwrite_each_other(own, learner, name, field):
    draft = make_draft(learner=learner)
    seen = hidden(own.get(page(name, draft)), "seen")
    own.post(page(name, draft), {field: "One", "seen": seen})

    response = own.post(page(name, draft), {field: "Two", "seen": seen})

    assert response.status_code == 409
    assert "One" in words(response)


# States


def test_a_returned_submission_shows_the_reviewers_words_beside_each_point(
    own, learner
):
    submission = make_submission(learner=learner)
    first = submission.version.criteria.get(position=1)
    opinion = make_opinion(
        submission,
        "return",
        comment="Show the **second** part.",
        notes={first.pk: "Which ward was it?"},
    )
    reviewer = make_member(submission.achievement.issuer)
    reviewing.decide(submission, opinion, by=reviewer)

    shown = own.get(submission.get_absolute_url())
    name = submission.achievement.issuer.name
    assert f"{name} asked for changes. Show the second part." in words(shown)
    assert "You have kept everything you sent." in words(shown)
    beside = words(own.get(page("evidence", submission, 1)))
    assert "The reviewer saw: Able (this level is enough) Which ward was it?" in beside
    assert "Which ward" not in words(own.get(page("evidence", submission, 2)))

    own.post(page("evidence", submission, 1), {"text": "Ward 4."})
    response = own.post(
        page("check", submission), {"declared": "on", "idempotency_key": str(uuid4())}
    )
    assert response.url == page("sent", submission)
    submission.refresh_from_db()
    assert (submission.status, submission.round) == ("submitted", 2)


def test_what_was_sent_can_be_read_and_taken_back_until_the_review_begins(own, learner):
    submission = make_submission(learner=learner)

    shown = words(own.get(submission.get_absolute_url()))
    assert "Take it back" in shown
    assert "What I did for Point 1." in shown
    assert own.get(page("withdraw", submission)).status_code == 200
    response = own.post(page("withdraw", submission))
    assert response.url == submission.get_absolute_url()
    shown = words(own.get(response.url))
    assert "You took it back on" in shown
    assert "Start again" in shown


def test_a_submission_in_review_is_read_only(own, learner):
    submission = make_submission(learner=learner, state="in_review")

    shown = words(own.get(submission.get_absolute_url()))
    assert "The review has begun, so it cannot be taken back." in shown
    assert "Take it back" not in shown
    assert own.get(page("withdraw", submission)).status_code == 303
    response = own.post(page("withdraw", submission))
    assert response.status_code == 409
    assert "The review has begun. Nothing was changed." in words(response)


def test_an_approved_submission_leads_to_its_credential(own, learner):
    submission = make_submission(learner=learner, state="approved")
    credential = Credential.objects.get(submission=submission)

    shown = own.get(submission.get_absolute_url())

    assert credential.get_absolute_url() in shown.content.decode()
    assert "approved it on" in words(shown)


def test_what_the_credential_names_can_be_hidden_and_shown_again(own, learner):
    submission = make_submission(learner=learner, state="approved", public=True)
    first, second = submission.evidence.all()
    document = submission.credential.document
    address = reverse(
        "credential_evidence", args=[submission.credential.token, first.pk]
    )
    here = page("visibility", submission)
    assert "What I did for Point 1." in words(own.get(address))

    response = own.post(here, {"public": [str(second.pk)]})

    assert response.url == submission.get_absolute_url()
    assert "What I did for Point 1." not in words(own.get(address))
    own.post(here, {"public": [str(first.pk), str(second.pk)]})
    assert "What I did for Point 1." in words(own.get(address))
    submission.credential.refresh_from_db()
    assert submission.credential.document == document


def test_what_the_credential_does_not_name_stays_hidden(own, learner):
    submission = make_submission(learner=learner, state="approved")
    item = submission.evidence.first()
    here = page("visibility", submission)

    assert "names none of your evidence" in words(own.get(here))
    assert own.post(here, {"public": [str(item.pk)]}).status_code == 422
    item.refresh_from_db()
    assert not item.is_public


def test_a_declined_submission_says_why_and_how_to_try_again(own, learner):
    submission = make_submission(learner=learner, state="declined")
    badge = submission.achievement

    shown = own.get(submission.get_absolute_url())

    assert "Reason: The evidence does not show the criteria." in words(shown)
    assert "Show the second part as well." in words(shown)
    start = reverse("start", args=[badge.issuer.slug, badge.slug])
    assert f'href="{start}"' in shown.content.decode()
    assert own.post(start).url != submission.get_absolute_url()


def test_a_deleted_draft_says_so(own, learner):
    draft = make_draft(learner=learner)

    assert "Nobody can bring them back." in words(own.get(page("delete", draft)))
    response = own.post(page("delete", draft))

    assert response.url == draft.achievement.get_absolute_url()
    assert "You deleted this draft on" in words(own.get(draft.get_absolute_url()))
    assert Evidence.objects.count() == 0


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


def test_a_form_after_the_session_ended_gives_the_text_back(client, learner):
    draft = make_draft(learner=learner)

    response = client.post(page("about", draft), {"text": "Half an hour of <typing>."})

    assert response.status_code == 403
    assert "Half an hour of &lt;typing&gt;.</textarea>" in response.content.decode()
    back = f"{reverse('account_login')}?next={draft.get_absolute_url()}"
    assert f'href="{back}"' in response.content.decode()


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
