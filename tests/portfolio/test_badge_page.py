"""The page of a badge, for visitors and for learners in every state."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import publishing, revoking, track_record
from credentials.models import Credential, Submission
from tests.factories import (
    make_badge,
    make_credential,
    make_draft_version,
    make_issuer,
    make_member,
    make_submission,
    make_user,
)
from tests.portfolio.many import hold_many

pytestmark = pytest.mark.django_db


def get(client, version):
    return client.get(version.achievement.get_absolute_url())


def page(client, version):
    return get(client, version).content.decode()


@pytest.fixture
def version():
    return make_badge(make_issuer("Northwind Institute"), name="Usability testing")


@pytest.fixture
def learner(client):
    learner = make_user("Mei Tan")
    client.force_login(learner)
    return learner


def test_visitors_read_what_it_asks_for(client, version):
    html = page(client, version)
    assert "Usability testing – badge by Northwind Institute – Cairn" in html
    assert "Intermediate (2 of 4)" in html
    assert "About 6 hours" in html
    assert "After 24 months" in html
    assert "Shows point 1 with real work." in html
    assert "A report or a link" in html
    assert 'href="https://skills.example/' in html


def test_visitors_get_a_link_to_start_that_asks_them_to_log_in(client, version):
    html = page(client, version)
    start = reverse("start", args=version.get_absolute_url().split("/")[2:4])
    assert f'href="{start}">Sign in to start</a>' in html
    assert f'action="{start}"' not in html


def test_visitors_touch_no_session(client, version):
    response = get(client, version)
    assert not response.wsgi_request.session.accessed
    assert response.cookies == {}
    assert "Cookie" in response["Vary"]


def test_what_is_shown_has_the_ids_that_signed_credentials_name(client, version):
    html = page(client, version)
    for part in ("criteria", "criterion-1", "criterion-2", "criterion-2-level-3"):
        assert html.count(f'id="{part}"') == 1


def test_links_are_shown_with_picture_title_and_promise(client, version):
    html = page(client, version)
    address = "https://cairn.example.org" + version.achievement.get_absolute_url()
    assert f'<link rel="canonical" href="{address}">' in html
    assert '<meta property="og:title" content="Usability testing">' in html
    assert f'<meta property="og:description" content="{version.promise}">' in html
    assert f'<meta property="og:image" content="{address}og.png?v=' in html


def test_a_draft_is_not_found_under_any_address(client):
    draft = make_draft_version()
    assert get(client, draft).status_code == 404
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_draft_of_a_next_version_is_not_found(client, version):
    designer = make_member(version.achievement.issuer, "designer")
    draft = publishing.draft_next(version.achievement, by=designer)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert get(client, version).status_code == 200


def test_an_older_version_says_so_and_leads_to_the_newest(client, version):
    designer = make_member(version.achievement.issuer, "designer")
    draft = publishing.draft_next(version.achievement, by=designer)
    draft.name = "Usability testing, revised"
    draft.save()
    newer = publishing.publish(draft, by=designer)

    old = client.get(version.get_absolute_url()).content.decode()
    assert "This is version 1." in old
    assert f'<a href="{version.achievement.get_absolute_url()}">a newer version' in old
    assert ">Start<" not in old
    canonical = '<link rel="canonical" href="https://cairn.example.org{}">'
    assert canonical.format(version.get_absolute_url()) in old

    new = client.get(newer.get_absolute_url()).content.decode()
    assert "a newer version" not in new
    assert canonical.format(version.achievement.get_absolute_url()) in new
    assert "Usability testing, revised" in page(client, newer)


def test_a_retired_badge_says_so_and_cannot_be_started(client, version, learner):
    designer = make_member(version.achievement.issuer, "designer")
    publishing.retire(version.achievement, by=designer)
    html = page(client, version)
    assert "No longer offered since" in html
    assert "Credentials already issued stay valid." in html
    assert ">Start<" not in html


def test_a_learner_starts_with_a_form(client, version, learner):
    html = page(client, version)
    assert (
        f'action="{version.achievement.get_absolute_url()}start/" method="post"' in html
    )
    assert "csrfmiddlewaretoken" in html


@pytest.mark.parametrize(
    ("state", "tag", "action"),
    [
        ("draft", "In progress", ">Continue</a>"),
        ("submitted", "In review", ">See what you sent</a>"),
        ("in_review", "In review", ">See what you sent</a>"),
        ("returned", "Returned", ">See what to change</a>"),
        ("declined", "", ">Start</button>"),
        ("withdrawn", "", ">Start</button>"),
        ("approved", "Earned", ">See your credential</a>"),
    ],
)
def test_the_state_and_the_next_step(client, version, learner, state, tag, action):
    make_submission(version, learner, state=state)
    html = page(client, version)
    assert action in html
    for words in ("In progress", "In review", "Returned", "Earned"):
        assert (f"</svg>{words}</span>" in html) == (words == tag)
    if action != ">Start</button>":
        assert ">Start</button>" not in html


def test_what_others_hand_in_is_not_shown(client, version, learner):
    make_submission(version, state="in_review")
    make_credential(version)
    html = page(client, version)
    assert "In review" not in html
    assert "You hold this" not in html


def test_holding_it_leads_to_the_credential(client, version, learner):
    credential = make_credential(version, learner)
    html = page(client, version)
    assert "You hold this since" in html
    assert credential.get_absolute_url() in html


def test_a_repeatable_badge_can_be_started_again(client, learner):
    version = make_badge(is_repeatable=True)
    make_credential(version, learner)
    html = page(client, version)
    assert ">Start again</button>" in html
    assert ">See your credential</a>" in html


@pytest.mark.parametrize("days_ago", [700, 800])
def test_it_can_be_renewed_before_and_after_its_end(client, version, learner, days_ago):
    make_credential(version, learner, days_ago=days_ago)
    assert ">Renew</button>" in page(client, version)


def test_an_ended_credential_is_said_to_have_ended(client, version, learner):
    make_credential(version, learner, days_ago=800)
    html = page(client, version)
    assert "Ended</span>" in html
    assert "You hold this" not in html


def test_a_withdrawn_credential_is_said_to_be_withdrawn(client, version, learner):
    credential = make_credential(version, learner)
    manager = make_member(version.achievement.issuer, "manager")
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, note="", by=manager)
    html = page(client, version)
    assert "Withdrawn</span>" in html
    assert ">Start</button>" in html


def test_few_decisions_and_holders_say_nothing(client, version):
    make_credential(version)
    make_submission(version, state="approved")
    html = page(client, version)
    assert "Half of all answers" not in html
    assert "people hold this badge" not in html


def test_the_median_comes_from_real_decisions(version):
    reviewer = make_member(version.achievement.issuer)
    for days in (1, 1, 1, 1, 3, 5, 9, 9, 9, 9):
        _decided(version, reviewer, days)
    assert track_record.answers(version.achievement) == track_record.Answers(4, 10)


@pytest.mark.parametrize(
    ("people", "words"),
    [(9, None), (10, 10), (19, 10), (87, 80), (347, 340), (1290, 1200)],
)
def test_holders_are_rounded(people, words):
    assert track_record.rounded(people) == words


def test_holders_are_people_who_hold_it_today(version):
    now = timezone.now()
    everybody = [make_user() for _number in range(10)]
    held = [hold_many(person, [version], 1)[0] for person in everybody]
    hold_many(everybody[0], [version], 1)
    hold_many(make_user(), [version], 1, valid_until=now)
    assert track_record.record(version.achievement, now).holders == 10
    Credential.objects.filter(pk=held[1].pk).update(
        state="revoked", state_reason="mistake"
    )
    assert track_record.record(version.achievement, now).holders is None


def test_names_from_issuers_are_escaped(client):
    version = make_badge(
        make_issuer("<b>Issuer</b>"), name="<script>x</script>", promise='"><img src=x>'
    )
    html = page(client, version)
    assert "<script>x" not in html
    assert "<b>Issuer" not in html
    assert "<img src=x>" not in html


@pytest.mark.parametrize("criteria", [1, 3])
def test_the_number_of_queries_does_not_grow(
    client, django_assert_num_queries, django_assert_max_num_queries, criteria
):
    version = make_badge(criteria=criteria)
    address = version.achievement.get_absolute_url()
    # version, criteria, levels, skills, track record, pathways, who accepts it
    with django_assert_num_queries(7):
        client.get(address)
    with django_assert_num_queries(5):  # criteria and levels never change
        client.get(address)
    learner = make_user()
    make_credential(version, learner)
    client.force_login(learner)
    client.get(address)  # the first request of a session writes it down
    other = make_badge(criteria=criteria).achievement.get_absolute_url()
    with django_assert_max_num_queries(12):  # the first look at it in this process
        client.get(other)


def _decided(version, reviewer, days):
    now = timezone.now()
    Submission.objects.create(
        learner=make_user(),
        version=version,
        achievement=version.achievement,
        status=Submission.Status.APPROVED,
        round=1,
        name_on_credential="Somebody",
        declared_at=now,
        submitted_at=now - timedelta(days=days),
        decided_at=now,
        decided_by=reviewer,
    )
