"""Real JavaScript clients in a node process, moved from a test request by request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.node import ROOT, node
from tests.support.timeouts import MS

ANSWER_S = 60_000 * MS
"""A guard against hanging."""


@dataclass
class NodeClients:
    """The process; requests are answered in the order in which they were made."""

    process: asyncio.subprocess.Process

    async def ask(self, who: str, op: str, **rest: Any) -> dict[str, Any]:
        """One request and its answer."""
        assert self.process.stdin is not None, "asked for"
        assert self.process.stdout is not None, "asked for"
        self.process.stdin.write(json.dumps({"who": who, "op": op, **rest}).encode() + b"\n")
        async with asyncio.timeout(ANSWER_S):
            answer = await self.process.stdout.readline()
        assert answer, f"node ended at {op}"
        return json.loads(answer)


@asynccontextmanager
async def node_clients() -> AsyncGenerator[NodeClients]:
    """A node process for as long as the block runs."""
    process = await asyncio.create_subprocess_exec(
        node(),
        # Node 20 has a WebSocket behind this name; later ones have it anyway.
        "--experimental-websocket",
        "--no-warnings",
        "tests/js/real_server.mjs",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    try:
        yield NodeClients(process)
    finally:
        assert process.stdin is not None, "asked for"
        process.stdin.close()
        async with asyncio.timeout(ANSWER_S):
            await process.wait()
