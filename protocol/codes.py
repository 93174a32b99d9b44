"""Every code that a peer can be told: rejections of commands, errors of messages, close codes,
notices.

The public registry (SPEC: CM and the C rows). A code is never reused for something else.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Rejection(NamedTuple):
    """What a rejection code means. `final`: the client retires the seq; otherwise it sends the same
    seq again."""

    final: bool
    about: str


REJECTIONS: dict[str, Rejection] = {
    # not executed: the same seq is sent again
    "busy": Rejection(False, "the room or the database cannot take more now"),
    "contended": Rejection(False, "other nodes kept writing first"),
    "rate_limited": Rejection(False, "too many commands; detail.wait_ms says how long to wait"),
    # final, any kind of room
    "forbidden": Rejection(True, "your role may not do this"),
    "not_found": Rejection(True, "no such room, or not for you"),
    "session_expired": Rejection(
        True, "made too long ago, or before the database was restored: this copy is not executed"
    ),
    "bad_command": Rejection(
        True, "the command is not one that this kind of room knows, or breaks its types"
    ),
    "bad_seq": Rejection(True, "this seq belongs to somebody else, or is not positive"),
    "internal": Rejection(
        True, "the server made a mistake with this command; detail.incident names it in its log"
    ),
    "read_only": Rejection(True, "the owner has switched the room to read only"),
    "unknown_member": Rejection(True, "no such member"),
    "unknown_invitation": Rejection(True, "no such invitation, or it was revoked"),
    "last_owner": Rejection(True, "a room keeps at least one owner"),
    "limit_reached": Rejection(True, "a named limit of the room is reached; detail.limit names it"),
    "muted": Rejection(
        True, "an owner has muted you; detail.until says until when, null until it is lifted"
    ),
    "nothing_changes": Rejection(True, "the room is already as the command wants it"),
    # final, boards
    "conflict": Rejection(
        True, "somebody changed the same property first; detail.conflicts holds both values"
    ),
    "exists": Rejection(True, "an object with this id exists, or existed"),
    "unknown_object": Rejection(True, "no such object"),
    "deleted": Rejection(True, "somebody deleted the object; detail says who"),
    "locked": Rejection(True, "the object or the board is locked; detail says by whom"),
    "bad_property": Rejection(
        True, "this sort of object has no such property, or the value is out of range"
    ),
    "nothing_to_undo": Rejection(True, "no step of yours is left to undo"),
    "nothing_to_redo": Rejection(True, "no step of yours is left to redo"),
    "changed_since": Rejection(
        True,
        "somebody has changed this since: undoing would take their work away, or a publisher "
        "expected another version; detail.version",
    ),
    "unknown_version": Rejection(True, "no such version, or its history was pruned"),
    # final, drafts
    "not_started": Rejection(True, "the draft has not started"),
    "started": Rejection(True, "only before the draft starts"),
    "draft_ended": Rejection(True, "the draft is over"),
    "paused": Rejection(True, "the commissioner has paused the draft"),
    "not_ready": Rejection(True, "the draft cannot start so; detail.problems says why"),
    "bad_settings": Rejection(True, "these settings contradict each other; detail.problems"),
    "no_seat": Rejection(True, "you manage no team of this draft"),
    "seat_taken": Rejection(True, "somebody else manages this team"),
    "not_your_turn": Rejection(True, "another team is on the clock; detail.seat"),
    "already_picked": Rejection(True, "this turn has its pick; detail says whose and whom"),
    "too_late": Rejection(True, "the time of this turn was over; detail.turn is the one of now"),
    "unknown_player": Rejection(True, "no such player in the pool"),
    "player_taken": Rejection(True, "somebody has this player; detail says who"),
    "no_legal_slot": Rejection(True, "the player does not fit the roster; detail.why"),
    "over_max_bid": Rejection(True, "more than the team may bid; detail.most"),
    "not_higher": Rejection(True, "the standing bid must be beaten; detail.least"),
    "bidding": Rejection(True, "not while a player is on the block"),
    "unknown_pick": Rejection(True, "no such pick, cell or sale"),
    "bad_pick": Rejection(True, "a pick that was to be loaded cannot be; detail.why"),
    "bad_trade": Rejection(True, "the teams cannot exchange these; detail.why"),
    # final, leagues
    "unknown_team": Rejection(True, "no such team in this league; detail.team"),
    "unknown_game": Rejection(True, "no such game in this league; detail.game"),
    "settled": Rejection(True, "the week has its results; detail.week"),
}
"""Rejection codes of commands. Kinds add theirs here, so that clients have one table."""

ERRORS: dict[str, str] = {
    "bad_message": (
        "not decodable, unknown type or field, wrong type, too deep, not finite, out of range"
    ),
    "out_of_phase": "this message may not come now",
    "not_found": "no such room, or not for you",
    "room_full": "you may come in, and the room has no place for one more",
    "unavailable": "the room cannot be reached now; ask again",
    "rate_limited": "too many messages; wait_ms says how long to wait",
    "too_many_rooms": "one connection holds a limited number of rooms",
    "version_unsupported": "the client is older or newer than this server speaks",
}
"""Error codes of messages other than commands. They leave the connection open (3 × bad_message in
60 s closes it)."""

NOTICES: dict[str, str] = {
    "stale": "what you see may be behind",
    "degraded": "some part is slow or away; work goes on",
    "restarting": (
        "this node is draining; `when` (ms of server time) and `where` say when, and where to go"
    ),
    "recovered": "an earlier stale or degraded is over",
}


class CloseCode(IntEnum):
    """Why a connection ended. `reconnects` says whether a client comes back by itself."""

    NORMAL = 1000
    PROTOCOL_ERROR = 1002
    WRONG_DATA = 1003
    INVALID_UTF8 = 1007
    POLICY = 1008
    TOO_BIG = 1009
    INTERNAL = 1011
    RESTART = 1012
    TRY_AGAIN_LATER = 1013
    UNAUTHORIZED = 3000
    FORBIDDEN = 3003
    TIMEOUT = 3008
    REPLACED = 4409
    VERSION_UNSUPPORTED = 4426
    FLOOD = 4429


RECONNECTS: dict[CloseCode, str] = {
    CloseCode.NORMAL: "no",
    CloseCode.PROTOCOL_ERROR: "once",
    CloseCode.WRONG_DATA: "no",
    CloseCode.INVALID_UTF8: "no",
    CloseCode.POLICY: "no",
    CloseCode.TOO_BIG: "no",
    CloseCode.INTERNAL: "yes",
    CloseCode.RESTART: "yes",
    CloseCode.TRY_AGAIN_LATER: "yes",
    CloseCode.UNAUTHORIZED: "after refreshing the token",
    CloseCode.FORBIDDEN: "no",
    CloseCode.TIMEOUT: "yes",
    CloseCode.REPLACED: "no",
    CloseCode.VERSION_UNSUPPORTED: "after an update",
    CloseCode.FLOOD: "after 10 s",
}
