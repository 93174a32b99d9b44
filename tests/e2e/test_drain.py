"""SIGTERM under load: everybody is told when and where, closed with 1012, back on the restarted
server; nothing is lost."""

from __future__ import annotations

from pathlib import Path

from protocol.client_events import ClientEvent, Refused
from protocol.codes import CloseCode
from protocol.server_messages import ErrorMessage, Notice
from tests.crash.chapter import LIVE_S_MAX, Chapter, Tally
from tests.crash.player import Player

HARMLESS = {
    *{"nothing_to_undo", "nothing_to_redo", "changed_since", "deleted", "unknown_object"},
    "bad_property reference",  # a stop of a player whose adding was undone (BD48)
}
"""What the rules of a board answer to people who undo and move at the same time, drained or not."""


class Witness:
    """Looks over a player's shoulder."""

    def __init__(self, player: Player) -> None:
        self.notices: list[Notice] = []
        self.errors: list[ErrorMessage] = []
        self.codes: list[int] = []
        self.refusals: set[str] = set()
        seen, gone = player.member.on_event, player.member.on_gone

        def told(event: ClientEvent) -> None:
            if isinstance(event, Notice):
                self.notices.append(event)
            elif isinstance(event, ErrorMessage):
                self.errors.append(event)
            elif isinstance(event, Refused):
                why = event.detail["why"] if event.code == "bad_property" else ""
                self.refusals.add(f"{event.code} {why}".strip())
            seen(event)

        def left(code: int) -> None:
            self.codes.append(code)
            gone(code)

        player.member.on_event, player.member.on_gone = told, left


def test_C2_a_restart_under_load_loses_nothing_and_shows_no_error(tmp_path: Path) -> None:
    tally = Tally()
    with Chapter(tmp_path / "data", database="", rounds=0, seed=5) as chapter:
        witnesses = [Witness(player) for player in chapter.everybody()]
        chapter.load(0.3)
        chapter.server.ask_to_drain()
        everybody_closed = chapter.swarm.run(
            lambda: all(witness.codes for witness in witnesses), limit_s=LIVE_S_MAX
        )
        assert everybody_closed
        assert chapter.server.terminate() == 0
        chapter.server.start()
        chapter.wait_live()
        chapter.load(0.3)
        chapter.judge(tally)
    assert tally.faults == []
    assert {witness.codes[0] for witness in witnesses} == {CloseCode.RESTART}
    restarting = [[n for n in witness.notices if n.code == "restarting"] for witness in witnesses]
    assert all(told and told[0].when is not None for told in restarting)
    assert [witness.errors for witness in witnesses if witness.errors] == []
    assert tally.accepted > 100
    assert {refusal for witness in witnesses for refusal in witness.refusals} <= HARMLESS
