"""Pages in a language that nobody speaks: all words translated, none cut off."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Page

from portfolio.running import data_folder, postgres, serving
from portfolio.running.preparing import ROOT
from portfolio.running.supervising import Supervisor
from tests.browser import pseudo_locale
from tests.browser.all_views import VIEWS
from tests.browser.browsing import NARROWEST, WIDE, Cookies, Onlooker, Visits
from tests.browser.running_site import Site

# Names and forms of files. Django writes True and False as they are, for staff, and
# the package of the jobs has its own English names, for the operator.
NAMES = frozenset(
    re.findall(
        r"\w+",
        "Cairn UTC Markdown PDF PNG SVG JSON JWT MB KB Open Badges EUR GBP USD CHF SQL"
        " LinkedIn English Español العربية Pseudo True False Procrastinate jobs",
    )
)
_NUMBERED = re.compile(r"^\d+\. ")
_ADDRESS = re.compile(r"\S*(@|://|localhost|\.example)\S*|…?[\w-]{16,}")
#: Elements whose words do not fit: nothing may be hidden, nothing may stick out.
_CLIPPED = """() => {
  const room = document.documentElement.clientWidth;
  const isMeant = (each) => each.closest(
    '.visually-hidden, .table-scroll, .tabs, .select2, bdi, pre, svg, select,'
    + ' .skip-link');
  const cut = [...document.querySelectorAll('body *')].filter((each) => {
    if (isMeant(each) || !each.getClientRects().length) return false;
    if (each.matches('input:not([type=submit])')) return false;
    const style = getComputedStyle(each);
    const clips = style.overflowX !== 'visible'
      || each.matches('button, .button, .tag, .chip');
    const sideways = clips && each.scrollWidth > each.clientWidth + 1;
    const hides = style.overflowY === 'hidden';
    const down = hides && each.scrollHeight > each.clientHeight + 2;
    return sideways || down || each.getBoundingClientRect().right > room + 1;
  });
  return cut.slice(0, 5).map((each) => each.outerHTML.slice(0, 160));
}"""


@pytest.fixture(scope="module")
def pseudo_site(site: Site, tmp_path_factory) -> Iterator[Site]:
    """A second web server for the same data, which speaks one language more."""
    folder = tmp_path_factory.mktemp("locale")
    pseudo_locale.write(folder)
    port = postgres.free_port()
    environment = data_folder.own_environment(site.data, port, site.database_url)
    environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.browser.pseudo_settings",
        "PSEUDO_LOCALE": str(folder),
    }
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    granian += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    granian += ["--blocking-threads", "4", "portfolio.wsgi:application"]
    supervisor = Supervisor()
    try:
        supervisor.start(
            "web server",
            granian,
            env=os.environ | environment,
            log=folder / "log",
            cwd=ROOT,
        )
        serving.wait_until_ready(supervisor, port)
        url = f"http://localhost:{port}"
        with closing(Site(url, site.data, site.database_url)) as speaking:
            yield speaking
    finally:
        supervisor.end_children()


@pytest.fixture(scope="module")
def reader(browser, pseudo_site, cookies: Cookies) -> Iterator[Onlooker]:
    """The window of those who read this language."""
    visits = Visits(browser, pseudo_site)
    yield Onlooker(visits, cookies)
    visits.close()


@pytest.fixture
def look(reader: Onlooker) -> Iterator[Callable[[str], Page]]:
    """``look("learner")``: the page of somebody of the demo, in this language."""

    def open_page(who: str) -> Page:
        page = reader.page(who)
        page.context.add_cookies(
            [{"name": "language", "value": "en-xa", "url": reader.visits.site.url}]
        )
        return page

    yield open_page
    reader.visits.assert_no_complaints()


def address(view, site: Site) -> str:
    """The path of a view, asking for this language where cookies are not asked."""
    parts = urlsplit(view.address_on(site))
    query = "&".join(filter(None, [parts.query, f"lang={pseudo_locale.LANGUAGE}"]))
    return str(urlunsplit(parts._replace(query=query, fragment="")))


@pytest.fixture(scope="module")
def content(site: Site) -> frozenset[str]:
    """Everything that people wrote: the texts in the database."""
    found: set[str] = set()
    with psycopg.connect(site.database_url) as connection:
        columns = connection.execute(
            """SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = 'public'
            AND udt_name IN ('text', 'varchar', '_text', '_varchar')
            AND table_name ~ '^(credentials|pathways|portfolio)_'"""
        ).fetchall()
        for table, column in columns:
            query = psycopg.sql.SQL("SELECT DISTINCT {} FROM {}").format(
                psycopg.sql.Identifier(column), psycopg.sql.Identifier(table)
            )
            for (stored,) in connection.execute(query):
                for text in stored if isinstance(stored, list) else [stored or ""]:
                    found.update(" ".join(line.split()) for line in text.split("\n"))
    return frozenset(found)


def not_content(words: str, content: frozenset[str]) -> bool:
    """Whether some of the words are neither what people wrote nor a name."""
    if words.strip(" ,") in content:
        return False
    pieces = re.split(r" [–|]|^[–|:,] |: ", words)
    return any(
        not _is_content(piece.strip(" ·"), content)
        and not _is_content(piece.strip(" ·,():"), content)
        for piece in pieces
    )


def _is_content(words: str, content: frozenset[str]) -> bool:
    plain = _NUMBERED.sub("", words)
    if words in content or plain in content:
        return True
    rest = re.findall(r"[^\s·|,:()]+", _ADDRESS.sub(" ", plain))
    return all(word in NAMES or not word.isalpha() for word in rest)


# Mails are in the language of who got them, whatever the page's is.
VIEWED = [view for view in VIEWS if view.act is None and view.name != "demo-mail"]


def test_every_word_of_every_page_is_translated(look, pseudo_site, content):
    untranslated: dict[str, list[str]] = {}
    for view in VIEWED:
        answer = look(view.who).request.get(address(view, pseudo_site))
        text = answer.text()
        assert "⟦" in text, f"{view.name} ({answer.status}) is not in this language"
        reader = pseudo_locale.Untranslated()
        reader.feed(text)
        typed = {value for _, value in parse_qsl(urlsplit(answer.url).query)}
        words = [each for each in reader.found if not_content(each, content | typed)]
        if words:
            untranslated[view.name] = list(dict.fromkeys(words))
    assert untranslated == {}


def test_longer_words_are_neither_cut_off_nor_wider_than_the_page(look, pseudo_site):
    cut: dict[str, list[str]] = {}
    for view in (view for view in VIEWED if view.is_main):
        page = look(view.who)
        page.goto(address(view, pseudo_site))
        for size in (NARROWEST, WIDE):
            page.set_viewport_size(size)
            if found := page.evaluate(_CLIPPED):
                cut[f"{view.name} at {size['width']}"] = found
    assert not cut


def test_the_reader_of_pages_finds_words_that_are_not_translated():
    reader = pseudo_locale.Untranslated()
    reader.feed(
        '<html lang="en"><p>⟦Íššúéď <bdi>Ana</bdi> ön⟧ Monday <b lang="es">Sí</b></p>'
        '<a title="Open">⟦Öpéñ ··⟧</a><script>let words;</script></html>'
    )

    assert reader.found == ["Monday", "Open"]
