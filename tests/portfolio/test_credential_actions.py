"""What people do on a credential's page: check again, report, open evidence."""

import json
from base64 import b64encode
from hashlib import sha256

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from credentials import reviewing, revoking, submitting, verifying
from credentials.models import Credential, Evidence, ProblemReport
from tests.factories import (
    make_draft,
    make_member,
    make_opinion,
    make_submission,
)
from tests.portfolio.genuine_credential import (
    change,
    credential,
    holder,
    issuer,
    manager,
    see,
    version,
)
from tests.portfolio.page_words import text_of, title_of

pytestmark = pytest.mark.django_db

__all__ = ["credential", "holder", "issuer", "manager", "version"]  # fixtures

Reason = Credential.Reason


def test_check_again_computes_the_signature_and_comes_back(credential):
    client = Client(enforce_csrf_checks=True)
    Credential.objects.filter(pk=credential.pk).update(signature_checked_at=None)
    response = client.post(reverse("check_again", args=[credential.token]))
    assert response.status_code == 303
    assert response["Location"] == credential.get_absolute_url()
    credential.refresh_from_db()
    assert credential.signature_checked_at is not None


def test_check_again_swaps_the_answer_for_htmx(client, credential):
    response = client.post(
        reverse("check_again", args=[credential.token]),
        {"verdict": "genuine"},
        headers={"HX-Request": "true"},
    )
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "This credential is genuine." in page
    assert 'hx-swap-oob="innerHTML:#checked-again"' in page
    assert not response.cookies


def test_check_again_shows_the_whole_page_when_the_answer_became_another(
    client, credential, manager
):
    revoking.revoke(credential, reason=Reason.MISTAKE, by=manager)
    response = client.post(
        reverse("check_again", args=[credential.token]),
        {"verdict": "genuine"},
        headers={"HX-Request": "true"},
    )
    assert response.headers["HX-Refresh"] == "true"


def test_check_again_finds_a_signature_that_does_not_fit(client, credential):
    changed = credential.document.replace("Amina Yusuf", "Boris Yusuf")
    digest = sha256(changed.encode()).hexdigest()
    change(credential, document=changed, document_sha256=digest)
    assert verifying.status_of(credential).verdict == "genuine"
    client.post(reverse("check_again", args=[credential.token]))
    text = text_of(see(client, credential))
    assert "This file has been changed or was not signed" in text
    assert "Boris" not in text


def test_check_again_is_limited(client, credential, monkeypatch):
    monkeypatch.setattr("portfolio.views.credential_page.CHECKS_PER_MINUTE", 1)
    address = reverse("check_again", args=[credential.token])
    assert client.post(address).status_code == 303
    again = client.post(address)
    assert again.status_code == 429
    assert int(again["Retry-After"]) <= 60


def test_a_report_reaches_issuer_and_operator_and_is_stored(credential):
    client = Client(enforce_csrf_checks=True)
    address = reverse("report", args=[credential.token])
    page = client.get(address)
    assert "Report a problem" in text_of(page)
    sent = client.post(
        address,
        {
            "message": "The work is mine.",
            "reply_to": "me@people.example",
            "csrfmiddlewaretoken": client.cookies["csrftoken"].value
            if "csrftoken" in client.cookies
            else client.cookies["__Host-csrftoken"].value,
        },
        headers={"Referer": "https://cairn.example.org/"},
        secure=True,
    )
    assert sent.status_code == 303
    report = ProblemReport.objects.get()
    assert (report.credential, report.message) == (credential, "The work is mine.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'report_id' FROM procrastinate_jobs")
        jobs = cursor.fetchall()
    assert ("credentials.mail_problem", str(report.pk)) in jobs
    assert "Your report is on its way" in text_of(client.get(sent["Location"]))
    assert mail.outbox == []  # the job sends it


def test_a_report_that_is_sent_twice_is_one_report_and_one_mail(client, credential):
    address = reverse("report", args=[credential.token])
    for message in ("The work is mine.", "The work is mine.", "And so is this."):
        assert client.post(address, {"message": message}).status_code == 303

    said = ProblemReport.objects.order_by("pk").values_list("message", flat=True)
    assert list(said) == ["The work is mine.", "And so is this."]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE task_name = 'credentials.mail_problem'"
        )
        assert cursor.fetchone() == (2,)


def test_an_empty_report_asks_for_words(client, credential):
    response = client.post(reverse("report", args=[credential.token]), {"message": " "})
    assert response.status_code == 422
    assert title_of(response).startswith("Error: ")
    assert text_of(response).count("Say what is wrong.") == 2
    assert not ProblemReport.objects.exists()


def test_reports_are_limited(client, credential, monkeypatch):
    monkeypatch.setattr("portfolio.views.credential_page.REPORTS_PER_HOUR", 1)
    address = reverse("report", args=[credential.token])
    assert client.post(address, {"message": "One"}).status_code == 303
    assert client.post(address, {"message": "Two"}).status_code == 429
    assert ProblemReport.objects.count() == 1


@pytest.fixture
def shown_work(version):
    return make_submission(version, state="approved", public=True)


def item_address(submission, item):
    return reverse("credential_evidence", args=[submission.credential.token, item.pk])


def test_public_evidence_is_shown_and_sanitised(client, shown_work):
    item = shown_work.evidence.first()
    Evidence.objects.filter(pk=item.pk).update(text="**Mine** <script>x()</script>")
    response = client.get(item_address(shown_work, item))
    assert "<strong>Mine</strong>" in response.content.decode()
    assert "<script>x()" not in response.content.decode()


def test_evidence_that_is_not_public_today_is_not_shown(client, shown_work):
    item = shown_work.evidence.first()
    shown_work.evidence.update(visibility="reviewers")
    response = client.get(item_address(shown_work, item))
    assert response.status_code == 200
    assert "Not shown" in text_of(response)
    assert item.text not in text_of(response)
    assert "Not shown. Its owner shows it no more." in text_of(
        see(client, shown_work.credential)
    )


def test_evidence_of_a_withdrawn_credential_is_not_shown(client, shown_work):
    item = shown_work.evidence.first()
    manager = make_member(shown_work.achievement.issuer, "manager")
    revoking.revoke(shown_work.credential, reason="mistake", by=manager)

    response = client.get(item_address(shown_work, item))

    assert response.status_code == 200
    assert item.text not in text_of(response)


def test_evidence_that_was_never_part_of_the_credential_is_absent(client, version):
    submission = make_submission(version, state="approved", public=False)
    item = submission.evidence.first()
    shown = see(client, submission.credential)
    assert "Evidence made public" not in text_of(shown)
    submission.evidence.update(visibility="public")
    assert client.get(item_address(submission, item)).status_code == 404
    assert (
        client.get(
            item_address(
                submission, Evidence(pk="00000000-0000-4000-8000-000000000000")
            )
        ).status_code
        == 404
    )


def test_a_public_file_is_the_one_whose_digest_was_signed(client, version):
    content = b"Six handovers, in my words."
    submission = make_draft(version)
    item = submission.evidence.create(
        criterion=version.criteria.first(),
        kind="file",
        file=ContentFile(content, "notes.txt"),
        file_name="notes.txt",
        content_type="text/plain",
        size_received=len(content),
        size_kept=len(content),
        sha256_received=sha256(content).hexdigest(),
        sha256_kept=sha256(content).hexdigest(),
    )
    submitting.choose_visibility(submission, [str(item.pk)])
    submitting.send(submission, by=submission.learner)
    reviewer = make_member(version.achievement.issuer)
    reviewing.decide(submission, make_opinion(submission), by=reviewer)
    credential = Credential.objects.get(submission=submission)
    document = credential.document or ""
    (related,) = json.loads(document)["relatedResource"]
    address = related["id"].removeprefix("https://cairn.example.org")
    response = client.get(address)
    served = b"".join(response.streaming_content)
    digest = b64encode(sha256(served).digest()).decode()
    assert related["digestSRI"] == f"sha256-{digest}"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "notes.txt" not in document
    assert "notes.txt" in text_of(client.get(item_address(submission, item)))
    submission.evidence.update(visibility="reviewers")
    assert client.get(address).status_code == 404


def test_the_address_that_papers_name_leads_to_the_place_for_ids(client):
    assert client.get("/c/")["Location"] == reverse("verify")


def test_public_evidence_costs_one_query_more_however_much_there_is(
    version, django_assert_num_queries
):
    submission = make_submission(version, state="approved", public=True)
    address = submission.credential.get_absolute_url()
    with django_assert_num_queries(3):  # the credential, its evidence, who endorses it
        response = Client().get(address)
    assert "Evidence for criterion 1" in text_of(response)
