"""A portfolio or a collection on paper: a PDF whose every credential has a QR code.

Only what the public page shows gets onto it. The paper says on which day it was
printed and where the page is, since the page is what counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from credentials import markdown, pdf, pdf_coverage
from credentials.certificate_layout import direction, plain, width
from credentials.certifying import language_of
from credentials.documents import absolute
from credentials.pdf_pictures import Picture
from portfolio.collections.collection_page import Item
from portfolio.models import Collection
from portfolio.papers.portfolio_entries import Entry, Pictures, site_host, typed
from portfolio.papers.portfolio_sections import Paper, Section
from portfolio.profile.profile_page import ProfilePage
from portfolio.profile.public_lines import Line

SHEET = Path(__file__).with_name("portfolio.css")
#: So many credentials go onto paper; it says how many more are online.
MOST = 100
#: A heading of more columns than this is set smaller.
_LONG, _LONGEST = 26, 48
#: What a portfolio consists of, below its head.
_FILLED = (
    *("pinned", "skills", "attended", "own_words", "pathways", "shelves", "about"),
    "entries",
)
#: Marks on both sides keep a date out of the name before it.
_RTL_DOT = "\N{RIGHT-TO-LEFT MARK} · \N{RIGHT-TO-LEFT MARK}"
#: Characters without a glyph that are left out before it is given up.
_TRIES = 4
_TURNING = dict.fromkeys((*range(8234, 8239), *range(8294, 8298), 173))


class NothingToPrint(Exception):
    """None of the chosen parts has anything in it: paper with a head says nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """The head of a portfolio; ``photo`` is the address of a drawing."""

    name: str
    other_name: str
    other_tag: str
    headline: str
    facts: Sequence[str]
    links: Sequence[tuple[str, str]]
    photo: str
    initials: str


@dataclass(frozen=True, slots=True)
class PrintedSkill:
    """A skill: its level, the titles that prove it, how many more there are."""

    name: str
    level: str
    proofs: Sequence[Line]
    more: int


@dataclass(frozen=True, slots=True)
class PrintedPathway:
    """A completed pathway and the credential at its end."""

    name: str
    lang: str
    number: int
    is_under_review: bool
    cairn: str
    entry: Entry


def portfolio(page: ProfilePage, sections: frozenset[str], paper: Paper) -> bytes:
    """The PDF of these parts of somebody's page, in the language that is active.

    The same page on the same day gives the same bytes. At most eight queries. Raises
    NothingToPrint.
    """
    drawn = Pictures()
    chosen = {each: each in sections for each in Section.values}
    context = _Parts(page, drawn).context(chosen)
    if not any(context[name] for name in _FILLED):
        raise NothingToPrint
    context |= {"person": _person(page, drawn)}
    return _render(
        context,
        drawn.drawings,
        paper=paper,
        name=plain(page.profile.user.full_name),
        address=absolute(page.profile.get_absolute_url()),
        now=page.checked_at,
    )


def collection(
    shown: Collection, items: Sequence[Item], paper: Paper, now: datetime
) -> bytes:
    """The PDF of a collection: ``items`` are those that visitors see. Two queries."""
    drawn = Pictures()
    printed = items[:MOST]
    drawn.know(printed)
    address = absolute(shown.get_absolute_url())
    context = {
        "collection": shown,
        "about": _xml(markdown.to_html(shown.description)),
        "about_dir": direction(shown.description),
        "entries": [drawn.entry(each, is_large=True) for each in printed],
        "more": len(items) - len(printed),
        "is_empty": not printed,
        "code": drawn.code(address),
    }
    return _render(
        context,
        drawn.drawings,
        paper=paper,
        name=plain(shown.name),
        address=address,
        now=now,
    )


class _Parts:
    """The chosen parts of a page as the paper shows them."""

    def __init__(self, page: ProfilePage, drawn: Pictures) -> None:
        self.page, self.drawn = page, drawn

    def context(self, chosen: Mapping[str, bool]) -> dict[str, Any]:
        page = self.page
        pinned = page.large if chosen[Section.PINNED] else []
        listed = [*page.standing, *page.ended] if chosen[Section.CREDENTIALS] else []
        completed = page.completed if chosen[Section.PATHWAYS] else []
        printed = list(islice(listed, MOST))
        self.drawn.know([*pinned, *printed, *(each.line for each in completed)])
        entry = self.drawn.entry
        skills = page.skills if chosen[Section.SKILLS] else None
        return {
            "pinned": [entry(each, is_large=True) for each in pinned],
            "is_chosen": bool(page.pins),
            "skills": _skills(skills.assessed) if skills else [],
            "attended": _skills(skills.attended) if skills else [],
            "own_words": page.own_words if chosen[Section.OWN_WORDS] else [],
            "pathways": [self._pathway(each) for each in completed],
            "shelves": [
                (each, typed(absolute(each.collection.get_absolute_url())))
                for each in (page.shelves if chosen[Section.COLLECTIONS] else [])
            ],
            "entries": [entry(each) for each in printed],
            "more": len(listed) - len(printed),
            "about": _xml(page.about) if chosen[Section.ABOUT] else "",
            "about_dir": direction(page.profile.about),
            "is_empty": not (page.standing or page.ended),
        }

    def _pathway(self, each: Any) -> PrintedPathway:
        return PrintedPathway(
            name=plain(each.whole.version.name),
            lang=each.whole.version.language,
            number=each.whole.version.number,
            is_under_review=each.whole.is_under_review,
            cairn=self.drawn.cairn(each.drawing),
            entry=self.drawn.entry(each.line),
        )


def _skills(proven: Sequence[Any]) -> list[PrintedSkill]:
    return [
        PrintedSkill(
            plain(each.name),
            each.level_words,
            [proof.line for proof in each.shown],
            each.more,
        )
        for each in proven
    ]


def _person(page: ProfilePage, drawn: Pictures) -> Person:
    profile = page.profile
    return Person(
        name=plain(profile.user.full_name),
        other_name=plain(profile.other_name),
        other_tag=page.other_tag,
        headline=plain(profile.headline),
        facts=[
            text
            for text in (plain(profile.place), plain(", ".join(profile.languages)))
            if text
        ],
        links=[(each.url, each.domain) for each in page.links],
        photo=drawn.photo(profile.photo),
        initials=page.initials,
    )


def _render(
    context: dict[str, Any],
    drawings: Mapping[str, Picture],
    *,
    paper: Paper,
    name: str,
    address: str,
    now: datetime,
) -> bytes:
    lang = translation.get_language() or "en"
    day = localtime(now)
    words = {
        "lang": lang,
        "dir": "rtl" if translation.get_language_info(lang)["bidi"] else "ltr",
        "paper": paper,
        "dot": _RTL_DOT if translation.get_language_bidi() else " · ",
        # The day alone: the same page printed twice on a day is the same file.
        "stamp": datetime.combine(day, time(), day.tzinfo).isoformat(),
        "name": name,
        "name_lang": language_of(name, lang),
        "name_dir": direction(name),
        "size": _size(name),
        "address": address,
        "typed": typed(address),
        "site": site_host(),
    }
    html = render_to_string("pdf/portfolio.html", context | words)
    foot = _("Printed on %(date)s. The online page is what counts: %(address)s") % {
        "date": date_format(day),
        # Or its last stroke would go to the other end of it in Arabic.
        "address": f"{typed(address)}\N{LEFT-TO-RIGHT MARK}",
    }
    sheets = [_sheet(), pdf.ground().sheet(_margins(foot))]
    return _written(html, sheets, drawings)


def _written(
    html: str, sheets: Sequence[Any], drawings: Mapping[str, Picture]
) -> bytes:
    """What no font here can draw is left out: a box says nothing."""
    html = _without(html, pdf_coverage.uncovered_characters(html))
    html = html.translate(_TURNING)
    for _try in range(_TRIES):
        try:
            return pdf.write(html, sheets, drawings)
        except pdf.UncoveredCharacters as missing:
            html = _without(html, missing.characters)
    return pdf.write(html, sheets, drawings)


def _without(html: str, characters: str) -> str:
    return html.translate(dict.fromkeys(map(ord, characters), ""))


def _size(name: str) -> str:
    if width(name) <= _LONG:
        return "short"
    return "long" if width(name) <= _LONGEST else "longest"


def _margins(foot: str) -> str:
    """The words below each page, as a style sheet."""
    before, _mid, rest = _("Page %(number)s of %(all)s").partition("%(number)s")
    between, _mid, after = rest.partition("%(all)s")
    parts = (_string(before), "counter(page)", _string(between), "counter(pages)")
    pages = " ".join((*parts, _string(after)))
    rtl = translation.get_language_bidi()
    start, end = ("right", "left") if rtl else ("left", "right")
    return (
        f"@page{{@bottom-{start}{{content:{_string(foot)};text-align:{start};"
        f"width:78%}}@bottom-{end}{{content:{pages};text-align:{end};width:22%}}}}"
    )


def _string(text: str) -> str:
    """A CSS string; JSON's escapes of quotes and backslashes are its too."""
    return json.dumps(text, ensure_ascii=False)


def _xml(html: str) -> str:
    """What our Markdown gives, as XML has it."""
    from django.utils.safestring import mark_safe

    return mark_safe(html.replace("<br>", "<br/>").replace("&nbsp;", "\u00a0"))  # noqa: S308 - sanitised before


@cache
def _sheet() -> Any:
    return pdf.ground().sheet(SHEET.read_text("utf-8"))
