"""A role in a real browser: described by an employer, compared by a learner."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import problems
from tests.browser.keyboard import button, link


def test_a_role_from_its_title_to_the_badge_that_closes_the_gap(visit):
    employer, learner = visit("employer"), visit("learner")

    employer.goto("/me/roles/")
    link(employer, "New role").click()
    employer.get_by_label("Title").fill("Nurse who teaches")
    button(employer, "Go on to its skills").click()
    employer.get_by_label("Skill", exact=True).fill("hygien")
    button(employer, "Look for it").click()
    employer.get_by_label("Level of Apply hygiene standards").select_option("3")
    button(employer, "Add Apply hygiene standards").click()
    expect(employer.locator("main")).to_contain_text("The role asks for 1 skill more.")
    employer.get_by_text("Find skills in a job text").click()
    employer.get_by_label("Job text").fill("You are good at giving feedback.")
    button(employer, "Find skills").click()
    employer.get_by_label("Giving feedback", exact=True).check()
    button(employer, "Add what I chose").click()
    expect(employer.locator("#skills ~ ul li")).to_have_count(2)
    address = employer.locator("#address").inner_text().partition("/roles/")[2]
    public = f"/roles/{address}"

    learner.goto(public)
    main = learner.locator("main")
    expect(main).to_contain_text("You have 1 of 2 skills.")
    expect(main).to_contain_text("Domain not proved")
    assert not problems(learner)
    main.get_by_role("button", name="Add to my wishes").click()
    expect(learner.locator("main")).to_contain_text("You wish for")
    learner.goto(public)
    expect(learner.locator("main")).to_contain_text("One of your wishes.")
    link(learner, "Teaching at the bench").click()
    expect(learner.get_by_role("heading", level=1)).to_have_text(
        "Teaching at the bench"
    )

    button(employer, "Close the role").click()
    expect(employer.locator("main")).to_contain_text("The role is closed.")
    assert learner.goto(public).status == 404
    link(employer, "Delete it").click()
    button(employer, "Delete this role").click()
    expect(employer.locator("main")).to_contain_text("Nurse who teaches is deleted.")
