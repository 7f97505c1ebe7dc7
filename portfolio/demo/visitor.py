"""A person at a browser without JavaScript: reads pages, fills forms, follows links.

Speaks to one site on this machine and to nobody else; every call is bounded.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.client import HTTPException, HTTPMessage
from http.cookiejar import CookieJar
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    ProxyHandler,
    Request,
    build_opener,
)

_SECONDS = 30  # for one answer
_MOST = 32 * 1024 * 1024  # bytes of one answer
_HOSTS = {"localhost", "127.0.0.1"}
_HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
_TYPED = {"submit", "image", "button", "reset", "file", "checkbox", "radio"}


class Disappointed(Exception):
    """The site did something else than a person may expect; the text says what."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is chosen in a form."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


type Filled = str | Upload | list[str]


@dataclass(slots=True)
class Control:
    """A field of a form, or one of its choices."""

    name: str
    value: str
    kind: str
    is_on: bool = True


@dataclass(slots=True)
class Button:
    """What sends a form, with the address that it has of its own."""

    words: str
    name: str
    value: str
    address: str


@dataclass(slots=True)
class Form:
    """A form of a page, as it was rendered."""

    address: str
    method: str
    enctype: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def button(self, words: str) -> Button | None:
        """Return the button with these words."""
        return next((each for each in self.buttons if each.words == words), None)

    def choices(self, name: str) -> list[str]:
        """Return the values that this field can have, as rendered."""
        return [each.value for each in self.controls if each.name == name]

    def names(self, prefix: str) -> list[str]:
        """Return the names of fields that begin so, each once, in order."""
        found = [each.name for each in self.controls if each.name.startswith(prefix)]
        return list(dict.fromkeys(found))

    def filled(
        self, button: Button, values: Mapping[str, Filled]
    ) -> list[tuple[str, str | Upload]]:
        """Return what is sent when this button is pressed."""
        sent: list[tuple[str, str | Upload]] = [
            (each.name, each.value)
            for each in self.controls
            if each.is_on and each.name and each.name not in values
        ]
        known = {each.name for each in self.controls}
        for name, value in values.items():
            if name not in known:
                raise Disappointed(f"The form has no field {name!r}.")
            several = value if isinstance(value, list) else [value]
            sent += [(name, each) for each in several]
        if button.name:
            sent.append((button.name, button.value))
        return sent


class _Reader(HTMLParser):
    """Reads words, links and forms out of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._open: Control | Button | None = None
        self._select = ""
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in {"script", "style"}:
            self._skipped += 1
        elif tag == "a" and "href" in found:
            self.links.append(urljoin(self.address, found["href"]))
        elif tag == "form":
            self._form = Form(
                urljoin(self.address, found.get("action", "")),
                found.get("method", "get").lower(),
                found.get("enctype", "application/x-www-form-urlencoded"),
            )
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(self._form, tag, found)

    def _control(self, form: Form, tag: str, found: dict[str, str]) -> None:
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "input":
            kind = found.get("type", "text")
            is_on = "checked" in found if kind in {"checkbox", "radio"} else True
            if kind in _TYPED - {"checkbox", "radio"}:
                is_on = False
            form.controls.append(Control(name, value, kind, is_on))
        elif tag == "textarea":
            self._open = Control(name, "", tag)
            form.controls.append(self._open)
        elif tag == "select":
            self._select = name
        elif tag == "option":
            form.controls.append(Control(self._select, value, tag, "selected" in found))
        elif tag == "button" and "disabled" not in found:
            own = urljoin(self.address, found.get("formaction", form.address))
            self._open = Button("", name, value, own)
            form.buttons.append(self._open)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._skipped -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select" and self._form is not None:
            _choose_first(self._form, self._select)
        elif tag == "button" and isinstance(self._open, Button):
            self._open.words = " ".join(self._open.words.split())
            self._open = None
        elif tag == "textarea" and isinstance(self._open, Control):
            # The first line end after the tag belongs to the markup.
            self._open.value = re.sub(r"\A\r?\n", "", self._open.value)
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if isinstance(self._open, Button):
            self._open.words += data
        elif self._open is not None:
            self._open.value += data
        self.words.append(data)


def _choose_first(form: Form, name: str) -> None:
    """A list that says nothing else stands at its first entry."""
    options = [each for each in form.controls if each.name == name]
    if options and not any(each.is_on for each in options):
        options[0].is_on = True


@dataclass(frozen=True)
class Page:
    """An answer of the site, at the address where it was found in the end."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The address without the site."""
        return urlsplit(self.address).path

    @property
    def content_type(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader(self.address)
        reader.feed(self.body.decode())
        return reader

    @property
    def words(self) -> str:
        """What stands on the page, with single blanks."""
        return " ".join(" ".join(self._read.words).split())

    @property
    def links(self) -> list[str]:
        """Where the page leads, as full addresses without fragments, each once."""
        return list(dict.fromkeys(urldefrag(link).url for link in self._read.links))

    @property
    def forms(self) -> list[Form]:
        """All forms."""
        return self._read.forms

    def form_with(self, words: str) -> Form:
        """Return the form that has this button. Raises Disappointed."""
        for form in self.forms:
            if form.button(words):
                return form
        offered = [each.words for form in self.forms for each in form.buttons]
        raise Disappointed(f"{self.path} has no button {words!r}, only {offered}.")

    def link_to(self, pattern: str) -> str:
        """Return the first link whose path fits the pattern. Raises Disappointed."""
        for link in self.links:
            if re.fullmatch(pattern, urlsplit(link).path):
                return link
        raise Disappointed(f"{self.path} has no link to {pattern}.")


class _StayHere(HTTPRedirectHandler):
    """Follows redirects within the site only."""

    def __init__(self, site: str) -> None:
        self.site = site

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        if not newurl.startswith(self.site):
            raise Disappointed(f"{req.full_url} leads away, to {newurl}.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Visitor:
    """Somebody with cookies of their own."""

    def __init__(self, site: str) -> None:
        """``site``: the address of the demo, with a slash at its end."""
        if urlsplit(site).hostname not in _HOSTS:
            raise Disappointed(f"{site} is not on this machine.")
        self.site = site
        self._opener = build_opener(
            ProxyHandler({}), HTTPCookieProcessor(CookieJar()), _StayHere(site)
        )

    def get(self, address: str, *, accept: str = _HTML, expect: int = 200) -> Page:
        """Open an address of the site. Raises Disappointed for another status."""
        request = Request(self._full(address))  # noqa: S310 - _full lets only us pass
        return self._open(request, accept, expect)

    def press(
        self, page: Page, words: str, values: Mapping[str, Filled] | None = None
    ) -> Page:
        """Fill in the form that has this button, and press it.

        What is not named stays as the page rendered it. Raises Disappointed.
        """
        form = page.form_with(words)
        button = form.button(words)
        if button is None:
            raise AssertionError
        sent = form.filled(button, values or {})
        if form.method == "get":
            query = urlencode([(name, str(value)) for name, value in sent])
            return self.get(f"{button.address.partition('?')[0]}?{query}")
        body, content_type = _encoded(sent, form.enctype)
        request = Request(  # noqa: S310 - as above
            self._full(button.address),
            data=body,
            headers={"Content-Type": content_type, "Referer": page.address},
        )
        return self._open(request, _HTML, 200)

    def _full(self, address: str) -> str:
        full = urljoin(self.site, address)
        if not full.startswith(self.site):
            raise Disappointed(f"{full} is not a page of {self.site}.")
        return full

    def _open(self, request: Request, accept: str, expect: int) -> Page:
        request.add_header("Accept", accept)
        try:
            answer = self._opener.open(request, timeout=_SECONDS)
        except HTTPError as error:  # an answer as well
            answer = error
        except (URLError, OSError, HTTPException) as error:
            raise Disappointed(f"{request.full_url} does not answer: {error}") from None
        page = _page(answer)
        if page.status != expect:
            raise Disappointed(
                f"{request.get_method()} {page.path} answers {page.status}, "
                f"not {expect}: {_first_words(page)}"
            )
        return page


def _page(answer: Any) -> Page:
    with answer:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Page(answer.url, answer.status, headers, answer.read(_MOST))


def _first_words(page: Page) -> str:
    if page.content_type == "text/html":
        return page.words[:400]
    return page.body[:200].decode(errors="replace")


def _encoded(
    sent: Iterable[tuple[str, str | Upload]], enctype: str
) -> tuple[bytes, str]:
    """Return body and content type of a form (RFC 7578 when it carries files)."""
    if enctype != "multipart/form-data":
        pairs = [(name, value) for name, value in sent if isinstance(value, str)]
        return urlencode(pairs).encode(), enctype
    boundary = secrets.token_hex(16)
    parts = b"".join(_part(boundary, name, value) for name, value in sent)
    return (
        parts + f"--{boundary}--\r\n".encode(),
        f"{enctype}; boundary={boundary}",
    )


def _part(boundary: str, name: str, value: str | Upload) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, str):
        return f"{head}\r\n\r\n{value}\r\n".encode()
    head += f'; filename="{value.name}"\r\nContent-Type: {value.content_type}\r\n\r\n'
    return head.encode() + value.content + b"\r\n"
