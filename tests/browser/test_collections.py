"""A collection in a real browser: from its name to its end."""

from __future__ import annotations

import re
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.axe import problems
from tests.browser.keyboard import Keyboard, button, link, stays

MEDICINES, SEPSIS, CHARTS = (
    "Preparing medicines safely",
    "Recognising sepsis early",
    "Observation charts on paper",
)


def order(page: Page) -> list[str]:
    return page.locator("#arranged .title").all_inner_texts()


def make(page: Page) -> None:
    page.goto("/me/collections/")
    link(page, "New collection").click()
    page.get_by_label("Name", exact=True).fill("For the night team")
    button(page, "Make this collection").click()
    link(page, "Add credentials").click()
    for title in (MEDICINES, SEPSIS, CHARTS):
        page.get_by_label(title).check()
    button(page, "Add what I chose").click()
    expect(page.locator("main")).to_contain_text("3 credentials came into this")


def by_keyboard(page: Page, first: str) -> None:
    """Move the last one to the top with the keys alone; the focus stays with it."""
    keys = Keyboard(page)
    up = page.get_by_role("button", name=f"Move up {first}")
    keys.tab_to(up)
    for place in (2, 1):
        said = f"{first} is number {place} of 3 now."
        stays(
            page,
            lambda: page.keyboard.press("Enter"),
            partial(expect(page.locator("#said")).to_have_text, said),
        )
        expect(up).to_be_focused()
    assert order(page)[0] == first


def drag_up(page: Page, title: str) -> None:
    """Drag the second above the first."""
    rows = page.locator("#arranged > li")
    handle = rows.filter(has_text=title).locator("[data-drag-handle]").bounding_box()
    above = rows.first.bounding_box()
    assert handle
    assert above
    page.mouse.move(handle["x"] + 9, handle["y"] + 9)
    page.mouse.down()
    page.mouse.move(handle["x"] + 9, above["y"] + 5, steps=6)
    page.mouse.up()
    expect(page.locator("#said")).to_have_text("The order is saved.")
    page.reload()
    assert order(page)[0] == title


def test_a_collection_from_its_name_to_its_end(visit):
    owner, visitor = visit("learner"), visit("visitor")
    make(owner)
    before = order(owner)
    by_keyboard(owner, before[2])
    drag_up(owner, before[0])
    assert order(owner) == [before[0], before[2], before[1]]
    here = owner.url.partition("#")[0]
    address = re.sub("/me/", "/", here)
    assert visitor.goto(address).status == 404

    owner.get_by_label("Public", exact=True).check()
    button(owner, "Save who sees it").click()
    warned = owner.locator("main")
    expect(warned).to_contain_text("Not everything in it will be seen")
    expect(warned.locator("li .title")).to_have_text([CHARTS])
    assert problems(owner) == []
    button(owner, "Leave it out of view").click()
    expect(warned).to_contain_text("Your collection is public now.")
    expect(warned).to_contain_text("Visitors do not see 1 of these.")
    assert problems(owner) == []

    visitor.goto(address)
    shown = visitor.locator("main .pins .title")
    expect(shown).to_have_text([each for each in order(owner) if each != CHARTS])
    expect(visitor.locator("main")).not_to_contain_text(CHARTS)
    assert problems(visitor) == []

    owner.get_by_role("link", name="Delete this collection").click()
    button(owner, "Delete this collection").click()
    expect(owner.locator("main")).to_contain_text("For the night team is deleted.")
    assert visitor.goto(address).status == 404


def test_all_of_it_works_without_scripts(visit):
    page = visit("learner", scripts=False)
    make(page)
    second = order(page)[1]
    assert not page.locator("[data-drag-handle]").first.is_visible()

    page.get_by_role("button", name=f"Move up {second}").click()
    assert order(page)[0] == second
    page.get_by_role("button", name=f"Take out {second}").click()
    assert second not in order(page)
    assert len(order(page)) == 2

    link(page, "Delete this collection").click()
    button(page, "Delete this collection").click()
    expect(page.locator("main")).to_contain_text("For the night team is deleted.")
