"""``python -m portfolio.demo.check <address> <data folder>``: walk the main job.

A learner hands in evidence, a reviewer approves it, everybody checks the credential,
a manager withdraws it: over HTTP, as people do it whose browsers run no JavaScript.
Prints a line for each thing that it saw, and exits with 0 or 1.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from portfolio.demo import PASSWORD, sample_files
from portfolio.demo.checking_credentials import Signed, fetch_forms, is_listed, tampered
from portfolio.demo.content import load
from portfolio.demo.content.shapes import SampleFile
from portfolio.demo.visitor import Disappointed, Page, Upload, Visitor

_MAIL_WITHIN = 60  # seconds: the worker sends it
_MOST_STEPS = 20  # of the wizard
_LINK = "notes.example/incident/14-march"
_UNSHOWN = "Only reviewers read this sentence"
_COMMENT = "Clear, calm, and written down while it happened."
_PICTURE = SampleFile(
    name="Timeline.png",
    kind="png",
    heading="Timeline of the night",
    lines=("02:10 first alarm", "02:14 who leads, who writes", "03:05 back to normal"),
)


def say(words: str) -> None:
    """Print a line at once: whoever waits for the check reads along."""
    print(words, flush=True)


@dataclass
class Walk:
    """One walk through the site: who walks, and what was found on the way."""

    site: str
    data: Path
    steps: int = 0
    badge: str = ""
    badge_page: str = ""
    submission: str = ""
    credential: str = ""
    people: dict[str, Visitor] = field(default_factory=dict)

    def saw(self, words: str) -> None:
        """Count and print one thing that was as it should be."""
        self.steps += 1
        say(f"  ok  {words}")

    def anyone(self) -> Visitor:
        """Somebody without an account or a cookie."""
        return Visitor(self.site)

    def sign_in(self, name: str, landing: str) -> Visitor:
        """Sign one of the demo's people in; ``landing`` is a page only for them."""
        visitor = self.people[name] = Visitor(self.site)
        page = visitor.get("accounts/login/")
        email = f"{name}@example.org"
        page = visitor.press(page, "Sign in", {"login": email, "password": PASSWORD})
        expect(page.path != "/accounts/login/", f"{email} cannot sign in")
        visitor.get(landing)
        self.saw(f"{email} signed in and opened /{landing}")
        return visitor


def expect(is_so: bool, otherwise: str) -> None:
    """Raise Disappointed with these words unless it is so."""
    if not is_so:
        raise Disappointed(otherwise)


def look_around(walk: Walk) -> None:
    """Public pages without an account."""
    anyone = walk.anyone()
    for address in ("", "badges/", "verify/", "help/", "livez", "readyz"):
        anyone.get(address)
    walk.saw("home, catalogue, verify, help, /livez and /readyz answer without account")


def find_badge(walk: Walk) -> None:
    """Find a badge in the catalogue that the learner can start."""
    learner = walk.sign_in("learner", "me/")
    reviewed = {item.issuer for item in load().members if item.person == "ana"}
    catalogue = learner.get("badges/")
    badges = [
        link
        for link in catalogue.links
        if (found := re.fullmatch(r"/badges/([^/]+)/[^/]+/", urlsplit(link).path))
        and found[1] in reviewed
    ]
    for link in badges:
        page = learner.get(link)
        if any(form.button("Start") for form in page.forms):
            walk.badge_page = link
            walk.badge = _title(page)
            break
    expect(bool(walk.badge), f"None of {len(badges)} badges can be started")
    results = learner.press(catalogue, "Search", {"q": walk.badge})
    expect(walk.badge_page in results.links, f"Search does not find {walk.badge}")
    walk.saw(f"the catalogue and its search show “{walk.badge}”, not held and not open")


def hand_in(walk: Walk) -> None:
    """Start, fill every page of the wizard, check, send."""
    learner = walk.people["learner"]
    page = learner.press(learner.get(walk.badge_page), "Start")
    expect(bool(re.fullmatch(r"/submissions/[0-9a-f-]{36}/", page.path)), "No draft")
    walk.submission = page.address
    walk.saw("a draft is open, with its list of parts")
    page = learner.get(f"{walk.submission}about/")
    for _ in range(_MOST_STEPS):
        if page.path.endswith("/check/"):
            break
        page = _fill(walk, learner, page)
    expect(page.path.endswith("/check/"), f"The wizard ends at {page.path}")
    for words in (_UNSHOWN, _LINK, "Timeline.png", "Amina Yusuf"):
        expect(words in page.words, f"The check page does not show {words!r}")
    walk.saw("the check page shows text, link, file and the name on the credential")
    page = learner.press(page, "Send for review", {"declared": "on"})
    reference = re.search(r"Reference (\S+)", page.words)
    expect(page.path.endswith("/sent/") and reference is not None, "It was not sent")
    walk.saw(f"sent, with the reference {reference and reference[1]}")


def _fill(walk: Walk, learner: Visitor, page: Page) -> Page:
    """Fill in the page of the wizard that is open; return the next one."""
    onward = "Save and continue"
    part = page.path.removeprefix(urlsplit(walk.submission).path)
    if part == "about/":
        return learner.press(page, onward, {"text": "The night of 14 March."})
    if part == "help/":
        return learner.press(page, onward, {"text": "Nobody and nothing."})
    if part == "visibility/":
        items = page.form_with(onward).choices("public")
        expect(len(items) > 2, "The page does not list what was added")
        walk.saw(f"{len(items)} items of evidence, two of them made public")
        shown = [_item(page, each) for each in ("Timeline.png", _LINK)]
        return learner.press(page, onward, {"public": shown})
    if part == "evidence/1/":
        page = learner.press(page, "Add link", {"url": f"https://{_LINK}"})
        expect(_LINK in page.words, "The link is not listed")
        text = f"{_UNSHOWN}. I led, somebody else wrote."
        return learner.press(page, onward, {"text": text})
    if part == "evidence/2/":
        picture = Upload("Timeline.png", sample_files.draw(_PICTURE), "image/png")
        page = learner.press(page, "Add file", {"file": picture})
        expect("Timeline.png" in page.words, "The file is not listed")
        return learner.press(page, onward, {"text": "See the **timeline**."})
    expect(part.startswith("evidence/"), f"{page.path} is no page of the wizard")
    return learner.press(page, onward, {"text": f"What I did for {part}."})


def _item(page: Page, name: str) -> str:
    """Return the value of the box whose label is this name."""
    found = re.search(
        rf'value="([0-9a-f-]{{36}})"[^>]*>\s*<label[^>]*>[^<]*{re.escape(name)}',
        page.body.decode(),
    )
    if found is None:
        raise Disappointed(f"There is no box to tick for {name}")
    return found[1]


def review(walk: Walk) -> None:
    """Open the review page in the admin, begin, look at a file, approve."""
    reviewer = walk.sign_in("reviewer", "admin/")
    number = urlsplit(walk.submission).path.split("/")[2]
    queue = reviewer.get("admin/credentials/submission/")
    expect(any(number in link for link in queue.links), "It is not in the queue")
    page = reviewer.get(f"admin/credentials/submission/{number}/review/")
    expect(_UNSHOWN in page.words, "The reviewer does not see the text")
    picture = reviewer.get(page.link_to(r"/evidence/[0-9a-f-]{36}/"), accept="*/*")
    expect(picture.content_type == "image/png", "The reviewer cannot open the file")
    walk.saw("the reviewer reads the evidence in the admin and opens the picture")
    page = reviewer.press(page, "Begin review")
    form = page.form_with("Approve and issue")
    levels = {name: form.choices(name)[-2] for name in form.names("level-")}
    expect(len(levels) >= 2, "The page has no rubric levels")
    page = reviewer.press(page, "Approve and issue", {"comment": _COMMENT, **levels})
    walk.saw(f"approved with a level in each of {len(levels)} criteria")
    page = walk.people["learner"].get(walk.submission)
    walk.credential = page.link_to(r"/c/[0-9a-z]{26}/")
    walk.saw(f"the learner finds {walk.credential}")


def look_at_credential(walk: Walk) -> None:
    """The credential page, as somebody sees it who has nothing but the link."""
    page = walk.anyone().get(walk.credential)
    for words in (walk.badge, "Amina Yusuf", "This credential is genuine."):
        if words not in page.words and "Genuine, and ends on" not in page.words:
            raise Disappointed(f"The credential page does not say {words!r}")
    expect(_UNSHOWN not in page.words, "The page shows what is for reviewers only")
    walk.saw("its page says “genuine”, names badge and holder, hides what is private")


def check_forms(walk: Walk) -> Signed:
    """Fetch every machine form, the keys and the status list; check signatures."""
    anyone = walk.anyone()
    signed = fetch_forms(anyone, walk.credential, walk.saw)
    expect(signed.badge == walk.badge, f"It is signed for {signed.badge}")
    expect(not is_listed(anyone, signed), "The status list says withdrawn already")
    walk.saw("the status list is signed, and says that it is in force")
    return signed


def verify(walk: Walk, signed: Signed) -> None:
    """/verify/ with the link and with each file that carries the credential."""
    anyone = walk.anyone()
    page = anyone.press(anyone.get("verify/"), "Verify", {"q": walk.credential})
    expect(page.address == walk.credential, f"The link leads to {page.address}")
    for name, content in signed.files.items():
        upload = Upload(name, content)
        page = anyone.press(anyone.get("verify/"), "Verify file", {"file": upload})
        expect(page.address == walk.credential, f"{name} leads to {page.address}")
    walk.saw(f"/verify/ takes the link and {', '.join(signed.files)} to its page")
    forged = Upload("forged.json", tampered(signed))
    page = anyone.press(anyone.get("verify/"), "Verify file", {"file": forged})
    expect("Not genuine" in page.words, "A changed file passes for genuine")
    expect(walk.badge not in page.words, "The page repeats words of a forged file")
    walk.saw("/verify/ calls a changed file “not genuine” and repeats nothing from it")


def read_mail(walk: Walk, subject: str, *says: str) -> None:
    """Wait until the worker has sent the learner a mail that says all this."""
    end = time.monotonic() + _MAIL_WITHIN
    anyone = walk.anyone()
    while time.monotonic() < end:
        _, found, mail = anyone.get("demo/mail/").words.partition(subject)
        if found:
            for words in ("To learner@example.org", *says):
                expect(words in mail, f"The mail does not say {words!r}")
            kept = list((walk.data / "mail").glob("*.log"))
            expect(bool(kept), "The mail is not in the data folder")
            walk.saw(f"the learner has the mail “{subject}” at /demo/mail/")
            return
        time.sleep(0.5)
    raise Disappointed(f"No mail “{subject}” within {_MAIL_WITHIN} seconds")


def withdraw(walk: Walk, signed: Signed) -> None:
    """Withdraw it in the admin; every place says so at once."""
    manager = walk.sign_in("manager", "admin/")
    token = urlsplit(walk.credential).path.split("/")[2]
    rows = manager.get(f"admin/credentials/credential/?q={token}")
    page = manager.get(
        rows.link_to(r"/admin/credentials/credential/[0-9a-f-]{36}/change/")
    )
    page = _choose_action(manager, page, "withdraw")
    note = "The walk of the check ends here."
    manager.press(page, "Withdraw", {"reason": "mistake", "note": note})
    anyone = walk.anyone()
    page = anyone.get(walk.credential)
    expect("withdrew this credential" in page.words, "Its page does not say so")
    expect("issued by mistake" in page.words, "Its page does not give the reason")
    expect(note not in page.words, "Its page shows the note for staff")
    anyone.get(f"{walk.credential}credential.pdf", expect=410)
    expect(is_listed(anyone, signed), "The status list still says in force")
    document = anyone.get(f"{walk.credential}credential.json", accept="*/*").body
    expect(document == signed.files["credential.json"], "The signed document changed")
    walk.saw("withdrawn: page, status list and certificate (410) say so at once")
    upload = Upload("credential.json", document)
    page = anyone.press(anyone.get("verify/"), "Verify file", {"file": upload})
    expect("withdrew this credential" in page.words, "/verify/ does not say so")
    walk.saw("/verify/ answers the same file with “withdrawn”")


def _choose_action(manager: Visitor, page: Page, action: str) -> Page:
    """Run an action of the admin on the page of one row."""
    form = page.form_with("Run")
    for name in form.names(""):
        if action in form.choices(name):
            return manager.press(page, "Run", {name: action})
    raise Disappointed(f"{page.path} does not offer the action {action!r}")


def _title(page: Page) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page.body.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[1]).split()) if found else ""


def walk_through(walk: Walk) -> None:
    """Take every step in turn. Raises Disappointed at the first that fails."""
    early: tuple[tuple[str, Callable[[Walk], None]], ...] = (
        ("Looking around", look_around),
        ("Finding a badge", find_badge),
        ("Handing in evidence", hand_in),
        ("Reviewing", review),
        ("The credential", look_at_credential),
    )
    for heading, step in early:
        say(heading)
        step(walk)
    signed = check_forms(walk)
    say("Verifying")
    verify(walk, signed)
    say("Mail")
    subject = f"Your evidence for {walk.badge} was approved"
    read_mail(walk, subject, _COMMENT, walk.credential)
    say("Withdrawing")
    withdraw(walk, signed)
    read_mail(walk, f"{walk.badge} was withdrawn by", "issued by mistake")


def main(arguments: list[str]) -> int:
    """Walk; return the exit code: 0 when everything was as it should be."""
    site, data = arguments
    begin = time.monotonic()
    walk = Walk(site, Path(data))
    try:
        walk_through(walk)
    except Disappointed as problem:
        say(f"FAILED after {walk.steps} steps: {problem}")
        return 1
    seconds = time.monotonic() - begin
    say(f"Everything works: {walk.steps} steps in {seconds:.0f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
