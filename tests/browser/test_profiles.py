"""A person's public page in a real browser: its owner's hands, visitors, paper."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.axe import problems
from tests.browser.browsing import NARROWEST
from tests.browser.test_print import printed, words_of

AMINA = "/p/amina-yusuf/"
NHUNG = "/p/hong-nhung/"


def shown(page: Page) -> str:
    """What the page shows under its bar."""
    return page.locator("main .profile").inner_html()


def test_the_owner_looks_as_a_visitor_and_comes_back(visit):
    visitor, owner = visit("visitor"), visit("learner")
    visitor.goto(AMINA)
    owner.goto(AMINA)
    pencils = owner.locator("main").get_by_role("link", name="Edit –")
    expect(pencils).to_have_count(5)
    expect(visitor.locator("main").get_by_text("Edit")).to_have_count(0)

    owner.get_by_role("link", name="View as visitor").click()
    expect(pencils).to_have_count(0)
    bar = owner.locator(".as-visitor")
    expect(bar).to_contain_text("You see your page as visitors do.")
    times = "document.querySelectorAll('.checked-line time').forEach(e => e.remove())"
    for page in (visitor, owner):
        page.evaluate(times)
    assert shown(owner) == shown(visitor)

    bar.get_by_role("link", name="Back to editing").click()
    expect(pencils).to_have_count(5)


def test_a_part_is_edited_in_its_place(visit):
    owner = visit("learner")
    owner.goto(AMINA)
    about = owner.locator("#part-about")
    before = about.locator(".prose").inner_html()
    about.get_by_role("link", name="Edit – About").click()
    expect(about.get_by_role("textbox")).to_be_focused()
    assert problems(owner) == []
    about.get_by_role("link", name="Cancel").click()
    expect(about.get_by_role("link", name="Edit – About")).to_be_focused()
    assert about.locator(".prose").inner_html() == before

    words = owner.locator("#part-words")
    words.get_by_role("link", name="Edit –").click()
    words.get_by_role("button", name="Save").click()
    expect(owner.locator(".messages")).to_contain_text("Your changes are saved.")
    expect(words).to_contain_text("Cannulation, rota planning, spreadsheets")


def test_without_scripts_a_pencil_leads_to_the_form(visit):
    owner = visit("learner", scripts=False, size=NARROWEST)
    owner.goto(AMINA)
    owner.get_by_role("link", name="Edit – Links").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("Links")
    owner.go_back()
    owner.get_by_text("more skills").click()
    expect(owner.locator(".more-skills li").first).to_be_visible()


def test_the_page_prints_as_a_page_of_a_cv(visit):
    page = visit("visitor")
    page.goto(AMINA)
    words = " ".join(words_of(printed(page)))
    for wanted in (
        "Amina Yusuf",
        "Staff nurse, acute medicine.",
        "aminayusuf.example",
        "Skills, with proof",
        "Time Management",
        "Also says",
        "Every credential here can be checked at",
        "/p/amina-yusuf/",
    ):
        assert wanted in words, wanted
    for control in ("Sign in", "Search", "Edit", "more skills"):
        assert control not in words, control


def test_what_has_ended_opens_under_the_rest(visit):
    page = visit("visitor")
    page.goto(NHUNG)
    folded = page.locator(".ended")
    expect(folded.get_by_text("Ended on").first).to_be_hidden()
    folded.get_by_text("2 that have ended").click()
    expect(folded.get_by_text("Ended on")).to_have_count(2)
    page.get_by_text("×4, latest").click()
    expect(page.locator(".repeats li")).to_have_count(4)
    assert problems(page) == []
