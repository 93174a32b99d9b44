"""Two nodes and the rooms that are on both."""

from __future__ import annotations

import pytest

from loadtest.bench import drafts
from loadtest.bench.plan import QUICK, Bench
from loadtest.bench.several import address_of, deliveries, faults_of, fill, pace, several
from loadtest.processes import Cores
from loadtest.report import Result

BENCH = Bench(plan=QUICK, cores=Cores(), say=lambda _line: None)


@pytest.mark.postgres
def test_rooms_have_a_sender_and_somebody_on_each_node_and_drafts_are_on_both() -> None:
    with several(BENCH, 2) as nodes:
        assert [node.settings["ws_url"] for node in nodes.nodes] == [
            address_of(node) for node in nodes.nodes
        ]
        rooms = fill(nodes, 2)
        assert [one.far.port for one in rooms] == [nodes.nodes[1].ws_port] * 2
        pace(nodes.stage, rooms, 40, 0.2)
        assert faults_of(rooms) == []
        for one in rooms:
            late = deliveries(one.sender, one.far)
            assert len(late) == 4
            assert all(at > 0 and seconds > 0 for at, seconds in late)
        rooms[0].sent += 1
        assert faults_of(rooms) == ["1 commands were not accepted"]
        nodes.stage.clear()
        result = Result("", "")
        ports = [node.ws_port for node in nodes.nodes]
        figure = drafts.one_by_one(BENCH, nodes.stage, ports, "two nodes", result)
        assert result.faults == []
        assert figure.value.endswith(f"of {QUICK.draft_seats * QUICK.draft_rounds}")
