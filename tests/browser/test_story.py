"""The main job from end to end, once with scripts and once without."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import story

ISSUER = "Northwind Institute"
PASSWORD = "granite stack by the sea"


@dataclass(frozen=True)
class Issued:
    """What a story needs to know about the credential that it made."""

    address: str
    token: str
    json: bytes
    pdf: bytes


def credential_of(page: Page, email: str, *, name: str, badge: str, criteria: int):
    """Open it from the mail, read it, take its files with one, and compare them."""
    address = story.open_credential_from_mail(page, email, badge)
    story.read_credential(page, name=name, badge=badge, criteria=criteria)
    pdf = story.fetch(page, "Certificate")
    assert pdf.headers["content-type"] == "application/pdf"
    page.locator("summary", has_text="Technical details").click()
    document = story.fetch(page, "Signed document")
    assert document.headers["content-type"] == "application/json"
    signed = json.loads(document.text())
    assert signed["id"] == address
    assert len(signed["credentialSubject"]["result"]) == criteria
    return Issued(
        address=address,
        token=urlsplit(address).path.split("/")[2],
        json=document.body(),
        pdf=pdf.body(),
    )


def assert_withdrawn(page: Page, issued: Issued) -> None:
    page.goto(issued.address)
    expect(page.locator("#verdict")).to_contain_text(
        f"{ISSUER} withdrew this credential on"
    )
    expect(page.locator("#verdict")).to_contain_text("the holder asked for it")
    gone = page.request.get(f"{issued.address}credential.pdf")
    assert gone.status == 410
    story.verify_file(page, "old.pdf", issued.pdf)
    expect(page.locator("main")).to_contain_text("withdrew this credential")


def listed_on(visitor: Page, issued: Issued) -> Locator:
    """The credential where a person's page lists it."""
    return visitor.locator(f".timeline a[href*='{issued.token}']")


def hand_in(learner: Page, badge: str, name: str) -> str:
    """All kinds of evidence, with scripts. Out: the reference."""
    story.find_badge(learner, "incident", badge)
    story.start(learner)
    story.tell_about_work(learner, "I led two hours without log-in on 3 November.")
    story.preview_evidence(learner, "Declared after **six** minutes.", strong="six")
    story.link_evidence(learner, "https://log.example/updates", "log.example")
    story.file_evidence(learner, "See the second page.", scripts=True)
    story.write_evidence(learner, "Nobody is blamed. One alarm is new.")
    story.tell_about_help(learner, "Nobody and nothing")
    story.show_publicly(learner, "Your text", "Log.png")
    story.change_name(learner, name)
    return story.send(learner, ISSUER)


def hand_in_without_scripts(learner: Page, badge: str, name: str) -> str:
    """All kinds of evidence, without scripts. Out: the reference."""
    story.find_badge(learner, "plain language", badge)
    story.start(learner)
    story.tell_about_work(learner, "One day in the room above the library.")
    story.preview_evidence(learner, "Both **halves** of it.", strong="halves")
    story.link_evidence(learner, "https://letters.example/two", "letters.example")
    story.file_evidence(learner, "Read aloud to my aunt.", scripts=False)
    story.tell_about_help(learner, "My aunt listened.")
    story.show_publicly(learner, "Your text")
    story.change_name(learner, name)
    return story.send(learner, ISSUER)


def review(reviewer: Page, reference: str, name: str, *, comment: str) -> None:
    story.open_in_queue(reviewer, reference)
    story.begin_review(reviewer)
    story.approve(reviewer, name, comment=comment)


def check(visitor: Page, issued: Issued, where: str, words: str) -> None:
    """Anybody finds the credential by its code or its file, and asks once more."""
    assert story.qr_code_of(issued.pdf) == issued.address
    story.verify_file(visitor, "credential.json", issued.json)
    expect(visitor).to_have_url(issued.address)
    visitor.get_by_role("button", name="Check again").click()
    expect(visitor.locator(where)).to_contain_text(words)


def show_hide_and_show(learner: Page, visitor: Page, issued: Issued) -> None:
    """Public, back again by the toast's own button, and public for good."""
    learner.goto("/me/")
    story.make_visible(learner, issued.token, "Public")
    toast = learner.locator("#toasts .toast")
    expect(toast).to_contain_text("Now public. Anyone can see it.")
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("Now link only.")
    assert issued.token not in visitor.request.get("/p/amina-yusuf/").text()
    story.make_visible(learner, issued.token, "Public")
    expect(toast).to_contain_text("Now public.")


def show_without_scripts(learner: Page, issued: Issued) -> str:
    """A public page with the credential on it. Out: the page's address."""
    learner.goto("/me/settings/")
    learner.get_by_role("button", name="Turn on – Public page").click()
    expect(learner.locator("main")).to_contain_text("Your page is public.")
    learner.goto("/me/")
    story.make_visible(learner, issued.token, "Public")
    expect(learner.locator("main")).to_contain_text("Now public. Anyone can see it.")
    learner.get_by_role("link", name="View my page as a visitor").click()
    return learner.url


def test_a_learner_earns_a_credential_that_anybody_can_check(visit, site):
    badge, name = "Running an incident", "Amina Yusuf-Hassan"
    email, page = "learner@example.org", "/p/amina-yusuf/"
    learner, visitor = visit("learner"), visit("visitor")
    reference = hand_in(learner, badge, name)
    review(visit("reviewer"), reference, name, comment="Calm and complete.")

    issued = credential_of(learner, email, name=name, badge=badge, criteria=4)
    check(visitor, issued, "#checked-again", "genuine")
    show_hide_and_show(learner, visitor, issued)
    visitor.goto(page)
    expect(listed_on(visitor, issued).first).to_be_visible()

    story.withdraw(visit("manager"), issued.token, note="Asked by phone.")
    assert_withdrawn(visitor, issued)
    visitor.goto(page)
    expect(listed_on(visitor, issued)).to_have_count(0)


def test_everything_works_without_scripts_too(visit, site):
    badge, name = "Plain language, one day", "Þóra Ægisdóttir"
    longer = f"{name} yngri"
    email = f"thora-{secrets.token_hex(4)}@example.org"
    learner, visitor = visit("visitor", scripts=False), visit("visitor", scripts=False)
    story.sign_up(learner, name, email, PASSWORD)
    reference = hand_in_without_scripts(learner, badge, longer)
    review(visit("reviewer", scripts=False), reference, longer, comment="Well read.")

    issued = credential_of(learner, email, name=longer, badge=badge, criteria=3)
    check(visitor, issued, "#verdict", "This credential is genuine.")
    page = show_without_scripts(learner, issued)
    visitor.goto(page)
    expect(listed_on(visitor, issued).first).to_be_visible()

    story.withdraw(visit("manager", scripts=False), issued.token, note="By phone.")
    assert_withdrawn(visitor, issued)
    visitor.goto(page)
    expect(listed_on(visitor, issued)).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_people_make_an_account_and_find_back_into_it(visit, scripts):
    email = f"mina-{secrets.token_hex(4)}@example.org"
    page = visit("visitor", scripts=scripts)
    story.sign_up(page, "Mina Okafor", email, PASSWORD)
    expect(page.get_by_role("banner")).to_contain_text("Mina Okafor")
    story.sign_out(page)
    story.sign_in(page, email, "not the password")
    expect(page.locator(".error-summary")).to_contain_text(
        "The e-mail address or the password is not right."
    )
    story.choose_new_password(page, email, f"{PASSWORD}, and on")
    story.sign_in(page, email, f"{PASSWORD}, and on")
    page.wait_for_url("**/me/")
