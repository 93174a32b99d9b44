"""A command's trace from a member on one node to the members on another, as a collector sees it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.support.boards import add, token
from tests.support.client import client
from tests.support.collector import CollectedSpan, collecting
from tests.support.eventually import eventually
from tests.support.redis_server import RedisServer
from tests.support.two_servers import address, asked, guest, servers

pytestmark = pytest.mark.postgres

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
ASKS = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


async def test_TR1_TR3_TR4_TR5_a_command_is_one_trace_over_both_nodes(
    tmp_path: Path, postgres_url: str, own_redis: RedisServer
) -> None:
    with collecting() as collector:
        async with servers(
            tmp_path,
            postgres_url,
            redis=own_redis.url,
            otlp_url=collector.url,
        ) as nodes:
            anas, _ = await guest(nodes[0], "Ana")
            bens, _ = await guest(nodes[1], "Ben")
            body = {"kind": "board", "name": "Ours"}
            room = (await asked(nodes[0], anas, "POST", "/rooms", body)).json()["id"]
            path = f"/rooms/{room}/invitations"
            invited = await asked(nodes[0], anas, "POST", path, {"role": "editor"})
            invite = invited.json()["link"].partition("invite=")[2]
            async with (
                client(address(nodes[0]), anas, room) as ana,
                client(address(nodes[1]), bens, room, invite=invite) as ben,
            ):
                untraced = await ana.do(room, add(token(1)))
                headers = {"authorization": f"Bearer {anas}", **ASKS}
                async with httpx.AsyncClient(base_url=nodes[0].url, headers=headers) as http:
                    answer = await http.post(path, json={"role": "viewer"})
                assert answer.status_code == 201, answer.text
                version = untraced + 1
                await ben.until(lambda: ben.position(room).version >= version)

                async def whole() -> bool:
                    return len(collector.of_trace(TRACE)) == 5

                await eventually(whole)
            logged = [json.loads(line) for node in nodes for line in node.log if TRACE in line]
        spans = {(span.node, span.name): span for span in collector.spans}
        assert {span.trace_id for span in collector.spans} == {TRACE}, "nothing else is traced"
        command: CollectedSpan = spans["one", "command invitation.create"]
        assert command.parent == "00f067aa0ba902b7"
        assert command.attributes["touchline.entry"] == version
        assert command.attributes["touchline.room"] == room
        delivered = spans["two", "deliver"]
        assert delivered.parent == command.span_id
        assert delivered.attributes["touchline.entry"] == version
        assert delivered.ended_ns >= command.began_ns
        for node, name in (("one", "append"), ("one", "show"), ("two", "show")):
            parent = command if node == "one" else delivered
            assert spans[node, name].parent == parent.span_id
            assert spans[node, name].began_ns <= spans[node, name].ended_ns <= parent.ended_ns
        assert [(line["event"], line["node"], line["room"], line["entry"]) for line in logged] == [
            ("command traced", "one", room, version),
            ("entry delivered", "two", room, version),
        ]
