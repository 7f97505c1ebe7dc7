"""Names of any script and any length on the certificate, or a refusal: never boxes."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import combinations

import pytest

from credentials import pdf
from credentials.certificates import (
    Certificate,
    Paper,
    UncoveredCharacters,
    render,
    uncovered_characters,
)
from tests.credentials.certificate_samples import (
    FULLEST,
    USUAL,
    Box,
    assert_says_everything,
    boxes,
    only_our_fonts,
    rendered,
    squeezed,
    text_of,
)

NAMES = [
    ("Ada Osei", "en"),
    ("Nguyễn Thị Hồng Phượng", "vi"),
    ("Tomás Ferreira da Silva", "pt"),
    ("Siobhán Ó Súilleabháin-O'Brien", "ga"),
    ("Олександра Шевченко", "uk"),
    ("Αλεξάνδρα Παπαδοπούλου", "el"),
    ("ليلى عبد الرحمن المنصوري", "ar"),
    ("יעל כהן", "he"),
    ("渡邊 美咲", "ja"),
    ("王小明", "zh-Hant"),
    ("김민지", "ko"),
    ("อรุณี ศรีสุวรรณ", "th"),
    ("நித்யா சுப்பிரமணியம்", "ta"),
    ("Ada \N{RIGHT-TO-LEFT OVERRIDE}iesO", "en"),
]


@pytest.mark.parametrize(("name", "lang"), NAMES)
def test_a_name_of_any_script_is_on_its_one_page_with_all_the_rest(
    name: str, lang: str
) -> None:
    assert_says_everything(replace(USUAL, holder_name=name, holder_lang=lang))


def touching(content: bytes) -> list[tuple[str, str]]:
    """Pairs of text whose ink overlaps by more than two points.

    Parts of Devanagari syllables stand over each other, as they should.
    """

    def overlap(a: Box, b: Box) -> bool:
        return (
            min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) - max(a[1], b[1]) > 2
        )

    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes(content), 2)
        if overlap(a, b) and not (_is_devanagari(one) and _is_devanagari(other))
    ]


def _is_devanagari(words: str) -> bool:
    return any("\u0900" <= char <= "\u097f" for char in words)


def outside(content: bytes, certificate: Certificate) -> list[str]:
    """Text that leaves the frame: 13.3 mm from the paper's edges."""
    millimetre = 72 / 25.4
    sides = {"a4": (297, 210), "letter": (279.4, 215.9)}[certificate.paper]
    frame = 13.3 * millimetre
    right, top = (side * millimetre - frame for side in sides)
    return [
        words
        for words, box in boxes(content)
        if box[0] < frame or box[1] < frame or box[2] > right or box[3] > top
    ]


def long(words: str) -> str:
    """Two hundred characters of these words."""
    return (words * 200)[:200].strip().ljust(200, words[0])


LONGEST = {
    "Latin": ("Maximiliana von Hohenzollern Sigmaringen ", "en"),
    "Vietnamese": ("Nguyễn Thị Hồng Phượng ", "vi"),
    "Greek": ("Αλεξάνδρα Παπαδοπούλου ", "el"),
    "Cyrillic": ("Олександра Шевченко ", "uk"),
    "Arabic": ("ليلى عبد الرحمن المنصوري ", "ar"),
    "Hebrew": ("יעל כהן ", "he"),
    "Devanagari": ("नित्या सुब्रमण्यम ", "hi"),
    "Thai": ("อรุณี ศรีสุวรรณ ", "th"),
    "Han": ("寿限無", "ja"),
    "Hangul": ("김민지 ", "ko"),
    "no space": ("Ka", "en"),
    "only spaces": ("O ", "en"),
    "widest letter": ("W", "en"),
}
# Of Devanagari the printed letters are right, but reading them back is not.
READ_BACK = {script for script in LONGEST if script != "Devanagari"}


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("script", LONGEST)
def test_the_longest_name_and_title_stay_inside_the_frame_and_touch_nothing(
    script: str, paper: Paper
) -> None:
    words, lang = LONGEST[script]
    certificate = replace(
        FULLEST,
        paper=paper,
        holder_name=long(words),
        holder_lang=lang,
        badge_name=long(words),
        badge_lang=lang,
    )
    content = rendered(certificate)
    assert outside(content, certificate) == []
    assert touching(content) == []
    text = text_of(content)
    assert squeezed(certificate.credential_id) in text
    if script in READ_BACK:
        assert text.count(squeezed(long(words))) == 2


@pytest.mark.parametrize("script", ["Latin", "Arabic", "Thai", "Han"])
def test_the_longest_name_leaves_room_for_an_ordinary_title(script: str) -> None:
    words, lang = LONGEST[script]
    content = rendered(replace(USUAL, holder_name=long(words), holder_lang=lang))
    assert touching(content) == []
    assert squeezed(USUAL.badge_name) in text_of(content)


def test_characters_without_a_font_are_named_once_in_order() -> None:
    text = "Ada \U000f0001é\u0378 渡 \U000f0001\ue000"
    assert uncovered_characters(text) == "\U000f0001\u0378\ue000"


def test_joiners_and_marks_of_direction_need_no_font() -> None:
    assert (
        uncovered_characters("شاه\N{ZERO WIDTH NON-JOINER}م \N{RIGHT-TO-LEFT MARK}")
        == ""
    )


def test_a_character_without_a_font_stops_the_certificate() -> None:
    with pytest.raises(UncoveredCharacters) as caught:
        render(replace(USUAL, facts=[("Assessed by", "Ada \U000f0001")]))
    assert caught.value.characters == "\U000f0001"


def test_a_box_that_was_drawn_all_the_same_stops_the_certificate() -> None:
    markup = "<html><body><p>Ada \U000f0001 \u0378</p></body></html>"
    enclosed = pdf.Enclosed("a.json", b"{}", "a", USUAL.issued_at)
    with pytest.raises(UncoveredCharacters) as caught:
        pdf.write(markup, [], {}, enclosed)
    assert set(caught.value.characters) == {"\U000f0001", "\u0378"}


PROGRAM = """
import json, sys
from dataclasses import replace
import django
django.setup()
from credentials.certificates import UncoveredCharacters, render
from tests.credentials.certificate_samples import USUAL, squeezed, text_of
answers = {}
for name, lang in json.load(sys.stdin):
    try:
        content = render(replace(USUAL, holder_name=name, holder_lang=lang))
        drawn = squeezed(name) in text_of(content)
        answers[name] = "drawn" if drawn else "lost"
    except UncoveredCharacters as missing:
        answers[name] = missing.characters
print(json.dumps(answers))
"""
BARE = {
    "Siobhán Ó Súilleabháin-O'Brien": "drawn",
    "Łukasz Šťastný Ðorđe Øystein Ğülşen": "drawn",
    "Nguyễn Thị Hồng Phượng": "drawn",
    "Αλεξάνδρα Παπαδοπούλου": "drawn",
    "Олександра Шевченко": "drawn",
    "Ada อรุณี": "อรุณี",
    "ليلى": "ليى",
    "יעל": "יעל",
    "नित्या": "नित्या",
    "渡邊": "渡邊",
    "김민지": "김민지",
    "Ada 🎓": "🎓",
    "Ada 𰻝": "𰻝",
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What becomes of each name on a machine that has our fonts alone."""
    conf = only_our_fonts(tmp_path_factory.mktemp("fontconfig"))
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([(name, "en") for name in BARE]),
        env=os.environ | {"FONTCONFIG_FILE": conf},
        capture_output=True,
        text=True,
        check=True,
    )
    answers: dict[str, str] = json.loads(answer.stdout.splitlines()[-1])
    return answers


@pytest.mark.parametrize("name", BARE)
def test_without_system_fonts_a_name_is_drawn_with_ours_or_refused(
    name: str, bare: dict[str, str]
) -> None:
    assert bare[name] == BARE[name]


def test_an_emoji_is_no_part_of_a_paper_that_is_kept_for_good() -> None:
    # A colour font draws pictures; Noto's symbols may draw some in black.
    assert "\U0001faea" in uncovered_characters("Ada \U0001faea")
