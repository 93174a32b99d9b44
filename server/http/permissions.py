"""Who may use which operation: one table, from which the guard, the document and the tests are
made.

Knows operations by their ids and roles by their names; must not know how they are found out. SPEC:
PM1 to PM6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Who = Literal[
    "anyone",
    "link",
    "identity",
    "account",
    "member",
    "library",
    "team",
    "site",
    "operator",
    "metrics",
]

WHO: Final[Mapping[Who, str]] = {
    "anyone": "Everybody; no credential is looked at.",
    "link": (
        "Whoever holds a link of the room that neither has ended nor counts its uses: one to "
        "watch, or one that anybody may come in by. No credential is looked at."
    ),
    "identity": "Whoever has a valid token: a guest, an account, or a key with the scope.",
    "account": "An account with its own access token.",
    "member": "Whoever has at least this role in the room of the path.",
    "library": (
        "Whoever has at least this role in the library of the path; of a public one and of the "
        "built-in one everybody with a valid token is a viewer."
    ),
    "team": "Whoever has at least this role in the team of the path.",
    "site": "Staff (who may read) or administrators of the site, and the operator.",
    "operator": "Whoever can read the operator's key in the data folder.",
    "metrics": "Loopback, or whoever has the key of the setting.",
}
"""What the words of the table mean."""

ROOM_ROLES: Final = ("viewer", "annotator", "editor", "owner")
TEAM_ROLES: Final = ("guest", "member", "admin", "owner")
SITE_ROLES: Final = ("staff", "admin")
"""Each from the least to the most."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What one operation asks of the caller.

    Whoever is not in the room or team at all gets `not_found`, whoever is but has less than the
    role gets `forbidden`; a key gets `forbidden` where it lacks the scope, or may never."""

    who: Who
    role: str = ""
    """The least one."""
    scope: str = ""
    """What a key needs; empty: keys may not."""


def _room(role: str, scope: str = "") -> Permission:
    return Permission("member", role, scope)


def _team(role: str, scope: str = "") -> Permission:
    return Permission("team", role, scope)


def _library(role: str, scope: str = "") -> Permission:
    return Permission("library", role, scope)


ANYONE: Final = Permission("anyone")
ACCOUNT: Final = Permission("account")
OPERATOR: Final = Permission("operator")
STAFF: Final = Permission("site", "staff")
ADMIN: Final = Permission("site", "admin")

PERMISSIONS: Final[Mapping[str, Permission]] = {
    # people
    "becomeGuest": ANYONE,
    "renewToken": Permission("identity"),
    "whoAmI": Permission("identity", scope="rooms:read"),
    # signing in
    "signUp": ANYONE,
    "confirmSignUp": ANYONE,
    "logIn": ANYONE,
    "secondFactor": ANYONE,
    "refreshToken": ANYONE,
    "logOut": ANYONE,
    "ticket": Permission("identity"),
    "requestReset": ANYONE,
    "resetPassword": ANYONE,
    "beginPasskeySignIn": ANYONE,
    "finishPasskeySignIn": ANYONE,
    # one's account
    "showAccount": ACCOUNT,
    "confirmEmail": ACCOUNT,
    "changeAccount": ACCOUNT,
    "changePassword": ACCOUNT,
    "changeEmail": ACCOUNT,
    "beginTotp": ACCOUNT,
    "confirmTotp": ACCOUNT,
    "disableTotp": ACCOUNT,
    "newRecoveryCodes": ACCOUNT,
    "listSessions": ACCOUNT,
    "endSession": ACCOUNT,
    "endSessions": ACCOUNT,
    "exportAccount": ACCOUNT,
    "deleteAccount": ACCOUNT,
    "listActivity": ACCOUNT,
    "listPasskeys": ACCOUNT,
    "beginPasskey": ACCOUNT,
    "finishPasskey": ACCOUNT,
    "removePasskey": ACCOUNT,
    # rooms
    "createRoom": Permission("identity", scope="rooms:write"),
    "listRooms": Permission("identity", scope="rooms:read"),
    "importRoom": Permission("identity", scope="rooms:write"),
    "readRoom": _room("viewer", "rooms:read"),
    "readHistory": _room("viewer", "rooms:read"),
    "importDocument": Permission("identity", scope="rooms:write"),
    "lookAtPlay": Permission("identity", scope="rooms:read"),
    "importPlay": Permission("identity", scope="rooms:write"),
    "readDocument": _room("viewer", "rooms:read"),
    "showShared": Permission("link"),
    "exportRoom": _room("viewer", "rooms:read"),
    "restoreVersion": _room("editor", "rooms:write"),
    "readDifference": _room("viewer", "rooms:read"),
    "forkRoom": _room("viewer", "rooms:write"),
    "runCommand": _room("viewer", "rooms:write"),
    "setRoomTeam": _room("owner"),
    "listInvitations": _room("owner"),
    "createInvitation": _room("owner"),
    "revokeInvitation": _room("owner"),
    "rotateInvitation": _room("owner"),
    # libraries
    "listLibraries": Permission("identity", scope="rooms:read"),
    "setLibraryPublic": _library("owner"),
    "listItems": _library("viewer", "rooms:read"),
    "createItem": _library("editor", "rooms:write"),
    "readItem": _library("viewer", "rooms:read"),
    "updateItem": _library("editor", "rooms:write"),
    "deleteItem": _library("editor", "rooms:write"),
    "copyItem": _library("editor", "rooms:write"),
    "listItemVersions": _room("viewer", "rooms:read"),
    "restoreItem": _library("editor", "rooms:write"),
    "shareItem": _library("owner"),
    "openItem": _library("viewer", "rooms:write"),
    "renameFolder": _library("editor", "rooms:write"),
    # drafts
    "importDraft": Permission("identity", scope="rooms:write"),
    "readDraftResults": _room("viewer", "rooms:read"),
    "readDraftRecap": _room("viewer", "rooms:read"),
    "searchDraftPool": _room("viewer", "rooms:read"),
    "importDraftPool": _room("owner", "rooms:write"),
    "importDraftRankings": _room("owner", "rooms:write"),
    "createHook": _room("owner"),
    "listHooks": _room("owner"),
    "testHook": _room("owner"),
    "turnHookOn": _room("owner"),
    "deleteHook": _room("owner"),
    # feeds
    "publish": _room("editor", "feeds:publish"),
    "watchFeed": _room("viewer", "rooms:write"),
    "boardOfMoment": _room("viewer", "rooms:write"),
    "readPlays": _room("viewer", "rooms:read"),
    # meets
    "readMeet": _room("viewer", "rooms:read"),
    "readLeaderboards": _room("viewer", "rooms:read"),
    # plays
    "askPlays": Permission("identity", scope="feeds:read"),
    # leagues
    "readWeek": _room("viewer", "rooms:read"),
    "readMatchup": _room("viewer", "rooms:read"),
    "readTrail": _room("viewer", "rooms:read"),
    "readChances": _room("viewer", "rooms:read"),
    "settleWeek": _room("owner", "rooms:write"),
    "takeRosters": _room("owner", "rooms:write"),
    # teams
    "createTeam": ACCOUNT,
    "listTeams": Permission("account", scope="teams:read"),
    "readTeam": _team("guest", "teams:read"),
    "renameTeam": _team("admin"),
    "deleteTeam": _team("owner"),
    "setTeamRole": _team("admin"),
    "removeTeamMember": _team("admin"),
    "leaveTeam": _team("guest"),
    "transferTeam": _team("owner"),
    "listTeamInvitations": _team("admin"),
    "inviteToTeam": _team("admin"),
    "revokeTeamInvitation": _team("admin"),
    "showTeamInvitation": ANYONE,
    "joinTeam": ACCOUNT,
    "listTeamRooms": _team("guest", "teams:read"),
    "listTeamKeys": _team("admin"),
    # keys
    "createKey": ACCOUNT,
    "listKeys": ACCOUNT,
    "rotateKey": ACCOUNT,
    "revokeKey": ACCOUNT,
    # the site
    "adminOverview": STAFF,
    "adminListUsers": STAFF,
    "adminShowUser": STAFF,
    "adminEndUserSessions": ADMIN,
    "adminSetSiteRole": ADMIN,
    "adminCloseUser": ADMIN,
    "adminResetUser": ADMIN,
    "adminRemoveTotp": ADMIN,
    "adminListInvitations": STAFF,
    "adminInvite": ADMIN,
    "adminRevokeInvitation": ADMIN,
    "adminListTeams": STAFF,
    "adminShowTeam": STAFF,
    "adminListKeys": STAFF,
    "adminRevokeKey": ADMIN,
    "adminShowLimits": STAFF,
    "adminShowLimit": STAFF,
    "adminResetLimit": ADMIN,
    "adminListBlocks": STAFF,
    "adminBlock": ADMIN,
    "adminLiftBlock": ADMIN,
    "adminReadAudit": STAFF,
    "adminListActions": STAFF,
    "adminExportAudit": ADMIN,
    "adminListSessions": STAFF,
    "adminEndSession": ADMIN,
    "adminCleanUp": ADMIN,
    # the operator
    "operatorListRooms": OPERATOR,
    "operatorCreateRoom": OPERATOR,
    "operatorImportRoom": OPERATOR,
    "operatorImportDraft": OPERATOR,
    "operatorShowRoom": OPERATOR,
    "operatorReadHistory": OPERATOR,
    "operatorExportRoom": OPERATOR,
    "operatorRestoreVersion": OPERATOR,
    "operatorPruneRoom": OPERATOR,
    "operatorOpenFeed": OPERATOR,
    "operatorOpenMeet": OPERATOR,
    "operatorMeetCommand": OPERATOR,
    "operatorReport": OPERATOR,
    "operatorAskPlays": OPERATOR,
    "operatorIndexPlays": OPERATOR,
    "operatorRunLeague": OPERATOR,
    "operatorReadWeek": OPERATOR,
    "operatorSettleWeek": OPERATOR,
    "operatorTakeRosters": OPERATOR,
    # the node
    "live": ANYONE,
    "ready": ANYONE,
    "status": ANYONE,
    "health": ANYONE,
    "metrics": Permission("metrics"),
    "config": ANYONE,
}
"""Every operation by its id. A test fails where an operation is not here, or a row has none."""


def at_least(role: str, least: str, order: tuple[str, ...]) -> bool:
    """Whether `role` stands at or above `least`; an unknown one is below all."""
    return role in order and order.index(role) >= order.index(least)


def rows() -> list[list[str]]:
    """The table: operation, who, the least role, what a key needs."""
    return [
        [name, one.who, one.role or "–", one.scope or "never"] for name, one in PERMISSIONS.items()
    ]


def as_markdown() -> str:
    """The table for the documents."""
    lines = ["| operation | who | least role | scope of a key |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {' | '.join(cells)} |" for name, *cells in rows()]
    return "\n".join(lines) + "\n"
