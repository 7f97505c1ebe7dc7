import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from credentials.writing import clean_name, clean_text, clean_web_address

HIDDEN = [
    "\x00",
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\U0010ffff",
    "\ufdd0",
]


def code_of(refused):
    return refused.value.error_list[0].code


@pytest.mark.parametrize(
    "name",
    [
        "Amina Okonkwo",
        "Ó",
        "Nguyễn Thị Minh Khai",
        "Ελένη Παπαδοπούλου",
        "محمد بن عبد الله",
        "می‌خواهم",  # a zero-width non-joiner between its halves
        "प्रिया शर्मा",
        "王小明",
        "D'Arcy-O’Neill, Jr.",
        "Zoë 👩‍🔬",
    ],
)
def test_names_of_many_scripts_are_kept_as_typed(name):
    assert clean_name(f"  {name} ") == unicodedata.normalize("NFC", name)


def test_a_name_is_kept_composed():
    assert clean_name("Zoe\u0308") == "Zoë"


@pytest.mark.parametrize("letter", ["a", "я", "م", "प", "王"])
def test_a_name_may_have_200_characters_in_any_script_and_no_more(letter):
    assert len(clean_name(letter * 200)) == 200
    with pytest.raises(ValidationError) as refused:
        clean_name(letter * 201)
    assert refused.value.messages == ["Use 200 characters or fewer."]


@pytest.mark.parametrize("hidden", [*HIDDEN, "\n", "\t", "\u2028"])
def test_a_name_with_a_hidden_character_is_refused_and_the_character_named(hidden):
    with pytest.raises(ValidationError) as refused:
        clean_name(f"Ami{hidden}na")
    assert refused.value.messages == [
        f"The text contains a hidden character (U+{ord(hidden):04X}). "
        "Type it again instead of pasting it."
    ]


@pytest.mark.parametrize("blank", ["", "   ", "\u200b", "\u2003\u200d", "\u0301"])
def test_a_name_that_nobody_can_see_is_no_name(blank):
    with pytest.raises(ValidationError) as refused:
        clean_name(blank)
    assert refused.value.messages == ["Enter a name."]


def test_absurdly_long_input_is_refused_before_it_is_worked_on():
    with pytest.raises(ValidationError) as refused:
        clean_name("\u0301" * 10_000_000)
    assert code_of(refused) == "max_length"


@given(st.text(max_size=250))
def test_a_cleaned_name_is_clean_already(text):
    try:
        name = clean_name(text)
    except ValidationError:
        return
    assert clean_name(name) == name
    name.encode()


def test_line_ends_become_one_kind_and_tabs_stay():
    assert clean_text("\r\n\ra\tb\r\nc\rd\n\n ", max_length=20) == "a\tb\nc\nd"


def test_indentation_of_the_first_line_stays():
    assert clean_text("\n    code\n", max_length=20) == "    code"


def test_text_may_be_empty():
    assert clean_text(" \r\n ", max_length=20) == ""


@pytest.mark.parametrize("hidden", HIDDEN)
def test_text_with_a_hidden_character_is_refused(hidden):
    with pytest.raises(ValidationError) as refused:
        clean_text(f"I wrote {hidden} this", max_length=100)
    assert code_of(refused) == "hidden_character"


def test_the_length_of_text_counts_after_line_ends_are_settled():
    assert clean_text("a\r\nb", max_length=3) == "a\nb"
    with pytest.raises(ValidationError) as refused:
        clean_text("abcd", max_length=3)
    assert code_of(refused) == "max_length"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org:8080/path?q=1#part",
        "HTTPS://Example.ORG/",
        "https://bücher.example/straße",
        "https://例え.テスト/",
        "https://my_site.example.org/~amina/(work)",
        "https://[2001:db8::1]/",
        "https://example.org/@amina",
    ],
)
def test_honest_web_addresses_are_kept_as_typed(address):
    assert clean_web_address(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org/work",
        "//example.org/",
        "/logout",
        "javascript:alert(1)",
        "JaVaScRiPt://example.org/%0aalert(1)",
        "data:text/html,hello",
        "ftp://example.org/",
        "mailto:amina@example.org",
        "https://",
        "https:///path",
        "https:example.org",
        "https://?q",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://good.example\\@127.0.0.1/",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://example.org:x/",
        "https://[::1/",
        "https://a b.example/",
        "https://example.org/a b",
        'https://example.org/"><script>',
        "https://ex%61mple.org/",
        "https://..",
    ],
)
def test_other_web_addresses_are_refused(address):
    with pytest.raises(ValidationError) as refused:
        clean_web_address(address)
    assert refused.value.messages == [
        "Enter a web address that begins with https:// or http://."
    ]


@pytest.mark.parametrize("hidden", [*HIDDEN, "\n", "\t"])
def test_web_addresses_with_hidden_characters_are_refused(hidden):
    with pytest.raises(ValidationError) as refused:
        clean_web_address(f"https://example.org/{hidden}x")
    assert code_of(refused) == "hidden_character"


def test_web_addresses_have_2000_characters_at_most():
    longest = "https://example.org/".ljust(2000, "a")
    assert clean_web_address(longest) == longest
    with pytest.raises(ValidationError) as refused:
        clean_web_address(longest + "a")
    assert code_of(refused) == "max_length"


@given(st.text(max_size=60).map("https://{}".format))
def test_any_text_is_an_address_or_is_refused(text):
    try:
        clean_web_address(text)
    except ValidationError as error:
        assert error.messages  # noqa: PT017 - both ends are fine, a crash is not
