"""What axe-core finds wrong with a page as it stands, in the rules of WCAG 2.2 at level AA.

Its source goes in through the debugging protocol, past the page's Content-Security-Policy, which
stays as it is. What axe cannot know ("incomplete") is no finding; contrast on the pitch is
test_pages_palette's.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.async_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RUN = (
    """(tags) => axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })"""
)


async def violations(page: Page) -> list[str]:
    """A line for every element that breaks a rule: the rule, the element, what is wrong with it."""
    if not await page.evaluate("() => 'axe' in globalThis"):
        await page.evaluate(SOURCE)
    found: dict[str, Any] = await page.evaluate(RUN, list(TAGS))
    assert found["passes"], "axe looked at nothing"
    return [
        f"{broken['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]
