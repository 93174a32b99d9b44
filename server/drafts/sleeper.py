"""A draft in the shape of Sleeper's public API: the draft, its picks, its traded picks, and the
players as that API has them. Pure. How it is read again is server/readers/sleeper_draft.py.
SPEC: DR66, DR73.

A slot is a place in the order, a roster is a seat. What the shape has no word for stands in
`metadata`, whose values are text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from protocol.draft import Pick, Player, RosterSlot
from server.drafts.held import HeldDraft
from server.readers.sleeper_draft import slots_of

_STATUS = {"waiting": "pre_draft", "live": "drafting", "paused": "paused", "ended": "complete"}


def sleeper_draft(
    room: str, name: str, held: HeldDraft, *, now_ms: int, sport: str = "nfl"
) -> dict[str, Any]:
    """`{"draft", "picks", "traded_picks", "players"}`."""
    last = max((pick.at for pick in held.picks), default=None)
    year = str(datetime.fromtimestamp((last or now_ms) / 1000, UTC).year)
    return {
        "draft": _draft(room, name, held, last, year, sport),
        "picks": sleeper_picks(held),
        "traded_picks": _traded(held, year),
        "players": {player.id: _player(player, sport) for player in held.pool.values()},
    }


def sleeper_picks(held: HeldDraft) -> list[dict[str, Any]]:
    """Keepers and picks, by their number."""
    slots = {seat: slot for slot, seat in enumerate(held.order, start=1)}
    return [
        {
            "pick_no": pick.n,
            "round": held.round_of(pick) or max(0, pick.n - 1) // held.settings.teams + 1,
            "draft_slot": slots[held.cells[pick.n - 1] if held.cells else pick.seat],
            "roster_id": pick.seat,
            "picked_by": _picked_by(held, pick),
            "player_id": pick.player,
            "is_keeper": True if pick.how == "keeper" else None,
            "metadata": _metadata(held.player(pick), pick),
        }
        for pick in held.all_picks()
    ]


def _picked_by(held: HeldDraft, pick: Pick) -> str:
    """Empty for whom nobody picked. A sale is closed by the clock: it was its team's."""
    if pick.how not in {"manual", "office"}:
        return ""
    if held.settings.type == "auction" and not pick.by:
        return next(iter(held.team(pick.seat).managers), "")
    return pick.by


def _metadata(player: Player, pick: Pick) -> dict[str, str]:
    first, _, last = player.name.partition(" ")
    amount = {} if pick.price is None else {"amount": str(pick.price)}
    return {
        "first_name": first,
        "last_name": last,
        "position": player.positions[0],
        "team": player.team,
        **amount,
    }


def _draft(
    room: str, name: str, held: HeldDraft, last: int | None, year: str, sport: str
) -> dict[str, Any]:
    settings, order = held.settings, held.order
    slots = {seat: slot for slot, seat in enumerate(order, start=1)}
    users = {
        account: slots[seat] for seat in order for account in held.team(seat).managers if account
    }
    return {
        "draft_id": room,
        "league_id": None,
        "sport": sport,
        "season": year,
        "season_type": "regular",
        "type": "linear" if settings.type == "custom" else settings.type,
        "status": _STATUS[held.phase],
        "start_time": settings.start_at,
        "last_picked": last,
        "metadata": _about(name, held),
        "settings": _settings(held),
        "draft_order": users or None,
        "slot_to_roster_id": {str(slot): seat for seat, slot in slots.items()},
    }


def _about(name: str, held: HeldDraft) -> dict[str, str]:
    about = {"name": name}
    if slots_of(_slots(held.settings.slots)) != held.settings.slots:
        about["slots"] = _text(held.settings.slots)
    if held.settings.type == "custom":
        about["matrix"] = _text(held.settings.matrix)
        about["owners"] = _text(held.owners)
    if held.settings.maxima:
        about["maxima"] = _text(held.settings.maxima)
    teams = {
        str(seat): held.team(seat).name
        for seat in held.order
        if held.team(seat).name != f"Team {seat}"
    }
    if teams:
        about["team_names"] = _text(teams)
    return about


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _slots(slots: Sequence[RosterSlot]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for slot in slots:
        key = f"slots_{slot.name.lower()}"
        counted[key] = counted.get(key, 0) + slot.count
    return counted


def _settings(held: HeldDraft) -> dict[str, int]:
    settings = held.settings
    found = {
        "teams": settings.teams,
        "rounds": settings.rounds,
        **_slots(settings.slots),
        "reversal_round": settings.reversal,
        "enforce_position_limits": int(settings.needs == "refuse"),
        "cpu_autopick": int(settings.clock.on_miss == "auto"),
    }
    if settings.clock.pick_s is not None:
        found["pick_timer"] = settings.clock.pick_s
    if settings.type == "auction":
        found["budget"] = settings.auction.budget
        if settings.clock.nominate_s is not None:
            found["nomination_timer"] = settings.clock.nominate_s
    return found


def _traded(held: HeldDraft, year: str) -> list[dict[str, Any]]:
    """Each traded cell: whose it was, and whose it is."""
    rows: list[dict[str, Any]] = []
    for n, owner in sorted((int(n), owner) for n, owner in held.owners.items()):
        origin = held.cells[n - 1]
        rows.append(
            {
                "season": year,
                "round": held.round_of(Pick(n, owner, "", "manual", "", 0)),
                "roster_id": origin,
                "previous_owner_id": origin,
                "owner_id": owner,
            }
        )
    return rows


def _player(player: Player, sport: str) -> dict[str, Any]:
    first, _, last = player.name.partition(" ")
    found: dict[str, Any] = {
        "player_id": player.id,
        "sport": sport,
        "full_name": player.name,
        "first_name": first,
        "last_name": last,
        "position": player.positions[0],
        "fantasy_positions": list(player.positions),
        "team": player.team or None,
        "search_rank": player.rank or None,
        "injury_status": player.status or None,
    }
    tenths = {"adp": player.adp, "points": player.points}
    found |= {key: value / 10 for key, value in tenths.items() if value is not None}
    plain = {"value": player.value, "bye": player.bye, "tier": player.tier}
    return found | {key: value for key, value in plain.items() if value is not None}
