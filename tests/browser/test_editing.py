"""People edit, pin and switch their own page: by pointer, by keys, without scripts."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.axe import problems
from tests.browser.browsing import NARROWEST
from tests.browser.keyboard import Keyboard, button
from tests.browser.running_site import Site

WHO = "siobhan"
EMAIL = "siobhan@example.org"
PAGE = "/p/siobhan/"
PINS = ".pins-order > li"
PINNED = """SELECT coalesce(json_agg(p), '[]')::text FROM portfolio_pin p
JOIN portfolio_user u ON u.id = p.owner_id WHERE u.email = %s"""
SAID = """SELECT row_to_json(p)::text FROM portfolio_profile p
JOIN portfolio_user u ON u.id = p.user_id WHERE u.email = %s"""
UNPIN = """DELETE FROM portfolio_pin p USING portfolio_user u
WHERE u.id = p.owner_id AND u.email = %s"""
PIN_AGAIN = """INSERT INTO portfolio_pin
SELECT * FROM json_populate_recordset(NULL::portfolio_pin, %s::json)"""
SAY_AGAIN = """UPDATE portfolio_profile p SET headline = b.headline, photo = b.photo,
public_at = b.public_at, talent_search_at = b.talent_search_at,
search_engines_at = b.search_engines_at
FROM json_populate_record(NULL::portfolio_profile, %s::json) b WHERE p.id = b.id"""


@pytest.fixture(autouse=True)
def _as_it_was(site: Site):
    """A page without pins; afterwards it is as other tests know it."""
    pinned, said = site.ask(PINNED, EMAIL), site.ask(SAID, EMAIL)
    site.change(UNPIN, EMAIL)
    yield
    site.change(UNPIN, EMAIL)
    site.change(PIN_AGAIN, pinned)
    site.change(SAY_AGAIN, said)


def part(page: Page, name: str) -> Locator:
    return page.locator(f"#part-{name}")


def titles(page: Page) -> list[str]:
    return page.locator(f"{PINS} .title").all_inner_texts()


def pin_three(page: Page) -> list[str]:
    page.goto("/me/pins/")
    for _time in range(3):
        page.get_by_role("button", name="Pin ").first.click()
        expect(page.locator("main")).to_contain_text("Pinned. It stands at the top")
    return titles(page)


def photo() -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(file, "PNG")
    return FilePayload(name="me.png", mimeType="image/png", buffer=file.getvalue())


def test_a_part_is_edited_in_place_and_left_again(visit):
    page = visit(WHO)
    page.goto(PAGE)
    pencil = part(page, "head").get_by_role("link", name="Edit")
    pencil.click()
    expect(part(page, "head").get_by_label("Full name")).to_be_focused()
    assert problems(page) == []

    part(page, "head").get_by_role("link", name="Cancel").click()
    expect(pencil).to_be_focused()
    expect(part(page, "head").get_by_role("heading", level=1)).to_be_visible()

    pencil.click()
    page.get_by_label("Headline", exact=True).fill("Teaches people to write plainly.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Your changes are saved.")
    assert page.url.endswith(f"{PAGE}#part-head")
    expect(page.locator(".lead")).to_have_text("Teaches people to write plainly.")


def test_what_is_wrong_is_said_on_a_page_of_its_own(visit):
    page = visit(WHO)
    page.goto(PAGE)
    part(page, "head").get_by_role("link", name="Edit").click()
    page.get_by_label("Full name", exact=True).fill("")
    page.get_by_label("Headline", exact=True).fill("Kept")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    expect(page.get_by_label("Headline", exact=True)).to_have_value("Kept")


def test_pins_are_chosen_and_ordered_by_keys(visit):
    page = visit(WHO)
    first, second, third = pin_three(page)
    keys = Keyboard(page)

    keys.press(button(page, f"Move up {third}"))
    expect(page.locator("#said")).to_have_text("It is now at place 2.")
    expect(button(page, f"Move up {third}")).to_be_focused()
    assert titles(page) == [first, third, second]
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text("It is now at place 1.")
    expect(button(page, f"Move up {third}")).to_be_focused()

    keys.press(button(page, f"Take away {first}"))
    expect(page.locator(PINS)).to_have_count(2)
    page.goto(PAGE)
    assert page.locator(".pins .title").all_inner_texts() == [third, second]


def test_pins_are_dragged_into_another_order(visit):
    page = visit(WHO)
    first, second, third = pin_three(page)
    handle = page.locator(PINS).nth(2).locator("[data-drag-handle]")
    start, target = handle.bounding_box(), page.locator(PINS).first.bounding_box()

    page.mouse.move(start["x"] + 16, start["y"] + 20)
    page.mouse.down()
    for step in (second, first):
        row = page.locator(PINS, has_text=step).bounding_box()
        page.mouse.move(start["x"] + 16, row["y"] + row["height"] / 2)
        page.mouse.move(start["x"] + 16, row["y"] + 8)
    assert titles(page) == [third, first, second]
    page.keyboard.press("Escape")
    assert titles(page) == [first, second, third]
    page.mouse.up()

    page.mouse.move(start["x"] + 16, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 16, target["y"] + 30)
    page.mouse.move(start["x"] + 16, target["y"] + 8)
    with page.expect_response("**/me/pins/"):
        page.mouse.up()
    expect(page.locator("#said")).to_have_text("The order is saved.")
    page.reload()
    assert titles(page) == [third, first, second]
    assert problems(page) == []
    page.set_viewport_size(NARROWEST)
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= NARROWEST["width"]


def test_what_is_not_public_is_asked_about_before_it_is_pinned(visit):
    page = visit(WHO)
    page.goto("/me/pins/")
    page.get_by_role("link", name="Make it public and pin it").first.click()

    expect(page.locator("main")).to_contain_text("Anybody can open its page then")
    assert problems(page) == []
    page.get_by_role("link", name="Leave it as it is").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pins")
    expect(page.locator(PINS)).to_have_count(0)


def test_everything_works_without_scripts(visit):
    page = visit(WHO, scripts=False)
    page.goto(PAGE)
    part(page, "head").get_by_role("link", name="Edit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Name and headline")
    page.get_by_label("Headline", exact=True).fill("Writes plainly.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".lead")).to_have_text("Writes plainly.")

    page.goto("/me/profile/photo/")
    page.get_by_label("Photo", exact=True).set_input_files(photo())
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#part-photo img")).to_have_js_property("naturalWidth", 400)

    first, second, third = pin_three(page)
    page.get_by_role("button", name=f"Move down {first}").click()
    assert titles(page) == [second, first, third]
    expect(page.locator("[data-drag-handle]").first).to_be_hidden()


def test_switches_act_at_once(visit, visits):
    page, visitor = visit(WHO), visits.page()
    page.goto("/me/settings/")
    for switch in ("Public page", "Search engines may list my page"):
        turn_on = page.get_by_role("button", name=f"Turn on – {switch}")
        if turn_on.count():
            turn_on.click()
        expect(page.get_by_role("button", name=f"Turn off – {switch}")).to_be_visible()
    assert visitor.goto(PAGE).status == 200

    page.get_by_role("button", name="Turn off – Public page").click()
    expect(page.locator("main")).to_contain_text("Your page is off.")
    expect(page.get_by_text("Needs your public page")).to_have_count(2)
    assert visitor.goto(PAGE).status == 404
