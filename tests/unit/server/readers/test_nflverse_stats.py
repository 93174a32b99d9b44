"""Stat lines from columns, case by case."""

import pytest

from server.readers.nflverse_stats import stats_of, value

BASE = {"posteam": "HOM", "defteam": "AWY", "yards_gained": "0.0"}


def people(*names: str) -> dict[str, str]:
    return {f"{name}_player_id": name.upper() for name in names}


Row = dict[str, str]
Lines = set[tuple[int, str, str, int]]
CASES: list[tuple[Row, Lines]] = [
        ({"complete_pass": "1.0", "passing_yards": "7.0", "receiving_yards": "7.0",
          "yards_after_catch": "3.0", "air_yards": "4.0", "first_down_pass": "1.0",
          **people("passer", "receiver")},
         {(4, "HOM", "", 0), (15, "HOM", "PASSER", 7), (21, "HOM", "RECEIVER", 7),
          (113, "HOM", "RECEIVER", 3), (111, "HOM", "PASSER", 4), (115, "HOM", "RECEIVER", 0)}),
        ({"complete_pass": "1", "passing_yards": "20", "receiving_yards": "12",
          "pass_touchdown": "1", "touchdown": "1", "td_player_id": "LATERAL_RECEIVER",
          "td_team": "HOM", "lateral_receiving_yards": "8",
          **people("passer", "receiver", "lateral_receiver")},
         {(16, "HOM", "PASSER", 20), (21, "HOM", "RECEIVER", 12), (113, "HOM", "RECEIVER", 0),
          (24, "HOM", "LATERAL_RECEIVER", 8), (115, "HOM", "RECEIVER", 0)}),
        ({"incomplete_pass": "1", **people("passer")}, {(14, "HOM", "PASSER", 0)}),
        ({"rush_attempt": "1", "rushing_yards": "9", "rush_touchdown": "1", "touchdown": "1",
          "td_player_id": "RUSHER", "td_team": "HOM", **people("rusher")},
         {(11, "HOM", "RUSHER", 9)}),
        ({"sack": "1", "yards_gained": "-7", **people("passer", "sack")},
         {(20, "HOM", "PASSER", -7), (83, "AWY", "SACK", -7)}),
        ({"sack": "1", "yards_gained": "-7", **people("passer", "half_sack_1", "half_sack_2")},
         {(20, "HOM", "PASSER", -7), (84, "AWY", "HALF_SACK_1", -7),
          (84, "AWY", "HALF_SACK_2", -7)}),
        ({"interception": "1", "return_yards": "30", "touchdown": "1", "td_team": "AWY",
          "td_player_id": "INTERCEPTION", **people("passer", "interception")},
         {(19, "HOM", "PASSER", 0), (26, "AWY", "INTERCEPTION", 30)}),
        ({"two_point_attempt": "1", "two_point_conv_result": "success",
          **people("passer", "receiver")},
         {(77, "HOM", "PASSER", 0), (104, "HOM", "RECEIVER", 0)}),
        ({"two_point_attempt": "1", "two_point_conv_result": "failure", **people("rusher")},
         {(76, "HOM", "RUSHER", 0)}),
        ({"field_goal_result": "made", "kick_distance": "50", **people("kicker")},
         {(70, "HOM", "KICKER", 50)}),
        ({"field_goal_result": "blocked", "kick_distance": "40", **people("kicker", "blocked")},
         {(71, "HOM", "KICKER", 40), (88, "AWY", "BLOCKED", 0)}),
        ({"extra_point_result": "good", "kick_distance": "33", **people("kicker")},
         {(72, "HOM", "KICKER", 0)}),
        ({"kickoff_attempt": "1", "kick_distance": "60", "return_yards": "25",
          **people("kicker", "kickoff_returner")},
         {(41, "AWY", "KICKER", 60), (45, "HOM", "KICKOFF_RETURNER", 25)}),
        ({"punt_attempt": "1", "kick_distance": "45", "return_yards": "70", "touchdown": "1",
          "td_team": "AWY", "td_player_id": "PUNT_RETURNER", **people("punter", "punt_returner")},
         {(29, "HOM", "PUNTER", 45), (34, "AWY", "PUNT_RETURNER", 70)}),
        ({"punt_attempt": "1", "punt_blocked": "1", "touchdown": "1", "td_team": "AWY",
          **people("punter", "blocked")},
         {(2, "HOM", "PUNTER", 0), (86, "AWY", "BLOCKED", 0), (64, "AWY", "", 0)}),
        ({"fumble_lost": "1", "fumble_forced": "1", "fumbled_1_team": "HOM",
          "fumble_recovery_1_team": "AWY", "fumble_recovery_1_yards": "5",
          "forced_fumble_player_1_team": "AWY",
          **people("fumbled_1", "fumble_recovery_1", "forced_fumble_player_1")},
         {(52, "HOM", "FUMBLED_1", 0), (106, "HOM", "FUMBLED_1", 0),
          (59, "AWY", "FUMBLE_RECOVERY_1", 5), (91, "AWY", "FORCED_FUMBLE_PLAYER_1", 0)}),
        ({"safety": "1", **people("safety")}, {(89, "AWY", "SAFETY", 0)}),
        ({"safety": "1"}, {(89, "AWY", "", 0)}),
        ({"defensive_two_point_conv": "1"}, {(404, "AWY", "", 0)}),
        ({"penalty": "1", "penalty_team": "AWY", "penalty_yards": "15", **people("penalty")},
         {(93, "AWY", "PENALTY", 15)}),
        ({"timeout": "1", "timeout_team": "HOM"}, {(68, "HOM", "", 0)}),
        ({"solo_tackle_1_team": "AWY", "assist_tackle_2_team": "HOM",
          **people("solo_tackle_1", "assist_tackle_2", "tackle_with_assist_1", "qb_hit_1")},
         {(79, "AWY", "SOLO_TACKLE_1", 0), (82, "HOM", "ASSIST_TACKLE_2", 0),
          (80, "AWY", "TACKLE_WITH_ASSIST_1", 0), (110, "AWY", "QB_HIT_1", 0)}),
        ({}, set()),
    ]  # fmt: skip


@pytest.mark.parametrize(("row", "wanted"), CASES)
def test_FD13_columns_tell_lines(
    row: dict[str, str], wanted: set[tuple[int, str, str, int]]
) -> None:
    lines = stats_of({**BASE, **row}, ("HOM", "AWY"))
    assert {(s.stat, s.team, s.player, s.yards) for s in lines} == wanted
    assert len(lines) == len(wanted)


def test_FD13_what_is_not_available_is_empty() -> None:
    assert [value({"a": cell}, "a") for cell in ("NA", "", " 7 ")] == ["", "", "7"]
    assert value({}, "a") == ""
