"""Viewers on the shipped client: they come in, look, and are asked."""

from __future__ import annotations

import pytest

from loadtest import viewers
from loadtest.bench.playback import synthetic_play
from loadtest.processes import NotStarted
from loadtest.stage import Stage
from loadtest.viewers import Audience, Road, Viewer, node


def test_two_viewers_on_wrong_clocks_show_the_same(load_stage: Stage) -> None:
    play = synthetic_play(load_stage)
    guests = load_stage.http.guests(2)
    roads = (Road(base=5_000_000, rate=1.00005), Road(base=-9_000, up=5, down=5, jitter=1))
    wanted = [
        Viewer(guest.token, play.invite, road) for guest, road in zip(guests, roads, strict=True)
    ]
    port = load_stage.server.ws_port
    with Audience(port, play.room, wanted, every_ms=20, cores=load_stage.cores.load) as audience:
        audience.wait_live()
        audience.begin()
        load_stage.http.call(
            "POST",
            f"/rooms/{play.room}/commands",
            {"command": {"type": "playback.set", "at_ms": 0, "playing": True}},
            token=play.owner.token,
        )
        load_stage.swarm.run(lambda: False, limit_s=0.5)
        one, other = audience.end()
    for shown in (one, other):
        assert shown.joining > 100_000
        assert shown.playing > 0
        moments = [moment for _, moment in shown.samples]
        assert moments == sorted(moments)
        assert moments[-1] > moments[0]


def test_a_process_that_ends_is_noticed(load_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers, "SCRIPT", "--version")
    with (
        Audience(1, "r_none", [], every_ms=20, cores=load_stage.cores.load) as audience,
        pytest.raises(NotStarted, match="instead of 'live'"),
    ):
        audience.wait_live()


def test_without_node_it_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers, "PACKAGE", "there_is_no_such_package")
    with pytest.raises(NotStarted, match="make test"):
        node()
