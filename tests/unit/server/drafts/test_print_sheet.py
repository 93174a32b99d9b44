"""The sheet that is printed."""

from __future__ import annotations

from protocol.draft import DraftSettings
from protocol.draft_commands import NameTeam
from server.drafts.print_sheet import print_sheet
from tests.support.drafts import manager, started
from tests.support.held_drafts import a_league, held


def test_DR72_a_sheet_has_every_cell_and_roster_and_fetches_nothing() -> None:
    sheet = print_sheet("Ours", held(a_league()))
    assert sheet.count("<tr>") == 4
    assert "Player 20 <small>" in sheet
    assert "keeper" in sheet
    assert "<small>9. Team 3</small>" in sheet
    assert not any(one in sheet for one in ("<script", "src=", "href=", "url(", "@import"))


def test_DR72_what_people_wrote_is_text() -> None:
    room = a_league()
    room.must(manager(1), NameTeam("<b>&\"'"))
    sheet = print_sheet("</title><script>", held(room))
    assert "<script" not in sheet
    assert "<b>" not in sheet
    assert "&lt;b&gt;&amp;&quot;" in sheet


def test_DR72_an_auction_is_its_sales() -> None:
    sheet = print_sheet("Ours", held(started(DraftSettings(type="auction", teams=2)).play_out()))
    assert "<th>Sale</th>" in sheet
    assert "<td>$" in sheet
