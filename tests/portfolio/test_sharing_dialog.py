"""The share dialog: who sees it, the link, and everything to take away."""

from __future__ import annotations

import html
import re

import pytest

from credentials import revoking
from credentials.models import Credential
from portfolio.models import Profile
from tests.factories import make_badge, make_credential, make_issuer, make_user
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "share"}


@pytest.fixture
def holder():
    return make_user("Amina Yusuf")


@pytest.fixture
def credential(holder):
    version = make_badge(make_issuer("Harbour Trust"), name="Wounds & dressings")
    return make_credential(version, holder)


@pytest.fixture
def own(client, holder):
    log_in(client, holder)
    return client


def page(credential):
    return f"/me/credentials/{credential.token}/share/"


def text(answer):
    return html.unescape(answer.content.decode())


def show_to(credential, visibility):
    Credential.objects.filter(pk=credential.pk).update(visibility=visibility)


def test_the_page_says_who_sees_it_before_anything_is_offered(own, credential):
    told = text(own.get(page(credential)))

    order = [
        "Share <bdi",
        "People with the link see it; it is not listed.",
        "Copy link",
        "Add to LinkedIn profile",
        "Share post",
        "Embed in a web page",
        "QR code",
        "E-mail signature",
        "Time-limited link",
    ]
    places = [told.index(words) for words in order]
    assert places == sorted(places)


def test_the_dialog_is_the_page_without_its_frame(own, credential):
    whole = text(own.get(page(credential)))
    part = text(own.get(page(credential), headers={"HX-Request": "true"}))

    assert "<html" in whole
    assert "data-close" not in whole
    assert part.lstrip().startswith('<div class="share')
    assert "data-close" in part


def test_only_the_holder_shares(client, credential):
    assert client.get(page(credential)).url.startswith("/accounts/login/")

    log_in(client, make_user())
    assert client.get(page(credential)).status_code == 404
    posted = client.post(page(credential), {"visibility": "public"})
    assert posted.status_code == 404
    credential.refresh_from_db()
    assert credential.visibility == "link"


def test_a_private_one_is_shared_by_one_press_that_says_what_it_does(own, credential):
    show_to(credential, "private")
    told = text(own.get(page(credential)))

    assert "Make it link-only and share" in told
    assert f"/c/{credential.token}/embed" not in told
    assert "data-copy-of" not in told
    for off in ("Copy link", "Add to LinkedIn profile", "Share post"):
        assert f"disabled>{off}<" in told

    own.post(page(credential), {"visibility": "link"})
    credential.refresh_from_db()
    assert credential.visibility == "link"


def test_a_change_in_the_dialog_can_be_taken_back(own, credential):
    told = text(own.post(page(credential), {"visibility": "public"}, headers=HTMX))

    credential.refresh_from_db()
    assert credential.visibility == "public"
    assert "Now public. Anyone can see it." in told
    assert 'name="visibility" value="link">Undo' in told
    assert "data-changed" in told


def test_without_scripts_a_change_leads_back_and_is_told(own, credential):
    answer = own.post(page(credential), {"visibility": "private"}, follow=True)

    assert answer.redirect_chain == [(page(credential), 303)]
    assert "Now private. Only you and the issuer see it." in text(answer)


@pytest.mark.parametrize("wanted", ["", "everybody", "\x00", "PUBLIC"])
def test_no_choice_changes_nothing_and_says_what_there_is(own, credential, wanted):
    answer = own.post(page(credential), {"visibility": wanted}, headers=HTMX)

    credential.refresh_from_db()
    assert (answer.status_code, credential.visibility) == (422, "link")
    assert "Choose who sees it: public, link only or private." in text(answer)


def test_a_withdrawn_one_offers_its_link_and_no_boast(own, credential, holder):
    manager = make_user(is_staff=True, is_superuser=True)
    revoking.revoke(credential, reason=Credential.Reason.MISTAKE, note="", by=manager)
    told = text(own.get(page(credential)))

    assert "Withdrawn.</strong> Whoever opens the link reads that first." in told
    assert "Copy link" in told
    for boast in ("linkedin.com", "mastodon", "mailto:", "signature", "embed.svg"):
        assert boast not in told


def test_an_erased_one_has_nothing_to_share(own, credential):
    Credential.objects.filter(pk=credential.pk).update(
        state="erased",
        erased_at=credential.issued_at,
        document=None,
        jwt=None,
        recipient_name="",
        recipient_email="",
        once_key=None,
    )

    assert own.get(page(credential)).status_code == 404


def test_nothing_of_anybody_elses_is_loaded_and_no_way_out_tells_where_from(
    own, credential
):
    told = text(own.get(page(credential), {"mastodon": "mastodon.social"}))

    for source in re.findall(r'<(?:img|script|link)[^>]+(?:src|href)="([^"]+)"', told):
        assert source.startswith(("/", "http://localhost", "https://")), source
        assert "linkedin" not in source
    ways_out = re.findall(
        r'<a [^>]*href="https://(?:www\.linkedin|mastodon)[^>]*>', told
    )
    assert len(ways_out) == 3
    assert all('rel="noopener noreferrer"' in way for way in ways_out)


def test_the_page_of_the_credential_offers_sharing_to_its_holder_alone(
    client, credential, holder
):
    assert "data-dialog" not in text(client.get(credential.get_absolute_url()))

    log_in(client, holder)
    told = text(client.get(credential.get_absolute_url()))
    assert f'href="{page(credential)}" data-dialog' in told
    assert "js/dialog" in told


def test_the_questions_to_the_database_are_few(
    own, credential, django_assert_max_num_queries
):
    Profile.objects.filter(user=credential.holder).update(
        public_at=credential.issued_at
    )
    with django_assert_max_num_queries(8):
        own.get(page(credential))
