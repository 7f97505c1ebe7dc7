"""What is typed in the wizard is saved by itself, and nothing moves while it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.views import submission

_TEXT = "What did you do, when, and for whom?"
_CARET = "() => document.activeElement.selectionStart"


@pytest.fixture
def address(site) -> Iterator[str]:
    """The first page of a draft, whose text is as the demo has it before and after."""
    address = submission("usability-testing", "about/")(site)
    pk = address.split("/")[2]
    before = site.ask("SELECT about FROM credentials_submission WHERE id = %s", pk)
    yield address
    change = "UPDATE credentials_submission SET about = %s WHERE id = %s"
    site.change(change, before, pk)


def is_draft(route: Route) -> bool:
    return "then=draft" in str(route.request.post_data)


def type_in_the_middle(page: Page, words: str) -> None:
    page.get_by_label(_TEXT).focus()
    page.keyboard.press("Home")
    page.keyboard.type(words)


def test_a_text_is_saved_while_it_is_typed_and_the_cursor_stays(visit, address):
    page = visit("learner")
    page.goto(address)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        type_in_the_middle(page, "Here: ")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    expect(page.get_by_label(_TEXT)).to_be_focused()
    assert page.evaluate(_CARET) == len("Here: ")
    # The digest went on with the text: the next save is not taken for another window's.
    with page.expect_response(lambda answer: answer.request.method == "POST") as second:
        page.keyboard.type("again ")
    assert second.value.status == 200
    page.reload()
    expect(page.get_by_label(_TEXT)).to_have_value(re.compile("^Here: again "))


def test_the_form_waits_for_a_save_that_is_under_way(visit, address):
    page = visit("learner")
    page.goto(address)
    held: list[Route] = []
    page.route(
        "**/about/",
        lambda route: held.append(route) if is_draft(route) else route.continue_(),
    )
    with page.expect_request(lambda asked: asked.method == "POST"):
        type_in_the_middle(page, "One. ")
    page.keyboard.type("Two. ")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_url(re.compile("/about/$"))
    held[0].continue_()
    page.wait_for_url("**/evidence/1/")
    page.goto(address)
    expect(page.get_by_label(_TEXT)).to_have_value(re.compile("^One. Two. "))


def test_two_windows_never_write_over_each_other(visit, address):
    first, second = visit("learner"), visit("learner")
    first.goto(address)
    second.goto(address)
    with first.expect_response(lambda answer: answer.request.method == "POST"):
        type_in_the_middle(first, "First. ")
    with second.expect_response(lambda answer: answer.request.method == "POST"):
        type_in_the_middle(second, "Second. ")
    expect(second.locator("#alerts")).to_contain_text("Another window of yours")
    expect(second.get_by_label(_TEXT)).to_have_value(re.compile("^Second. "))
    expect(second.get_by_label(_TEXT)).to_be_focused()
    second.get_by_role("button", name="Save and continue").click()
    expect(second.locator("main")).to_contain_text("First. ")
    expect(second.locator("textarea")).to_have_value(re.compile("^Second. "))
