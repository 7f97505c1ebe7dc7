"""What people do on the site, one function a step; every step works without scripts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdfium2
import zxingcpp
from PIL import Image
from playwright.sync_api import APIResponse, FilePayload, Locator, Page, expect

DPI = 150
_PATIENCE = 60
_CODE = re.compile(r"^[A-Z0-9]{4}-?[A-Z0-9]{4}$", re.MULTILINE)


def sign_up(page: Page, name: str, email: str, password: str) -> None:
    """Make an account; the code comes by mail."""
    page.goto("/accounts/signup/")
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")
    page.get_by_label("Code").fill(code_from_mail(page, email))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/me/")


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in with the right password."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    """Sign out by the footer's link and its question."""
    page.goto("/me/")
    page.get_by_role("contentinfo").get_by_role("link", name="Sign out").click()
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def choose_new_password(page: Page, email: str, password: str) -> None:
    """Reset a forgotten password with the code from the mail."""
    page.goto("/accounts/login/")
    page.get_by_role("link", name="I forgot my password").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")
    page.get_by_label("Code").fill(code_from_mail(page, email))
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_label("New password", exact=True)).to_have_count(0)


def code_from_mail(page: Page, email: str) -> str:
    """The code in the newest mail to an address, read in a second tab."""
    found = _CODE.search(mail(page, email, "code").inner_text())
    assert found is not None
    return found.group()


def mail(page: Page, email: str, subject: str) -> Locator:
    """The newest mail to an address whose subject holds these words.

    Mails are written by the worker, so the page is loaded anew until it is there.
    """
    others = (each for each in page.context.pages if each is not page)
    tab = next(others, None) or page.context.new_page()
    wanted = tab.locator("article.mail").filter(
        has=tab.get_by_role("heading", name=subject), has_text=f"To {email}"
    )
    for _ in range(_PATIENCE):
        tab.goto("/demo/mail/")
        if wanted.count():
            break
        tab.wait_for_timeout(250)
    return wanted.first


def find_badge(page: Page, words: str, name: str) -> None:
    """Search from the home page, and open the badge."""
    page.goto("/")
    search = page.get_by_role("search", name="Site")
    search.get_by_role("searchbox").fill(words)
    search.get_by_role("button").click()
    page.locator("#results").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def start(page: Page) -> None:
    """Begin, from the badge page, and read what there is to do."""
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your evidence for")
    expect(page.locator("main")).to_contain_text("Draft")
    page.get_by_role("link", name="Begin").click()


def save_and_continue(page: Page) -> None:
    """On to the next page of the wizard."""
    page.get_by_role("button", name="Save and continue").click()


def tell_about_work(page: Page, words: str) -> None:
    """The wizard's first page."""
    page.get_by_label("What did you do, when, and for whom?").fill(words)
    save_and_continue(page)


def write_evidence(page: Page, words: str) -> None:
    """Evidence as text alone."""
    page.get_by_label("Your text").fill(words)
    save_and_continue(page)


def preview_evidence(page: Page, words: str, strong: str) -> None:
    """Evidence as text, looked at before it is saved."""
    page.get_by_label("Your text").fill(words)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview strong")).to_have_text(strong)
    expect(page.get_by_label("Your text")).to_have_value(words)
    save_and_continue(page)


def link_evidence(page: Page, url: str, host: str) -> None:
    """Evidence as a link; a wrong one is refused beside the field."""
    page.get_by_label("Add a link").fill("not an address")
    page.get_by_role("button", name="Add link").click()
    expect(page.locator("#link-field .error")).to_be_visible()
    page.get_by_label("Add a link").fill(url)
    page.get_by_role("button", name="Add link").click()
    expect(page.locator("#added")).to_contain_text(host)
    save_and_continue(page)


def picture() -> FilePayload:
    """A picture to hand in."""
    data = io.BytesIO()
    Image.effect_noise((600, 400), 60).save(data, "PNG")
    return FilePayload(name="Log.png", mimeType="image/png", buffer=data.getvalue())


def file_evidence(page: Page, words: str, *, scripts: bool) -> None:
    """Evidence as a file with words; with scripts it is sent when it is chosen."""
    page.get_by_label("Your text").fill(words)
    if scripts:
        page.evaluate(
            """() => {
              window.seen = [];
              const bar = document.querySelector('progress');
              new MutationObserver(() => window.seen.push([bar.hidden, bar.value]))
                .observe(bar, {attributes: true});
            }"""
        )
    page.get_by_label("Add a file").set_input_files(files=[picture()])
    if not scripts:
        page.get_by_role("button", name="Add file").click()
    expect(page.locator("#added")).to_contain_text("Log.png")
    if scripts:
        expect(page.locator("[data-upload-status]")).to_have_text("Log.png is added.")
        assert [False, 1] in page.evaluate("() => window.seen")
    expect(page.get_by_label("Your text")).to_have_value(words)
    save_and_continue(page)


def tell_about_help(page: Page, words: str) -> None:
    """Who and what helped."""
    page.get_by_label("Who and what helped you?").fill(words)
    save_and_continue(page)


def show_publicly(page: Page, *items: str) -> None:
    """Choose which pieces everybody may see who sees the credential."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Who may see it")
    for item in items:
        page.get_by_label(item).first.check()
    save_and_continue(page)


def change_name(page: Page, name: str) -> None:
    """From the last page to the name and back."""
    page.get_by_role("link", name="Change the name on the credential").click()
    page.get_by_label("Your full name").fill(name)
    page.get_by_role("button", name="Save and go back to check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and send")
    expect(page.locator("main")).to_contain_text(name)


def send(page: Page, issuer: str) -> str:
    """Declare and send; without the declaration it stays. Out: the reference."""
    page.get_by_role("button", name="Send for review").click()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Confirm that this is your own work.")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("This is my own work").check()
    page.get_by_role("button", name="Send for review").click()
    page.wait_for_url("**/sent/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Your evidence is with {issuer}."
    )
    return page.locator("strong.id").inner_text()


def open_in_queue(page: Page, reference: str) -> None:
    """The reviewer finds it in the queue and opens the review page."""
    page.goto("/admin/")
    page.locator("#content").get_by_role("link", name="Submissions").click()
    row = page.get_by_role("row").filter(has_text=reference)
    row.get_by_role("link", name="Review").click()
    expect(page.locator("main")).to_contain_text(reference)


def begin_review(page: Page) -> None:
    """From here on the learner cannot take it back."""
    page.get_by_role("button", name="Begin review").click()
    expect(page.locator("main")).to_contain_text("Your review began.")


def approve(page: Page, name: str, *, comment: str) -> None:
    """The required level in every criterion, words to the learner, and the button."""
    for judged in page.locator("form.decide fieldset.judge").all():
        judged.locator(".choice", has=page.locator(".required-level")).locator(
            "input"
        ).check()
    page.get_by_label("Comment to the learner").fill(comment)
    expect(page.locator(".consequence")).to_contain_text(name)
    page.get_by_role("button", name="Approve and issue").click()
    expect(page.locator("main")).to_contain_text("Approved. The credential is issued")


def open_credential_from_mail(page: Page, email: str, badge: str) -> str:
    """Follow the link in the mail. Out: the credential's address."""
    letter = mail(page, email, f"Your evidence for {badge} was approved")
    address = letter.locator("a[href*='/c/']").get_attribute("href")
    assert address is not None
    page.goto(address)
    return address


def read_credential(page: Page, *, name: str, badge: str, criteria: int) -> None:
    """What anybody sees: the verdict first, then the criteria with their levels."""
    expect(page).to_have_title(re.compile("^Genuine"))
    expect(page.locator("#verdict")).to_contain_text("This credential is genuine.")
    expect(page.get_by_role("heading", level=1)).to_have_text(badge)
    expect(page.locator("main")).to_contain_text(name)
    levels = page.locator("ol.criteria li .met")
    expect(levels).to_have_count(criteria)
    for level in levels.all():
        expect(level).to_contain_text(re.compile(r"Met: .+, level \d of \d"))


def fetch(page: Page, link: str) -> APIResponse:
    """What a link of the page leads to, with the page's cookies."""
    address = page.get_by_role("link", name=link).first.get_attribute("href")
    assert address is not None
    return page.request.get(address)


def qr_code_of(pdf: bytes) -> str:
    """What the code on the certificate says, read from a raster of 150 dpi."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=DPI / 72).to_pil()
    finally:
        document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


def verify_file(page: Page, name: str, data: bytes) -> None:
    """Upload a file on the verify page."""
    page.goto("/verify/")
    file = FilePayload(name=name, mimeType="application/json", buffer=data)
    page.locator("input[type=file]").set_input_files(files=[file])
    page.get_by_role("button", name="Verify file").click()


def make_visible(page: Page, token: str, choice: str) -> None:
    """Choose on one's own page who sees a credential."""
    card = page.locator(f"#credential-{token}")
    card.locator("summary").filter(has_text="who sees").click()
    card.get_by_role("button", name=choice).click()


def withdraw(page: Page, token: str, *, note: str) -> None:
    """The manager withdraws a credential, and has to say why."""
    page.goto("/admin/credentials/credential/")
    page.locator("#searchbar").fill(token)
    page.locator("#changelist-search").get_by_role("button", name="Search").click()
    page.locator("#result_list tbody").get_by_role("link").first.click()
    page.get_by_label("Action:").select_option(label="Withdraw")
    page.get_by_role("button", name="Run").click()
    page.get_by_label("Note for staff only").fill(note)
    press_withdraw: Callable[[], None] = page.get_by_role(
        "button", name="Withdraw", exact=True
    ).click
    press_withdraw()
    expect(page.locator("main")).to_contain_text("Choose the reason.")
    page.get_by_label("Reason").select_option(label="the holder asked for it")
    press_withdraw()
    expect(page.locator("main")).to_contain_text("Done for 1 credential.")
