"""axe-core on a page: what it finds, in lines that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.judges import FOLDER, install

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another colour scheme can change.
COLOURS = ("color-contrast", "link-in-text-block")

_RUN = """async (options) => {
  // Half-way through a change of colours nothing has its contrast.
  for (const each of document.getAnimations()) each.finish();
  const found = await axe.run(document, options);
  return found.violations.flatMap(({id, nodes}) => nodes.map(
    (node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}"""


def problems(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds on the page as it stands, one line each.

    In: ``rules`` are asked for alone, where there are any.
    """
    if not page.evaluate("() => typeof axe !== 'undefined'"):
        # By the debugger: a script element would rightly be refused by the policy.
        page.evaluate(source())
    run: dict[str, Any] = {"type": "tag", "values": TAGS}
    if rules:
        run = {"type": "rule", "values": list(rules)}
    # Preloading style sheets would add inline styles, which the policy refuses.
    options = {"runOnly": run, "resultTypes": ["violations"], "preload": False}
    lines: list[str] = page.evaluate(_RUN, options)
    return [" ".join(line.split()) for line in lines]


@cache
def source() -> str:
    """The text of axe-core."""
    install()
    path = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text("utf-8")
