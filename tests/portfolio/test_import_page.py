"""Adding a badge from elsewhere, its page, and taking it away again."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from credentials import baking, importing, sharing
from credentials.models import Credential, ImportedDocument
from portfolio.collections import collecting
from portfolio.models import CollectionItem, Pin, Tag
from portfolio.own import tagging
from tests.credentials import hostile
from tests.credentials.elsewhere_samples import HOST, Site, as_file, hosted
from tests.credentials.wizard import words
from tests.factories import make_credential, make_user

pytestmark = pytest.mark.django_db

IMPORT = "/me/import/"


@pytest.fixture(scope="module")
def site():
    return Site()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def send(client, data, **fields):
    file = SimpleUploadedFile("badge.json", data)
    return client.post(IMPORT, {"file": file, **fields}, follow=True)


def kept(holder, data, visibility="private"):
    credential = importing.bring(data, holder=holder, addresses=[holder.email])
    sharing.show_to(credential, Credential.Visibility(visibility), by=holder)
    return Credential.objects.get(pk=credential.pk)


def page(client, credential):
    return html.unescape(client.get(credential.get_absolute_url()).content.decode())


# Adding


def test_a_visitor_is_led_to_the_log_in(client):
    response = client.get(IMPORT)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_the_own_page_leads_to_adding(client, mei):
    assert IMPORT in client.get(reverse("me")).content.decode()


def test_a_badge_is_added_by_its_file(client, mei, site):
    response = send(client, site.file(mei.email))

    credential = Credential.objects.get(holder=mei)
    assert response.redirect_chain == [(credential.get_absolute_url(), 303)]
    assert "Added. Only you see it." in words(response)
    assert "The signature is correct, but we do not know this issuer." in words(
        response
    )


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_a_badge_is_added_by_its_text(client, mei, site, form):
    text = {"json": site.file(mei.email), "jwt": site.token(mei.email)}[form]

    response = client.post(IMPORT, {"text": f"  {text.decode()}\n"}, follow=True)

    assert "Added. Only you see it." in words(response)


def test_what_was_added_before_is_shown(client, mei, site):
    send(client, site.file(mei.email))

    response = send(client, site.file(mei.email))

    assert response.status_code == 200
    assert "You have added this one before." in words(response)
    assert Credential.objects.count() == 1


def test_what_was_issued_here_is_shown(client, mei):
    credential = make_credential(holder=mei)

    response = send(client, credential.document.encode())

    assert "This one was issued here. You have it already." in words(response)
    assert response.redirect_chain[0][0] == credential.get_absolute_url()


def test_a_badge_made_out_to_another_address_says_how_to_add_it(client, mei, site):
    hashed = send(client, site.file("eve@people.example.org"))
    plain = send(client, as_file(hosted("eve@people.example.org", hashed=False)))

    for response in (hashed, plain):
        assert response.status_code == 422
        assert reverse("account_email") in response.content.decode()
    assert "eve@" not in words(hashed)
    assert "made out to eve@people.example.org, which is not" in words(plain)


def test_a_text_that_is_refused_stays(client, mei):
    response = client.post(IMPORT, {"text": '{"a": "<script>"}'})

    assert response.status_code == 422
    assert "This file does not contain a credential." in words(response)
    assert "{&quot;a&quot;: &quot;&lt;script&gt;&quot;}" in response.content.decode()


# Its page


def test_the_page_of_a_signed_badge_says_what_is_known_and_what_is_not(
    client, mei, site
):
    credential = kept(mei, site.file(mei.email), "link")

    text = page(client, credential)
    visible = words(client.get(credential.get_absolute_url()))

    assert "<title>Issuer not known – Food hygiene, level 2" in " ".join(text.split())
    assert f"From {HOST}; checked on" in visible
    assert f"Check that {HOST} belongs to the organisation you expect" in visible
    assert f"Made with the key ending {site.did[-4:]}." in visible
    assert "nothing proves that this one belongs to" in visible
    assert "Made out to an e-mail address that its holder has confirmed" in visible
    assert "enuine" not in visible
    assert mei.email not in text
    assert 'content="noindex"' in text


@pytest.mark.parametrize("kind", ["hosted", "status"])
def test_the_page_of_what_could_not_be_checked_says_unverified_loudly(
    client, mei, site, kind
):
    status = {
        "id": f"https://{HOST}/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": f"https://{HOST}/status/1",
    }
    data = {"hosted": as_file(hosted()), "status": site.file(credentialStatus=status)}
    credential = kept(mei, data[kind], "public")
    client.logout()

    response = client.get(credential.get_absolute_url())

    visible = words(response)
    assert "Unverified: we could not finish checking this credential." in visible
    assert "That is not a yes." in visible
    assert f"Only {HOST} can say whether it is genuine." in visible
    assert "Nothing in it that we can compare says whose it is." in visible
    assert ("The signature is correct." in visible) == (kind == "status")
    assert "Certificate" not in visible
    assert not response.cookies


def test_words_of_the_file_are_text_and_nothing_else(client, mei):
    evil = "<script>alert(1)</script> [x](javascript:alert(2)) \u202eknil"
    badge = hosted()["badge"] | {
        "name": f"{evil} " + "n" * 300,
        "description": evil,
        "criteria": {"id": "javascript:alert(3)", "narrative": f"# {evil}"},
        "issuer": {"id": f"https://{HOST}/", "name": evil},
        "alignment": [{"targetName": evil, "targetUrl": "javascript://x/"}],
    }
    credential = kept(mei, as_file(hosted(badge=badge, id="javascript:alert(4)")))

    raw = client.get(credential.get_absolute_url()).content.decode()
    cards = client.get(reverse("me")).content.decode()

    for found in (raw, cards):
        assert "<script>alert" not in found
        assert 'href="javascript' not in found
        assert "\u202e" not in found
    assert len(credential.title) == 100
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in raw


def test_an_end_that_has_passed_is_told_as_the_files_own_word(client, mei, site):
    credential = kept(mei, site.file(validUntil="2026-03-03T00:00:00Z"))

    visible = words(client.get(credential.get_absolute_url()))

    assert "It says itself that it ended on 3 March 2026." in visible
    assert "was genuine" not in visible


def test_private_and_absent_are_the_same_to_others(client, mei, site):
    credential = kept(mei, site.file())
    client.force_login(make_user())

    for name in ("credential", "credential_json", "check_again", "report"):
        address = reverse(name, args=[credential.token])
        method = client.post if name == "check_again" else client.get
        assert method(address).status_code == 404
    assert client.get(credential.picture).status_code == 404


@pytest.mark.parametrize(
    ("form", "there"),
    [("json", True), ("jwt", False), ("png", False), ("svg", False), ("pdf", False)],
)
def test_a_document_is_given_as_it_came_and_in_no_other_form(
    client, mei, site, form, there
):
    data = site.file(mei.email)
    credential = kept(mei, data, "link")
    client.logout()

    response = client.get(reverse(f"credential_{form}", args=[credential.token]))

    assert response.status_code == (200 if there else 404)
    if there:
        assert response.content == data
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"


def test_a_file_with_an_address_in_it_is_given_to_its_holder_alone(client, mei):
    credential = kept(mei, as_file(hosted(mei.email, hashed=False)), "public")
    address = reverse("credential_json", args=[credential.token])

    own, own_page = client.get(address), page(client, credential)
    client.logout()

    assert own.status_code == 200
    assert "Only you can download it" in own_page
    assert client.get(address).status_code == 404
    assert address not in page(client, credential)
    assert mei.email not in page(client, credential)


def test_a_token_is_given_as_it_came(client, mei, site):
    data = site.token(mei.email)
    credential = kept(mei, data, "link")

    token = client.get(reverse("credential_jwt", args=[credential.token]))
    as_json = client.get(
        credential.get_absolute_url(), headers={"Accept": "application/json"}
    )

    assert token.content == data
    assert as_json.status_code == 404


def test_its_code_leads_to_its_page_and_networks_get_no_picture(client, mei, site):
    credential = kept(mei, site.file(), "public")

    code = client.get(reverse("credential_qr", args=[credential.token]))
    preview = client.get(reverse("credential_preview", args=[credential.token]))

    assert (code.status_code, preview.status_code) == (200, 404)


def test_checking_again_changes_the_time_and_nothing_else(client, mei, site):
    credential = kept(mei, site.file(), "link")
    ImportedDocument.objects.update(judged_at=timezone.now().replace(year=2025))

    response = client.post(
        reverse("check_again", args=[credential.token]),
        {"verdict": "unknown_issuer"},
        headers={"HX-Request": "true"},
    )

    assert response.status_code == 200
    assert 'id="verdict"' in response.content.decode()
    assert ImportedDocument.objects.get().judged_at.year != 2025


def test_changed_bytes_show_nothing_any_more(client, mei, site):
    credential = kept(mei, site.file(), "public")
    ImportedDocument.objects.update(verdict="not_genuine")
    client.logout()

    response = client.get(credential.get_absolute_url())

    assert "This file has been changed" in words(response)
    assert "Food hygiene" not in response.content.decode()
    assert client.get(
        f"{credential.get_absolute_url()}credential.json"
    ).status_code == (410)


# Its picture


def test_the_picture_is_the_one_that_came_or_a_plain_drawing(client, mei, site):
    baked = baking.bake_png(hostile.picture("PNG"), site.file(number=1).decode())
    drawn, plain = kept(mei, baked), kept(mei, site.file(number=2))

    first, second = client.get(drawn.picture), client.get(plain.picture)

    assert (first["Content-Type"], second["Content-Type"]) == (
        "image/png",
        "image/svg+xml",
    )
    assert first.content.startswith(b"\x89PNG")


def test_the_address_of_a_picture_does_not_tell_the_credentials(client, mei, site):
    credential = kept(mei, site.file(), "link")
    client.logout()

    assert credential.token not in credential.picture
    assert client.get(credential.picture).status_code == 200


# Removing


def test_removing_asks_once_and_takes_it_from_everywhere(client, mei, site):
    credential = kept(mei, site.file(mei.email), "link")
    collection = collecting.create(name="Kitchen", by=mei)
    collecting.add(collection, [credential.token], by=mei)
    Pin.objects.create(owner=mei, credential=credential, position=1)
    tagging.add(mei, [credential.pk], "food")
    address = reverse("remove_badge", args=[credential.token])

    asked = client.get(address)
    response = client.post(address, follow=True)

    assert "Remove this badge" in words(asked)
    assert response.redirect_chain == [("/me/", 303)]
    assert "Removed." in words(response)
    for model in (CollectionItem, Pin, Tag, ImportedDocument):
        assert not model.objects.exists()
    gone = client.get(credential.get_absolute_url())
    assert gone.status_code == 200
    assert "Details removed" in words(gone)
    assert "Food hygiene" not in gone.content.decode()


def test_what_was_issued_here_is_not_removed(client, mei):
    credential = make_credential(holder=mei)
    address = reverse("remove_badge", args=[credential.token])

    assert client.get(address).status_code == client.post(address).status_code == 404


def test_nobody_else_removes_it(client, mei, site):
    credential = kept(mei, site.file(), "public")
    client.force_login(make_user())

    response = client.post(reverse("remove_badge", args=[credential.token]))

    assert response.status_code == 404
    assert ImportedDocument.objects.exists()
