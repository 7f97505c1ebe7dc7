"""Markdown of criteria, evidence and comments as HTML that is safe to show.

Sources are stored as typed and rendered on output, so a better sanitiser helps
old text too. Two walls: the parser passes no HTML through, and the sanitiser
keeps a short list of elements without attributes other than link targets.
"""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = frozenset(
    "p br strong em ul ol li a code pre blockquote h3 h4".split()  # noqa: SIM905
)
LINK_SCHEMES = frozenset({"https", "mailto"})
LINK_REL = "nofollow ugc noopener noreferrer"

# h1 and h2 belong to the page that shows the text.
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
_PARSER = MarkdownIt("commonmark", {"html": False})


def to_html(source: str) -> SafeString:
    """Render CommonMark *source* as a sanitised HTML fragment.

    Links keep ``https:`` and ``mailto:`` targets only. Pictures, raw HTML and
    every attribute but ``href`` are left out. Never raises: half surrogate
    pairs, which no encoder accepts, come out as question marks.
    """
    text = source.encode("utf-8", "replace").decode("utf-8")
    tokens = _PARSER.parse(text)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return SafeString(sanitised(html))


def sanitised(html: str) -> str:
    """*html* reduced to the elements and link targets that this site shows."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        # Without "*" the sanitiser would keep lang and title on everything.
        attributes={"a": {"href"}, "*": set()},
        url_schemes=set(LINK_SCHEMES),
        url_relative="deny",
        link_rel=LINK_REL,
    )
