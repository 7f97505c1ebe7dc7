import hashlib
from io import BytesIO
from typing import IO, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, ImageOps

from credentials import uploads
from credentials.uploads import RefusedFile, accept, clean_file_name
from tests.credentials import hostile

TYPE = "The selected file must be a PDF, PNG, JPG, WebP, MP4 or text file."
SIZE = "The selected file must be smaller than 25 MB."
DAMAGED = "The selected file is damaged and cannot be read."
PIXELS = "The selected picture is larger than 64 megapixels."


def kept(data, name="file"):
    accepted = accept(BytesIO(data), name=name)
    with accepted.content as content:
        return accepted, content.read()


def refusal(data, name="file"):
    with pytest.raises(RefusedFile) as refused:
        accept(BytesIO(data), name=name)
    return refused.value.messages[0]


def opened(data):
    with Image.open(BytesIO(data)) as picture:
        picture.load()
        return picture


class Endless:
    """A file that never ends and counts what is read from it."""

    taken = 0

    def seek(self, position):
        return position

    def read(self, size):
        self.taken += size
        return b"a" * size


@pytest.mark.parametrize(
    ("data", "content_type", "suffix"),
    [
        (hostile.pdf(), "application/pdf", ".pdf"),
        (
            hostile.pdf(owner_password="only printing is locked"),
            "application/pdf",
            ".pdf",
        ),
        (hostile.mp4(), "video/mp4", ".mp4"),
        (hostile.mp4(b"mp42"), "video/mp4", ".mp4"),
        ("Señora, 王小明\r\n\tتحية\n".encode(), "text/plain", ".txt"),
        (b"\xef\xbb\xbfwith a byte order mark", "text/plain", ".txt"),
        (b"a < b, and 5 > 3", "text/plain", ".txt"),
        (b"BMI stands here, as MZ and GIF do elsewhere", "text/plain", ".txt"),
    ],
)
def test_documents_films_and_text_are_kept_byte_for_byte(data, content_type, suffix):
    accepted, content = kept(data, f"work{suffix}")

    digest = hashlib.sha256(data).hexdigest()
    assert content == data
    assert accepted.content_type == content_type
    assert accepted.name == f"work{suffix}"
    assert (accepted.size_received, accepted.size_kept) == (len(data), len(data))
    assert (accepted.sha256_received, accepted.sha256_kept) == (digest, digest)
    assert (accepted.width, accepted.height) == (None, None)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_drawn_anew_without_metadata(kind):
    data = hostile.picture_with_metadata(kind)
    assert hostile.SECRET.encode() in data

    accepted, content = kept(data, "photo")

    assert accepted.content_type == f"image/{kind.lower()}"
    assert hostile.SECRET.encode() not in content
    assert opened(content).format == kind
    assert dict(opened(content).getexif()) == {}
    assert "icc_profile" not in opened(content).info
    assert accepted.sha256_received == hashlib.sha256(data).hexdigest()
    assert accepted.sha256_kept == hashlib.sha256(content).hexdigest()
    assert (accepted.size_received, accepted.size_kept) == (len(data), len(content))
    assert (accepted.width, accepted.height) == (40, 20)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_turned_upright(kind):
    accepted, content = kept(hostile.picture_with_metadata(kind, orientation=6))

    picture = opened(content).convert("RGB")
    assert picture.size == (accepted.width, accepted.height) == (20, 40)
    assert picture.getpixel((10, 2))[0] > 150  # the red left half is on top now
    assert picture.getpixel((10, 37))[0] < 50


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_undone(orientation):
    data = hostile.picture_with_metadata("PNG", orientation=orientation)
    expected = ImageOps.exif_transpose(opened(data))
    assert opened(kept(data)[1]).tobytes() == expected.tobytes()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_picture_with_broken_metadata_is_taken():
    data = hostile.picture("WEBP", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert kept(data)[0].width == 8


@pytest.mark.parametrize("mode", ["RGB", "P", "1", "L"])
def test_large_pictures_are_reduced_to_4096_on_the_long_side(mode):
    accepted, content = kept(hostile.picture("PNG", (5000, 50), mode))
    assert opened(content).size == (accepted.width, accepted.height) == (4096, 41)


def test_a_large_photograph_is_reduced_too():
    accepted, _ = kept(hostile.picture("JPEG", (100, 6000)))
    assert (accepted.width, accepted.height) == (68, 4096)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_is_kept(kind, mode):
    _, content = kept(hostile.picture(kind, mode=mode))
    assert opened(content).convert("RGBA").getpixel((0, 0))[3] == 0


def test_the_transparent_colour_of_a_palette_is_kept():
    _, content = kept(hostile.picture("PNG", mode="P", transparency=0))
    assert opened(content).convert("RGBA").getpixel((0, 0))[3] == 0


def test_sixteen_bit_greys_stay_greys():
    drawn, file = Image.new("I;16", (4, 4), 32768), BytesIO()
    drawn.save(file, "PNG")
    _, content = kept(file.getvalue())
    assert opened(content).getpixel((0, 0)) == 32768


def test_of_a_moving_picture_the_first_frame_is_kept():
    frames = [Image.new("RGB", (6, 6), colour) for colour in ("red", "blue")]
    for kind in ("PNG", "WEBP"):
        file = BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:])
        picture = opened(kept(file.getvalue())[1])
        assert getattr(picture, "n_frames", 1) == 1
        assert picture.convert("RGB").getpixel((3, 3))[0] > 200


def test_of_a_photograph_with_a_second_one_inside_the_first_is_kept():
    file = BytesIO()
    red, blue = (Image.new("RGB", (6, 6), colour) for colour in ("red", "blue"))
    red.save(file, "MPO", save_all=True, append_images=[blue])
    accepted, content = kept(file.getvalue())
    assert accepted.content_type == "image/jpeg"
    assert opened(content).format == "JPEG"
    assert opened(content).getpixel((3, 3))[0] > 200


def test_a_photograph_of_a_printing_press_gets_screen_colours():
    _, content = kept(hostile.picture("JPEG", mode="CMYK"))
    assert opened(content).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The selected file is empty."),
        (hostile.zip_bomb(), TYPE),
        (hostile.svg().encode(), TYPE),
        (b"\xef\xbb\xbf \n" + hostile.svg().encode(), TYPE),
        (b'<?xml version="1.0"?>' + hostile.svg().encode(), TYPE),
        (b"<!doctype html><script>alert(1)</script>", TYPE),
        (b"<HTML><body onload=alert(1)>", TYPE),
        (b"{\\rtf1 words}", TYPE),
        (b"GIF89a" + bytes(50), TYPE),
        (hostile.picture("GIF"), TYPE),
        (hostile.picture("BMP"), TYPE),
        (hostile.picture("TIFF"), TYPE),
        (b"MZ\x90\x00" + bytes(100), TYPE),
        (b"\x7fELF" + bytes(100), TYPE),
        (b"text with a \x00 in it", TYPE),
        (b"text with an \x1b[31mescape", TYPE),
        ("café".encode("latin-1"), TYPE),
        ("words".encode("utf-16"), TYPE),
        (b"words and half a letter \xc3", TYPE),
        (b"words " * 20_000 + b"\x00", TYPE),
        (b"RIFF\x10\x00\x00\x00WAVEfmt " + bytes(20), TYPE),
        (hostile.mp4(b"heic"), TYPE),
        (hostile.mp4(b"M4A "), TYPE),
        (hostile.mp4(b"qt  "), TYPE),
        (hostile.mp4()[:-1], DAMAGED),
        (hostile.mp4() + b"more", DAMAGED),
        (hostile.box(b"ftyp", b"isom" + bytes(8)), DAMAGED),
        (
            hostile.box(b"ftyp", b"isom" + bytes(8)) + b"\0\0\0\1moov" + bytes(8),
            DAMAGED,
        ),
        (b"%PDF-1.7\nnothing more", DAMAGED),
        (hostile.pdf()[:200], DAMAGED),
        (hostile.pdf(password="secret"), "The selected file is password protected."),
        (hostile.truncated_jpeg(), DAMAGED),
        (b"\xff\xd8\xff\xe0 and nothing like a photograph", DAMAGED),
        (hostile.picture()[:60], DAMAGED),
        (hostile.picture().replace(b"IDAT", b"IDAX"), DAMAGED),
        (hostile.picture("WEBP")[:40], DAMAGED),
        (hostile.png_of_13000_by_13000(), PIXELS),
        (hostile.webp_of_16000_by_16000(), PIXELS),
        (
            hostile.png_with_50_mib_text(),
            "The selected picture cannot be read. Save it again as PNG or JPG and "
            "select that copy.",
        ),
    ],
)
@pytest.mark.parametrize("name", ["work.png", "work.pdf", "work.txt"])
def test_files_are_refused_by_content_whatever_their_name(data, sentence, name):
    assert refusal(data, name) == sentence


def test_a_file_of_25_mb_is_taken_and_one_byte_more_is_not():
    largest = b"a" * uploads.MAX_BYTES
    assert kept(largest)[0].size_kept == 25 * hostile.MIB
    assert refusal(largest + b"a") == SIZE


def test_never_more_than_the_limit_is_read():
    source = Endless()
    with pytest.raises(RefusedFile, match="smaller than 25 MB"):
        accept(cast(IO[bytes], source), name="endless.txt")
    assert source.taken <= uploads.MAX_BYTES + 64 * 1024


def test_a_jpeg_beyond_64_megapixels_is_refused_before_it_is_drawn(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PIXELS", 47)
    monkeypatch.setattr(Image.Image, "thumbnail", None)
    assert refusal(hostile.picture("JPEG")) == PIXELS


def test_what_django_received_is_accepted_as_it_comes():
    upload = SimpleUploadedFile("../../My notes.txt", b"words", "image/png")
    upload.read()

    accepted = accept(upload, name=upload.name or "")

    assert (accepted.name, accepted.content_type) == ("My notes.txt", "text/plain")
    assert accepted.content.read() == b"words"
    accepted.content.close()


def test_a_refusal_says_its_code():
    with pytest.raises(RefusedFile) as refused:
        accept(BytesIO(b""), name="x")
    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("photo.PNG", "photo.PNG"),
        ("photo.exe", "photo.exe.png"),
        ("photo", "photo.png"),
        ("", "file.png"),
        ("..", "file.png"),
        (".png", "png.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\amina\\me.png", "me.png"),
        ("gnp.\u202egpj.exe", "gnp.gpj.exe.png"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie_ x.png"),
        ('a"; filename="b.png', "a_; filename=_b.png"),
        ("\ud800.png", "png.png"),
        ("Zoe\u0308 王 صورة.png", "Zoë 王 صورة.png"),
        ("<script>.png", "_script_.png"),
    ],
)
def test_file_names_are_made_harmless(name, clean):
    assert clean_file_name(name, content_type="image/png") == clean


def test_long_file_names_keep_their_extension():
    cleaned = clean_file_name("a" * 5000 + ".jpeg", content_type="image/jpeg")
    assert cleaned == "a" * 115 + ".jpeg"


@given(st.text(st.characters(), max_size=200))
def test_any_file_name_can_be_shown_and_downloaded(name):
    cleaned = clean_file_name(name, content_type="text/plain")

    assert 5 <= len(cleaned) <= uploads.MAX_NAME_LENGTH
    assert not set(cleaned) & set('/\\"\r\n\x00')
    cleaned.encode()


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about broken Exif
@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [
            hostile.picture_with_metadata("PNG"),
            hostile.picture_with_metadata("JPEG"),
            hostile.picture_with_metadata("WEBP"),
            hostile.mp4(),
        ]
    ),
    st.integers(0),
    st.binary(min_size=1, max_size=8),
)
def test_no_change_of_bytes_makes_accepting_fall_over(data, position, change):
    at = position % len(data)
    try:
        accept(
            BytesIO(data[:at] + change + data[at + len(change) :]), name="x"
        ).content.close()
    except RefusedFile as refused:
        assert refused.code in uploads.SENTENCES  # noqa: PT017 - kept or refused


def test_a_picture_cut_short_is_refused_after_a_certificate_was_drawn(monkeypatch):
    # As WeasyPrint leaves it when it is loaded, which happens once in a process.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)

    assert refusal(hostile.truncated_jpeg(), "work.jpg").startswith("The selected")
