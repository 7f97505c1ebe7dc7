"""A learner's own page: what it asks for, what is held and what is on its way."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credentials import publishing, revoking, submitting
from credentials.models import Credential, SubmissionEvent
from tests.factories import (
    make_badge,
    make_credential,
    make_draft,
    make_issuer,
    make_member,
    make_submission,
)
from tests.portfolio.me_page import ending, erase, mei, needs, page, section

pytestmark = pytest.mark.django_db

__all__ = ["mei"]  # a fixture


def withdraw(credential, reason="mistake"):
    manager = make_member(credential.issuer, "manager")
    revoking.revoke(credential, reason=Credential.Reason(reason), by=manager)


# Whose page it is


def test_it_shows_nothing_of_anybody_else(client, mei):
    make_credential(make_badge(name="Somebody else’s badge"))
    make_submission(make_badge(name="Somebody else’s work"), state="returned")
    make_submission(make_badge(name="Somebody else’s wait"), state="submitted")
    gone = make_credential(make_badge(name="An erased badge"), mei)
    erase(gone)

    text = page(client)

    assert "Somebody else" not in text
    assert "An erased badge" not in text
    assert gone.token not in text


def test_visitors_are_sent_to_the_log_in(client):
    response = client.get(reverse("me"))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_it_is_kept_nowhere(client, mei):
    assert "no-store" in client.get(reverse("me"))["Cache-Control"]


def test_without_anything_it_says_what_will_be_here(client, mei):
    text = page(client)
    assert (
        "You have no credentials yet. Your first one will lie here, "
        "and the next on top of it." in text
    )
    assert f'href="{reverse("catalogue")}">Find your first badge' in text
    for absent in ("Needs you", "In progress", "finished without", "Sort"):
        assert absent not in text


# Needs you


def test_returned_work_comes_first_with_its_day(client, mei):
    northwind = make_issuer("Northwind Institute")
    make_draft(make_badge(name="Usability testing"), mei)
    returned = make_submission(
        make_badge(northwind, name="Accessible forms"), mei, state="returned"
    )
    at = SubmissionEvent.objects.get(submission=returned, kind="returned").at

    text = needs(client)

    assert text.index("Answer the reviewer") < text.index("Finish your evidence")
    assert f'href="{returned.get_absolute_url()}"' in text
    day = f"{at.day} {at:%B %Y}"
    assert f"Northwind Institute asked for changes on {day}" in text


def test_a_draft_says_how_far_it_is(client, mei):
    draft = make_draft(make_badge(name="Usability testing"), mei, complete=False)
    submitting.save_text(draft, "about", "I tested it.")
    submitting.save_text(draft, "help_received", "Nobody.")

    assert "2 of 5 parts, saved today at" in needs(client)


def test_a_credential_that_ends_within_60_days_can_be_renewed(client, mei):
    soon = ending(mei, 42, name="Working at height")
    ending(mei, 62, name="Not yet")
    ending(mei, -3, name="Over already")

    text = needs(client)

    badge = reverse("badge", args=[soon.issuer.slug, soon.achievement.slug])
    assert f'href="{badge}">Renew: ' in text
    assert "Working at height" in text
    assert "Not yet" not in text
    assert "Over already" not in text


def test_what_is_no_longer_offered_ends_without_renew(client, mei):
    soon = ending(mei, 20, name="Working at height")
    publishing.retire(soon.achievement, by=make_member(soon.issuer, "designer"))

    text = needs(client)

    assert f'href="{soon.get_absolute_url()}">Ends soon: ' in text
    assert f"{soon.issuer_name} no longer offers this badge." in text
    assert "Renew" not in page(client)


def test_a_renewal_under_way_asks_for_nothing_more(client, mei):
    soon = ending(mei, 20)
    make_submission(soon.version, mei, state="submitted")

    assert needs(client) == ""
    assert "Renew" not in page(client)


def test_what_is_held_for_longer_need_not_be_renewed(client, mei):
    old = ending(mei, 20, is_repeatable=True)
    make_credential(old.version, mei)

    assert "Renew" not in page(client)


def test_needs_are_gone_when_there_are_none(client, mei):
    make_credential(holder=mei)
    assert "Needs you" not in page(client)


# Held by you


def test_a_card_shows_badge_issuer_and_day(client, mei):
    version = make_badge(make_issuer("Harbour Health Trust"), name="Safe handover")
    credential = make_credential(version, mei)

    text = section(page(client), f"credential-{credential.token}", "</article>")

    assert "Safe handover" in text
    assert "Harbour Health Trust" in text
    assert f'<time datetime="{credential.issued_at:%Y-%m-%d}">' in text
    assert "/small.svg" not in text
    assert "/art.svg" in text


def test_a_withdrawn_one_says_why_and_leads_to_the_issuer(client, mei):
    credential = make_credential(holder=mei)
    withdraw(credential)

    text = section(page(client), f"credential-{credential.token}", "</article>")

    assert "Withdrawn</span>" in text
    assert ": it was issued by mistake" in text
    assert f'href="{credential.issuer.get_absolute_url()}#contact"' in text
    assert "/withdrawn.svg" in text
    assert "Certificate (PDF)" not in text
    assert "Signed file (JSON)" in text


def test_a_paused_one_has_no_certificate_for_now(client, mei):
    credential = make_credential(holder=mei)
    manager = make_member(credential.issuer, "manager")
    revoking.suspend(credential, reason=Credential.Reason.BEING_CHECKED, by=manager)

    text = page(client)

    assert "Paused since" in text
    assert "the issuer is looking into it" in text
    assert "Ask the issuer" in text
    assert "Certificate (PDF)" not in text


def test_an_ended_one_can_be_renewed_and_keeps_its_certificate(client, mei):
    credential = ending(mei, -3)

    text = section(page(client), f"credential-{credential.token}", "</article>")

    assert "Ended on" in text
    assert "Renew" in text
    assert reverse("credential_pdf", args=[credential.token]) in text


def test_a_replaced_one_leads_to_the_newer_one(client, mei):
    old = ending(mei, 20)
    newer = make_credential(old.version, mei)

    text = section(page(client), f"credential-{old.token}", "</article>")

    assert "Replaced on" in text
    assert f'href="{newer.get_absolute_url()}">The newer one' in text
    assert "Renew" not in text


def test_a_changed_record_is_not_called_a_credential_in_force(client, mei):
    credential = make_credential(holder=mei)
    Credential.objects.filter(pk=credential.pk).update(is_signature_good=False)

    text = section(page(client), f"credential-{credential.token}", "</article>")

    assert "Not genuine" in text
    assert "Download" not in text


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["bricks", "Árboles", "Cables"]),
        ("?sort=newest", ["bricks", "Árboles", "Cables"]),
        ("?sort=issuer", ["Cables", "bricks", "Árboles"]),
        ("?sort=name", ["Árboles", "bricks", "Cables"]),
        ("?sort=%00", ["bricks", "Árboles", "Cables"]),
    ],
)
def test_credentials_are_sorted_as_asked(client, mei, query, order):
    zulu, alpha = make_issuer("Zulu"), make_issuer("alpha")
    make_credential(make_badge(alpha, name="Cables"), mei, days_ago=9)
    make_credential(make_badge(zulu, name="Árboles"), mei, days_ago=5)
    make_credential(make_badge(zulu, name="bricks"), mei, days_ago=1)

    text = section(page(client, query), "held")

    assert sorted(order, key=text.index) == order


def test_a_credential_is_new_until_its_holder_has_seen_it(client, mei):
    credential = make_credential(holder=mei)
    other = make_credential()

    assert "New</span>" in page(client)
    assert "New</span>" not in page(client)

    credential.refresh_from_db()
    other.refresh_from_db()
    assert credential.seen_at is not None
    assert other.seen_at is None


def test_nothing_is_written_while_the_site_only_reads(client, mei, settings):
    settings.READ_ONLY_UNTIL = "15:00"
    credential = make_credential(holder=mei)

    assert "New</span>" in page(client)

    credential.refresh_from_db()
    assert credential.seen_at is None


# In progress


def test_what_waits_for_the_issuer_has_its_day_and_reference(client, mei):
    northwind = make_issuer("Northwind Institute")
    sent = make_submission(make_badge(northwind), mei, state="submitted")
    read = make_submission(make_badge(northwind), mei, state="in_review")

    text = section(page(client), "progress")

    for submission in (sent, read):
        day = f"{submission.submitted_at.day} {submission.submitted_at:%B %Y}"
        words = f"With Northwind Institute since {day}. Reference"
        assert f"{words} {submission.reference}." in text
    assert "Sent</span>" in text
    assert "In review</span>" in text


def test_finished_work_is_folded_and_discarded_drafts_are_gone(client, mei):
    make_submission(make_badge(name="Declined work"), mei, state="declined")
    make_submission(make_badge(name="Taken back"), mei, state="withdrawn")
    make_submission(make_badge(name="Approved work"), mei, state="approved")
    discarded = make_draft(make_badge(name="Thrown away"), mei)
    submitting.delete_draft(discarded, by=mei)

    text = page(client)
    folded = text.partition('<details class="fold">')[2]

    assert "2 finished without a credential" in folded
    assert "Declined work" in folded
    assert "Taken back" in folded
    assert "Approved work" not in folded
    assert "Thrown away" not in text


def test_the_page_takes_the_same_queries_for_any_length(client, mei):
    version = make_badge(is_repeatable=True, validity_months=None)
    page(client)
    counts = []
    for more in (1, 2, 7):
        for _one in range(more):
            make_credential(version, mei)
            make_draft(learner=mei)
            make_submission(learner=mei, state="returned")
        with CaptureQueriesContext(connection) as captured:
            page(client)
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 12
