"""A board with everything on it, as a document: every sort, nearly every property."""

from __future__ import annotations

from typing import Any

PHASES = ("o_phase00001", "o_phase00002")
NINE, TEN, KEEPER, BALL = "o_token00009", "o_token00010", "o_token00001", "o_ball000001"


def full_document(name: str = "Corner, near post") -> dict[str, Any]:
    """A new one each time, to be changed at will."""
    return {
        "format": "touchline.board",
        "version": 1,
        "name": name,
        "settings": {"conflicts": "ask", "zones": "thirds"},
        "objects": [*_people(), *_marks(), *_play()],
        "notes": "Against a zonal defence",
        "source": "Training, 3 May",
    }


def _object(id_: str, sort: str, **props: Any) -> dict[str, Any]:
    return {"id": id_, "sort": sort, "props": props}


def _people() -> list[dict[str, Any]]:
    return [
        _object(
            NINE, "token", at=[30_000, -4_000], number=9, name="Łucja", side="home", captain=True
        ),
        _object(TEN, "token", at=[38_000, 9_000], number=10, side="home", facing=45, scale=120),
        _object(KEEPER, "token", at=[51_000, 0], number=1, role="GK", side="away", keeper=True),
        _object(BALL, "ball", at=[52_000, 33_500], carrier=TEN),
        _object("o_cone000001", "equipment", at=[40_000, -12_000], item="cone", turn=30),
    ]


def _marks() -> list[dict[str, Any]]:
    return [
        _object("o_line000001", "line", at=[0, 0], points=[[0, 0], [9_000, 2_000]], width=300),
        _object(
            "o_arrow00001",
            "arrow",
            at=[30_000, -4_000],
            points=[[0, 0], [6_000, 1_000], [14_000, 3_000]],
            stroke="dashed",
            curve=True,
            head="end",
            ink="#ffd23f",
            group="g_routine01",
        ),
        _object(
            "o_zone000001",
            "zone",
            at=[44_000, 0],
            size=[11_000, 18_000],
            fill="#38bdf8",
            opacity=22,
            layer=-2,
            group="g_routine01",
        ),
        _object("o_text000001", "text", at=[20_000, 20_000], text="Near post\n<first> & 'wait'"),
        _object("o_link000001", "link", ends=[NINE, TEN, KEEPER], measure=True),
        _object("o_measure001", "measure", at=[0, -20_000], points=[[0, 0], [9_150, 0]]),
        _object("o_comment001", "comment", at=[31_000, -3_000], text="Too early?", pin=NINE),
        _object("o_comment002", "comment", at=[31_000, -3_000], text="Yes", pin="o_comment001"),
    ]


def _play() -> list[dict[str, Any]]:
    first, second = PHASES
    return [
        _object(
            first, "phase", rank="a", duration=1_500, name="Delivery", notes="9 goes at the whistle"
        ),
        _object(second, "phase", rank="b", duration=1_000, easing="linear"),
        _stop(first, NINE, at=[44_000, -2_000], points=[[-6_000, -3_000]], curve=True),
        _stop(first, BALL, at=[44_000, -2_000], carrier=NINE, flight="lofted"),
        _stop(second, BALL, at=[52_500, -1_000]),
    ]


def _stop(phase: str, of: str, **props: Any) -> dict[str, Any]:
    return _object(f"o_{phase[2:]}-{of[2:]}", "stop", phase=phase, of=of, **props)
