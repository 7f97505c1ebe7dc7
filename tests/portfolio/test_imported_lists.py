"""Badges from elsewhere among others: lists, pages of people, files to keep."""

import re
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials import importing, sharing
from credentials.models import Credential, ImportedDocument
from portfolio.collections import collecting
from portfolio.models import Profile
from portfolio.own import bundling
from tests.credentials.elsewhere_samples import HOST, Site, as_file, hosted
from tests.credentials.wizard import words
from tests.factories import make_credential, make_user

pytestmark = pytest.mark.django_db


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


def kept(holder, data, visibility="private"):
    credential = importing.bring(data, holder=holder, addresses=[holder.email])
    sharing.show_to(credential, Credential.Visibility(visibility), by=holder)
    return Credential.objects.get(pk=credential.pk)


def test_the_own_page_marks_each_by_what_is_known(client, mei, site):
    kept(mei, site.file(number=1))
    kept(mei, as_file(hosted(number=2)))

    visible = words(client.get(reverse("me")))

    assert "Issuer not known" in visible
    assert "Unverified" in visible
    assert len(re.findall(rf"From {HOST}; checked on", visible)) == 2


def test_the_page_costs_the_same_however_much_is_brought(
    client, mei, site, django_assert_max_num_queries
):
    kept(mei, as_file(hosted(number=1)))
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("me"))
    for number in range(2, 12):
        kept(mei, as_file(hosted(number=number)))

    with django_assert_max_num_queries(12) as many:
        client.get(reverse("me"))

    assert len(many) == len(few)


def test_the_page_of_a_badge_takes_few_queries(
    client, mei, site, django_assert_max_num_queries
):
    credential = kept(mei, site.file(), "public")
    client.logout()

    with django_assert_max_num_queries(1):
        client.get(credential.get_absolute_url())


def test_a_public_page_shows_it_for_what_it_is(client, mei, site):
    kept(mei, as_file(hosted(number=1)), "public")
    kept(mei, site.file(number=2), "private")
    Profile.objects.filter(user=mei).update(public_at=timezone.now())
    client.logout()

    response = client.get(Profile.objects.get(user=mei).get_absolute_url())

    visible = words(response)
    assert f"From {HOST}; checked on" in visible
    assert "Unverified" in visible
    assert visible.count("Food hygiene, level 2") == 1


def test_a_collection_shows_it_for_what_it_is(client, mei, site):
    credential = kept(mei, as_file(hosted()), "public")
    collection = collecting.create(name="Kitchen", by=mei)
    collecting.add(collection, [credential.token], by=mei)

    response = client.get(collection.get_absolute_url())

    assert response.status_code == 200
    assert "Unverified" in words(response)
    assert HOST in words(response)


@pytest.mark.parametrize("number", [1, 2])
def test_pages_about_one_credential_know_it(client, mei, site, number):
    data = {1: site.file(), 2: as_file(hosted())}[number]
    credential = kept(mei, data, "link")

    for name in ("share", "tags", "set_visibility", "report"):
        address = reverse(name, args=[credential.token])
        assert client.get(address).status_code in {200, 405}
    for name in ("pins", "collections", "new_share_link", "share_links"):
        assert client.get(reverse(name)).status_code == 200


def test_a_zip_has_the_file_as_it_came(mei, site, django_assert_num_queries):
    files = [site.file(number=1), site.token(number=2), as_file(hosted(number=3))]
    keys = [kept(mei, data).pk for data in files]

    with django_assert_num_queries(1):
        packed = bundling.bundle(mei, keys, timezone.now())

    with packed, zipfile.ZipFile(packed) as archive:
        names = archive.namelist()
        found = {archive.read(name) for name in names if name != "README.txt"}
    assert found == set(files)
    assert sorted(name.rpartition(".")[2] for name in names) == [
        "json",
        "json",
        "jwt",
        "txt",
    ]


def test_what_was_changed_has_no_words_in_lists(client, mei, site):
    kept(mei, site.file(), "public")
    ImportedDocument.objects.update(verdict="not_genuine")
    Profile.objects.filter(user=mei).update(public_at=timezone.now())

    own = client.get(reverse("me"))
    client.logout()
    seen = client.get(Profile.objects.get(user=mei).get_absolute_url())

    assert own.status_code == 200
    assert "Not genuine" in words(own)
    assert "Food hygiene" not in seen.content.decode()


def test_the_front_page_never_shows_one(client, mei, site):
    kept(mei, site.file(), "public")
    make_credential(visibility="public")

    assert "Food hygiene" not in client.get("/").content.decode()
