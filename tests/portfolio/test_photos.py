"""Photos: what is taken, what is kept of it, and who gets to see it."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from portfolio.models import Profile
from portfolio.profile import photos
from tests.credentials import hostile
from tests.factories import make_user

pytestmark = pytest.mark.django_db

EDIT = reverse("edit_profile", args=["photo"])


@pytest.fixture
def mei(client):
    user = make_user("Mei Tan")
    client.force_login(user)
    return user


def send(client, data, name="me.jpg"):
    return client.post(EDIT, {"photo": SimpleUploadedFile(name, data)})


def kept(user):
    profile = Profile.objects.get(user=user)
    with profile.photo.open("rb") as file:
        return file.read()


def address(user):
    return reverse("profile_photo", args=[user.profile.handle])


def body(response):
    return b"".join(response)


def halves(size, kind="JPEG", **options):
    """Red at the start and end, blue in the middle half."""
    picture = Image.new("RGB", size, (200, 0, 0))
    width, height = size
    picture.paste((0, 0, 200), (width // 4, 0, 3 * width // 4, height))
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def test_a_photo_is_kept_as_a_small_square_of_its_middle(client, mei):
    response = send(client, halves((2000, 1000)))

    assert response.status_code == 303
    with Image.open(BytesIO(kept(mei))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (512, 512))
        red, _green, blue = picture.getpixel((3, 256))
        assert blue > 150 > red


def test_a_small_photo_is_not_blown_up(client, mei):
    send(client, halves((300, 200), "PNG"))

    with Image.open(BytesIO(kept(mei))) as picture:
        assert picture.size == (200, 200)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_stands_upright_and_forgets_where_it_was_taken(client, mei, kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 2.5)}
    exif[0x013B] = hostile.SECRET
    picture = Image.new("RGB", (200, 400), (200, 0, 0))
    picture.paste((0, 0, 200), (0, 0, 200, 200))  # above, as it lies in the file
    file = BytesIO()
    picture.save(file, kind, exif=exif, icc_profile=hostile.SECRET.encode())
    send(client, file.getvalue())

    data = kept(mei)
    with Image.open(BytesIO(data)) as upright:
        assert not upright.getexif()
        assert "icc_profile" not in upright.info
        red, _green, blue = upright.getpixel((190, 100))  # above is right, turned
        assert blue > 150 > red
    assert hostile.SECRET.encode() not in data


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA", "I;16", "CMYK"])
def test_photos_of_every_colour_are_taken(client, mei, mode):
    file = BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (150, 150)).save(file, kind)

    assert send(client, file.getvalue()).status_code == 303
    with Image.open(BytesIO(kept(mei))) as picture:
        assert picture.mode == "RGB"


def test_what_is_transparent_becomes_white(client, mei):
    file = BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(file, "PNG")
    send(client, file.getvalue())

    with Image.open(BytesIO(kept(mei))) as picture:
        assert min(picture.getpixel((100, 100))) > 250


def test_greys_of_sixteen_bits_keep_their_shades(client, mei):
    file = BytesIO()
    Image.new("I;16", (200, 200), 32768).save(file, "PNG")
    send(client, file.getvalue())

    with Image.open(BytesIO(kept(mei))) as picture:
        assert 120 < picture.getpixel((100, 100))[0] < 136


def test_photos_of_phones_with_a_second_picture_are_taken(client, mei):
    first, second = (Image.new("RGB", (200, 200), each) for each in ("navy", "red"))
    file = BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second])

    assert send(client, file.getvalue()).status_code == 303


def animated(kind):
    frames = [Image.new("RGB", (200, 200), each) for each in ("navy", "red")]
    file = BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


def with_bytes_of_a_page():
    return halves((200, 200)) + b"<script>alert(1)</script>"


HOSTILE = {
    "nothing": (b"", "The selected file is empty."),
    "svg": (hostile.svg().encode(), "must be a PNG, JPG or WebP picture."),
    "gif": (hostile.picture("GIF", (200, 200)), "must be a PNG, JPG or WebP picture."),
    "pdf": (hostile.pdf(), "must be a PNG, JPG or WebP picture."),
    "text": (b"Hello", "must be a PNG, JPG or WebP picture."),
    "zip": (hostile.zip_bomb(), "must be a PNG, JPG or WebP picture."),
    "moving png": (animated("PNG"), "Select one that stands still."),
    "moving webp": (animated("WEBP"), "Select one that stands still."),
    "bomb": (hostile.png_of_13000_by_13000(), "larger than 64 megapixels."),
    "webp bomb": (hostile.webp_of_16000_by_16000(), "megapixels"),
    "text bomb": (hostile.png_with_50_mib_text(), "picture cannot be read."),
    "cut short": (hostile.truncated_jpeg(), "is damaged and cannot be read."),
    "tiny": (hostile.picture("PNG", (127, 500)), "at least 128 pixels"),
    "too heavy": (
        halves((200, 200)) + bytes(photos.MAX_BYTES),
        "must be smaller than 5 MB.",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_photo_is_refused_with_a_sentence(client, mei, name):
    data, sentence = HOSTILE[name]

    response = send(client, data)
    page = response.content.decode()

    assert response.status_code == 422
    assert page.count(sentence) == 2
    assert "<title>Error: Photo" in page
    assert not Profile.objects.get(user=mei).photo


def test_nothing_of_what_rode_along_is_kept(client, mei):
    assert send(client, with_bytes_of_a_page()).status_code == 303

    assert b"script" not in kept(mei)


def test_without_a_file_the_form_says_so(client, mei):
    response = client.post(EDIT, {"photo": "words"})

    assert response.status_code == 422
    assert response.content.decode().count("Select a photo.") == 2


def test_far_too_much_is_refused_before_it_is_read(client, mei):
    response = client.post(
        EDIT, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=10**9
    )

    assert response.status_code == 413
    assert "must be smaller than 5 MB." in response.content.decode()


def test_twenty_photos_an_hour_are_enough(client, mei, monkeypatch):
    monkeypatch.setattr("portfolio.views.editing.PHOTOS_PER_HOUR", 1)
    assert send(client, halves((200, 200))).status_code == 303

    response = send(client, halves((200, 200)))

    assert (response.status_code, "Retry-After" in response) == (429, True)


def test_the_file_before_goes_with_the_next_one(
    client, mei, django_capture_on_commit_callbacks
):
    send(client, halves((200, 200)))
    first = Profile.objects.get(user=mei).photo
    with django_capture_on_commit_callbacks(execute=True):
        send(client, halves((300, 300)))
        assert first.storage.exists(first.name)

    second = Profile.objects.get(user=mei).photo
    assert not first.storage.exists(first.name)
    assert second.storage.exists(second.name)


def test_a_removed_photo_is_gone(client, mei, django_capture_on_commit_callbacks):
    send(client, halves((200, 200)))
    photo = Profile.objects.get(user=mei).photo

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(EDIT, {"remove": "yes"})

    assert response.status_code == 303
    assert not photo.storage.exists(photo.name)
    assert client.get(address(mei)).status_code == 404


def test_visitors_see_the_photo_of_a_public_page_alone(client, mei):
    send(client, halves((200, 200)))
    client.logout()
    pages = Profile.objects.filter(user=mei)
    assert client.get(address(mei)).status_code == 404

    pages.update(public_at=timezone.now())
    response = client.get(address(mei))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "no-cache"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert body(response) == kept(mei)

    pages.update(public_at=None)
    again = client.get(address(mei), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 404


def test_a_photo_that_has_not_changed_is_not_sent_again(client, mei):
    send(client, halves((200, 200)))
    first = client.get(address(mei))
    assert body(first) == kept(mei)
    tag = {"If-None-Match": first["ETag"]}

    same = client.get(address(mei), headers=tag)
    assert (same.status_code, same.content) == (304, b"")
    assert same["Cache-Control"] == "private, no-cache"

    send(client, halves((300, 300)))
    other = client.get(address(mei), headers=tag)
    assert (other.status_code, body(other)) == (200, kept(mei))


def test_the_photo_of_somebody_deactivated_is_not_shown(client, mei):
    send(client, halves((200, 200)))
    Profile.objects.filter(user=mei).update(public_at=timezone.now())
    mei.is_active = False
    mei.save()

    assert client.get(address(mei)).status_code == 404


def test_a_photo_whose_file_is_lost_is_absent(client, mei):
    send(client, halves((200, 200)))
    photo = Profile.objects.get(user=mei).photo
    photo.storage.delete(photo.name)

    assert client.get(address(mei)).status_code == 404


@pytest.mark.parametrize("handle", ["nobody", "a%00b", "x" * 300])
def test_pages_that_are_not_there_have_no_photo(client, handle):
    assert client.get(f"/p/{handle}/photo").status_code == 404
