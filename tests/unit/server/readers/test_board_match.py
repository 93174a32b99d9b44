"""Line-ups and passages as boards."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from protocol.board_commands import NewObject
from server.readers.board_match import board_of_line_up, board_of_passage
from server.readers.board_parts import BoardParts
from server.readers.clips import Passage, read_clip
from server.readers.coordinates import SOCCER
from server.readers.line_up import LinePlayer, LineUp
from server.readers.match_events import passage
from server.readers.report import Fault
from server.readers.skillcorner import read_skillcorner
from server.readers.statsbomb import read_statsbomb
from server.rules.pitch import reach
from tests.support.provider_files import skillcorner, statsbomb, statsbomb_line_up


def props(one: NewObject) -> dict[str, Any]:
    return msgspec.to_builtins(one.props)


def tokens(parts: BoardParts) -> list[dict[str, Any]]:
    return [props(one) for one in parts.objects if one.sort == "token"]


def passage_board(*, phases: bool = False) -> BoardParts:
    reading = read_statsbomb("e", statsbomb(), "l", statsbomb_line_up())
    assert not isinstance(reading, Fault)
    chosen = passage(reading.value, 1, 0, 60_000)
    return board_of_passage(reading.value, chosen, "seed", phases=phases)


def test_RD12_each_side_stands_in_its_own_half_and_the_bench_beside_the_pitch() -> None:
    reading = read_skillcorner("m", skillcorner())
    assert not isinstance(reading, Fault)
    parts = board_of_line_up(reading.value, "seed")
    found = tokens(parts)
    assert len({token["at"] for token in found}) == len(found) == 24
    x_max, y_max = reach(104_000, 67_000)
    for token in found:
        x, y = token["at"]
        assert (x < 0) == (token["side"] == "home")
        assert abs(x) <= x_max
        assert abs(y) <= y_max
    benched = [token for token in found if token["at"][1] > 33_500]
    assert sorted(token["side"] for token in benched) == ["away", "home"]
    right_back = {token["side"]: token["at"] for token in found if token.get("role") == "RB"}
    assert right_back["home"][1] > 0 > right_back["away"][1]
    assert Counter(token.get("keeper") for token in found)[True] == 2


def test_RD12_RD15_a_crowd_in_one_slot_and_on_one_bench_stays_within_reach() -> None:
    players = tuple(
        LinePlayer(str(n), "home", n, None, "GK", "GK", starts=n % 2 == 0) for n in range(100)
    )
    line_up = LineUp("m", "s", "soccer", SOCCER, {}, {}, players)
    parts = board_of_line_up(line_up, "seed")
    x_max, y_max = reach(*SOCCER)
    assert len(tokens(parts)) == 100
    for token in tokens(parts):
        assert abs(token["at"][0]) <= x_max
        assert abs(token["at"][1]) <= y_max
    assert parts.oddities["slot_taken"].count == 49


def test_RD14_a_pass_is_dashed_a_carry_wavy_a_shot_solid() -> None:
    parts = passage_board()
    arrows = [props(one) for one in parts.objects if one.sort == "arrow"]
    assert [arrow["stroke"] for arrow in arrows] == ["dashed", "wavy", "dashed", "dashed", "solid"]
    assert [arrow["head"] for arrow in arrows] == ["end", "end", "bar", "end", "end"]
    shot = arrows[-1]
    assert (shot["at"], shot["points"]) == ((41_500, 0), ((0, 0), (11_000, 0)))
    assert parts.oddities["without_two_places"].count == 1
    assert len(tokens(parts)) == 5
    assert "P9: Shot (Goal)" in parts.notes


def test_RD14_with_phases_the_ball_goes_and_whoever_gets_it_comes() -> None:
    parts = passage_board(phases=True)
    phases = [one for one in parts.objects if one.sort == "phase"]
    ranks = [props(one)["rank"] for one in phases]
    assert ranks == sorted(set(ranks))
    assert len(phases) == 5
    assert all(500 <= props(one)["duration"] <= 5_000 for one in phases)
    stops = [props(one) for one in parts.objects if one.sort == "stop"]
    first = [stop for stop in stops if stop["phase"] == phases[0].id]
    receiver, ball = first
    assert receiver["at"] == ball["at"]
    assert ball["carrier"] == receiver["of"]
    lost = [stop for stop in stops if stop["phase"] == phases[2].id]
    assert len(lost) == 1
    assert "carrier" not in lost[0]
    shown = [props(one)["phase"] for one in parts.objects if one.sort == "arrow"]
    assert shown == [phase.id for phase in phases]


def test_RD15_references_of_phases_come_after_what_they_name() -> None:
    seen: set[str] = set()
    for one in passage_board(phases=True).objects:
        named = {props(one).get(name) for name in ("phase", "of", "carrier")} - {None}
        assert named <= seen
        seen.add(one.id)


def test_RD14_the_real_goal_is_a_passage(shared_data: Path) -> None:
    folder = shared_data / "soccer"
    files = {
        name: (folder / name).read_bytes()
        for name in ("statsbomb_15986_events.json.gz", "statsbomb_15986_lineup.json")
    }
    parts = read_clip(None, files, Passage(phases=True))
    assert not isinstance(parts, Fault)
    sorts = Counter(one.sort for one in parts.objects)
    assert (sorts["arrow"], sorts["phase"], sorts["ball"]) == (19, 19, 1)
    assert parts.notes.endswith("Lionel Messi: Shot (Goal)")
