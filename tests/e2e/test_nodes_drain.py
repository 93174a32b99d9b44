"""A page whose node is stopped goes on at another one, and shows nobody an interruption."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from server.cluster.placement import in_order
from tests.support.browser import Stage
from tests.support.browser_fixtures import GENEROUS, launch
from tests.support.eventually import eventually
from tests.support.redis_server import RedisServer
from tests.support.server_process import ServerProcess, free_port
from tests.support.two_servers import asked

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

WATCH_PILL = """() => {
    const pill = document.querySelector('[data-testid="pill"]');
    globalThis.pillsSeen = new Set();
    const note = () => globalThis.pillsSeen.add(pill.textContent.trim());
    const all = { subtree: true, childList: true, characterData: true };
    new MutationObserver(note).observe(pill, all);
}"""


@dataclass
class Cluster:
    """Two nodes by the addresses that clients know."""

    nodes: dict[str, ServerProcess]
    stage: Stage

    def of(self, room: str) -> tuple[ServerProcess, ServerProcess]:
        """The node of a room, and the other one."""
        first, second = in_order(room, self.nodes)
        return self.nodes[first], self.nodes[second]


async def connections(node: ServerProcess) -> int:
    """On a node, now."""
    return (await asked(node, "", "GET", "/status")).json()["connections"]


@pytest.fixture
async def cluster(
    tmp_path: Path, postgres_url: str, own_redis: RedisServer
) -> AsyncIterator[Cluster]:
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("a secret of both servers that is long enough to be one")
    ports = [(free_port(), free_port()) for _ in range(2)]
    urls = [f"ws://localhost:{ws}/ws" for _, ws in ports]
    async with AsyncExitStack() as stack:
        nodes: dict[str, ServerProcess] = {}
        for number, (http_port, ws_port) in enumerate(ports):
            settings = {
                **{name.replace("_", "-"): value for name, value in GENEROUS.items()},
                "node": f"n{number}",
                "ws-url": urls[number],
                "ws-urls": ",".join(urls),
                "allowed-origins": ",".join(f"http://localhost:{http}" for http, _ in ports),
                "database": postgres_url,
                "redis": own_redis.url,
                "secret-file": str(secret),
            }
            node = ServerProcess(tmp_path / f"n{number}", http_port, ws_port, settings)
            nodes[urls[number]] = node
            stack.push_async_callback(node.kill)
            await node.start()
        playwright = await stack.enter_async_context(async_playwright())
        browser = await launch(playwright)
        stack.push_async_callback(browser.close)
        stage = Stage(browser, nodes[urls[0]].url)
        yield Cluster(nodes, stage)
        await stage.close()


async def test_HS15_CL19_a_page_is_at_the_other_node_before_its_own_is_gone(
    cluster: Cluster,
) -> None:
    stage = cluster.stage
    first = await stage.person("Ana Costa")
    assert first.guest is not None
    room = stage.api.board(first.guest)
    home, other = cluster.of(room)
    # The page comes from the node that stays: its own requests are no part of this.
    stage.url = other.url
    ana = await stage.person(None, guest=first.guest)
    await ana.open_board(room)
    assert (await connections(home), await connections(other)) == (1, 0)

    async def both_know() -> bool:
        status = (await asked(home, "", "GET", "/status")).json()
        return [one["ws_url"] for one in status["others"]] != []

    await eventually(both_know)
    await ana.page.evaluate(WATCH_PILL)
    home.ask_to_stop()

    async def moved() -> bool:
        return await connections(other) == 1

    await eventually(moved)
    await ana.is_live()
    token = await ana.token("8 ")
    at = await ana.drag(token, 60, 0)
    await ana.is_live()
    await expect(ana.thing(token)).to_have_attribute("transform", f"translate({at[0]} {at[1]})")
    seen = set(await ana.page.evaluate("[...globalThis.pillsSeen]"))
    assert not {word for word in seen if "ffline" in word or "econnect" in word}, seen
    assert "Live" in seen
