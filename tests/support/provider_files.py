"""Small files as providers write them, from a seed: straight runs of eleven against eleven, so that
every place can be computed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta

NGS_HEADER = (
    "gameId,playId,frame,time,event,gsisId,displayName,jerseyNumber,position,teamAbbr,"
    "homeTeamFlag,x,y,s,o,dir"
)
START = datetime(2030, 1, 6, 18, 0, 0)  # noqa: DTZ001 - their clock names no zone


def ngs_rows(frames: int = 30, seed: int = 5) -> list[list[str]]:
    """A play in which everybody runs straight: x rises by 0.1 yd a frame for home, falls for
    away."""
    draw = random.Random(seed)
    starts = {n: (round(draw.uniform(30, 60), 2), round(draw.uniform(5, 48), 2)) for n in range(23)}
    rows: list[list[str]] = []
    for frame in range(frames):
        time = (START + timedelta(milliseconds=100 * frame)).isoformat(
            sep=" ", timespec="milliseconds"
        )
        event = {10: "ball_snap", 20: "pass_forward"}.get(frame, "")
        for n, (x, y) in starts.items():
            home = n <= 11
            place = f"{x + (0.1 if home else -0.1) * frame:.2f}"
            who = ["", "ball", "", "", "", ""]
            if n:
                role = {1: "QB", 12: "CB"}.get(n, "X")
                team = "HOM" if home else "AWY"
                who = [f"00-{n:07}", f"Player {n}", f"{n}.0", role, team, "1.0" if home else "0.0"]
            turn = "" if n == 0 else "90.0"
            rows.append(
                ["7", "42", str(frame), time, event, *who, place, f"{y:.2f}", "0", turn, turn]
            )
    return rows


def csv_of(header: str, rows: list[list[str]], end: str = "\n") -> bytes:
    return (end.join([header, *(",".join(row) for row in rows)]) + end).encode()


def ngs(frames: int = 30) -> bytes:
    return csv_of(NGS_HEADER, ngs_rows(frames))


LASTROW_HEADER = (
    "player,frame,x,y,z,dx,dy,coords,player_num,player_obj,team,num,name,edgecolor,bgcolor"
)


def lastrow(frames: int = 20) -> bytes:
    rows: list[list[str]] = []
    for n in range(5):
        for frame in range(frames):
            side = "" if n == 0 else "attack" if n < 3 else "defense"
            colour = "" if n == 0 else "red" if n < 3 else "blue"
            x, y = 10.0 + n * 10 + frame / 4, 20.0 + n * 10
            shirt = "10.0" if n == 1 else ""
            rows.append(
                [
                    str(n),
                    str(frame),
                    f"{x}",
                    f"{y}",
                    "0",
                    "0",
                    "0",
                    "",
                    shirt,
                    "",
                    side,
                    "",
                    "",
                    "white",
                    colour,
                ]
            )
    return csv_of(LASTROW_HEADER, rows)


def epts_metadata(rate: float = 25.0) -> bytes:
    players = "".join(
        f'<Player id="P{n}" teamId="{"T1" if n < 3 else "T2"}"><Name>Player {n}</Name>'
        f"<ShirtNumber>{n}</ShirtNumber><ProviderPlayerParameters><ProviderParameter>"
        f"<Name>position_type</Name><Value>{'Goalkeeper' if n in {1, 3} else 'Unknown'}</Value>"
        "</ProviderParameter></ProviderPlayerParameters></Player>"
        for n in range(1, 5)
    )
    channels = "".join(
        f'<PlayerChannel id="c{n}_{axis}" playerId="P{n}" channelId="{axis}"/>'
        for n in range(1, 5)
        for axis in "xy"
    )
    order = "".join(
        f'<SplitRegister separator=","><PlayerChannelRef playerChannelId="c{n}_x"/>'
        f'<PlayerChannelRef playerChannelId="c{n}_y"/></SplitRegister>'
        for n in (2, 1, 3, 4)  # the format says the order, not the list of players
    )
    directions = {"T1": "left_to_right", "T2": "right_to_left"}
    teams = "".join(
        f'<Team id="{team}"><Name>Team {team}</Name><ProviderTeamsParameters><ProviderParameter>'
        f"<Name>attack_direction_first_half</Name><Value>{way}</Value></ProviderParameter>"
        "</ProviderTeamsParameters></Team>"
        for team, way in directions.items()
    )
    halves = "".join(
        f"<ProviderParameter><Name>{name}</Name><Value>{value}</Value></ProviderParameter>"
        for name, value in {
            "first_half_start": 0,
            "first_half_end": 99,
            "second_half_start": 500,
            "second_half_end": 599,
        }.items()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<main><Metadata><GlobalConfig>'
        f"<FileName>made</FileName><FrameRate>{rate}</FrameRate>"
        f"<ProviderGlobalParameters>{halves}</ProviderGlobalParameters></GlobalConfig>"
        '<Sessions><Session><MatchParameters><Score idLocalTeam="T1"/></MatchParameters>'
        "<FieldSize><Width>100</Width><Height>64</Height></FieldSize></Session></Sessions>"
        f"<Teams>{teams}</Teams><Players>{players}</Players>"
        f"<PlayerChannels>{channels}</PlayerChannels></Metadata><DataFormatSpecifications>"
        '<DataFormatSpecification separator=":"><StringRegister name="frameCount"/>'
        f'<SplitRegister separator=";">{order}</SplitRegister>'
        '<SplitRegister separator=","><BallChannelRef channelId="x"/></SplitRegister>'
        "</DataFormatSpecification></DataFormatSpecifications></main>"
    ).encode()


def epts_lines(first: int = 0, frames: int = 20) -> list[str]:
    return [
        f"{frame}:"
        + ";".join(f"{0.1 * n + frame * 0.001:.5f},{0.2 * n:.5f}" for n in (2, 1, 3, 4))
        + ":0.50000,0.50000,NaN"
        for frame in range(first, first + frames)
    ]


def epts(first: int = 0, frames: int = 20) -> bytes:
    return "\n".join(epts_lines(first, frames)).encode()


def statsbomb_line_up() -> bytes:
    return json.dumps(
        [
            {
                "team_id": team,
                "team_name": name,
                "lineup": [
                    {
                        "player_id": team * 100 + n,
                        "player_name": f"Long Name {n}",
                        "player_nickname": f"P{n}" if n % 2 else None,
                        "jersey_number": n,
                    }
                    for n in range(1, 14)
                ],
            }
            for team, name in ((1, "Reds"), (2, "Blues"))
        ]
    ).encode()


def _starting(team: int, name: str, index: int) -> dict[str, object]:
    positions = (1, 2, 3, 5, 6, 10, 13, 15, 17, 21, 23)
    return {
        "index": index,
        "period": 1,
        "timestamp": "00:00:00.000",
        "type": {"id": 35, "name": "Starting XI"},
        "team": {"id": team, "name": name},
        "possession_team": {"id": 1},
        "tactics": {
            "lineup": [
                {
                    "player": {"id": team * 100 + n, "name": f"Long Name {n}"},
                    "position": {"id": position},
                    "jersey_number": n,
                }
                for n, position in enumerate(positions, 1)
            ]
        },
    }


def statsbomb_event(
    index: int, word: str, team: int, player: int, start: list[float], **detail: object
) -> dict[str, object]:
    return {
        "index": index,
        "period": 1,
        "timestamp": f"00:00:{index:02}.500",
        "type": {"name": word},
        "team": {"id": team},
        "player": {"id": team * 100 + player},
        "location": start,
        "possession": 2,
        word.lower(): detail,
    }


def statsbomb_events() -> list[dict[str, object]]:
    """Kick-off, a carry, a pass that is cut off, one by the others, a goal."""
    return [
        _starting(1, "Reds", 1),
        _starting(2, "Blues", 2),
        statsbomb_event(3, "Pass", 1, 11, [60, 40], end_location=[50, 40], recipient={"id": 106}),
        statsbomb_event(4, "Carry", 1, 6, [50, 40], end_location=[70, 30]),
        statsbomb_event(
            5, "Pass", 1, 6, [70, 30], end_location=[90, 20], outcome={"name": "Incomplete"}
        ),
        statsbomb_event(6, "Pass", 2, 3, [30, 60], end_location=[40, 50], recipient={"id": 206}),
        statsbomb_event(7, "Pressure", 1, 9, [80, 30]),
        statsbomb_event(
            8, "Shot", 1, 9, [108, 40], end_location=[120, 40, 0.3], outcome={"name": "Goal"}
        ),
    ]


def statsbomb() -> bytes:
    return json.dumps(statsbomb_events()).encode()


METRICA_HEADER = (
    "Team,Type,Subtype,Period,Start Frame,Start Time [s],End Frame,End Time [s],From,To,"
    "Start X,Start Y,End X,End Y"
)


def metrica_csv() -> bytes:
    rows = [
        "Away,SET PIECE,KICK OFF,1,1,0.04,0,0,Player19,,NaN,NaN,NaN,NaN",
        "Away,PASS,,1,1,0.04,3,0.12,Player19,Player21,0.5,0.5,0.55,0.43",
        "Away,BALL LOST,INTERCEPTION,1,30,1.2,40,1.6,Player21,,0.55,0.43,0.6,0.5",
        "Home,SHOT,ON TARGET-GOAL,1,50,2.0,60,2.4,Player9,,0.6,0.5,1.0,0.5",
    ]
    return "\n".join([METRICA_HEADER, *rows]).encode()


def metrica_json() -> bytes:
    def event(index: int, word: str, x: float | None, to: str | None) -> dict[str, object]:
        place = {"frame": index, "time": index * 0.5, "x": x, "y": None if x is None else 0.5}
        return {
            "index": index,
            "team": {"name": "Team T1", "id": "T1"},
            "type": {"name": word, "id": 1},
            "subtypes": {"name": "KICK OFF", "id": 35} if x is None else None,
            "start": place,
            "end": place,
            "period": 1,
            "from": {"name": "Player 1", "id": "P1"},
            "to": None if to is None else {"name": "Player 2", "id": to},
        }

    data = [
        event(1, "SET PIECE", None, None),
        event(2, "PASS", 0.5, "P2"),
        event(3, "CARRY", 0.6, None),
    ]
    return json.dumps({"data": data}).encode()


def skillcorner() -> bytes:
    roles = ("GK", "LB", "LCB", "RCB", "RB", "CM", "LM", "RM", "AM", "LF", "RF", "SUB")
    return json.dumps(
        {
            "home_team": {"id": 1, "short_name": "Reds"},
            "away_team": {"id": 2, "short_name": "Blues"},
            "home_team_kit": {"jersey_color": "#C0262D", "number_color": "#ffffff"},
            "away_team_kit": {"jersey_color": "#ffffff", "number_color": "#fffff0"},
            "pitch_length": 104,
            "pitch_width": 67,
            "players": [
                {
                    "id": team * 100 + n,
                    "trackable_object": n,
                    "team_id": team,
                    "number": n,
                    "last_name": f"P{n}",
                    "player_role": {"acronym": role},
                    "start_time": None if role == "SUB" else "00:00:00",
                }
                for team in (1, 2)
                for n, role in enumerate(roles, 1)
            ],
        }
    ).encode()


SAMPLES: dict[str, Callable[[], dict[str, bytes]]] = {
    "ngs": lambda: {"play.csv": ngs()},
    "lastrow": lambda: {"goal.csv": lastrow()},
    "metrica": lambda: {"frames.txt": epts(), "frames.xml": epts_metadata()},
    "metrica_events": lambda: {"events.csv": metrica_csv()},
    "metrica_json": lambda: {"events.json": metrica_json(), "about.xml": epts_metadata()},
    "statsbomb": lambda: {"events.json": statsbomb(), "line_up.json": statsbomb_line_up()},
    "statsbomb_line_up": lambda: {"line_up.json": statsbomb_line_up()},
    "skillcorner": lambda: {"match.json": skillcorner()},
}
"""Files by what they are; two of the names are no kinds, but kinds by content."""

KIND_OF = {"metrica_json": "metrica_events", "statsbomb_line_up": "statsbomb"}
