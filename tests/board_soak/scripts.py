"""Coaches on the shipped JavaScript client, in one node process; each with a cable of its own that
can be pulled. Asked and answered line by line (tests/js/real_server.mjs).
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import threading
from types import TracebackType
from typing import Any, Self

from loadtest.swarm import Swarm
from tests.board_soak.coach import DROP_S, SPELL_S, Tally
from tests.board_soak.moves import Moves
from tests.support.node import NODE_LIMIT_S, ROOT, node
from tests.support.tcp_proxy import TcpProxy


class Cables:
    """Proxies in a thread of their own, so that they forward whatever we are doing."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cables")
        self._proxies: list[TcpProxy] = []

    def lay(self, port: int) -> TcpProxy:
        """A cable to that port."""
        proxy = TcpProxy(port)
        asyncio.run_coroutine_threadsafe(proxy.start(), self._loop).result(NODE_LIMIT_S)
        self._proxies.append(proxy)
        return proxy

    def pull(self, proxy: TcpProxy) -> None:
        """What was open is gone, and nothing new comes through."""
        self._loop.call_soon_threadsafe(proxy.cut)

    def plug(self, proxy: TcpProxy) -> None:
        """It goes again."""
        self._loop.call_soon_threadsafe(proxy.mend)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for proxy in self._proxies:
            asyncio.run_coroutine_threadsafe(proxy.stop(), self._loop).result(NODE_LIMIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class NodeProcess:
    """Node with clients in it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [node(), "--experimental-websocket", "--no-warnings", "tests/js/real_server.mjs"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, who: str, op: str, **rest: Any) -> dict[str, Any]:
        """One request and its answer. Blocks."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None, "asked for"
        assert stdout is not None, "asked for"
        stdin.write(json.dumps({"who": who, "op": op, **rest}).encode() + b"\n")
        stdin.flush()
        answer = stdout.readline()
        assert answer, f"node ended at {op}"
        return json.loads(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None, "asked for"
        assert stdout is not None, "asked for"
        stdin.close()
        try:
            self._process.wait(NODE_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        stdout.close()


class ScriptCoach:
    """One of the ten, on the client that browsers run."""

    def __init__(
        self,
        name: str,
        token: str,
        codec: str,
        *,
        process: NodeProcess,
        cables: Cables,
        port: int,
        swarm: Swarm,
        room: str,
        moves: Moves,
        pace: float,
        tally: Tally,
    ) -> None:
        self.name, self.room, self.moves, self.pace, self.tally = name, room, moves, pace, tally
        self.draw = random.Random(name)
        self.playing = False
        self.away = False
        self.out = False
        self.submitted = 0
        self._process, self._cables, self._swarm = process, cables, swarm
        self._cable = cables.lay(port)
        url = f"ws://127.0.0.1:{self._cable.port}/ws"
        process.ask(name, "open", url=url, token=token, subprotocol=codec, storage=name)

    def join(self, invite: str) -> None:
        """Comes in by a link, for the first time or again."""
        self.out = False
        self._process.ask(self.name, "join", room=self.room, invite=invite)

    def begin(self) -> None:
        """Has ideas from now on."""
        self.playing = True
        self._later()

    def lose(self, spell: bool) -> None:
        """The network is gone, for a moment or for a spell; ideas go on."""
        if self.away:
            return
        self.away = True
        self.tally.happened["offline spells" if spell else "drops"] += 1
        self._cables.pull(self._cable)
        self._swarm.after(self.draw.uniform(*(SPELL_S if spell else DROP_S)), self.come_back)

    def come_back(self) -> None:
        """The network is there again."""
        self.away = False
        self._cables.plug(self._cable)

    def look(self) -> dict[str, Any]:
        """What the client shows."""
        return self._process.ask(self.name, "look")

    def told(self) -> dict[str, Any]:
        """What the client was told."""
        return self._process.ask(self.name, "told")

    def _later(self) -> None:
        self._swarm.after(self.draw.expovariate(1 / self.pace), self._act)

    def _act(self) -> None:
        if not self.playing:
            return
        if not self.out:
            seen = self.look()
            if seen["view"] is not None and seen["pending"] < 30:
                command = self.moves.next(seen["view"], seen["version"])
                answer = self._process.ask(self.name, "submit", commands=[command])
                if answer.get("over"):
                    self.out = True
                else:
                    self.submitted += 1
                    self.tally.queued += self.away
        self._later()
