import pytest
from django.urls import reverse

from tests.factories import make_badge, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses():
    version = make_badge()
    return [
        reverse("home"),
        reverse("catalogue"),
        version.achievement.get_absolute_url(),
        version.achievement.issuer.get_absolute_url(),
    ]


def test_what_somebody_who_is_logged_in_reads_is_kept_by_no_proxy(client, addresses):
    client.force_login(make_user())

    for address in [*addresses, reverse("settings"), reverse("account_email")]:
        assert "private" in client.get(address, secure=True)["Cache-Control"]


def test_the_same_pages_are_not_private_for_visitors(client, addresses):
    for address in addresses:
        answer = client.get(address, secure=True)
        assert "private" not in answer.headers.get("Cache-Control", "")


def test_the_first_page_repeats_a_verdict_and_is_asked_for_each_time(client):
    assert client.get(reverse("home"), secure=True)["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("current", ["http://[", "//", "\x80"])
def test_an_expired_session_leads_to_the_log_in_wherever_htmx_says_it_is(
    client, current
):
    headers = {"HX-Request": "true", "HX-Current-URL": current}

    answer = client.get(reverse("me"), secure=True, headers=headers)

    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/accounts/login/")
