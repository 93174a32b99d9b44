"""The close for each way in which what vouched can end."""

from __future__ import annotations

from protocol.codes import CloseCode
from server.connections.endings import blocked, ending
from tests.support.access import BlockRow
from tests.support.fake_rooms import Bench


async def test_C9_C10_AX3_each_ending_has_its_close() -> None:
    bench = Bench()
    identity = bench.tokens.issue_access("a_" + "A" * 22, "Ann", session="s_1").identity
    assert ending(bench.access, identity) is None
    bench.access.note("session", "s_1", "", bench.clock.now_ms())
    found = ending(bench.access, identity)
    assert found is not None
    assert (found.code, found.reason) == (CloseCode.UNAUTHORIZED, "invalid_token")
    bench.kept.blocks.append(BlockRow("account", identity.account))
    await bench.access.load()
    assert ending(bench.access, identity) == blocked()
    assert (blocked().code, blocked().reason) == (CloseCode.FORBIDDEN, "blocked")
