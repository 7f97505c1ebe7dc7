"""What people take away to say elsewhere that they hold a credential.

Everything is text or an address: no script, no picture and no request of anybody
else's. Pictures show the badge alone, never the word that it is genuine: that word is
on the page that they lead to.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from credentials.documents import absolute
from credentials.models import Credential

#: Widths of the embedded picture in pixels.
SIZES = {"small": 96, "medium": 160, "large": 240}
_SIGNATURE_PICTURE = 56  # pixels

# Host names of servers on the open network (RFC 1123, 2.1), whose last label begins
# with a letter: no bare words, no numbers, no ports.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SERVER = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")
_LONGEST_SERVER = 253


def address_of(credential: Credential) -> str:
    """The permanent address of its page."""
    return absolute(credential.get_absolute_url())


def post_words(credential: Credential) -> str:
    """What a post says, for its writer to change."""
    return _("I earned %(title)s from %(issuer)s: %(address)s") % {
        "title": credential.title,
        "issuer": credential.issuer_name,
        "address": address_of(credential),
    }


def e_mail(credential: Credential) -> str:
    """A ``mailto:`` address without a recipient (RFC 6068: blanks are ``%20``)."""
    words = {"subject": credential.title, "body": post_words(credential)}
    return f"mailto:?{urlencode(words, quote_via=quote)}"


def mastodon_server(typed: str) -> str:
    """The host name in what somebody typed: a name, an address, or ``@me@server``.

    Returns it in ASCII, in small letters. Raises ValidationError with a sentence.
    """
    host = _host_in(typed.strip()[: _LONGEST_SERVER * 8])
    try:
        server = host.encode("idna").decode("ascii").lower()
    except UnicodeError:  # an empty or overlong label, or what no name can hold
        server = ""
    if len(server) > _LONGEST_SERVER or not _SERVER.fullmatch(server):
        raise ValidationError(
            _("Enter the name of your server, such as mastodon.social."), "server"
        )
    return server


def mastodon_post(credential: Credential, server: str) -> str:
    """Where a server offers to post. ``server`` is what ``mastodon_server`` returned.

    The site never leads there by itself: its pages show the address as a link.
    """
    return f"https://{server}/share?{urlencode({'text': post_words(credential)})}"


def embed(credential: Credential, size: str) -> str:
    """HTML for a page of somebody's own: the badge as a link to the credential."""
    width = SIZES[size]
    return format_html(
        '<a href="{}"><img src="{}" alt="{}" width="{}" height="{}"></a>',
        address_of(credential),
        absolute(reverse("credential_embed", args=[credential.token])),
        _drawn(credential),
        width,
        width,
    )


def signature_html(credential: Credential) -> str:
    """HTML for the foot of mails: a table, which mail programs lay out alike."""
    return format_html(
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        '<td style="padding:0 12px 0 0"><a href="{0}"><img src="{1}" alt="" '
        'width="{2}" height="{2}" style="border:0;display:block"></a></td>'
        '<td style="font:14px/1.4 Arial,sans-serif"><a href="{0}">{3}</a><br>{4}</td>'
        "</tr></table>",
        address_of(credential),
        absolute(reverse("credential_embed_png", args=[credential.token])),
        _SIGNATURE_PICTURE,
        credential.title,
        _who_and_when(credential),
    )


def signature_text(credential: Credential) -> str:
    """The same for mails without pictures."""
    return "\n".join(
        [credential.title, _who_and_when(credential), address_of(credential)]
    )


def _host_in(typed: str) -> str:
    if "://" in typed:
        try:
            return urlsplit(typed).hostname or ""
        except ValueError:  # an unclosed bracket
            return ""
    return typed.rpartition("@")[2].partition("/")[0]


def _drawn(credential: Credential) -> str:
    return _("%(title)s, a credential of %(issuer)s") % {
        "title": credential.title,
        "issuer": credential.issuer_name,
    }


def _who_and_when(credential: Credential) -> str:
    return _("%(issuer)s, %(month)s") % {
        "issuer": credential.issuer_name,
        "month": date_format(localtime(credential.issued_at), "YEAR_MONTH_FORMAT"),
    }
