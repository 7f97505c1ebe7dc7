"""The artwork of issued badges never changes: golden hashes hold every byte of it."""

import re
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from credentials.artwork import (
    AREAS,
    HUES,
    KINDS,
    lettering,
    medallion,
    mix,
    pictures,
    small,
    withdrawn,
)
from credentials.artwork.guilloche import weave
from credentials.artwork.shapes import circ, number, pairs

# The first 16 digits of the sha256 of what version 1 draws. A new drawing gets a new
# version; these lines stay as they are.
FULL = {
    "pathway-2-moss-environment": "570fc3d3bb0daf65",
    "pathway-3-cobalt-finance": "23f81f1fb4ffebee",
    "pathway-4-teal-teaching": "a7d4c1da991b3db9",
    "project-2-plum-design": "6a0e19ad264c9d65",
    "project-3-forest-management": "aea53e02de2d9c3e",
    "project-3-slate-code": "1f827459419f6598",
    "project-4-sky-electrics": "4acec6e15cce7848",
    "skill-1-copper-food": "1d2d15ee00a260e2",
    "skill-1-crimson-care": "36a77140ff823cd1",
    "skill-2-cobalt-data": "6bd638ef6f9897dc",
    "skill-2-sand-language": "74c45fe6e9513f81",
    "skill-2-violet-security": "8a3312368ea172cc",
    "skill-3-amber-construction": "f59930243bbf6b0a",
    "skill-4-teal-lab": "b062ce0b92523677",
    "stack-3-forest": "628a91e1a69f76df",
    "stack-5-cobalt": "cca910ab87627777",
    "stack-7-copper": "debed35bd7c57d69",
}
SMALL = {
    "pathway-cobalt-finance": "0ac2edcaa0fd54d2",
    "pathway-moss-environment": "f38dfff8b0a52732",
    "pathway-teal-teaching": "a254edfccf1ad2ea",
    "project-forest-management": "4eb872e0e641fbfc",
    "project-plum-design": "5b1a2775f48d4649",
    "project-sky-electrics": "a9d0730e0d0851f8",
    "project-slate-code": "aed309b5e830494d",
    "skill-amber-construction": "b40ea71a231f7286",
    "skill-cobalt-data": "ea37837dc49d02ad",
    "skill-copper-food": "e5c21d0d27080bef",
    "skill-crimson-care": "59fdf524fea618c7",
    "skill-sand-language": "037537a5ec3be2c6",
    "skill-teal-lab": "c94bd5fd26e2f97e",
    "skill-violet-security": "82666c1193daec4b",
    "stack-3-forest": "467ca7b3da363303",
    "stack-5-cobalt": "95a0bb6da9de0ac7",
    "stack-7-copper": "31d359ea4fcd426e",
}
WITHDRAWN = {
    "project-design": "8b71dafa2c7aae61",
    "skill-care": "7ce1ef563c2bdb95",
    "skill-data": "e906a99ef332a6cc",
    "small-skill-data": "09818b1daabf4260",
    "small-stack-5-cobalt": "66b2dec697e423e8",
    "stack-3-forest": "dfe44b255fcc6cec",
    "stack-5-cobalt": "be740f726b5b453c",
    "stack-7-copper": "5ecebd209ec880ee",
}
STACKS = {
    "stack-5-cobalt": (
        "ux-researcher",
        4,
        ("cobalt", "teal", "plum", "amber", "slate"),
    ),
    "stack-3-forest": ("site-steward", 3, ("forest", "forest", "moss")),
    "stack-7-copper": (
        "hospitality-lead",
        4,
        ("copper", "sand", "amber", "crimson", "slate", "teal", "sky"),
    ),
}


def digest(svg):
    return sha256(svg.encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", FULL)
def test_a_medallion_is_the_golden_file_to_the_byte(name):
    if name in STACKS:
        seed, level, parts = STACKS[name]
        hue = name.rpartition("-")[2]
        drawn = medallion("pathway", level, hue, "", seed, components=parts)
    else:
        kind, dots, hue, glyph = name.split("-")
        drawn = medallion(kind, int(dots), hue, glyph, f"{glyph}-1")

    assert digest(drawn) == FULL[name]


@pytest.mark.parametrize("name", SMALL)
def test_a_small_medallion_is_the_golden_file_to_the_byte(name):
    if name in STACKS:
        hue = name.rpartition("-")[2]
        drawn = small("pathway", hue, "", components=STACKS[name][2])
    else:
        drawn = small(*name.split("-"))

    assert digest(drawn) == SMALL[name]


@pytest.mark.parametrize("name", WITHDRAWN)
def test_a_withdrawn_medallion_is_the_golden_file_to_the_byte(name):
    full = name.removeprefix("small-")
    if full in STACKS:
        kind, glyph, parts = "pathway", "", STACKS[full][2]
    else:
        (kind, glyph), parts = full.split("-"), ()
    drawn = withdrawn(kind, glyph, components=parts, small=full != name)

    assert digest(drawn) == WITHDRAWN[name]


def test_no_medallion_is_larger_than_8_kilobytes():
    sizes = [
        len(medallion(KINDS[i % 3], 4, "cobalt", "finance", f"seed {i}"))
        for i in range(1000)
    ]

    assert max(sizes) <= 8192


def test_every_area_hue_and_kind_can_be_drawn():
    drawn = {
        small(kind, hue, glyph) for kind in KINDS for hue in HUES for glyph in AREAS
    }

    assert len(drawn) == 3 * 12 * 14


def test_the_seed_changes_the_fine_lines_and_nothing_else():
    one, other = (
        re.sub(r'id="\w+"|#m\w+|<g id=.*?</g>', "", drawn)
        for drawn in (
            medallion("skill", 2, "teal", "lab", "one"),
            medallion("skill", 2, "teal", "lab", "other"),
        )
    )
    lines_one, lines_other = weave("one"), weave("other")

    assert one.partition("</defs>")[2] == other.partition("</defs>")[2]
    assert lines_one != lines_other


def test_the_hash_chooses_from_the_tables():
    woven = weave("data-1")

    assert woven.key == "m05048a"
    assert (woven.braid_lobes, woven.braid_amplitude) == (7, 9)
    assert (woven.rosette_lobes, woven.rosette_amplitude) == (4, 23)
    assert woven.strands(around_cairn=False) == 9
    assert (woven.form, woven.symmetry) == ((-0.3, 0), 6)


@pytest.mark.parametrize("components", [(), STACKS["stack-5-cobalt"][2]])
@pytest.mark.parametrize("kind", KINDS)
def test_flat_artwork_has_solid_colours_alone(kind, components):
    drawn = medallion(kind, 3, "sky", "code", "s", components=components, flat=True)

    assert "opacity" not in drawn
    assert "Gradient" not in drawn
    assert "url(" not in drawn


@pytest.mark.parametrize("kind", KINDS)
def test_flat_artwork_looks_like_the_shaded_one(kind):
    shaded, flat = (
        picture(medallion(kind, 2, "plum", "care", "s", flat=flat), 256)
        for flat in (False, True)
    )
    apart = ImageChops.difference(shaded.convert("RGB"), flat.convert("RGB"))

    histogram = apart.convert("L").histogram()

    assert not any(histogram[64:])
    assert sum(i * count for i, count in enumerate(histogram)) / 256**2 < 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "star"},
        {"level": 0},
        {"level": 5},
        {"hue": "#000"},
        {"glyph": "horse"},
        {"version": 2},
        {"components": ("teal", "plum")},
        {"components": ("teal",) * 8},
        {"components": ("teal", "plum", "mauve")},
    ],
)
def test_what_has_no_drawing_is_refused(wrong):
    asked = {"kind": "skill", "level": 1, "hue": "teal", "glyph": "lab", "seed": "s"}

    with pytest.raises(ValueError, match=r"medallion|artwork|cairn"):
        medallion(**(asked | wrong))


def test_coordinates_are_tenths_with_nothing_to_spare():
    assert [number(x) for x in (0.5, 12.0, -0.04, -0.5, 0.25, -0.25, 1e-12)] == [
        ".5",
        "12",
        "0",
        "-.5",
        ".3",
        "-.2",
        "0",
    ]
    assert pairs([(1.5, 0.5), (2, 0.5), (-1, 3)]) == "1.5.5 2 .5-1 3"
    assert circ(2.5) == "M0-2.5A2.5 2.5 0 1 1 0 2.5A2.5 2.5 0 1 1 0-2.5Z"


def test_colours_mix_in_whole_numbers():
    assert mix("#2459D8", "#FFF", 0.78) == "#CFDAF6"
    assert mix("#000", "#FFF", 0.5) == "#808080"


def picture(svg, size):
    return Image.open(BytesIO(pictures.to_png(svg, size=size))).convert("RGBA")


@pytest.mark.parametrize("kind", KINDS)
def test_a_png_of_1024_pixels_stays_under_200_kilobytes(kind):
    png = pictures.to_png(medallion(kind, 4, "violet", "data", "s"), size=1024)
    drawn = Image.open(BytesIO(png))

    assert len(png) <= 200_000
    assert (drawn.format, drawn.size) == ("PNG", (1024, 1024))


def test_a_png_is_clear_around_the_outline_and_full_inside():
    drawn = picture(medallion("skill", 2, "teal", "lab", "s"), 256)
    alphas = {alpha for _, alpha in drawn.getchannel("A").getcolors()}

    assert drawn.getpixel((0, 0))[3] == 0
    assert drawn.getpixel((12, 128)) == (0x0B, 0x4F, 0x53, 255)
    assert len(alphas) > 10


def test_a_png_is_the_same_every_time():
    svg = medallion("project", 3, "sand", "finance", "s", components=("sky",) * 4)

    assert pictures.to_png(svg, size=200) == pictures.to_png(svg, size=200)


def preview(**words):
    asked = {
        "name": "Reading data honestly",
        "kind_label": "Skill badge",
        "issuer_name": "Northwind Institute",
        "medallion_svg": medallion("skill", 2, "cobalt", "data", "data-1"),
        "hue": "cobalt",
        "site_address": "badges.example.org/c",
    }
    return pictures.link_preview(**(asked | words))


LONG_NAME = "Fundamentals of sustainable construction management " * 4


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"name": LONG_NAME, "issuer_name": LONG_NAME, "kind_label": LONG_NAME},
        {"name": "W" * 200, "hue": "amber"},
        {"name": "データ分析の基礎とPython入門プログラム" * 3, "language": "ja"},
        {"name": "أساسيات تحليل البيانات Python", "hue": "sand"},
        {"site_address": "a-very-long-host-name-of-a-badge-site." * 3 + "org/c"},
        {"name": "", "issuer_name": "", "kind_label": ""},
    ],
)
def test_a_link_preview_has_the_size_that_networks_show(words):
    png = preview(**words)

    assert Image.open(BytesIO(png)).size == (1200, 630)
    assert len(png) <= 150_000


def test_a_link_preview_is_the_same_every_time_and_shows_its_words():
    first = preview()

    assert preview() == first
    assert preview(name="Reading data") != first
    assert preview(issuer_name="Southwind Institute") != first
    assert preview(kind_label="Project badge") != first
    assert preview(site_address="badges.example.com/c") != first


def test_the_preview_of_a_withdrawn_credential_shows_the_issuer_alone():
    png = pictures.plain_preview(
        issuer_name="Northwind Institute", site_address="badges.example.org/c"
    )

    assert Image.open(BytesIO(png)).size == (1200, 630)
    assert len(png) <= 150_000


def test_lines_of_a_name_fit_their_width():
    font = lettering.SERIF_600
    lines = lettering.wrapped(LONG_NAME, font, 56, 562)

    assert "".join(lines).replace(" ", "") == LONG_NAME.replace(" ", "")
    assert all(lettering.line(text, font, 56).width <= 562 for text in lines)


def test_a_word_without_spaces_breaks_between_characters():
    font = lettering.SERIF_600
    lines = lettering.wrapped("see " + "W" * 40, font, 56, 562)

    assert "".join(lines).replace(" ", "") == "see" + "W" * 40
    assert all(lettering.line(text, font, 56).width <= 562 for text in lines)


def test_a_line_that_is_too_long_ends_with_an_ellipsis():
    cut = lettering.fitted(LONG_NAME, lettering.SANS_600, 29, 300)
    (text, _), *rest = cut.runs

    assert rest == []
    assert text.endswith("…")
    assert cut.width <= 300


def test_characters_that_no_font_has_are_left_out(monkeypatch):
    lettering._noto_face.cache_clear()
    monkeypatch.setattr(lettering, "_noto_faces", tuple)
    drawn = lettering.line("Read 読む", lettering.SERIF_600, 56)
    lettering._noto_face.cache_clear()

    assert "".join(text for text, _ in drawn.runs) == "Read "


def test_a_name_from_right_to_left_is_drawn_in_that_order():
    drawn = lettering.line("بيانات Python", lettering.SERIF_600, 56)

    assert [text.strip() for text, _ in drawn.runs] == ["Python", "بيانات"]


def test_han_characters_look_as_in_the_language_of_the_name():
    faces = {
        language: lettering.line("直", lettering.SERIF_600, 56, language).runs[0][1]
        for language in ("ja", "zh", "zh-hant", "ko")
    }

    assert len({face.getname()[0] for face in faces.values()}) == 4
