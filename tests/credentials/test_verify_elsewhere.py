"""What /verify/ answers to what other sites issued."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.credentials.elsewhere_samples import HOST, Site, as_file, hosted
from tests.credentials.wizard import words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def site():
    return Site()


def bring(data):
    file = SimpleUploadedFile("badge.json", data)
    return Client(enforce_csrf_checks=True).post(reverse("verify"), {"file": file})


@pytest.mark.parametrize("form", ["file", "token"])
def test_a_good_signature_of_nobody_we_know_says_just_that(site, form):
    response = bring(getattr(site, form)("mei@a.example"))

    said = words(response)
    assert response.status_code == 200
    assert "The signature is correct, but we do not know this issuer." in said
    assert f"Check that {HOST} belongs to the organisation you expect" in said
    assert f"Made with the key ending {site.did[-4:]}." in said
    assert "Says that it has no end date." in said
    assert "This credential is genuine" not in said
    assert "Food hygiene" not in response.text
    assert "Kitchen Skills" not in response.text


def test_its_end_is_told(site):
    response = bring(site.file(validUntil="2026-03-03T00:00:00Z"))

    assert "Says that it ends on 3 March 2026." in words(response)


def test_a_list_that_nobody_read_makes_it_unchecked(site):
    status = {
        "id": f"https://{HOST}/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": f"https://{HOST}/status/1",
    }

    said = words(bring(site.file(credentialStatus=status)))

    assert "We could not finish checking this credential." in said
    assert "The signature is correct. Whether it was withdrawn is not checked." in said
    assert "That is not a yes." in said


def test_a_broken_signature_is_not_genuine(site):
    document = site.signed() | {"name": "Doctor of everything"}

    response = bring(as_file(document))

    assert "This file has been changed or was not signed by the issuer" in words(
        response
    )
    assert "Doctor" not in response.text


def test_an_old_badge_is_unchecked_and_its_place_is_named():
    said = words(bring(as_file(hosted())))

    assert f"It names {HOST} as its issuer" in said
    assert "The signature is not checked." in said


def test_an_old_badge_that_names_this_site_is_not_genuine():
    response = bring(as_file(hosted(id="https://cairn.example.org/assertions/1")))

    assert "was not signed by the issuer it names" in words(response)
