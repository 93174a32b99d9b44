"""A member's model of a draft of picks, written from SPEC DR3 alone: entries in, view out. It knows
nothing of the rules, and nothing of auctions.
"""

from __future__ import annotations

from typing import Any

Plain = dict[str, Any]

ACTS_MAX = 200
BANK_MS = 6
"""Place in a seat's row."""
CLOCK = ("deadline", "wake", "base", "left", "auto")


def apply_entry(view: Plain, entry: Plain) -> None:
    """Brings the view forward by one entry; events that every room has are passed over by whoever
    calls. Raises LookupError for an event that it does not know."""
    for event in entry["events"]:
        told = {name: value for name, value in event.items() if name != "type"}
        _APPLYING[event["type"]](view, told, entry)


def _configured(view: Plain, told: Plain, _entry: Plain) -> None:
    view |= {"settings": told["settings"], "order": told["order"], "cells": told["cells"]}
    view["owners"] = _owners(told)
    numbers = [str(n) for n in range(1, told["settings"].get("teams", 10) + 1)]
    empty: list[Any] = [[], False, False, None, None, 0]
    view["seats"] = {n: view["seats"].get(n, [f"Team {n}", *empty]) for n in numbers}
    view["rosters"] = {n: view["rosters"].get(n, []) for n in numbers}


def _owners(told: Plain) -> dict[str, int]:
    return {str(n): seat for n, seat in told.get("owners", [])}


def _pool_added(view: Plain, told: Plain, _entry: Plain) -> None:
    view["pool"].update({row[0]: row for row in told["players"]})


def _pool_cleared(view: Plain, _told: Plain, _entry: Plain) -> None:
    view["pool"], view["keepers"] = {}, []


def _seat_changed(view: Plain, told: Plain, _entry: Plain) -> None:
    view["seats"][str(told["seat"])] = told["team"]


def _order_changed(view: Plain, told: Plain, _entry: Plain) -> None:
    view |= {"order": told["order"], "cells": told["cells"], "owners": _owners(told)}


def _keeper_changed(view: Plain, told: Plain, _entry: Plain) -> None:
    view["keepers"] = [one for one in view["keepers"] if one["player"] != told["player"]]
    if told.get("keeper") is not None:
        view["keepers"].append(told["keeper"])


def _moved(view: Plain, told: Plain, _entry: Plain) -> None:
    view["phase"] = told["phase"]
    if told["phase"] in {"ended", "waiting"}:
        view["turn"] = view["bid"] = None
    if told.get("why"):
        view["settings"].pop("start_at", None)


def _opened(view: Plain, told: Plain, entry: Plain) -> None:
    view["turn"], view["bid"] = {**told, "version": entry["v"]}, None


def _clock_changed(view: Plain, told: Plain, entry: Plain) -> None:
    turn = {name: value for name, value in view["turn"].items() if name not in CLOCK}
    turn |= {name: told[name] for name in CLOCK if name in told}
    if told["why"] == "outage":
        turn["extended"] = turn.get("extended", 0) + 1
    view["turn"] = turn | {"renewed": entry["at"]}
    _use_bank(view, turn["seat"], told.get("bank_ms", 0))


def _use_bank(view: Plain, seat: int, ms: int) -> None:
    view["seats"][str(seat)][BANK_MS] += ms


def _picked(view: Plain, told: Plain, entry: Plain) -> None:
    pick = {"by": entry["by"], "at": entry["at"], **told}
    view["kept" if told["how"] == "keeper" else "picks"].append(pick)
    if told["n"]:
        for name in ("skipped", "returning"):
            view[name] = [one for one in view[name] if one[0] != told["n"]]
    view["rosters"][str(told["seat"])].append(told["player"])
    _use_bank(view, told["seat"], told.get("bank_ms", 0))


def _skipped(view: Plain, told: Plain, _entry: Plain) -> None:
    row = [told["n"], told["reason"], len(view["picks"])]
    view["returning"] = [one for one in view["returning"] if one[0] != told["n"]]
    if told.get("back"):
        view["returning"].append(row)
    elif told["n"] in [one[0] for one in view["skipped"]]:
        view["skipped"] = [row if one[0] == told["n"] else one for one in view["skipped"]]
    else:
        view["skipped"].append(row)


def _undone(view: Plain, told: Plain, _entry: Plain) -> None:
    for pick in [one for one in (*view["picks"], *view["kept"]) if one["n"] in told["cells"]]:
        view["kept" if pick["how"] == "keeper" else "picks"].remove(pick)
        for has in view["rosters"].values():
            if pick["player"] in has:
                has.remove(pick["player"])
        _use_bank(view, pick["seat"], -pick.get("bank_ms", 0))
    for name in ("skipped", "returning"):
        view[name] = [one for one in view[name] if one[0] not in told.get("skips", [])]


def _replaced(view: Plain, told: Plain, _entry: Plain) -> None:
    def swapped(players: list[str]) -> list[str]:
        return [told["player"] if one == told["was"] else one for one in players]

    for pick in (*view["picks"], *view["kept"]):
        if pick["n"] == told["n"]:
            pick["player"] = told["player"]
    view["rosters"] = {seat: swapped(has) for seat, has in view["rosters"].items()}
    for trade in view["trades"]:
        for name in ("a_players", "b_players"):
            if name in trade:
                trade[name] = swapped(trade[name])


def _traded(view: Plain, told: Plain, _entry: Plain) -> None:
    row = {name: value for name, value in told.items() if name != "undo"}
    for side, to in (("a", told["b"]), ("b", told["a"])):
        for n in told.get(f"{side}_cells", []):
            view["owners"].pop(str(n), None)
            if view["cells"][n - 1] != to:
                view["owners"][str(n)] = to
        for player in told.get(f"{side}_players", []):
            for has in view["rosters"].values():
                if player in has:
                    has.remove(player)
            view["rosters"][str(to)].append(player)
    if told.get("undo"):
        view["trades"].pop()
    else:
        view["trades"].append({"after": len(view["picks"]), **row})


def _pause_planned(view: Plain, told: Plain, _entry: Plain) -> None:
    view["pause_before"] = told.get("before")


def _reset(view: Plain, _told: Plain, _entry: Plain) -> None:
    for name in ("picks", "kept", "trades", "skipped", "returning"):
        view[name] = []
    view["rosters"] = {seat: [] for seat in view["seats"]}
    view["turn"] = view["bid"] = view["pause_before"] = None
    for seat in view["seats"].values():
        seat[BANK_MS] = 0


def _acted(view: Plain, told: Plain, entry: Plain) -> None:
    usual = {"reason": "", "before": None, "after": None, "seat": None}
    stamp = {"v": entry["v"], "at": entry["at"], "by": entry["by"]}
    view["acts"] = [*view["acts"], {**stamp, **usual, **told}][-ACTS_MAX:]


_APPLYING = {
    "draft.configured": _configured,
    "pool.added": _pool_added,
    "pool.cleared": _pool_cleared,
    "seat.changed": _seat_changed,
    "order.changed": _order_changed,
    "keeper.changed": _keeper_changed,
    "draft.moved": _moved,
    "turn.opened": _opened,
    "clock.changed": _clock_changed,
    "pick.made": _picked,
    "turn.skipped": _skipped,
    "picks.undone": _undone,
    "pick.replaced": _replaced,
    "trade.made": _traded,
    "pause.planned": _pause_planned,
    "draft.reset": _reset,
    "office.acted": _acted,
}
