import re

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from credentials.markdown import LINK_REL, TAGS, sanitised, to_html

ATTRIBUTE = re.compile(r"<(\w+)((?:\s[^>]*)?)>")
HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT&colon;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](/logout)",
    "[x](?next=//evil.example)",
    "[x](#frag)",
    "[x](http://plain.example)",
    "[x](\\\\evil.example)",
    "![x](https://evil.example/pixel.png)",
    '<a href="https://ok.example" hx-get="/me/" class="button" id="top">x</a>',
    '<div hx-post="/logout" hx-trigger="load">x</div>',
    '<img src=x onerror="alert(1)">',
    "<svg onload=alert(1)>",
    "<style>body{display:none}</style>",
    "```html\n<script>alert(1)</script>\n```",
    "```js hx-get=/ class=x\nlet a\n```",
    "<!-- comment --> <b>bold</b>",
    '[x](https://ok.example "title\\" onclick=\\"alert(1)")',
    "<https://ok.example/?a=1&b=2>",
    "<javascript:alert(1)>",
    '"><form action=//evil.example>',
    "> " * 500 + "deep",
    "[" * 2000,
    "*" * 2000 + "a",
]


def elements(html):
    return [(match[1], match[2].strip()) for match in ATTRIBUTE.finditer(html)]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_markdown_leaves_only_harmless_elements(source):
    html = to_html(source)

    for tag, attributes in elements(html):
        assert tag in TAGS
        if tag != "a":
            assert attributes == ""
        else:
            assert re.fullmatch(
                rf'(href="(https|mailto):[^"]*" )?rel="{LINK_REL}"', attributes
            )


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/logout",
        "?next=/",
        "#frag",
        "http://plain.example",
    ],
)
def test_links_elsewhere_than_https_and_mail_lose_their_target(target):
    html = to_html(f"[words]({target})")

    assert "href" not in re.sub(r"\(.*?\)", "", html)
    assert "words" in html


@pytest.mark.parametrize(
    "target", ["https://example.org/a?b=1", "mailto:a@example.org"]
)
def test_links_to_https_and_mail_work_and_vouch_for_nothing(target):
    assert to_html(f"[words]({target})") == (
        f'<p><a href="{target}" rel="{LINK_REL}">words</a></p>\n'
    )


def test_pictures_and_raw_html_are_left_out_or_shown_as_text():
    assert to_html("![words](https://evil.example/p.png)") == "<p></p>\n"
    assert to_html("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


def test_what_people_need_is_kept():
    html = to_html("# One\n## Two\n\n*a* **b** `c`\n\n1. d\n\n- e\n\n> f\n\n    g")

    assert " ".join(tag for tag, _ in elements(html)) == (
        "h3 h4 p em strong code ol li ul li blockquote p pre code"
    )


def test_headings_start_below_those_of_the_page():
    assert to_html("# One") == "<h3>One</h3>\n"
    assert to_html("###### Six") == "<h4>Six</h4>\n"


@pytest.mark.parametrize("source", HOSTILE)
def test_sanitising_again_changes_nothing(source):
    assert sanitised(to_html(source)) == to_html(source)


@given(st.text(st.characters(), max_size=80))
def test_any_text_renders_and_is_stable(source):
    html = to_html(source)

    assert isinstance(html, SafeString)
    assert sanitised(html) == html


def test_half_characters_do_not_break_the_page():
    assert to_html("a\ud800b") == "<p>a?b</p>\n"
