"""Pathways in a real browser: from joining to the credential at the end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import story
from tests.browser.axe import problems
from tests.browser.browsing import NARROWEST, WIDE
from tests.browser.test_print import printed, words_of

UX = "/pathways/northwind-institute/ux-researcher/"
TRAINER = "/pathways/lindow-food-academy/workplace-trainer/"
BADGE = "Plain language, one day"
_PATIENCE = 60


def loaded_until(page: Page, words: str) -> None:
    """Load the page anew until the worker has done what it says."""
    wanted = page.locator("main").get_by_text(words)
    for _ in range(_PATIENCE):
        if wanted.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(wanted.first).to_be_visible()


def test_from_joining_to_the_credential_at_the_end(visit):
    learner = visit("reviewer")
    learner.goto("/")
    learner.get_by_role("navigation", name="Main").get_by_text("Pathways").click()
    learner.get_by_role("link", name="Workplace trainer").click()
    learner.get_by_role("button", name="Join this pathway").click()
    main = learner.locator("main")
    expect(main).to_contain_text("You are on this pathway now.")
    expect(main).to_contain_text("2 of 3 steps · 1 to go for Workplace trainer")

    learner.get_by_role("link", name=f"Start with {BADGE}").click()
    expect(learner.get_by_role("heading", level=1)).to_have_text(BADGE)
    expect(main.get_by_role("link", name="Workplace trainer")).to_be_visible()
    story.start(learner)
    story.tell_about_work(learner, "A day on words with the people of my ward.")
    for words in ("Before", "After", "Read aloud"):
        story.write_evidence(learner, f"{words}: what I changed, and why.")
    story.tell_about_help(learner, "Nobody helped me.")
    story.show_publicly(learner)
    reference = story.send(learner, "Northwind Institute")
    learner.goto(TRAINER)
    expect(main).to_contain_text("In review")
    expect(main).to_contain_text(f"See what you sent for {BADGE}")

    staff = visit("manager")
    story.open_in_queue(staff, reference)
    story.begin_review(staff)
    story.approve(staff, "Ana Ribeiro", comment="Plain as day.")

    loaded_until(learner, "See your credential")
    expect(main).to_contain_text("3 of 3 steps")
    learner.get_by_role("link", name="See your credential").click()
    expect(learner.locator("#verdict")).to_contain_text("This credential is genuine.")
    parts = learner.locator("section", has=learner.locator("#parts"))
    expect(parts).to_contain_text(BADGE)
    expect(parts.get_by_text("In force")).to_have_count(3)
    with learner.expect_download() as downloaded:
        parts.get_by_role("link", name="Download as CLR").click()
    assert "ClrCredential" in downloaded.value.path().read_text()


@pytest.mark.parametrize("width", [NARROWEST["width"], 768, WIDE["width"]])
def test_the_map_is_accessible_and_fits_at_each_width(look, width):
    page = look("learner")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(UX)
    for folded in page.locator("main details").all():
        folded.evaluate("(each) => each.open = true")
    assert problems(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_map_is_read_in_the_order_of_its_stages(look):
    page = look("learner")
    page.goto(UX)
    stages = page.locator("ol.map > li > h3")
    assert stages.all_inner_texts() == [
        "Foundations",
        "Methods",
        "Practice",
        "The credential",
    ]
    tops = [each.bounding_box()["y"] for each in stages.all()]
    assert len(set(tops)) == 1  # side by side
    page.set_viewport_size({"width": 640, "height": 900})
    tops = [each.bounding_box()["y"] for each in stages.all()]
    assert tops == sorted(set(tops))  # one below the other


def test_what_if_works_without_scripts_and_saves_nothing(visit):
    page = visit("learner", scripts=False)
    page.goto(UX)
    main = page.locator("main")
    before = main.locator("#progress").inner_text()
    main.get_by_text("What if I also had …").click()
    main.get_by_label("Usability testing").check()
    main.get_by_role("button", name="Show", exact=True).click()
    expect(main).to_contain_text("if you also had Usability testing. Nothing is saved.")
    assert main.locator("#progress").inner_text() != before
    main.get_by_role("link", name="Leave what-if").first.click()
    assert main.locator("#progress").inner_text() == before


def test_a_printed_map_has_every_stage_and_no_buttons(look):
    page = look("learner", scheme="dark")
    page.goto(UX)
    words = " ".join(words_of(printed(page)))
    for name in ("Foundations", "Methods", "Practice", "1 of 7 steps", "Good to know"):
        assert name in words
    for control in ("Leave this pathway", "What if I also had", "Start with"):
        assert control not in words
