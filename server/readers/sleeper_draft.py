"""A draft in the shape of Sleeper's public API, read: settings, teams, players, traded picks and
picks, as a room is made of them. Pure. SPEC: DR74, DR75.

The file is `{"draft", "picks"?, "traded_picks"?, "players"?}`, each as that API answers it. Players
who are in no list of players are those of the picks' metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from protocol.draft import (
    CELLS_MAX,
    ROUNDS_MAX,
    SEATS_MAX,
    AuctionSettings,
    ClockSettings,
    DraftSettings,
    Player,
    RosterSlot,
)
from protocol.draft_commands import LoadDraft, LoadedName, LoadedPick
from protocol.text import clean_name
from server.readers.player_pool import Pool, read_pool
from server.readers.report import Fault
from server.readers.source import whole
from server.rules.draft.orders import origins, round_of

_RUNNERS = ("RB", "WR", "TE")
POSITIONS: Mapping[str, tuple[str, ...]] = {
    "flex": _RUNNERS,
    "super_flex": ("QB", *_RUNNERS),
    "rec_flex": ("WR", "TE"),
    "wrrb_flex": ("RB", "WR"),
    "idp_flex": ("DL", "DE", "DT", "LB", "DB", "CB", "S"),
    "dl": ("DL", "DE", "DT"),
    "db": ("DB", "CB", "S"),
}
"""Places of several positions, by the end of their setting's name."""
_BENCH = frozenset({"bn", "bench"})
_NO_PLACES = frozenset({"ir", "taxi", "reserve"})
"""What a league has beside a roster that is drafted."""


class _Draft(Struct, frozen=True):
    type: Literal["snake", "linear", "auction"]
    settings: dict[str, Any]
    status: str = "pre_draft"
    metadata: dict[str, Any] | None = None
    draft_order: dict[LoadedName, int] | None = None
    slot_to_roster_id: dict[str, int] | None = None
    last_picked: int | None = None
    start_time: int | None = None


class _Pick(Struct, frozen=True):
    pick_no: Annotated[int, Meta(ge=0, le=CELLS_MAX)]
    player_id: str
    roster_id: int | str | None = None
    draft_slot: int | None = None
    picked_by: LoadedName | None = None
    is_keeper: bool | None = None
    metadata: dict[str, Any] | None = None


class _Traded(Struct, frozen=True):
    round: int
    roster_id: int
    owner_id: int


class _File(Struct, frozen=True):
    draft: _Draft
    picks: Annotated[list[_Pick], Meta(max_length=CELLS_MAX)] = []
    traded_picks: Annotated[list[_Traded], Meta(max_length=CELLS_MAX)] = []
    players: dict[str, Any] = {}


class SleeperDraft(Struct, frozen=True):
    """What a room is made of. `seats`: names that teams have, by seat."""

    name: str
    settings: DraftSettings
    load: LoadDraft
    seats: dict[int, str]


class _Wrong(ValueError):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(why)
        self.path = path


_read = msgspec.json.Decoder(_File)


def slots_of(settings: Mapping[str, Any]) -> tuple[RosterSlot, ...]:
    """The places of a roster, out of `slots_…`."""
    found: list[RosterSlot] = []
    for key, value in settings.items():
        name = key.removeprefix("slots_")
        count = whole(value)
        if name == key or name in _NO_PLACES or not count:
            continue
        bench = name in _BENCH
        positions = () if bench else POSITIONS.get(name, (name.upper(),))
        found.append(RosterSlot(name.upper()[:12], positions, count, bench))
    return tuple(found)


def read_sleeper_draft(content: bytes) -> SleeperDraft | Fault:
    """A draft of a file's bytes. A Fault has the JSON path of what is wrong, `$` for all of it."""
    try:
        return _made(_read.decode(content))
    except _Wrong as wrong:
        return Fault(wrong.path, str(wrong))
    except msgspec.ValidationError as error:
        why, _, path = str(error).rpartition(" - at `")
        return Fault(path.removesuffix("`") if why else "$", why or str(error))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        return Fault("$", f"not JSON: {error}")


def _made(file: _File) -> SleeperDraft:
    draft = file.draft
    about = draft.metadata or {}
    settings = _settings(draft, about)
    order = _order(draft, settings.teams)
    ended = draft.status == "complete"
    begun = ended or draft.status in {"drafting", "paused"}
    players = _players(file)
    if begun and not ended and len(players) <= len(file.picks):
        raise _Wrong("$.players", "a draft that goes on needs the players who are left to pick")
    load = LoadDraft(
        order=tuple(order),
        managers=_managers(draft, order),
        players=tuple(players),
        owners=tuple(_owners(file, settings, order)),
        picks=tuple(_picks(file, settings, order)),
        phase="ended" if ended else "paused" if begun else "waiting",
        at=draft.last_picked or 0,
    )
    return SleeperDraft(
        clean_name(str(about.get("name") or "")) or "Draft", settings, load, _names(about)
    )


def _names(about: Mapping[str, Any]) -> dict[int, str]:
    names: dict[int, str] = _own(about, "team_names", dict[int, str]) or {}
    cleaned = {seat: clean_name(name, 40) for seat, name in names.items()}
    return {seat: name for seat, name in cleaned.items() if name}


def _own(about: Mapping[str, Any], key: str, wanted: Any) -> Any:
    """What we ourselves wrote into the metadata; None: nothing."""
    if key not in about:
        return None
    try:
        return msgspec.json.decode(str(about[key]), type=wanted, strict=False)
    except msgspec.MsgspecError as error:
        raise _Wrong(f"$.draft.metadata.{key}", str(error)) from None


def _settings(draft: _Draft, about: Mapping[str, Any]) -> DraftSettings:
    said = {key: number for key, value in draft.settings.items() if (number := whole(value))}
    slots = _own(about, "slots", tuple[RosterSlot, ...]) or slots_of(draft.settings)
    size = sum(slot.count for slot in slots)
    rounds = said.get("rounds") or size
    if size < rounds:  # a draft of its own, outside a league: the rest is bench
        slots = (*slots, RosterSlot("BN", (), min(rounds - size, ROUNDS_MAX), bench=True))
    matrix = _own(about, "matrix", tuple[tuple[int, ...], ...]) or ()
    plain: dict[str, Any] = {
        "type": "custom" if matrix else draft.type,
        "matrix": matrix,
        "teams": said.get("teams") or len(draft.slot_to_roster_id or {}),
        "rounds": rounds,
        "reversal": said.get("reversal_round", 0),
        "slots": msgspec.to_builtins(slots),
        "maxima": _own(about, "maxima", dict[str, int]) or {},
        "needs": "refuse" if said.get("enforce_position_limits") else "any",
        "clock": msgspec.to_builtins(_clock(draft, said)),
        "auction": msgspec.to_builtins(AuctionSettings(said.get("budget", 200))),
        "start_at": draft.start_time if draft.status == "pre_draft" else None,
    }
    try:
        return msgspec.convert(plain, DraftSettings)
    except msgspec.ValidationError as error:
        raise _Wrong("$.draft.settings", str(error)) from None


def _clock(draft: _Draft, said: Mapping[str, int]) -> ClockSettings:
    """No timer is no limit: null, and not 0."""
    auction = draft.type == "auction"
    return ClockSettings(
        pick_s=said.get("pick_timer"),
        nominate_s=said.get("nomination_timer") if auction else 30,
        on_miss="auto" if said.get("cpu_autopick") else "manual",
    )


def _order(draft: _Draft, teams: int) -> list[int]:
    given = draft.slot_to_roster_id or {}
    order = [given.get(str(slot), slot) for slot in range(1, teams + 1)]
    if sorted(order) != list(range(1, teams + 1)):
        raise _Wrong("$.draft.slot_to_roster_id", "each roster has one slot")
    return order


def _managers(draft: _Draft, order: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    managers: list[list[str]] = [[] for _ in range(min(len(order), SEATS_MAX))]
    for account, slot in (draft.draft_order or {}).items():
        if not 1 <= slot <= len(order):
            raise _Wrong("$.draft.draft_order", f"there is no slot {slot}")
        managers[order[slot - 1] - 1].append(account)
    return tuple(tuple(one) for one in managers)


def _owners(file: _File, settings: DraftSettings, order: Sequence[int]) -> list[tuple[int, int]]:
    seats = origins(settings, list(order))
    if settings.type == "custom":  # a team may have several cells of a round
        return _own_owners(file.draft.metadata or {}, len(seats), order)
    cells = {(round_of(settings, n), seat): n for n, seat in enumerate(seats, start=1)}
    found: list[tuple[int, int]] = []
    for index, row in enumerate(file.traded_picks):
        n = cells.get((row.round, row.roster_id))
        if n is None:
            continue  # of another season's rounds, which traded picks know too
        if row.owner_id not in order:
            raise _Wrong(f"$.traded_picks[{index}].owner_id", f"no roster {row.owner_id}")
        found.append((n, row.owner_id))
    return [*found, *_traded_by_their_picks(file, seats, dict(found))]


def _traded_by_their_picks(
    file: _File, seats: Sequence[int], known: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Cells that somebody else picked for than whose they are: traded, whether or not the answer
    of that API which names trades is in the file."""
    if file.draft.slot_to_roster_id is None:
        return
    for one in file.picks:
        seat = whole(one.roster_id)
        if seat is not None and seat in seats and 0 < one.pick_no <= len(seats):
            origin = seats[one.pick_no - 1]
            if seat != known.get(one.pick_no, origin):
                yield one.pick_no, seat


def _own_owners(
    about: Mapping[str, Any], cells: int, order: Sequence[int]
) -> list[tuple[int, int]]:
    owners: dict[int, int] = _own(about, "owners", dict[int, int]) or {}
    for n, owner in owners.items():
        if not 1 <= n <= cells or owner not in order:
            raise _Wrong("$.draft.metadata.owners", f"no pick {n} of roster {owner}")
    return sorted(owners.items())


def _picks(file: _File, settings: DraftSettings, order: Sequence[int]) -> list[LoadedPick]:
    cells = origins(settings, list(order))
    owners = dict(_owners(file, settings, order))
    found: list[LoadedPick] = []
    for index, one in enumerate(file.picks):
        path = f"$.picks[{index}]"
        seat = whole(one.roster_id)
        if seat is None and 0 < one.pick_no <= len(cells):  # mocks have no rosters
            seat = owners.get(one.pick_no) or cells[one.pick_no - 1]
        if seat is None and one.draft_slot is not None and 1 <= one.draft_slot <= len(order):
            seat = order[one.draft_slot - 1]
        if seat is None or seat not in order:
            raise _Wrong(f"{path}.roster_id", f"no roster {one.roster_id}")
        price = whole((one.metadata or {}).get("amount"))
        by = one.picked_by or ""
        keeper = bool(one.is_keeper)
        try:
            pick = LoadedPick(one.pick_no, seat, one.player_id, by, price, keeper)
            found.append(msgspec.convert(msgspec.to_builtins(pick), LoadedPick))
        except msgspec.ValidationError as error:
            raise _Wrong(path, str(error)) from None
    return found


def _players(file: _File) -> list[Player]:
    """Those of `players`, and of the picks whoever is not among them."""
    rows: dict[str, Any] = dict(file.players)
    ranked = bool(rows)
    for one in file.picks:
        if one.player_id not in rows:
            rows[one.player_id] = {**(one.metadata or {}), "player_id": one.player_id}
    if not rows:
        return []
    read = read_pool("players", msgspec.json.encode(rows))
    if isinstance(read, Fault):
        raise _Wrong("$.players" if ranked else "$.picks", read.why)
    pool: Pool = read.value
    known = {player.id for player in pool.players}
    for index, one in enumerate(file.picks):
        if one.player_id not in known:
            raise _Wrong(f"$.picks[{index}].metadata", "no player can be made of it")
    return pool.players
