"""The measurement, small: every receiver got every version; what it would find is found."""

from __future__ import annotations

import pytest

from loadtest.bench.fan_out import Room, run
from loadtest.bench.plan import QUICK, Bench
from loadtest.stage import Stage
from loadtest.wire import FrameReader
from protocol.framing import frame


def test_it_measures_and_finds_nothing_wrong(load_bench: Bench) -> None:
    result = run(load_bench)
    assert result.faults == []
    assert [figure.name for figure in result.figures] == [
        "SQLite: deliveries/s",
        "plain relay: deliveries/s, same run",
        "SQLite: ratio to the relay",
        "SQLite: commands/s",
    ]


def test_a_receiver_that_missed_something_is_a_fault(
    load_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(load_stage, QUICK.crowd, QUICK.checked)
    room.bytes_per_entry(QUICK.warm_s)
    kept = room.receivers.streams[1]
    whole = b"".join(data for _, data in kept)
    kept[:] = [(0.0, whole[: len(whole) // 2])]
    # As if the last frames had not reached the 21st receiver: nothing of it is kept.
    monkeypatch.setattr(room.receivers, "keep_all", lambda: room.receivers.streams.update({20: []}))
    faults, _ = room.check()
    assert len(faults) == 2
    assert faults[0].startswith("member 1 stands at")
    assert faults[1].startswith("receiver 20 ended at version 0 instead of")


def test_a_stream_that_is_out_of_order_is_a_fault(load_stage: Stage) -> None:
    room = Room(load_stage, 6, 1)
    room.bytes_per_entry(0.05)
    frames = FrameReader().feed(b"".join(data for _, data in room.receivers.streams[0]))
    swapped = [frame(payload, binary=False) for _, payload in (frames[-1], *frames[:-1])]
    room.receivers.streams[0][:] = [(0.0, b"".join(swapped))]
    faults, _ = room.check()
    assert any("expected version" in fault for fault in faults)
