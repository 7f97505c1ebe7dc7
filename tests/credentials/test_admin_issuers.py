"""Founding and keeping issuers in the admin."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from credentials import signing_keys
from credentials.models import Issuer, IssuerMember
from tests.factories import make_issuer, make_member, make_user
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def issuer():
    return make_issuer("Northwind Institute")


@pytest.fixture
def manager(client, issuer):
    user = make_member(issuer, "manager", full_name="Bram Visser")
    log_in(client, user)
    return user


def change(issuer):
    return reverse("admin:credentials_issuer_change", args=[issuer.pk])


def form_of(issuer, *members, new=None, **fields):
    """The issuer's form with its members' rows; ``new`` is one more member."""
    rows = list(members)
    values = {
        "name": issuer.name,
        "kind": issuer.kind,
        "url": issuer.url,
        "email": issuer.email,
        "hue": issuer.hue,
        "glyph": issuer.glyph,
        "members-TOTAL_FORMS": str(len(rows) + bool(new)),
        "members-INITIAL_FORMS": str(len(rows)),
    }
    for index, member in enumerate(rows):
        values[f"members-{index}-id"] = str(member.pk)
        values[f"members-{index}-role"] = member.role
    for name, value in (new or {}).items():
        values[f"members-{len(rows)}-{name}"] = value
    return {**values, **fields}


def picture(size, mode="RGB"):
    drawn = io.BytesIO()
    Image.new(mode, size, "#23784a").save(drawn, "PNG")
    return SimpleUploadedFile("My Logo.png", drawn.getvalue(), "image/png")


def test_a_new_issuer_has_keys_and_a_status_list(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    client.post(
        reverse("admin:credentials_issuer_add"),
        {
            "name": "Granite School",
            "slug": "granite",
            "kind": "education",
            "url": "https://granite.example/",
            "email": "badges@granite.example",
            "hue": "moss",
            "glyph": "construction",
        },
    )

    issuer = Issuer.objects.get(slug="granite")
    algorithms = {key.algorithm for key in signing_keys.active_keys(issuer)}
    assert algorithms == {"Ed25519", "P-256"}
    assert issuer.status_lists.count() == 1


def test_managers_found_no_issuers_and_keep_the_slug(client, issuer, manager):
    add = reverse("admin:credentials_issuer_add")
    slug = issuer.slug

    assert client.get(add).status_code == 403
    rows = issuer.members.all()
    client.post(change(issuer), form_of(issuer, *rows, name="North", slug="other"))

    issuer.refresh_from_db()
    assert (issuer.name, issuer.slug) == ("North", slug)


@pytest.mark.parametrize("role", ["reviewer", "designer"])
def test_only_managers_change_their_issuer(client, issuer, role):
    client.force_login(make_member(issuer, role))

    text = client.get(change(issuer)).text
    response = client.post(change(issuer), form_of(issuer, name="Other"))

    assert response.status_code == 403
    assert "members-TOTAL_FORMS" not in text
    assert "Rotate signing keys" not in text


def test_rotating_retires_one_key_and_makes_another(client, issuer, manager):
    rotate = reverse("admin:credentials_issuer_rotate", args=[issuer.pk])
    old = signing_keys.active_keys(issuer).get(algorithm="Ed25519")
    form = {"algorithm": "Ed25519", "key": str(old.pk)}

    assert client.get(rotate).text.count("Replace the") == 2
    client.post(rotate, form)
    again = client.post(rotate, form, follow=True)

    new = signing_keys.active_keys(issuer).get(algorithm="Ed25519")
    assert new != old
    assert issuer.keys.filter(algorithm="Ed25519").count() == 2
    assert "The key was rotated already." in again.text
    assert f"…{new.short_id}" in client.get(change(issuer)).text


def test_a_manager_lets_somebody_in_by_their_address(client, issuer, manager):
    mei = make_user("Mei Tan", email="mei@example.org")
    rows = issuer.members.all()
    new = {"email": "Mei@example.org", "role": "reviewer"}

    client.post(change(issuer), form_of(issuer, *rows, new=new))

    assert IssuerMember.objects.get(user=mei).role == "reviewer"
    mei.refresh_from_db()
    assert mei.is_staff
    assert not mei.is_superuser


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("nobody@example.org", "No account has this address."),
        ("bram@example.org", "Ask another manager to change your own roles."),
        ("ana@example.org", "This person has this role already."),
    ],
)
def test_who_cannot_be_given_a_role_is_said(client, issuer, email, sentence):
    client.force_login(make_member(issuer, "manager", email="bram@example.org"))
    make_member(issuer, "reviewer", email="ana@example.org")
    rows = list(issuer.members.all())

    response = client.post(
        change(issuer),
        form_of(issuer, *rows, new={"email": email, "role": "reviewer"}),
    )

    assert response.status_code == 422
    assert sentence in response.text
    assert issuer.members.count() == 2


def test_nobody_changes_or_ends_their_own_role(client, issuer, manager):
    row = issuer.members.get()
    for fields in [{"members-0-role": "reviewer"}, {"members-0-DELETE": "on"}]:
        response = client.post(change(issuer), form_of(issuer, row, **fields))

        assert "Ask another manager to change your own roles." in response.text
        row.refresh_from_db()
        assert row.role == "manager"


def test_pictures_are_drawn_anew_and_small(client, issuer, manager):
    rows = issuer.members.all()
    files = {"logo": picture((1200, 600)), "signer_image": picture((1600, 400))}

    client.post(change(issuer), {**form_of(issuer, *rows), **files})

    issuer.refresh_from_db()
    with Image.open(issuer.logo) as logo:
        assert (logo.format, logo.size) == ("PNG", (300, 150))
    with Image.open(issuer.signer_image) as signature:
        assert (signature.format, signature.mode) == ("PNG", "LA")
        assert signature.size == (400, 100)
    assert "My Logo" not in issuer.logo.name
    address = reverse("admin:credentials_issuer_picture", args=[issuer.pk, "logo"])
    response = client.get(address)
    assert response["Content-Type"] == "image/png"
    assert b"".join(response).startswith(b"\x89PNG")
    issuer.logo.close()
    issuer.signer_image.close()


def test_what_is_no_picture_is_refused(client, issuer, manager):
    rows = issuer.members.all()
    svg = SimpleUploadedFile("logo.png", b"<svg onload='x'></svg>", "image/png")

    response = client.post(change(issuer), {**form_of(issuer, *rows), "logo": svg})

    assert response.status_code == 422
    issuer.refresh_from_db()
    assert not issuer.logo


def test_a_stored_picture_can_be_removed(client, issuer, manager):
    rows = issuer.members.all()
    client.post(change(issuer), {**form_of(issuer, *rows), "logo": picture((60, 40))})

    client.post(change(issuer), form_of(issuer, *rows, **{"logo-clear": "on"}))

    issuer.refresh_from_db()
    assert not issuer.logo
