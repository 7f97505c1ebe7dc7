"""One's own credentials in a real browser: finding, tagging, changing several."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.keyboard import Keyboard

TAGGED = "Leading a ward shift"
PAIR = ("Preparing medicines safely", "Leading a ward shift")


def card(page: Page, title: str) -> Locator:
    return page.locator(".credential").filter(has_text=title)


def seen(page: Page, title: str) -> str:
    """Who sees a credential, as its card says it."""
    menu = card(page, title).locator("summary").filter(has_text="who sees")
    return menu.inner_text().partition(",")[0].strip()


def go_through_private_and_back(page: Page) -> None:
    """Make two private from the page with boxes, look, and take it back."""
    before = [seen(page, title) for title in PAIR]
    page.get_by_role("link", name="Select").click()
    for title in PAIR:
        page.get_by_label(f"Choose {title}").check()
    page.locator("#several").get_by_role("button", name="Private").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Make 2 credentials private")
    expect(page.locator("main")).to_contain_text(PAIR[0])
    page.get_by_role("button", name="Make 2 credentials private").click()
    said = page.locator("#changed")
    expect(said).to_contain_text("2 credentials are private now.")
    assert [seen(page, title) for title in PAIR] == ["Private", "Private"]
    said.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text(
        "2 credentials are as they were before."
    )
    assert [seen(page, title) for title in PAIR] == before


def test_results_follow_what_is_typed_and_chosen(visit):
    page = visit("learner")
    page.goto("/me/")
    results, said = page.locator("#results"), page.locator("#announcement")
    every = results.locator(".credential").count()

    page.get_by_label("Search your credentials").fill("MEDICINES")
    expect(results.locator(".credential")).to_have_count(1)
    expect(said).to_have_text(f"1 of {every} credentials")
    expect(page.get_by_label("Search your credentials")).to_be_focused()
    assert page.url.endswith("/me/?q=MEDICINES")
    page.get_by_label("Search your credentials").fill("")
    expect(results.locator(".credential")).to_have_count(every)

    page.locator("summary").filter(has_text="Filters").click()
    page.get_by_label("Withdrawn, paused or replaced").check()
    expect(results.get_by_role("link", name="Clear all")).to_be_visible()
    expect(page.locator("#chosen-count")).to_have_text("1 chosen")
    page.get_by_label("Group by").select_option("Issuer")
    page.wait_for_url("**/me/?state=off&group=issuer")
    expect(results.locator(".group").first).to_contain_text("Harbour Health Trust")
    page.go_back()
    page.wait_for_url("**/me/?state=off")
    expect(page.locator("h1")).to_have_text("My credentials")
    results.get_by_role("link", name=re.compile("Withdrawn, paused")).click()
    expect(results.locator(".credential")).to_have_count(every)


def test_several_become_private_and_are_as_before_after_undo(visit):
    page = visit("learner")
    page.goto("/me/")
    go_through_private_and_back(page)


def test_tags_are_changed_over_the_page(visit):
    page = visit("learner")
    page.goto("/me/")
    keys = Keyboard(page)
    more = card(page, TAGGED).locator("summary").filter(has_text="More")
    keys.press(more)
    keys.press(card(page, TAGGED).get_by_role("link", name="Tags"))
    dialog = page.get_by_role("dialog", name=f"Tags of {TAGGED}")
    expect(dialog).to_be_visible()
    dialog.get_by_label("New tag").fill("Night shifts")
    page.keyboard.press("Enter")
    remove = dialog.get_by_role("button", name="Night shifts")
    expect(remove).to_be_visible()
    expect(dialog.get_by_label("New tag")).to_be_focused()
    page.keyboard.press("Escape")
    tag = card(page, TAGGED).get_by_role("link", name="Night shifts")
    expect(tag).to_be_visible()

    tag.click()
    expect(page.locator("#results .credential")).to_have_count(1)
    more = card(page, TAGGED).locator("summary").filter(has_text="More")
    more.click()
    card(page, TAGGED).get_by_role("link", name="Tags").click()
    remove.click()
    expect(remove).to_have_count(0)


def test_all_of_it_works_without_scripts(visit):
    page = visit("learner", scripts=False)
    page.goto("/me/")
    page.get_by_label("Search your credentials").fill("medicines")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#results .credential")).to_have_count(1)
    page.get_by_role("link", name="Clear all").click()

    go_through_private_and_back(page)

    card(page, TAGGED).locator("summary").filter(has_text="More").click()
    card(page, TAGGED).get_by_role("link", name="Tags").click()
    expect(page.locator("h1")).to_have_text(f"Tags of {TAGGED}")
    page.get_by_label("New tag").fill("")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("main")).to_contain_text("Enter a tag, such as job search.")
    page.get_by_label("New tag").fill("Wards")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Wards").click()
    expect(page.get_by_role("button", name="Wards")).to_have_count(0)
