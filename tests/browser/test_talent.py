"""Finding somebody in a real browser: search, why, keep, contact, accept; saving."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import problems
from tests.browser.keyboard import button, link
from tests.browser.running_site import Site
from tests.browser.views import AMINA

NAME = "Amina Yusuf"
EMPLOYER = "employer@example.org"


@pytest.fixture(autouse=True)
def _as_it_was(site: Site) -> Iterator[None]:
    """Take away what the stories leave."""
    yield
    amina = "(SELECT id FROM portfolio_user WHERE email = %s)"
    for table, column in (
        ("portfolio_contactrequest", "recipient_id"),
        ("portfolio_shortlistentry", "learner_id"),
    ):
        site.change(f"DELETE FROM {table} WHERE {column} = {amina}", AMINA)  # noqa: S608
    site.change("DELETE FROM portfolio_savedsearch WHERE name = 'Night nurses'")
    site.change("DELETE FROM credentials_ratecount WHERE key LIKE 'contact:%%'")


def result(page: Page) -> Locator:
    """Amina among the people found."""
    return page.locator(".person").filter(has_text=NAME)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_skill_to_an_address(visit, scripts):
    employer = visit("employer", scripts=scripts)
    employer.goto("/talent/")
    employer.get_by_label("Skill, badge or role").fill("nursing care")
    if not scripts:  # with them the results follow what is typed
        button(employer, "Search").click()
    expect(result(employer).locator(".why")).to_contain_text(
        "Providing medical, dental and nursing care"
    )

    button(employer, f"Keep {NAME}").click()
    kept = link(employer, f"Kept {NAME}")
    expect(kept).to_be_visible()
    if scripts:
        expect(kept).to_be_focused()
        assert not problems(employer)
    kept.click()
    employer.get_by_label("Note").fill("Ask about nights.")
    button(employer, "Save").click()
    entry = employer.locator("#kept-amina-yusuf")
    expect(entry).to_contain_text("Ask about nights.")
    entry.get_by_role("link", name=f"Contact {NAME}").click()
    employer.get_by_label("Your message").fill("Come and see our ward.")
    button(employer, "Send").click()
    expect(employer.locator("main")).to_contain_text("Your message is with")
    expect(employer.locator("main")).not_to_contain_text(AMINA)

    learner = visit("learner", scripts=scripts)
    learner.goto("/me/")
    learner.get_by_role("link", name="Answer: 1 message waits").click()
    expect(learner.locator("main")).not_to_contain_text("Ask about nights.")
    expect(learner.locator("main")).not_to_contain_text(EMPLOYER)
    learner.get_by_role("button", name="Accept and show my e-mail").click()
    expect(learner.locator("main")).to_contain_text(EMPLOYER)

    employer.goto("/me/people/")
    expect(entry).to_contain_text("Contact accepted")
    entry.get_by_role("link", name=f"Your message – {NAME}").click()
    expect(employer.locator("main")).to_contain_text(AMINA)


def test_a_note_is_changed_in_place_and_a_removal_taken_back(visit):
    page = visit("employer")
    page.goto("/p/amina-yusuf/")
    button(page, f"Keep {NAME}").click()
    expect(link(page, f"Kept {NAME}")).to_be_focused()
    page.goto("/me/people/")
    entry = page.locator("#kept-amina-yusuf")
    entry.get_by_role("link", name=f"Add a note – {NAME}").press("Enter")
    entry.get_by_label("Note").fill("Speaks Arabic.")
    entry.get_by_role("button", name="Save").press("Enter")
    expect(entry.get_by_role("link", name="Change the note")).to_be_focused()
    expect(entry).to_contain_text("Speaks Arabic.")

    entry.get_by_role("button", name=f"Remove {NAME}").click()
    expect(page.locator("#kept-amina-yusuf")).to_have_count(0)
    button(page, "Undo").click()
    expect(page.locator("#kept-amina-yusuf")).to_contain_text("Speaks Arabic.")

    for handle in ("amina-yusuf", "deepika-sharma"):
        page.locator(f"#who-{handle}").check()
    button(page, "Compare").click()
    expect(page.get_by_role("columnheader", name=NAME)).to_be_visible()


def test_a_search_is_saved_and_its_mail_stopped(visit, site):
    page = visit("employer")
    page.goto("/talent/?q=nursing&open=yes")
    link(page, "Save this search").click()
    expect(page.get_by_label("Name")).to_have_value("nursing, Open to work")
    page.get_by_label("Name").fill("Night nurses")
    button(page, "Save").click()
    token = site.ask(
        "SELECT token FROM portfolio_savedsearch WHERE name = 'Night nurses'"
    )
    saved = page.locator(f"#search-{token}")
    expect(saved).to_contain_text("people now")
    saved.get_by_role("button", name="Stop the mail – Night nurses").press("Enter")
    expect(
        saved.get_by_role("button", name="Mail me weekly – Night nurses")
    ).to_be_focused()
    saved.get_by_role("button", name="Mail me weekly – Night nurses").press("Enter")
    expect(saved).to_contain_text("Weekly mail on")

    reader = visit("visitor")
    reader.goto(f"/searches/{token}/stop/")
    button(reader, "Stop the mail").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "The weekly mail is off"
    )
    page.reload()
    expect(saved).to_contain_text("No mail")
