"""What is translated: everything, in every language, with its placeholders."""

from __future__ import annotations

import re
from collections import Counter
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings

from portfolio.running import messages

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w+\}|</?\w+[^>]*>")


@pytest.fixture(scope="module")
def found():
    return messages.found()


def test_every_language_on_offer_has_a_file_and_every_file_is_on_offer():
    assert sorted(LANGUAGES) == messages.languages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_code_is_translated(language, found):
    catalogue = messages.read(language)

    assert {(m.context, m.id) for m in found} == {(m.context, m.id) for m in catalogue}
    assert [m.id for m in messages.missing(catalogue)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_placeholders_and_tags(language):
    for message in messages.read(language):
        if not message.id:
            continue
        originals = message.id if message.pluralizable else (message.id,)
        strings = message.string if message.pluralizable else (message.string,)
        wanted = Counter(PLACEHOLDERS.findall(originals[-1]))
        for string in strings:
            there = Counter(PLACEHOLDERS.findall(string))
            # «One submission waits»: a form for one or two may say so in words.
            left_out = wanted - there
            may_leave_out = 1 if message.pluralizable else 0
            assert not there - wanted, string
            assert left_out.total() <= may_leave_out, string


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_site_reads_was_compiled_from_what_people_wrote(language):
    wanted = GNUTranslations(BytesIO(messages.compiled(language)))
    with messages.mo_file(language).open("rb") as file:
        there = GNUTranslations(file)

    assert dict(there._catalog.items() - wanted._catalog.items()).keys() <= {""}
    assert there._catalog.keys() == wanted._catalog.keys()


def test_scripts_hold_no_words_of_their_own():
    """Words for people come in ``data-`` attributes, where they are translated."""
    sentence = re.compile(r"""(["'`])([A-Z][a-z]+ [a-z ]+)\1""")
    for path in Path(settings.BASE_DIR, "static/js").glob("*.js"):
        code = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)
        assert not sentence.findall(code), path.name


def test_our_styles_know_no_left_and_right():
    """Start and end turn round with the script; left and right do not."""
    meant = {
        # Shadows and gradients fall the same way in every script.
        "background",
        "background-image",
        "box-shadow",
        "transform-origin",
    }
    sided = re.compile(
        r"(?P<name>[\w-]*\b(?:left|right)\b[\w-]*)\s*:"
        r"|(?P<prop>[\w-]+)\s*:[^;{}]*\b(?:left|right)\b"
    )
    for path in Path(settings.BASE_DIR, "static/css").glob("*.css"):
        rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        rules = re.sub(r'url\([^)]*\)|"[^"]*"', "", rules)
        for match in sided.finditer(rules):
            assert match["prop"] in meant, f"{path.name}: {match[0]}"
