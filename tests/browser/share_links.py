"""Time-limited links in every state, for tests that look at every page."""

from __future__ import annotations

from collections.abc import Callable

from credentials.models.holdings import new_token
from tests.browser.running_site import Site
from tests.browser.views import View, credential

_MADE = """WITH chosen AS (
    SELECT c.id, c.holder_id FROM credentials_credential c
    JOIN portfolio_user u ON u.id = c.holder_id
    WHERE u.email = 'learner@example.org' AND c.state = 'active'
    AND c.title = 'Recognising sepsis early'
), made AS (
    INSERT INTO portfolio_sharelink (token, owner_id, name, ends_at, ended_at, opened)
    SELECT %s, holder_id, %s, now() + interval '30 days', {ended}, 3 FROM chosen
    RETURNING id, owner_id
)
INSERT INTO portfolio_sharedcredential (link_id, owner_id, credential_id, position)
SELECT made.id, made.owner_id, chosen.id, 1 FROM made, chosen"""
_WITH_EVIDENCE = """INSERT INTO portfolio_sharedevidence (shared_id, evidence_id)
SELECT s.id, e.id FROM portfolio_sharedcredential s
JOIN portfolio_sharelink l ON l.id = s.link_id
JOIN credentials_credential c ON c.id = s.credential_id
JOIN credentials_evidence e ON e.submission_id = c.submission_id
WHERE l.token = %s"""


def share_link(*, ended: bool = False) -> Callable[[Site], str]:
    """The address of a link of Amina's with all evidence of one credential."""
    name = "Ended" if ended else "Harbour Health Trust"

    def find(site: Site) -> str:
        try:
            token = site.ask(
                "SELECT token FROM portfolio_sharelink WHERE name = %s LIMIT 1", name
            )
        except LookupError:
            token = new_token()
            site.change(_MADE.format(ended="now()" if ended else "NULL"), token, name)
            site.change(_WITH_EVIDENCE, token)
        return f"/s/{token}/"

    return find


def own_links(site: Site) -> str:
    """The page of somebody's own links, with one that is open and one that ended."""
    for ended in (False, True):
        share_link(ended=ended)(site)
    return "/me/links/"


_SEPSIS = credential(
    "recipient_name = 'Amina Yusuf' AND state = 'active' "
    "AND title = 'Recognising sepsis early'"
)


def _share(part: str) -> Callable[[Site], str]:
    """The page that shares it, or where a link of it is made."""
    return lambda site: part.format(_SEPSIS(site).split("/")[2])


SHARING = (
    View("share", _share("/me/credentials/{}/share/"), who="learner", is_main=True),
    View(
        "share-embed",
        _share("/me/credentials/{}/share/?size=large"),
        who="learner",
    ),
    View(
        "share-error",
        _share("/me/credentials/{}/share/?mastodon=nowhere"),
        who="learner",
    ),
    View("share-links", own_links, who="learner", is_main=True),
    View("share-links-empty", "/me/links/", who="employer"),
    View("share-link-choose", "/me/links/new/", who="learner"),
    View("share-link-choose-error", "/me/links/new/?next=", who="learner"),
    View(
        "share-link-new",
        _share("/me/links/new/?credential={}"),
        who="learner",
        is_main=True,
    ),
    View("share-link", share_link(), is_main=True),
    View("share-link-own", share_link(), who="learner"),
    View("share-link-ended", share_link(ended=True)),
)
