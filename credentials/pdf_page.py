"""What WeasyPrint is spared: reading HTML's odd corners, and packing a file twice.

Import it where a PDF is made, not before: WeasyPrint takes most of a second to load.
It leans on what WeasyPrint and pydyf do not promise; hence their pinned versions.
"""

from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

from cssselect2 import ElementWrapper
from defusedxml.ElementTree import fromstring
from pydyf import PDF, Object, Stream
from weasyprint import CSS, HTML

# What elements are without a style sheet, as far as our pages use them. The sheet
# that WeasyPrint brings knows all of HTML, and each element is compared with all of it.
_ELEMENTS = """
head, meta, style, title { display: none }
body, dd, div, dl, dt, h1, h2, html, p, ul { display: block }
li { display: list-item }
br::before { content: "\\A"; white-space: pre-line }
img { overflow: hidden }
[dir=ltr] { direction: ltr }
[dir=rtl] { direction: rtl }
h1 { bookmark-level: 1; bookmark-label: content(text) }
h2 { bookmark-level: 2; bookmark-label: content(text) }
"""

_BLOCKS_ONLY = frozenset({"html", "head", "body", "div"})


class XHTML(HTML):
    """A page written as well-formed XML, which needs no forgiving parser."""

    def __init__(self, markup: str, url_fetcher: Any) -> None:
        """Read ``markup``; raises ``ParseError`` when it is not well-formed."""
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        root = fromstring(markup)
        for element in root.iter():
            if element.tag in _BLOCKS_ONLY:
                _drop_blanks(element)
        self.wrapper_element = ElementWrapper.from_html_root(root)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return [_elements()]


def _drop_blanks(element: Element) -> None:
    """Forget the blanks between blocks: each would be laid out, and then dropped."""
    for child in element:
        if child.tail and child.tail.isspace():
            child.tail = None
    if element.text and element.text.isspace():
        element.text = None


@cache
def _elements() -> Any:
    return CSS(string=_ELEMENTS)


class _Made(Object):
    """An object of the file whose bytes are there already."""

    data = b""

    def __init__(self, made: Object) -> None:
        super().__init__()
        self.number, self.generation = made.number, made.generation
        self.is_stream = isinstance(made, Stream)
        self.data = made.data

    @property
    def compressible(self) -> bool:
        """Whether it goes into the compressed part of the file."""
        return not self.is_stream


def pack(document: Any, file: PDF) -> None:
    """Turn objects into bytes once: pydyf does it for the file's ID and again."""
    file.objects[:] = [
        item if item.free == "f" else _Made(item) for item in file.objects
    ]
