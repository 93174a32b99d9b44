"""Tracking through kloppy: what becomes of its datasets, and of its absence. The datasets here
have the shape of kloppy's; with the extra `soccer` kloppy itself reads a small TRACAB match."""

import importlib
import sys
import types
import warnings
from datetime import timedelta
from typing import Any

import pytest

from server.readers.coordinates import Pitch
from server.readers.kloppy_soccer import MISSING, PROVIDERS, read_kloppy, track_of
from server.readers.report import Fault, Report
from server.readers.tracking import Track

TWO = {"meta.xml": b"<a/>", "raw.dat": b"1"}


def thing(**parts: Any) -> Any:
    return types.SimpleNamespace(**parts)


class Player:
    """Hashable, as kloppy's are."""

    def __init__(self, key: str, team: Any, number: int, role: str | None = None) -> None:
        self.player_id, self.team, self.jersey_no = key, team, number
        self.name, self.last_name = f"Player {key}", None
        self.starting_position = None if role is None else thing(code=role)


def dataset(orientation: str = "HOME_AWAY") -> Any:
    home, away = thing(ground="home", name="Reds"), thing(ground="away", name="Blues")
    one, two = Player("1", home, 1, "GK"), Player("2", away, 200)
    home.players, away.players = [one], [two]
    first, second = thing(id=1), thing(id=2)

    def frame(period: Any, ms: int, x: float) -> Any:
        return thing(
            period=period,
            timestamp=timedelta(milliseconds=ms),
            players_data={
                one: thing(coordinates=thing(x=x, y=10.0)),
                two: thing(coordinates=thing(x=float("nan"), y=0.0) if ms else thing(x=1, y=2)),
            },
            ball_coordinates=None if ms else thing(x=0.5, y=-0.5, z=0.1),
        )

    return thing(
        metadata=thing(
            teams=[home, away],
            pitch_dimensions=thing(pitch_length=100.0, pitch_width=64.0),
            orientation=thing(name=orientation),
            frame_rate=25,
        ),
        records=[frame(first, 0, -50.0), frame(first, 40, -49.9), frame(second, 0, 50.0)],
    )


def test_RD21_a_dataset_becomes_a_track() -> None:
    report = Report()
    track = track_of(dataset(), "f", "TRACAB", report)
    assert isinstance(track, Track)
    assert track.pitch == Pitch(100_000, 64_000)
    # The second period begins anew at 0, and follows a pause after the first.
    assert track.times == (0, 40, 60_040)
    assert track.frame(0).places == {
        "home:1": (-50_000, -10_000),
        "away:2": (1_000, -2_000),
        "ball": (500, 500),
    }
    assert track.frame(1).places == {"home:1": (-49_900, -10_000)}
    keeper, other, ball = track.actors
    assert (keeper.is_keeper, keeper.number, other.number, ball.is_ball) == (True, 1, None, True)
    assert track.attack == {"home": 1, "away": -1}
    assert report.oddities()["no_position"].count == 2


@pytest.mark.parametrize(
    ("orientation", "attack"),
    [("AWAY_HOME", {"home": -1, "away": 1}), ("NOT_SET", {}), ("BALL_OWNING_TEAM", {})],
)
def test_RD21_the_direction_of_play_is_kept(orientation: str, attack: dict[str, int]) -> None:
    track = track_of(dataset(orientation), "f", "TRACAB", Report())
    assert isinstance(track, Track)
    assert track.attack == attack


def test_RD21_without_the_extra_the_fault_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "kloppy.tracab", None)
    assert read_kloppy("tracab", TWO) == Fault("meta.xml", MISSING)


def test_RD21_the_number_of_files_and_documents_with_a_dtd_are_refused_before() -> None:
    fault = read_kloppy("pff", TWO)
    assert isinstance(fault, Fault)
    assert "meta_data, roster_meta_data, raw_data" in fault.why
    bomb = {"meta.xml": b"<!DOCTYPE a>", "raw.dat": b"1"}
    assert read_kloppy("tracab", bomb) == Fault(
        "meta.xml", "an XML document with a DTD is not read"
    )


class KloppyError(Exception):
    """Stands for kloppy's own."""


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Modules in kloppy's places; what `load` shall return, or raise, is put into the list."""
    told: list[Any] = []

    def load(**given: Any) -> Any:
        assert given["coordinates"] == "secondspectrum"
        assert set(given) >= {"meta_data", "raw_data"}
        warnings.warn("half of it is missing", UserWarning, stacklevel=1)
        if isinstance(told[0], Exception):
            raise told[0]
        return told[0]

    monkeypatch.setitem(sys.modules, "kloppy", thing())
    monkeypatch.setitem(sys.modules, "kloppy.tracab", thing(load=load))
    monkeypatch.setitem(sys.modules, "kloppy.exceptions", thing(KloppyError=KloppyError))
    return told


def test_RD21_what_kloppy_warns_of_is_in_the_report(loads: list[Any]) -> None:
    loads.append(dataset())
    reading = read_kloppy("tracab", TWO)
    assert not isinstance(reading, Fault)
    assert reading.oddities["kloppy_warns"].examples == ("half of it is missing",)


@pytest.mark.parametrize(
    "error",
    [KloppyError("no"), ValueError("no"), KeyError("no"), SyntaxError("no"), NameError("no")],
)
def test_RD1_RD21_what_kloppy_raises_is_a_fault(loads: list[Any], error: Exception) -> None:
    loads.append(error)
    fault = read_kloppy("tracab", TWO)
    assert isinstance(fault, Fault)
    assert fault.why.startswith(f"kloppy cannot read it: {type(error).__name__}")


TRACAB_META = b"""<?xml version="1.0"?>
<TracabMetaData sVersion="1.0"><match iId="1" dtDate="2030-01-01 20:00:00" iFrameRateFps="25"
 fPitchXSizeMeters="105.00" fPitchYSizeMeters="68.00" fTrackingAreaXSizeMeters="111.00"
 fTrackingAreaYSizeMeters="88.00">
<period iId="1" iStartFrame="100" iEndFrame="102"/>
<period iId="2" iStartFrame="200" iEndFrame="201"/>
<period iId="3" iStartFrame="0" iEndFrame="0"/><period iId="4" iStartFrame="0" iEndFrame="0"/>
</match></TracabMetaData>"""


def tracab_raw() -> bytes:
    """Two men over two periods."""
    frames = (100, 101, 102, 200, 201)
    return b"".join(
        f"{n}:1,1,7,-5250,3400,0.1;0,2,9,100,{n},0.2;:0,0,0,1,H,Alive;:\n".encode() for n in frames
    )


def test_RD21_kloppy_itself_reads_a_small_match() -> None:
    pytest.importorskip("kloppy", reason="the extra soccer is not installed")
    reading = read_kloppy("tracab", {"meta.xml": TRACAB_META, "raw.dat": tracab_raw()})
    assert not isinstance(reading, Fault), reading
    assert (-52_500, -34_000) in reading.value.frame(0).places.values()


def test_RD21_every_provider_is_where_kloppy_has_it() -> None:
    pytest.importorskip("kloppy", reason="the extra soccer is not installed")
    for provider in PROVIDERS.values():
        assert callable(getattr(importlib.import_module(provider.module), provider.function))
