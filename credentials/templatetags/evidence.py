"""How evidence and what people wrote about it look on pages."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from credentials.markdown import to_html
from credentials.models import Evidence

register = template.Library()

_WORDS = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPG",
    "image/webp": "WebP",
    "video/mp4": "MP4",
    "text/plain": _("Plain text"),
}


@register.filter
def markdown(source: str) -> SafeString:
    """Markdown that people typed, as HTML that is safe to show."""
    return to_html(source)


@register.filter
def type_words(item: Evidence) -> str:
    """What a file is, in a word or two: PDF, MP4, Plain text."""
    return str(_WORDS.get(item.content_type, item.content_type))


@register.filter
def icon_of(item: Evidence) -> str:
    """The name of the icon that stands before an item."""
    if item.kind == Evidence.Kind.LINK:
        return "link"
    if item.kind == Evidence.Kind.TEXT:
        return "pen-line"
    if item.content_type.startswith("image/"):
        return "image"
    return "film" if item.content_type.startswith("video/") else "file-text"


@register.filter
def name_of(item: Evidence) -> str:
    """What an item is called where it stands beside others."""
    if item.kind == Evidence.Kind.LINK:
        return item.url.split("://", 1)[-1]
    if item.kind == Evidence.Kind.TEXT:
        return str(_("Your text"))
    return item.file_name


@register.filter
def has_attachments(items: Sequence[Evidence]) -> bool:
    """Whether any of the items is a link or a file."""
    return any(item.kind != Evidence.Kind.TEXT for item in items)
