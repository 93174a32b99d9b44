"""The named shapes of every sport: data, in thousandths of half the pitch, attacking to the right.

How they are written is told at formations.rows; numbers are those that the role wears by custom.
Names are the common ones of coaching. SPEC: LB80, LB81.
"""

from __future__ import annotations

from protocol.board import SportName
from server.formations import Shape, Slot, Use, rows


def _shapes(
    sport: SportName, table: dict[str, tuple[Slot, ...]], use: Use = "team"
) -> tuple[Shape, ...]:
    def key(name: str) -> str:
        return "".join(c if c.isalnum() else "_" for c in name.lower())

    return tuple(
        Shape(f"{sport}.{use}.{key(name)}", sport, use, name, slots)
        for name, slots in table.items()
    )


_GK = "1GK @ -930"
_BACK_4 = "2RB+60 5CB 4CB 3LB+60 @ -710 640"
_BACK_3 = "5CB 4CB-20 6CB @ -720 360"
_BACK_5 = "2RWB+90 5CB 4CB-20 6CB 3LWB+90 @ -720 720"

SOCCER = {
    "4-3-3": rows(_GK, _BACK_4, "8CM 6DM-110 10CM @ -360 370", "7RW 9ST+60 11LW @ -130 700"),
    "4-4-2": rows(_GK, _BACK_4, "7RM+30 8CM 6CM 11LM+30 @ -430 660", "10ST 9ST @ -150 190"),
    "4-4-2 diamond": rows(
        _GK, _BACK_4, "6DM @ -530", "8CM 7CM @ -400 380", "10AM @ -260", "11ST 9ST @ -110 210"
    ),
    "4-2-3-1": rows(
        _GK, _BACK_4, "8DM 6DM @ -500 200", "7RW+30 10AM 11LW+30 @ -290 640", "9ST @ -90"
    ),
    "4-1-4-1": rows(_GK, _BACK_4, "6DM @ -530", "7RM+30 8CM 10CM 11LM+30 @ -340 660", "9ST @ -90"),
    "4-5-1": rows(_GK, _BACK_4, "7RM+40 8CM 6CM-60 10CM 11LM+40 @ -420 700", "9ST @ -110"),
    "3-5-2": rows(
        _GK, _BACK_3, "2RWB+60 8CM 14DM-80 10CM 3LWB+60 @ -430 760", "11ST 9ST @ -130 200"
    ),
    "3-4-3": rows(_GK, _BACK_3, "2RM+40 8CM 10CM 3LM+40 @ -440 720", "7RW 9ST+50 11LW @ -150 560"),
    "5-3-2": rows(_GK, _BACK_5, "8CM 14DM-70 10CM @ -420 380", "11ST 9ST @ -140 200"),
    "5-4-1": rows(_GK, _BACK_5, "7RM+30 8CM 10CM 11LM+30 @ -430 640", "9ST @ -140"),
    "4-3-1-2": rows(
        _GK, _BACK_4, "8CM 6DM-60 7CM @ -460 400", "10AM @ -270", "11ST 9ST @ -110 220"
    ),
    "3-4-2-1": rows(
        _GK, _BACK_3, "2RWB+40 8CM 14CM 3LWB+40 @ -450 720", "7AM 10AM @ -240 300", "9ST @ -90"
    ),
}
SOCCER_9 = {
    "3-3-2": rows(
        _GK, "2RB+40 5CB 3LB+40 @ -680 560", "7RM 8CM-60 11LM @ -400 560", "10ST 9ST @ -140 240"
    ),
    "3-2-3": rows(
        _GK, "2RB+40 5CB 3LB+40 @ -680 560", "8CM 6CM @ -440 260", "7RW 9ST+60 11LW @ -170 600"
    ),
    "3-4-1": rows(
        _GK, "2RB+40 5CB 3LB+40 @ -680 560", "7RM 8CM-50 6CM-50 11LM @ -380 640", "9ST @ -120"
    ),
    "2-4-2": rows(
        _GK, "5CB 4CB @ -700 300", "7RM 8CM-50 6CM-50 11LM @ -410 640", "10ST 9ST @ -140 240"
    ),
    "3-1-3-1": rows(
        _GK, "2RB+40 5CB 3LB+40 @ -690 560", "6DM @ -510", "7RM 8CM 11LM @ -320 580", "9ST @ -110"
    ),
}
SOCCER_7 = {
    "2-3-1": rows(_GK, "5CB 4CB @ -680 340", "7RM 8CM-60 11LM @ -380 580", "9ST @ -130"),
    "3-2-1": rows(_GK, "2RB+40 5CB 3LB+40 @ -660 540", "8CM 6CM @ -380 320", "9ST @ -130"),
    "3-1-2": rows(_GK, "2RB+40 5CB 3LB+40 @ -660 540", "8CM @ -400", "10ST 9ST @ -150 340"),
    "2-2-2": rows(_GK, "5CB 4CB @ -680 340", "8CM 6CM @ -410 380", "10ST 9ST @ -150 340"),
    "1-4-1": rows(_GK, "5CB @ -700", "7RM 8CM-40 6CM-40 11LM @ -390 620", "9ST @ -130"),
}
SOCCER_5 = {
    "1-2-1": rows(_GK, "5CB @ -640", "7RM 11LM @ -390 540", "9ST @ -140"),
    "2-2": rows(_GK, "5CB 4CB @ -610 380", "10ST 9ST @ -210 380"),
    "2-1-1": rows(_GK, "5CB 4CB @ -630 400", "8CM @ -380", "9ST @ -140"),
    "1-1-2": rows(_GK, "5CB @ -660", "8CM @ -410", "10ST 9ST @ -180 420"),
}
FUTSAL = {
    "1-2-1": rows(_GK, "2FIX @ -620", "7ALA 8ALA @ -390 580", "10PIV @ -130"),
    "2-2": rows(_GK, "2FIX 4FIX @ -590 400", "10PIV 9PIV @ -200 400"),
    "3-1": rows(_GK, "7ALA+90 2FIX 8ALA+90 @ -560 620", "10PIV @ -150"),
    "4-0": rows(_GK, "7ALA+60 2FIX 4FIX 8ALA+60 @ -420 700"),
    "Y 1-1-2": rows(_GK, "2FIX @ -640", "7ALA @ -420", "10PIV 9PIV @ -180 460"),
}

_LINE = "75RT-4 66RG-2 52C 64LG-2 72LT-4 @ -18 140"
FOOTBALL_OFFENCE = {
    "I-form": rows(
        _LINE,
        "87TE @ -22 215",
        "84Z @ -42 640",
        "81X @ -22 -720",
        "12QB @ -48",
        "44FB @ -100",
        "28HB @ -155",
    ),
    "Shotgun": rows(
        _LINE,
        "87TE @ -22 215",
        "84Z @ -42 640",
        "81X @ -22 -720",
        "11H @ -42 -430",
        "12QB @ -110",
        "28HB @ -110 -90",
    ),
    "Singleback": rows(
        _LINE,
        "87TE @ -22 215",
        "84Z @ -42 680",
        "81X @ -22 -720",
        "88Y @ -22 -215",
        "12QB @ -48",
        "28HB @ -150",
    ),
    "Pistol": rows(
        _LINE,
        "87TE @ -22 215",
        "84Z @ -42 640",
        "81X @ -22 -720",
        "11H @ -42 -430",
        "12QB @ -90",
        "28HB @ -165",
    ),
    "Spread": rows(
        _LINE,
        "84Z @ -22 780",
        "11H @ -42 430",
        "15Y @ -42 -430",
        "81X @ -22 -780",
        "12QB @ -110",
        "28HB @ -110 95",
    ),
    "Trips": rows(
        _LINE,
        "84Z @ -22 780",
        "11H @ -42 560",
        "15Y @ -42 370",
        "81X @ -22 -760",
        "12QB @ -110",
        "28HB @ -110 -95",
    ),
    "Empty": rows(
        _LINE,
        "84Z @ -22 800",
        "11H @ -42 580",
        "28HB @ -42 370",
        "15Y @ -42 -430",
        "81X @ -22 -780",
        "12QB @ -110",
    ),
    "Goal line": rows(
        _LINE,
        "87TE @ -22 215",
        "88Y @ -22 -215",
        "85U @ -45 285",
        "12QB @ -48",
        "44FB @ -95",
        "28HB @ -145",
    ),
    "Wishbone": rows(
        _LINE,
        "87TE @ -22 215",
        "81X @ -22 -720",
        "12QB @ -48",
        "44FB @ -100",
        "28HB 26HB @ -140 110",
    ),
}
FOOTBALL_DEFENCE = {
    "4-3": rows(
        "95DE 97DT 93DT 91DE @ -18 190",
        "58OLB+10 50MLB 54OLB+10 @ -95 180",
        "21CB 24CB @ -75 680",
        "32SS @ -200 240",
        "20FS @ -250 -140",
    ),
    "3-4": rows(
        "95DE 93NT 91DE @ -18 130",
        "58OLB+55 50ILB 54ILB 56OLB+55 @ -90 260",
        "21CB 24CB @ -75 680",
        "32SS @ -200 240",
        "20FS @ -250 -140",
    ),
    "Nickel": rows(
        "95DE 97DT 93DT 91DE @ -18 190",
        "50MLB 54OLB @ -95 110",
        "27NB @ -85 420",
        "21CB 24CB @ -75 700",
        "32SS 20FS @ -240 260",
    ),
    "Dime": rows(
        "95DE 97DT 93DT 91DE @ -18 190",
        "50MLB @ -95",
        "27NB 29DB @ -85 430",
        "21CB 24CB @ -75 720",
        "32SS 20FS @ -250 280",
    ),
    "Goal line": rows(
        "95DE 97DT 93NT 98DT 91DE @ -16 215",
        "58OLB 50MLB 54MLB 56OLB @ -65 270",
        "21CB 24CB @ -45 400",
    ),
    "46": rows(
        "95DE 97DT 93NT 91DE @ -18 180",
        "58OLB 54OLB @ -30 270",
        "50MLB @ -95 90",
        "32SS @ -95 -90",
        "21CB 24CB @ -75 680",
        "20FS @ -240",
    ),
}

BASKETBALL_OFFENCE = {
    "1-3-1": rows("1PG @ 280", "3SF 4PF 2SG @ 570 680", "5C @ 860 180"),
    "2-3": rows("2SG 1PG @ 380 330", "3SF 5C 4PF @ 780 700"),
    "3-2": rows("2SG+70 1PG 3SF+70 @ 360 620", "4PF 5C @ 830 300"),
    "Horns": rows("1PG @ 250", "4PF 5C @ 480 280", "2SG 3SF @ 880 860"),
    "Box": rows("1PG @ 280", "4PF 5C @ 560 300", "2SG 3SF @ 850 300"),
    "5-out": rows("1PG @ 330", "2SG 3SF @ 480 680", "4PF 5C @ 880 880"),
}
BASKETBALL_DEFENCE = {
    "Man to man": rows("1PG @ -400", "2SG 3SF @ -560 480", "4PF 5C @ -780 280"),
    "2-3 zone": rows("2SG 1PG @ -520 300", "3SF 5C-30 4PF @ -780 560"),
    "3-2 zone": rows("2SG 1PG+40 3SF @ -510 600", "4PF 5C @ -790 300"),
    "1-3-1 zone": rows("1PG @ -400", "3SF 4PF 2SG @ -610 640", "5C @ -850"),
    "1-2-2 press": rows("1PG @ 700", "2SG 3SF @ 350 500", "4PF 5C @ -350 350"),
}

HANDBALL_DEFENCE = {
    "6-0": rows("1GK @ -960", "7RW-120 4RB 6PV+30 8PV+30 5LB 11LW-120 @ -640 800"),
    "5-1": rows("1GK @ -960", "7RW-110 4RB 6PV+30 5LB 11LW-110 @ -650 780", "8CB @ -500"),
    "3-2-1": rows(
        "1GK @ -960", "7RW-60 6PV 11LW-60 @ -670 660", "4RB 5LB @ -550 360", "8CB @ -440"
    ),
    "4-2": rows("1GK @ -960", "7RW-90 4RB+20 5LB+20 11LW-90 @ -650 720", "6PV 8CB @ -500 300"),
}
HANDBALL_OFFENCE = {
    "3-3": rows("1GK @ -940", "4RB 8CB-60 5LB @ 460 600", "7RW+170 6PV 11LW+170 @ 680 880"),
    "2-4": rows("1GK @ -940", "4RB 5LB @ 450 420", "7RW+170 6PV 8PV 11LW+170 @ 680 880"),
}

FIELD_HOCKEY = {
    "4-3-3": rows(_GK, _BACK_4, "8CM 6DM-80 10CM @ -380 380", "7RW 9CF+40 11LW @ -130 680"),
    "3-3-3-1": rows(
        _GK,
        "2RB 5CB-30 3LB @ -680 560",
        "8CM 6DM-60 10CM @ -450 420",
        "7RW 9CF 11LW @ -190 640",
        "14ST @ -60",
    ),
    "5-3-2": rows(
        _GK,
        "2RB+60 5CB 4CB-30 6CB 3LB+60 @ -690 700",
        "8CM 14DM-60 10CM @ -410 420",
        "7CF 9CF @ -150 300",
    ),
    "4-4-2": rows(_GK, _BACK_4, "7RM 8CM-30 6CM-30 11LM @ -410 660", "10CF 9CF @ -150 240"),
    "3-4-3": rows(
        _GK,
        "2RB 5CB-30 3LB @ -680 560",
        "4RM 8CM-30 6CM-30 10LM @ -420 660",
        "7RW 9CF+40 11LW @ -130 660",
    ),
}

ICE_HOCKEY = {
    "Even 2-3": rows("30G @ -850", "4RD 2LD @ -560 300", "8RW 19C-40 9LW @ -200 460"),
    "1-2-2 forecheck": rows("30G @ -850", "4RD 2LD @ -130 420", "8RW 9LW @ 250 440", "19C @ 620"),
    "2-1-2 forecheck": rows("30G @ -850", "4RD 2LD @ -100 420", "19C @ 280", "8RW 9LW @ 640 360"),
    "1-3-1 power play": rows("30G @ -850", "2LD @ 300", "8RW 19C 9LW @ 540 560", "14F @ 780"),
    "Umbrella power play": rows(
        "30G @ -850", "2LD @ 290", "8RW 9LW @ 450 580", "19C 14F @ 770 180"
    ),
    "Box penalty kill": rows("30G @ -850", "4RD 2LD @ -730 260", "19C 8RW @ -480 320"),
    "Diamond penalty kill": rows("30G @ -850", "4RD @ -750", "8RW 2LD @ -600 380", "19C @ -440"),
}

RUGBY_UNION = {
    "Scrum": rows(
        "3TP 2HK 1LP @ -18 60",
        "5LK 4LK @ -48 30",
        "7OF 8NE-24 6BF @ -58 110",
        "9SH @ -50 -190",
        "10FH @ -190 -250",
        "12IC @ -220 -430",
        "13OC @ -250 -600",
        "11LW @ -290 -860",
        "14RW @ -300 800",
        "15FB @ -420 -100",
    ),
    "Open play": rows(
        "9SH @ -60",
        "10FH @ -150 -180",
        "12IC @ -190 -350",
        "13OC @ -230 -530",
        "11LW @ -280 -820",
        "14RW @ -280 820",
        "15FB @ -440 -60",
        "3TP 2HK 1LP @ -110 460",
        "5LK 4LK @ -100 150",
        "7OF @ -150 640",
        "6BF @ -140 -680",
        "8NE @ -170 220",
    ),
    "Kick-off": rows(
        "10FH @ -30",
        "9SH @ -180 -40",
        "7OF 5LK 2HK @ -40 820 0",
        "8NE 4LK 3TP @ -60 520 60",
        "6BF 1LP @ -60 240 -480",
        "12IC @ -200 -340",
        "13OC @ -220 380",
        "11LW @ -420 -720",
        "14RW @ -420 720",
        "15FB @ -520",
    ),
}
RUGBY_LEAGUE = {
    "Scrum": rows(
        "8P 9H 10P @ -18 60",
        "12SR 11SR @ -46 32",
        "13LF @ -72",
        "7HB @ -60 -170",
        "6SO @ -150 -260",
        "4LC @ -200 -480",
        "5LW @ -240 -820",
        "3RC @ -210 420",
        "2RW @ -250 800",
        "1FB @ -380",
    ),
    "Attack": rows(
        "9H @ -40",
        "8P 13LF 10P @ -100 260",
        "7HB 6SO @ -150 380",
        "12SR 11SR @ -160 560",
        "3RC 4LC @ -210 720",
        "2RW 5LW @ -250 900",
        "1FB @ -320",
    ),
    "Defence 13": rows(
        "2RW-40 3RC 12SR 8P 9H 13LF 10P 11SR 4LC 5LW-40 @ -120 880",
        "6SO @ -280 -300",
        "7HB @ -280 300",
        "1FB @ -480",
    ),
}

LACROSSE_OFFENCE = {
    "2-2-2": rows(
        "30GK @ -740",
        "2D 4D 6D @ -300 380",
        "20M 22M @ 300 380",
        "21M 10A @ 520 360",
        "11A 12A @ 790 330",
    ),
    "1-4-1": rows(
        "30GK @ -740", "2D 4D 6D @ -300 380", "20M @ 280", "10A 21M 22M 11A @ 540 560", "12A @ 860"
    ),
    "2-3-1": rows(
        "30GK @ -740",
        "2D 4D 6D @ -300 380",
        "20M 21M @ 300 340",
        "10A 22M 11A @ 560 520",
        "12A @ 860",
    ),
    "1-3-2": rows(
        "30GK @ -740",
        "2D 4D 6D @ -300 380",
        "20M @ 280",
        "21M 22M 10A @ 500 520",
        "11A 12A @ 830 320",
    ),
}
LACROSSE_DEFENCE = {
    "Zone 3-3": rows(
        "30GK @ -720", "2D 4D 6D @ -600 380", "20M 21M 22M @ -430 440", "10A 11A 12A @ 300 380"
    ),
    "Face-off": rows(
        "30GK @ -720",
        "2D 4D 6D @ -500 380",
        "22M @ -30",
        "20M 21M @ -110 640",
        "10A 11A 12A @ 500 380",
    ),
}

_COURT = ((-760, 560), (-240, 560), (-240, 0), (-240, -560), (-760, -560), (-760, 0))
"""Positions 1 to 6 of a volleyball court: FIVB, Official Volleyball Rules, Rule 7.4."""
_ORDER = ((1, "S"), (2, "OH"), (3, "MB"), (4, "OP"), (5, "OH"), (6, "MB"))
"""The order of service of a 5-1."""


def _rotation(setter: int) -> tuple[Slot, ...]:
    """A 5-1 with its setter in that position: the others follow in the order of service."""
    return tuple(
        Slot(number, role, *_COURT[(setter - 1 + i) % 6]) for i, (number, role) in enumerate(_ORDER)
    )


VOLLEYBALL = {f"5-1, setter in {n}": _rotation(n) for n in (1, 6, 5, 4, 3, 2)} | {
    # The setter in position 1 hides behind position 2: five receive, all in their order (7.4).
    "W reception": rows("2OH 3MB+40 4OP @ -480 620", "1S @ -560 800", "6L 5OH @ -740 320"),
}

SHAPES: tuple[Shape, ...] = (
    *_shapes("soccer", SOCCER),
    *_shapes("soccer_9", SOCCER_9),
    *_shapes("soccer_7", SOCCER_7),
    *_shapes("soccer_5", SOCCER_5),
    *_shapes("futsal", FUTSAL),
    *_shapes("american_football", FOOTBALL_OFFENCE, "offence"),
    *_shapes("american_football", FOOTBALL_DEFENCE, "defence"),
    *_shapes("basketball_nba", BASKETBALL_OFFENCE, "offence"),
    *_shapes("basketball_nba", BASKETBALL_DEFENCE, "defence"),
    *_shapes("basketball_fiba", BASKETBALL_OFFENCE, "offence"),
    *_shapes("basketball_fiba", BASKETBALL_DEFENCE, "defence"),
    *_shapes("handball", HANDBALL_OFFENCE, "offence"),
    *_shapes("handball", HANDBALL_DEFENCE, "defence"),
    *_shapes("field_hockey", FIELD_HOCKEY),
    *_shapes("ice_hockey", ICE_HOCKEY),
    *_shapes("ice_hockey_nhl", ICE_HOCKEY),
    *_shapes("rugby_union", RUGBY_UNION),
    *_shapes("rugby_league", RUGBY_LEAGUE),
    *_shapes("lacrosse", LACROSSE_OFFENCE, "offence"),
    *_shapes("lacrosse", LACROSSE_DEFENCE, "defence"),
    *_shapes("volleyball", VOLLEYBALL),
)
"""Every shape, by sport and use, the usual one first."""


def shapes_of(sport: SportName) -> tuple[Shape, ...]:
    """The shapes of a sport; none of a blank pitch."""
    return tuple(shape for shape in SHAPES if shape.sport == sport)
