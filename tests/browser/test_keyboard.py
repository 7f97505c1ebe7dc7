"""The main job by the keyboard alone: nothing out of reach, the focus in sight."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser import story
from tests.browser.keyboard import Keyboard, button, link, stays

BADGE = "Plain language, one day"
NAME = "Oyelaran Adébáyọ̀"
PASSWORD = "granite stack by the sea"


def find_badge(page: Page) -> None:
    keys = Keyboard(page)
    page.goto("/")
    keys.press(link(page, "Find a badge"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Badges")
    keys.tab_to(page.locator("#q"))
    found = page.locator("#results").get_by_role("link", name=BADGE)
    stays(
        page,
        lambda: page.keyboard.type("plain language"),
        lambda: expect(page).to_have_url(re.compile("q=plain.+language")),
    )
    expect(page.locator("#q")).to_be_focused()
    keys.press(found)
    expect(page.get_by_role("heading", level=1)).to_have_text(BADGE)


def sign_in_and_start(page: Page, email: str) -> None:
    keys = Keyboard(page)
    keys.press(link(page, "Sign in to start"))
    keys.type(page.get_by_label("E-mail address"), email)
    keys.type(page.get_by_label("Password", exact=True), PASSWORD)
    page.keyboard.press("Enter")
    keys.press(button(page, "Start"))
    keys.press(link(page, "Begin"))


def hand_in(page: Page, picture: Path) -> None:
    keys = Keyboard(page)
    forward = button(page, "Save and continue")
    keys.type(page.get_by_label("What did you do, when"), "A day of letters.")
    keys.press(forward)
    evidence(page, picture)
    keys.press(forward)
    for words in ("Read aloud to my aunt.", "All of it is mine."):
        keys.type(page.get_by_label("Your text"), words)
        keys.press(forward)
    keys.type(page.get_by_label("Who and what helped you?"), "My aunt.")
    keys.press(forward)
    keys.press(page.get_by_label("Your text").first, "Space")
    keys.press(forward)


def evidence(page: Page, picture: Path) -> None:
    """Text with a preview, a link that comes and goes, a file by the native input."""
    keys = Keyboard(page)
    keys.type(page.get_by_label("Your text"), "Both **halves** of it.")
    keys.tab_to(button(page, "Preview"))
    shown = page.locator("#preview strong")
    stays(
        page,
        lambda: page.keyboard.press("Enter"),
        lambda: expect(shown).to_be_visible(),
    )
    keys.type(page.get_by_label("Add a link"), "https://letters.example/two")
    keys.tab_to(button(page, "Add link"))
    added = page.locator("#added")
    stays(
        page,
        lambda: page.keyboard.press("Enter"),
        lambda: expect(added).to_contain_text("letters.example"),
    )
    expect(page.get_by_label("Add a link")).to_be_focused()
    chooser = keys.choose_file(page.get_by_label("Add a file"))
    stays(
        page,
        lambda: chooser.set_files(picture),
        lambda: expect(page.locator("[data-upload-status]")).to_contain_text(
            "is added"
        ),
    )
    keys.back_to(added.get_by_role("button", name=re.compile("letters")).first)
    stays(
        page,
        lambda: page.keyboard.press("Enter"),
        lambda: expect(added).not_to_contain_text("letters.example"),
    )


def check_and_send(page: Page) -> str:
    keys = Keyboard(page)
    keys.press(button(page, "Send for review"))
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    keys.press(summary.get_by_role("link").first)
    declared = page.get_by_label("This is my own work")
    expect(declared).to_be_focused()
    page.keyboard.press("Space")
    expect(declared).to_be_checked()
    keys.press(button(page, "Send for review"))
    page.wait_for_url(re.compile("/sent/"))
    return page.locator("strong.id").inner_text()


def review(page: Page, reference: str) -> None:
    keys = Keyboard(page)
    page.goto("/admin/")
    keys.press(page.locator("#content").get_by_role("link", name="Submissions"))
    row = page.get_by_role("row").filter(has_text=reference)
    keys.press(row.get_by_role("link", name="Review"))
    keys.press(button(page, "Begin review"))
    expect(page.locator("main")).to_contain_text("Your review began.")
    for judged in page.locator("form.decide fieldset.judge").all():
        enough = judged.locator(".choice", has=page.locator(".required-level"))
        keys.pick(judged.locator("input[type=radio]"), enough.locator("input"))
    keys.type(page.get_by_label("Comment to the learner"), "Well read.")
    keys.press(button(page, "Approve and issue"))
    expect(page.locator("main")).to_contain_text("Approved. The credential is issued")


def show_and_download(page: Page) -> str:
    """Out: the address of the credential."""
    keys = Keyboard(page)
    page.goto("/me/")
    card = page.locator("article.credential").filter(has_text=BADGE)
    menu = card.locator("summary").filter(has_text="who sees")
    keys.press(menu)
    public = card.get_by_role("button", name=re.compile("^Public"))
    keys.tab_to(public)
    toast = page.locator("#toasts .toast")
    stays(
        page,
        lambda: page.keyboard.press("Enter"),
        lambda: expect(toast).to_contain_text("Now public."),
    )
    expect(menu).to_be_focused()
    keys.press(card.locator("summary").filter(has_text="More"), "Space")
    keys.tab_to(card.get_by_role("link", name="Signed file"))
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename.endswith("credential.json")
    page.keyboard.press("Escape")
    expect(card.locator("details[open]")).to_have_count(0)
    Keyboard(page).look()
    keys.back_to(card.get_by_role("link", name=BADGE, exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("This credential is genuine.")
    return page.url


def verify(page: Page, address: str) -> None:
    keys = Keyboard(page)
    page.goto("/verify/")
    keys.type(page.locator("main input[name=q]"), address)
    page.keyboard.press("Enter")
    page.wait_for_url(address)
    again = page.get_by_role("button", name="Check again")
    keys.tab_to(again)
    said = page.locator("#checked-again")
    stays(
        page,
        lambda: page.keyboard.press("Enter"),
        lambda: expect(said).to_contain_text("genuine"),
    )
    expect(again).to_be_focused()
    copy = page.locator("[data-copy]")
    page.context.grant_permissions(["clipboard-write", "clipboard-read"])
    keys.press(copy)
    expect(page.locator("[data-copy] + [role=status]")).to_have_text("Copied")
    token = urlsplit(address).path.split("/")[2]
    assert page.evaluate("() => navigator.clipboard.readText()") == token
    keys.look()


def test_the_main_job_is_done_by_the_keyboard_alone(visit, tmp_path):
    picture = tmp_path / "Letter.png"
    picture.write_bytes(story.picture()["buffer"])
    email = f"oye-{secrets.token_hex(4)}@example.org"
    learner = visit("visitor")
    story.sign_up(learner, NAME, email, PASSWORD)
    story.sign_out(learner)

    find_badge(learner)
    sign_in_and_start(learner, email)
    hand_in(learner, picture)
    reference = check_and_send(learner)
    review(visit("reviewer"), reference)
    address = show_and_download(learner)
    verify(visit("visitor"), address)


def test_the_skip_link_is_first_and_leads_past_the_header(visit):
    page = visit("visitor")
    keys = Keyboard(page)
    page.goto("/badges/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    keys.look()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("() => document.activeElement.closest('main') !== null")
    assert inside
