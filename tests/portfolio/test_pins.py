"""Pins: up to six credentials at the top of one's page, in one's own order."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from credentials import revoking, sharing
from credentials.models import Credential
from portfolio.models import Pin, Profile
from portfolio.models.profiles import PINS
from portfolio.profile import pinning, pins_page
from tests.factories import make_badge, make_credential, make_member, make_user

pytestmark = pytest.mark.django_db

PINS_PAGE = reverse("pins")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


@pytest.fixture
def badge():
    return make_badge(is_repeatable=True)


def held(holder, badge, visibility="public"):
    return make_credential(badge, holder, visibility=visibility)


def pin(client, credential, wanted="on", **more):
    address = reverse("pin", args=[credential.token])
    headers = more.pop("headers", {})
    return client.post(address, {"wanted": wanted, **more}, headers=headers)


def order(user):
    rows = Pin.objects.filter(owner=user).order_by("position")
    return [*rows.values_list("position", "credential__token")]


def tokens(*credentials):
    return [(place, each.token) for place, each in enumerate(credentials, start=1)]


def pin_all(holder, badge, number):
    credentials = [held(holder, badge) for _number in range(number)]
    for each in credentials:
        pinning.pin(each, by=holder, now=timezone.now())
    return credentials


def text(response):
    return " ".join(response.content.decode().split())


def test_a_public_credential_is_pinned_behind_the_others(client, mei, badge):
    first, second = held(mei, badge), held(mei, badge)

    assert pin(client, first)["Location"] == PINS_PAGE
    response = pin(client, second, next="/me/?page=2#x")

    assert (response.status_code, response["Location"]) == (303, "/me/?page=2#x")
    assert order(mei) == tokens(first, second)
    page = text(client.get(PINS_PAGE))
    assert "Pinned. It stands at the top of your page." in page
    assert "Your public page is off." in page
    assert "Pinned: 2 of 6" in page


def test_pinning_twice_is_pinning_once(client, mei, badge):
    own = held(mei, badge)

    pin(client, own)
    assert pin(client, own).status_code == 303

    assert order(mei) == tokens(own)


def test_taking_a_pin_away_closes_the_gap_and_hides_nothing(client, mei, badge):
    first, second, third = pin_all(mei, badge, 3)

    assert pin(client, second, "off").status_code == 303
    assert pin(client, second, "off").status_code == 303

    assert order(mei) == tokens(first, third)
    second.refresh_from_db()
    assert second.visibility == "public"


def test_a_seventh_pin_is_told_to_wait_for_a_place(client, mei, badge):
    pin_all(mei, badge, PINS)
    seventh = held(mei, badge)

    response = pin(client, seventh)

    assert response.status_code == 409
    assert "You have six pins. Take one away first." in text(response)
    assert len(order(mei)) == PINS
    notice = pin(client, seventh, headers=HTMX)
    assert (notice.status_code, notice["HX-Retarget"]) == (409, "#alerts")
    assert f'<a href="{PINS_PAGE}">Your pins</a>' in text(notice)
    asked = text(client.get(reverse("pin", args=[seventh.token])))
    assert "You have six pins." in asked
    assert 'value="on"' not in asked


@pytest.mark.parametrize("visibility", ["private", "link"])
def test_a_credential_that_is_not_public_is_asked_about_first(
    client, mei, badge, visibility
):
    own = held(mei, badge, visibility)
    question = reverse("pin", args=[own.token])

    response = pin(client, own, next="/me/")

    assert response.status_code == 303
    assert response["Location"] == f"{question}?next=%2Fme%2F"
    assert order(mei) == []
    asked = text(client.get(response["Location"]))
    assert "<h1>Make it public and pin it</h1>" in asked
    assert own.title in asked
    assert "Anybody can open its page then" in asked
    assert 'name="next" value="/me/"' in asked
    own.refresh_from_db()
    assert own.visibility == visibility


def test_pressing_there_makes_it_public_and_pins_it(client, mei, badge):
    own = held(mei, badge, "private")

    response = pin(client, own, visibility="public", next="/me/")

    assert response["Location"] == "/me/"
    own.refresh_from_db()
    assert (own.visibility, order(mei)) == ("public", tokens(own))


def test_what_is_refused_stays_as_hidden_as_it_is(client, mei, badge):
    pin_all(mei, badge, PINS)
    own = held(mei, badge, "private")

    assert pin(client, own, visibility="public").status_code == 409

    own.refresh_from_db()
    assert own.visibility == "private"


def test_htmx_is_led_to_the_question_and_refreshed_after_a_pin(client, mei, badge):
    hidden, shown = held(mei, badge, "private"), held(mei, badge)

    asked = pin(client, hidden, headers=HTMX)
    done = pin(client, shown, headers=HTMX)

    assert asked.status_code == 204
    assert asked["HX-Redirect"] == reverse("pin", args=[hidden.token])
    assert (done.status_code, done["HX-Refresh"]) == (204, "true")


def test_only_what_is_in_force_is_pinned(client, mei, badge):
    own = held(mei, badge)
    manager = make_member(own.issuer, "manager")
    revoking.suspend(own, reason="being_checked", by=manager)

    response = pin(client, own)

    assert response.status_code == 409
    assert "Only what is in force can be pinned." in text(response)
    assert own.title not in text(client.get(PINS_PAGE))


def test_nobody_pins_what_is_anothers(client, mei, badge):
    other = held(make_user(), badge)

    assert pin(client, other).status_code == 404
    assert client.get(reverse("pin", args=[other.token])).status_code == 404
    assert not Pin.objects.exists()
    with pytest.raises(Credential.DoesNotExist):
        pinning.pin(other, by=mei, now=timezone.now())


def test_a_press_that_says_nothing_is_asked_what_it_means(client, mei, badge):
    own = held(mei, badge)

    assert pin(client, own, "perhaps").status_code == 422
    assert client.post(PINS_PAGE, {}).status_code == 422
    assert order(mei) == []


def test_pins_move_by_their_buttons_and_stop_at_the_ends(client, mei, badge):
    first, second, third = pin_all(mei, badge, 3)

    response = client.post(PINS_PAGE, {"up": third.token})
    assert response["Location"] == f"{PINS_PAGE}#pin-{third.token}"
    assert order(mei) == tokens(first, third, second)
    assert "It is now at place 2." in text(client.get(PINS_PAGE))

    client.post(PINS_PAGE, {"up": first.token})
    client.post(PINS_PAGE, {"down": second.token})
    assert order(mei) == tokens(first, third, second)
    client.post(PINS_PAGE, {"down": first.token})
    assert order(mei) == tokens(third, first, second)


def test_htmx_gets_the_list_anew_and_what_was_done_in_words(client, mei, badge):
    first, second = pin_all(mei, badge, 2)

    response = client.post(PINS_PAGE, {"down": first.token}, headers=HTMX)
    page = text(response)

    assert page.startswith('<ol class="list pins-order"')
    assert page.index(f"pin-{second.token}") < page.index(f"pin-{first.token}")
    assert 'hx-swap-oob="innerHTML:#said">It is now at place 2.' in page


def test_dragging_stores_the_order_that_it_leaves(client, mei, badge):
    first, second, third = pin_all(mei, badge, 3)
    stranger = held(make_user(), badge)
    dropped = [third.token, first.token, stranger.token, "no-token", third.token]

    response = client.post(PINS_PAGE, {"order": ",".join(dropped)}, headers=HTMX)

    assert response.status_code == 200
    assert order(mei) == tokens(third, first, second)
    client.post(PINS_PAGE, {"order": "x," * 10_000})
    assert order(mei) == tokens(third, first, second)


def test_moving_what_is_pinned_no_longer_is_said(client, mei, badge):
    own = held(mei, badge)

    response = client.post(PINS_PAGE, {"up": own.token}, headers=HTMX)

    assert response.status_code == 200
    assert "It is no longer pinned." in text(response)
    assert client.post(PINS_PAGE, {"up": "a\0b"}).status_code == 303


def test_a_pin_that_the_page_does_not_show_says_why(client, mei, badge):
    hidden, paused = pin_all(mei, badge, 2)
    sharing.show_to(hidden, Credential.Visibility.PRIVATE, by=mei)
    manager = make_member(paused.issuer, "manager")
    revoking.suspend(paused, reason="being_checked", by=manager)

    page = text(client.get(PINS_PAGE))

    assert "because not everybody may see it." in page
    assert "only what is in force stands there." in page
    pin(client, hidden, visibility="public")
    hidden.refresh_from_db()
    assert hidden.visibility == "public"


def test_the_page_is_empty_at_first_and_says_what_to_do(client, mei):
    page = text(client.get(PINS_PAGE))

    assert "What you are proud of will stand here." in page
    assert "Find your first badge" in page


def test_a_visitor_is_led_to_the_log_in(client, badge):
    own = held(make_user(), badge)
    question = reverse("pin", args=[own.token])

    assert client.get(PINS_PAGE)["Location"] == f"/accounts/login/?next={PINS_PAGE}"
    assert client.get(question)["Location"] == f"/accounts/login/?next={question}"
    assert pin(client, own)["Location"] == f"/accounts/login/?next={PINS_PAGE}"


def test_nothing_is_pinned_while_the_site_is_read_only(client, mei, badge, settings):
    own = held(mei, badge)
    settings.READ_ONLY_UNTIL = "15:00 UTC"

    assert pin(client, own).status_code == 503
    assert order(mei) == []


def test_the_page_takes_as_many_queries_for_many_as_for_one(
    client, mei, badge, monkeypatch
):
    monkeypatch.setattr(pins_page, "PAGE_SIZE", 3)
    Profile.objects.filter(user=mei).update(public_at=timezone.now())
    pin_all(mei, badge, 1)
    held(mei, badge)
    client.get(PINS_PAGE)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(PINS_PAGE).status_code == 200
        return len(seen)

    few = queries()
    pin_all(mei, badge, 2)
    for _number in range(4):
        held(mei, badge)

    assert queries() == few <= 8
    second = text(client.get(f"{PINS_PAGE}?page=2"))
    assert "Page 2 of 2" in second
    assert client.get(f"{PINS_PAGE}?page={'9' * 400}").status_code == 200
