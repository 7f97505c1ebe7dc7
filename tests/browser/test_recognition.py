"""An organisation recognises a badge: shown, found, checked by others, withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import problems
from tests.browser.keyboard import button, link
from tests.judges import Verdict, judge_credential

BADGE = "/badges/lindow-food-academy/sourdough-bread/"
ORGANISATION = "Harbour Health Trust"


def recognise(page: Page) -> None:
    page.goto(BADGE)
    link(page, "Recognise this badge").click()
    page.get_by_label("Your organisation").select_option(label=ORGANISATION)
    page.get_by_label("A pay step").check()
    page.get_by_label("What you say about it").fill("For the kitchens of our wards.")
    button(page, "Sign and publish").click()
    expect(page.locator("main")).to_contain_text("This endorsement is genuine.")


def judged(page: Page, address: str) -> Verdict:
    """What @digitalbazaar/vc says of the document, with what the site serves."""

    def served(where: str) -> Any:
        return page.request.get(where).json()

    document = served(f"{address}credential.json")
    keys = served("/issuers/harbour-health-trust/did.json")
    status_list = served(document["credentialStatus"]["statusListCredential"])
    return judge_credential(document, keys, status_list)


@pytest.mark.judge
def test_a_badge_is_recognised_found_checked_and_the_recognition_withdrawn(visit):
    manager, visitor = visit("manager"), visit("visitor")
    recognise(manager)

    visitor.goto("/badges/?accepted=pay")
    link(visitor, "Sourdough bread").click()
    accepted = visitor.get_by_role("region", name="Accepted by")
    expect(accepted).to_contain_text(ORGANISATION)
    expect(accepted).to_contain_text("Accepts it for a pay step")
    expect(accepted).to_contain_text("For the kitchens of our wards.")
    assert problems(visitor) == []
    accepted.get_by_role("link", name="Check it").click()
    expect(visitor.locator("main")).to_contain_text("This endorsement is genuine.")
    assert problems(visitor) == []
    genuine = judged(visitor, visitor.url)
    assert (genuine.verified, genuine.errors) == (True, [])
    assert genuine.statuses == [("revocation", False)]

    manager.get_by_text("Withdraw it").click()
    button(manager, "Withdraw now").click()
    expect(manager.locator("main")).to_contain_text("Withdrawn.")
    assert problems(manager) == []
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("withdrew this endorsement on")
    assert judged(visitor, visitor.url).statuses == [("revocation", True)]
    visitor.goto(BADGE)
    expect(visitor.get_by_role("region", name="Accepted by")).to_have_count(0)
