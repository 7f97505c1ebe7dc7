"""What the logs say about requests and jobs, and what they never say."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.urls import include, path

from portfolio.site import watching
from portfolio.site.logs import JsonLine, Line, WithoutPeople, scrubbed
from tests.factories import make_credential, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portfolio.test_logs")]

ANSWERED = "cairn.requests"


@login_not_required
def breaks(request, word):
    user = make_user(email="amina@example.org", full_name="Amina Yusuf")
    try:
        with transaction.atomic():
            make_user(email=user.email, full_name=user.full_name)
    except IntegrityError as error:
        raise RuntimeError(f"Cannot write to {user.email}") from error


@login_not_required
def asks(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["amina@example.org"])
    return HttpResponse("ok")


urlpatterns = [
    path("breaks/<str:word>/", breaks),
    path("asks/", asks),
    path("", include("portfolio.urls")),
]
handler404 = "portfolio.views.errors.page_not_found"
handler500 = "portfolio.views.errors.server_error"


class Written(io.StringIO):
    """What the site's own handler would have written."""

    def lines(self):
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def of(self, logger):
        return [line for line in self.lines() if line["logger"] == logger]


def listening(formatter):
    stream = Written()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(WithoutPeople())
    return stream, handler


@pytest.fixture
def written():
    stream, handler = listening(JsonLine())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def test_a_request_is_one_line_with_the_id_that_its_answer_has(client, written):
    answer = client.get("/badges/?q=welding", secure=True)

    [line] = written.of(ANSWERED)
    assert line["request"] == answer["X-Request-ID"]
    assert line.pop("milliseconds") >= 0
    assert {line["method"], line["route"], line["status"]} == {"GET", "badges/", 200}
    assert "welding" not in written.getvalue()


def test_two_requests_have_two_ids(client):
    first, second = (client.get("/livez")["X-Request-ID"] for _ in range(2))

    assert first != second


def test_only_a_proxy_of_ours_may_name_a_request(client, settings):
    name = {"X-Request-ID": "from-the-proxy-1"}

    assert client.get("/livez", headers=name)["X-Request-ID"] != "from-the-proxy-1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client.get("/livez", headers=name)["X-Request-ID"] == "from-the-proxy-1"
    forged = client.get("/livez", headers={"X-Request-ID": 'x" onload="alert(1)'})
    assert "alert" not in forged["X-Request-ID"]


def test_a_private_address_is_written_as_its_route(client, written):
    credential = make_credential(visibility="private")

    client.get(f"/c/{credential.token}/", secure=True)
    client.delete(f"/c/{credential.token}/", secure=True)

    text = written.getvalue()
    assert credential.token not in text
    assert "c/<str:token>/" in text


def test_the_first_page_has_a_route_of_its_own(client, written):
    client.get("/", secure=True)

    assert [line["route"] for line in written.of(ANSWERED)] == ["/"]


def test_an_address_that_leads_nowhere_is_not_written(client, written):
    client.get("/amina.yusuf@example.org/", secure=True)

    assert "amina" not in written.getvalue()
    assert [line["route"] for line in written.of(ANSWERED)] == ["-"]


def test_a_failure_tells_where_it_happened_and_nobodys_data(client, written):
    client.raise_request_exception = False

    answer = client.get("/breaks/quietly/", secure=True)

    [line] = [line for line in written.lines() if "error" in line]
    assert line["request"] == answer["X-Request-ID"]
    assert line["error"]["type"] == "RuntimeError"
    assert line["error"]["trace"][-1].endswith(" breaks")
    assert line["error"]["cause"]["type"] == "IntegrityError"
    for private in ("amina", "Amina", "Yusuf", "quietly"):
        assert private not in written.getvalue()


def test_a_failure_reads_as_lines_on_a_terminal(client):
    stream, handler = listening(Line())
    logging.getLogger().addHandler(handler)
    client.raise_request_exception = False
    try:
        client.get("/breaks/quietly/", secure=True)
    finally:
        logging.getLogger().removeHandler(handler)

    assert "RuntimeError: Cannot write to <e-mail>" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()


def test_a_job_is_named_without_its_arguments(written):
    job = {"id": 7, "task_name": "credentials.mail", "task_kwargs": {"to": "a@b.org"}}

    logging.getLogger("procrastinate.worker").error(
        "Job credentials.mail[7](to='a@b.org') failed",
        extra={"job": job, "action": "job_error"},
    )

    [line] = written.lines()
    assert line["message"] == "job_error: credentials.mail 7"


@pytest.mark.parametrize(
    ("said", "written_down"),
    [
        ("To Ana <ana@example.org>", "To Ana <<e-mail>>"),
        ("Key exists\nDETAIL:  Key (name)=(Ana) exists.", "Key exists"),
        ("GET /verify/?q=abc", "GET /verify/?<query>"),
        ("Not Found: /p/amina-yusuf/", "Not Found: /p/<private>"),
        ("submissions/<uuid:pk>/links/", "submissions/<uuid:pk>/links/"),
        ("session 7x0q2m4k9v1c8b3n5z6l failed", "session <token> failed"),
        (
            "credentials_credential_award_key_uniq",
            "credentials_credential_award_key_uniq",
        ),
    ],
)
def test_words_about_people_are_taken_out(said, written_down):
    assert scrubbed(said) == written_down


def test_mails_are_not_logged(written):
    EmailMessage("Subject", "Hello Amina", to=["amina@example.org"]).send()

    assert "amina" not in written.getvalue().lower()


def test_a_slow_query_is_written_without_its_values(client, written, settings):
    settings.SLOW_QUERY_MS = 0.000_001

    client.get("/asks/", secure=True)

    [line] = written.of("cairn.queries")
    assert line["sql"] == "SELECT %s"
    assert "amina" not in written.getvalue()


def test_no_query_is_timed_unless_it_is_asked_for(client, written, monkeypatch):
    monkeypatch.delattr(watching, "_timed")

    assert client.get("/asks/", secure=True).status_code == 200
    assert written.of("cairn.queries") == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG shows the site's insides: localhost only."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is json or lines."),
    ],
)
def test_a_site_for_others_does_not_start_with_these(changed, sentence):
    asked = subprocess.run(
        [sys.executable, "-c", "import portfolio.settings"],
        env=os.environ | changed,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode != 0
    assert sentence in asked.stderr
