"""Badges from elsewhere: brought, checked again, removed."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from credentials import baking, importing, sharing, sweeping, verifying
from credentials.importing import NotTaken, Refusal
from credentials.models import Credential, CredentialEvent, ImportedDocument
from credentials.verifying import Verdict
from tests.credentials import hostile
from tests.credentials.elsewhere_samples import HOST, Site, as_file, hosted
from tests.factories import make_credential, make_user

pytestmark = pytest.mark.django_db

STATUS = {
    "id": f"https://{HOST}/status/1#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": f"https://{HOST}/status/1",
}


@pytest.fixture(scope="module")
def site():
    return Site()


@pytest.fixture
def mei():
    return make_user("Mei Tan")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def bring(data, holder, addresses=None):
    known = [holder.email] if addresses is None else addresses
    return importing.bring(data, holder=holder, addresses=known)


def refusal(data, holder):
    with pytest.raises(NotTaken) as refused:
        bring(data, holder)
    return refused.value


def verdict(credential):
    found = Credential.objects.with_origin().get(pk=credential.pk)
    return verifying.status_of(found).verdict


# Bringing


def test_a_signed_badge_is_kept_byte_for_byte_and_shown_to_nobody(site, mei):
    data = site.file(mei.email)

    credential = bring(data, mei)

    imported = ImportedDocument.objects.get(credential=credential)
    assert bytes(imported.raw) == data
    assert imported.sha256 == hashlib.sha256(data).hexdigest()
    assert (imported.kind, imported.made_out) == ("ob3", "address")
    assert verdict(credential) == Verdict.UNKNOWN_ISSUER
    assert credential.visibility == Credential.Visibility.PRIVATE
    assert (credential.title, credential.issuer_name) == ("Food hygiene, level 2", HOST)
    assert imported.issuer_name == "Kitchen Skills"
    assert credential.document is None
    assert [each.kind for each in credential.events.all()] == ["imported"]
    assert not verifying.status_of(credential).verdict.is_good


@pytest.mark.parametrize(
    ("data", "kind", "expected"),
    [
        (lambda s, m: s.token(m), "jwt", Verdict.UNKNOWN_ISSUER),
        (lambda s, m: s.file(m, credentialStatus=STATUS), "ob3", Verdict.UNCHECKED),
        (lambda s, m: as_file(s.badge(m)), "ob3", Verdict.UNCHECKED),
        (lambda s, m: as_file(hosted(m)), "ob2", Verdict.UNCHECKED),
    ],
)
def test_each_kind_gets_the_verdict_of_its_weakest_check(
    site, mei, data, kind, expected
):
    credential = bring(data(site, mei.email), mei)

    assert credential.imported.kind == kind
    assert verdict(credential) == expected


def test_whoever_listens_is_told_in_the_same_transaction(site, mei):
    waiting = ProcrastinateJob.objects.filter(
        task_name="pathways.evaluate", args__learner_id=mei.pk
    )

    bring(site.file(mei.email), mei)

    assert waiting.count() == 1


def test_the_picture_around_it_is_drawn_anew(site, mei):
    around = hostile.picture_with_metadata("PNG")
    baked = baking.bake_png(around, site.file(mei.email).decode())

    credential = bring(baked, mei)

    with credential.imported.picture.open() as file:
        kept = file.read()
    assert kept.startswith(b"\x89PNG")
    assert hostile.SECRET.encode() not in kept
    assert b"openbadgecredential" not in kept
    assert bytes(credential.imported.raw) == site.file(mei.email)


def test_an_address_of_a_picture_is_not_opened(mei):
    badge = hosted(mei.email)["badge"] | {"image": f"https://{HOST}/badge.png"}

    credential = bring(as_file(hosted(mei.email, badge=badge)), mei)

    assert not credential.imported.picture
    assert str(credential.imported.picture_key) in credential.picture


def test_nothing_says_whose_it_is(site, mei):
    credential = bring(site.file(), mei)

    assert credential.imported.made_out == "nobody"


def test_what_is_made_out_to_another_address_is_refused(site, mei):
    hashed = refusal(site.file("eve@people.example.org"), mei)
    plain = refusal(as_file(hosted("eve@people.example.org", hashed=False)), mei)

    assert hashed.reason == plain.reason == Refusal.MADE_OUT_TO_ANOTHER
    assert (hashed.address, plain.address) == ("", "eve@people.example.org")
    assert not Credential.objects.filter(holder=mei).exists()


def test_what_was_changed_is_refused(site, mei):
    document = site.signed(mei.email) | {"name": "Doctor"}

    assert refusal(as_file(document), mei).reason == Refusal.NOT_GENUINE


def test_a_credential_of_this_site_is_not_brought_but_found(mei):
    own, others = make_credential(holder=mei), make_credential()

    found = refusal(own.document.encode(), mei)

    assert (found.reason, found.credential) == (Refusal.OURS, own)
    for file in (others.document, others.jwt):
        refused = refusal(file.encode(), mei)
        assert (refused.reason, refused.credential) == (Refusal.SOMEBODY_ELSES, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(id="https://cairn.example.org/c/1/"),
        lambda d: d["issuer"].update(id="did:web:cairn.example.org:issuers:x"),
        lambda d: d["issuer"].update(id="https://cairn.example.org/issuers/x/"),
    ],
)
def test_what_names_this_site_falsely_is_refused(site, mei, change):
    document = site.badge(mei.email)
    change(document)

    assert refusal(as_file(document), mei).reason == Refusal.NOT_GENUINE


def test_an_old_badge_that_names_this_site_is_refused(mei):
    document = hosted(mei.email, id="https://cairn.example.org/assertions/1")

    assert refusal(as_file(document), mei).reason == Refusal.NOT_GENUINE


def test_the_same_badge_is_kept_once_in_any_container(site, mei):
    credential = bring(site.file(mei.email), mei)

    again = refusal(site.token(mei.email), mei)

    assert (again.reason, again.credential) == (Refusal.KNOWN, credential)
    assert bring(site.file(mei.email), make_user(), [mei.email]).pk != credential.pk


def test_one_person_keeps_only_so_many(site, mei, monkeypatch):
    monkeypatch.setattr(importing, "MOST", 1)
    bring(site.file(number=1), mei)

    assert refusal(site.file(number=2), mei).reason == Refusal.TOO_MANY


# Checking again


def test_checking_again_reads_the_stored_bytes(site, mei):
    credential = bring(site.file(mei.email), mei)
    later = timezone.now() + timedelta(days=3)

    assert importing.check_again(credential, now=later) == Verdict.UNKNOWN_ISSUER

    credential.imported.refresh_from_db()
    assert credential.imported.judged_at == later


@pytest.mark.parametrize("data", ["token", "old"])
def test_every_kind_can_be_checked_again(site, mei, data):
    files = {"token": site.token(mei.email), "old": as_file(hosted(mei.email))}
    credential = bring(files[data], mei)
    before = credential.imported.verdict

    assert importing.check_again(credential) == before


def test_changed_bytes_are_found_and_told(site, mei):
    credential = bring(site.file(mei.email), mei)
    damage(credential)
    ProcrastinateJob.objects.all().delete()

    whole = Credential.objects.select_related("imported").get(pk=credential.pk)
    assert verifying.status_of(whole).verdict == Verdict.NOT_GENUINE
    assert verdict(credential) == Verdict.UNKNOWN_ISSUER  # lists read the last check
    assert importing.check_again(credential) == Verdict.NOT_GENUINE
    assert verdict(credential) == Verdict.NOT_GENUINE
    assert ProcrastinateJob.objects.filter(task_name="pathways.evaluate").exists()


def test_the_night_judges_what_was_judged_before(site, mei):
    good, bad = bring(site.file(number=1), mei), bring(site.file(number=2), mei)
    damage(bad)
    later = timezone.now() + timedelta(minutes=1)

    assert sweeping.check_imported(since=later) == 0

    assert verdict(good) == Verdict.UNKNOWN_ISSUER
    assert verdict(bad) == Verdict.NOT_GENUINE


def test_the_night_goes_on_where_it_ended(site, mei, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 1)
    first, second = bring(site.file(number=1), mei), bring(site.file(number=2), mei)
    later = timezone.now() + timedelta(minutes=1)

    last = sweeping.check_imported(since=later)

    assert last == first.imported.pk
    assert sweeping.check_imported(since=later, after=last) == second.imported.pk
    assert sweeping.check_imported(since=later, after=second.imported.pk) == 0


def damage(credential):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE credentials_importeddocument SET raw = raw || ' '"
            " WHERE credential_id = %s",
            [credential.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


# Removing


def test_removing_takes_everything_but_the_row(
    site, mei, django_capture_on_commit_callbacks
):
    baked = baking.bake_png(hostile.picture("PNG"), site.file(mei.email).decode())
    credential = bring(baked, mei)
    picture = credential.imported.picture.name
    sharing.show_to(credential, Credential.Visibility.LINK, by=mei)

    with django_capture_on_commit_callbacks(execute=True):
        importing.remove(credential, by=mei)

    credential = Credential.objects.get(pk=credential.pk)
    assert credential.state == Credential.State.ERASED
    assert verifying.status_of(credential).verdict == Verdict.ERASED
    assert not ImportedDocument.objects.exists()
    assert not default_storage.exists(picture)
    assert not Credential.objects.of(mei).exists()
    kinds = CredentialEvent.objects.filter(credential=credential)
    assert [each.kind for each in kinds] == ["imported", "erased"]
    assert credential.picture == ""


def test_what_was_removed_can_be_brought_again(site, mei):
    first = bring(site.file(mei.email), mei)
    importing.remove(first, by=mei)

    assert bring(site.file(mei.email), mei).pk != first.pk


def test_nobody_removes_what_is_somebody_elses_or_was_issued_here(site, mei):
    brought, earned = bring(site.file(), mei), make_credential(holder=mei)

    for credential, by in ((brought, make_user()), (earned, mei)):
        with pytest.raises(Credential.DoesNotExist):
            importing.remove(credential, by=by)
    assert Credential.objects.of(mei).count() == 2


def test_files_of_rows_that_never_came_are_swept(site, mei, monkeypatch):
    baked = baking.bake_png(hostile.picture("PNG"), site.file().decode())
    kept = bring(baked, mei).imported.picture.name
    default_storage.save("imported/ab/stray.png", ContentFile(b"x"))
    monkeypatch.setattr(sweeping, "GRACE", timedelta(0))

    assert sweeping.delete_stray_files() == 1
    assert default_storage.exists(kept)


def test_the_file_of_a_mixed_case_did_is_another_issuers(site, mei):
    document = json.loads(site.file(mei.email))
    document["issuer"]["id"] = document["issuer"]["id"].swapcase()

    assert bring(as_file(document), mei).imported.verdict == "unchecked"
