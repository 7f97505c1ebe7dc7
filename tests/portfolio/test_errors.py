"""What people read when a request is not answered as they hoped."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from portfolio.views import errors


@login_not_required
def breaks(request):
    raise RuntimeError("secret words")


@login_not_required
def refuses(request):
    raise PermissionDenied


@login_not_required
def cannot_read(request):
    raise BadRequest


@login_not_required
def overflows(request):
    raise RequestDataTooBig


@login_not_required
def reads(request):
    return HttpResponse(str(len(request.POST)) + str(len(request.FILES)))


@login_not_required
def takes_too_long(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
        cursor.execute("SELECT pg_sleep(1)")


@login_not_required
def was_slower(request):
    return errors.conflict(request, "Ana approved this at 14:03.")


@login_not_required
def tries_again(request):
    return errors.too_many(request, 42)


urlpatterns = [
    path("breaks/", breaks),
    path("refuses/", refuses),
    path("cannot-read/", cannot_read),
    path("overflows/", overflows),
    path("reads/", reads),
    path("takes-too-long/", takes_too_long),
    path("was-slower/", was_slower),
    path("tries-again/", tries_again),
    path("", include("portfolio.urls")),
]
handler400 = "portfolio.views.errors.bad_request"
handler403 = "portfolio.views.errors.permission_denied"
handler404 = "portfolio.views.errors.page_not_found"
handler500 = "portfolio.views.errors.server_error"

pytestmark = pytest.mark.urls("tests.portfolio.test_errors")


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/nowhere/", 404, "There is nothing to show here."),
        ("/refuses/", 403, "Your account cannot open this page."),
        ("/cannot-read/", 400, "This request could not be read."),
        ("/overflows/", 413, "That is more than this site accepts."),
        ("/was-slower/", 409, "This changed while you had it open."),
        ("/tries-again/", 429, "Too many tries from here."),
        ("/breaks/", 500, "There is a problem with this site."),
    ],
)
def test_an_error_has_a_heading_in_words_and_is_never_cached(
    visitor, address, status, heading
):
    response = visitor.get(address)
    page = response.content.decode()

    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in page
    assert not re.search(
        r"please|sorry|oops|invalid|forbidden|!</", page, re.IGNORECASE
    )
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_an_error_answers_htmx_with_a_notice_alone(visitor):
    response = visitor.get("/tries-again/", headers={"HX-Request": "true"})

    assert response.status_code == 429
    assert b"data-notice" in response.content
    assert b"<html" not in response.content


def test_too_many_tries_say_how_long_to_wait(visitor):
    response = visitor.get("/tries-again/")

    assert response["Retry-After"] == "42"
    assert b"Try again in 42 seconds." in response.content


def test_a_busy_database_is_a_sentence_and_not_a_failure(visitor, db):
    answer = visitor.get("/takes-too-long/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert b"Many people use this at the moment." in answer.content


def test_a_conflict_says_who_was_faster(visitor):
    assert b"Ana approved this at 14:03." in visitor.get("/was-slower/").content


def test_a_broken_page_gives_the_id_of_its_request_as_reference(visitor):
    answer = visitor.get("/breaks/")
    page = answer.content.decode()

    [reference] = re.findall(r'class="id">([0-9A-F]{10})<', page)
    assert reference == answer["X-Request-ID"]
    assert "secret words" not in page


def test_the_page_of_a_broken_site_asks_the_database_for_nothing(
    rf, db, django_assert_num_queries
):
    request = rf.get("/", headers={"Cookie": "__Host-sessionid=somebody"})

    with django_assert_num_queries(0):
        assert errors.server_error(request).status_code == 500


def test_a_broken_frame_still_gives_the_sentence(visitor, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", fails)

    page = visitor.get("/breaks/").content.decode()
    assert page.startswith("There is a problem with this site. Reference ")


def test_a_form_that_breaks_says_what_may_be_lost(visitor):
    assert b"may not be saved" in visitor.post("/breaks/").content
    assert b"may not be saved" not in visitor.get("/breaks/").content


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_too_long_a_text_is_told_the_size(visitor):
    response = visitor.post("/reads/", {"text": "x" * 200})

    assert response.status_code == 413
    assert b"smaller than 25 MB" in response.content


@override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2)
def test_too_many_answers_are_refused_in_words(visitor):
    response = visitor.post("/reads/", {"a": 1, "b": 2, "c": 3})

    assert response.status_code == 413
    assert b"more answers than this page asks for" in response.content


def test_a_form_without_its_token_is_told_to_load_again():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})

    assert response.status_code == 403
    assert b"The form could not be sent." in response.content


def test_while_nothing_can_be_changed_pages_stay_and_forms_say_until_when(
    visitor, settings
):
    settings.READ_ONLY_UNTIL = "15:00 UTC"

    refused = visitor.post("/accounts/login/", {"login": "a@example.org"})
    assert refused.status_code == 503
    assert refused["Retry-After"] == "600"
    assert b"until 15:00 UTC" in refused.content
    assert b"until 15:00 UTC" in visitor.get("/help/").content
