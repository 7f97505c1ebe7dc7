"""The person of the demo's check reads and fills forms as a browser does."""

from __future__ import annotations

import pytest

from portfolio.demo.visitor import Disappointed, Page, Upload, Visitor, _encoded

PAGE = b"""
<a href="/badges/#top">Badges</a><a href="?page=2">Next</a><script>let a = 1</script>
<form method="post" enctype="multipart/form-data">
  <input type="hidden" name="token" value="t">
  <textarea name="text">
Kept
</textarea>
  <input type="checkbox" name="public" value="1"><input type="checkbox" name="public"
   value="2" checked><input type="file" name="file">
  <select name="sort"><option value="a">A</option><option value="b">B</option></select>
  <button name="then" value="on">Save <b>and</b> continue</button>
  <noscript><button formaction="/files/">Add file</button></noscript>
  <button disabled>Approve</button>
</form>
"""


@pytest.fixture
def page() -> Page:
    return Page("http://localhost:1/a/b/", 200, {"content-type": "text/html"}, PAGE)


def test_words_and_links_of_a_page_are_read(page: Page) -> None:
    assert "Save and continue" in page.words
    assert "let a" not in page.words
    assert page.links == [
        "http://localhost:1/badges/",
        "http://localhost:1/a/b/?page=2",
    ]


def test_a_form_sends_what_was_rendered_and_the_pressed_button(page: Page) -> None:
    form = page.form_with("Save and continue")
    button = form.button("Save and continue")
    assert button is not None
    assert form.filled(button, {}) == [
        ("token", "t"),
        ("text", "Kept\n"),
        ("public", "2"),
        ("sort", "a"),
        ("then", "on"),
    ]


def test_what_is_filled_in_replaces_what_was_rendered(page: Page) -> None:
    form = page.form_with("Add file")
    button = form.button("Add file")
    assert button is not None
    assert button.address == "http://localhost:1/files/"
    file = Upload("a.txt", b"1")
    sent = form.filled(button, {"public": ["1", "2"], "file": file, "sort": "b"})
    assert sent[2:] == [
        ("public", "1"),
        ("public", "2"),
        ("file", file),
        ("sort", "b"),
    ]


def test_a_field_or_button_that_is_not_there_is_a_disappointment(page: Page) -> None:
    form = page.forms[0]
    with pytest.raises(Disappointed, match="no field"):
        form.filled(form.buttons[0], {"level": "3"})
    with pytest.raises(Disappointed, match="no button"):
        page.form_with("Approve")
    with pytest.raises(Disappointed, match="no link"):
        page.link_to("/c/.*")


def test_a_visitor_stays_on_this_machine_and_on_the_site() -> None:
    with pytest.raises(Disappointed, match="not on this machine"):
        Visitor("https://cairn.example.org/")
    with pytest.raises(Disappointed, match="is not a page of"):
        Visitor("http://localhost:1/").get("http://localhost:2/")


def test_a_file_travels_with_its_name_and_bytes() -> None:
    upload = Upload("a.png", b"\x89PNG", "image/png")
    body, content_type = _encoded([("file", upload)], "multipart/form-data")
    boundary = content_type.partition("boundary=")[2].encode()
    assert body.startswith(b"--" + boundary + b"\r\n")
    assert b'name="file"; filename="a.png"\r\nContent-Type: image/png' in body
    assert body.endswith(b"\x89PNG\r\n--" + boundary + b"--\r\n")
