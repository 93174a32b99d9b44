"""A call of every HTTP operation that would succeed, with everything around it that it needs: to be
sent as it is, by somebody else, or spoilt."""

from __future__ import annotations

import dataclasses
import itertools
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
from pyotp.totp import TOTP

from protocol.membership import CreateInvitation
from server.accounts import live_keys, recovery_codes, signatures
from server.accounts.passkeys import Site
from server.accounts.sign_in import Device, FactorAwaited
from server.accounts.sign_up import Texts, digest_of
from server.audit import Origin
from server.http.app import OPERATIONS
from server.http.documentation import document
from server.identity import Identity
from server.invitations import new_invitation_id
from server.readers.clips import read_files
from server.readers.match_events import MatchEvents
from server.readers.match_reports import Recorded, lacking, recorded
from server.readers.report import Reading
from storage.api_keys import ApiKey
from storage.blocks import Block
from storage.room_log import StoredSnapshot
from storage.teams import Joined, Team, TeamInvitation
from storage.webhooks import Webhook
from tests.support.authenticator import Authenticator
from tests.support.http_side import NO_ROOM, ORIGIN, PASSWORD, HttpSide
from tests.support.league_rooms import a_draft, a_scene
from tests.support.libraries import SLOTS, add_item, item_id, set_item
from tests.support.matches import statsbomb
from tests.support.provider_files import ngs
from tests.unit.server.http.test_rooms import ball
from tests.unit.server.http.test_transfer import a_file

DOCUMENT = document(OPERATIONS, "1.2.3")
OPERATION: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
FAR_MS = 2**52
_numbers = itertools.count(1)


@dataclasses.dataclass
class Call:
    """A request that would succeed."""

    name: str
    side: HttpSide
    mine: Identity
    room: str = ""
    headers: dict[str, str] = dataclasses.field(default_factory=dict[str, str])
    body: Any = None
    content: Any = None
    query: str = ""
    host: str = "localhost:8700"
    address: str | None = None
    path: dict[str, str] = dataclasses.field(default_factory=dict[str, str])
    """Values of the path's parameters, other than the room's."""

    async def send(self) -> httpx.Response:
        method, path, _ = OPERATION[self.name]
        filled = path.format(**{"room_id": self.room, **self.path}) + self.query
        more: dict[str, Any] = {"host": self.host, "address": self.address}
        if self.content is not None:
            more["content"] = self.content
        elif self.body is not None:
            more["json"] = self.body
        return await self.side.send(method, filled, headers=self.headers, **more)

    @property
    def now_ms(self) -> int:
        return self.side.clock.now_ms()


SITE = Site(ORIGIN, "localhost")
"""Where the page with a passkey is."""

REPORT: dict[str, Any] = {
    "type": "play.report",
    "source": "gsis",
    "revision": 1,
    "play": {"id": 36, "order": 1},
}

PLAYERS = {"name": "players.csv", "content": "id,name,pos,rank\np1,One,QB,1\np2,Two,RB,2\n"}
SLEEPER: dict[str, Any] = {
    "draft": {"type": "snake", "settings": {"teams": 2, "rounds": 1, "slots_bn": 1}},
    "picks": [
        {
            "pick_no": 1,
            "player_id": "p1",
            "metadata": {"first_name": "One", "last_name": "A", "position": "QB"},
        }
    ],
    "players": {
        "p2": {"player_id": "p2", "full_name": "Two B", "position": "QB"},
        "p3": {"player_id": "p3", "full_name": "Three C", "position": "RB"},
    },
}

BODIES: dict[str, Any] = {
    "importDraft": {**SLEEPER, "draft": {**SLEEPER["draft"], "status": "paused"}},
    "operatorImportDraft": {**SLEEPER, "draft": {**SLEEPER["draft"], "status": "paused"}},
    "importDraftPool": PLAYERS,
    "importDraftRankings": PLAYERS,
    "createHook": {"url": "https://league.example/hooks"},
    "becomeGuest": {"name": "Ada"},
    "createRoom": {"kind": "board", "name": "B"},
    "importRoom": a_file(),
    "importDocument": {
        "format": "touchline.board",
        "version": 1,
        "name": "B",
        "settings": {},
        "objects": [{"id": "o_00000001", "sort": "ball", "props": {"at": [0, 0]}}],
    },
    "lookAtPlay": {"files": [{"name": "play.csv", "content": b64encode(ngs(3)).decode()}]},
    "importPlay": {"files": [{"name": "play.csv", "content": b64encode(ngs(3)).decode()}]},
    "restoreVersion": {"version": 1},
    "forkRoom": {"name": "B, again"},
    "boardOfMoment": {"item": 3},
    "operatorOpenMeet": {"key": "evening", "name": "Evening meet"},
    "operatorMeetCommand": {"type": "meet.set", "meet": {"name": "Evening meet"}},
    "createInvitation": {"role": "viewer"},
    "operatorCreateRoom": {"kind": "board", "name": "B"},
    "operatorImportRoom": a_file(),
    "operatorRestoreVersion": {"version": 1},
    "operatorPruneRoom": {"before": 10},
    "signUp": {"email": "new@example.org", "name": "New"},
    "logIn": {"email": "ada@example.org", "password": PASSWORD},
    "logOut": {},
    "requestReset": {"email": "ada@example.org"},
    "changeAccount": {"name": "Ada L."},
    "changePassword": {"current": PASSWORD, "new": "another horse battery"},
    "changeEmail": {"email": "ada@elsewhere.example", "password": PASSWORD},
    "beginTotp": {"password": PASSWORD},
    "beginPasskey": {"password": PASSWORD},
    "endSessions": {},
    "deleteAccount": {"password": PASSWORD},
    "createTeam": {"name": "First"},
    "renameTeam": {"name": "Second"},
    "setTeamRole": {"role": "admin"},
    "inviteToTeam": {"role": "member"},
    "createKey": {"name": "Ticker", "scopes": ["rooms:read"]},
    "rotateKey": {},
    "publish": {**REPORT, "revision": 2},
    "watchFeed": {"speed": 0},
    "operatorOpenFeed": {"game": "2030010600", "name": "AWY at HOM"},
    "operatorReport": {**REPORT, "revision": 2},
    "askPlays": {"where": {"downs": [3]}},
    "operatorAskPlays": {"total": True},
    "operatorIndexPlays": {},
    "operatorRunLeague": {"type": "delay.set", "seconds": 30},
    "takeRosters": {},
    "operatorTakeRosters": {},
    "runCommand": {"command": {"type": "chat.say", "text": "Hello"}},
    "setRoomTeam": {"team": None},
    "setLibraryPublic": {"public": True},
    "createItem": {"sort": "formation", "name": "A", "content": {"slots": SLOTS}},
    "updateItem": {"set": {"name": "New"}},
    "copyItem": {"item": item_id(1)},
    "restoreItem": {"version": 2},
    "shareItem": {},
    "openItem": {},
    "renameFolder": {"folder": "a", "to": "b"},
    "adminSetSiteRole": {"role": "staff"},
    "adminCloseUser": {"reason": "asked for"},
    "adminRemoveTotp": {"reason": "lost"},
    "adminInvite": {},
    "adminBlock": {"kind": "address", "value": "203.0.113.7", "reason": "noise"},
}
QUERIES = {
    "readDifference": "?from=1",
    "adminListSessions": "?account=a_0000000000000000000000",
    "adminShowLimit": "?subject=203.0.113.7",
    "adminResetLimit": "?subject=203.0.113.7",
}


async def prepared(name: str, side: HttpSide) -> Call:
    """Everything that the operation needs to succeed, made anew."""
    number = next(_numbers)
    site_role = "admin" if name.startswith("admin") else None
    email = f"ada{number}@example.org"
    mine, header = await side.account(email, "Ada", site_role=site_role)
    call = Call(name, side, mine, "", dict(header), BODIES.get(name), query=QUERIES.get(name, ""))
    _, path, _ = OPERATION[name]
    if "{room_id}" in path:
        await _room(call)
    if name.startswith("operator"):
        call.headers = dict(side.operator)
    if "{team_id}" in path:
        call.path["team_id"] = await team_of(call)
    for part, make in PARTS.items():
        if f"{{{part}}}" in path and (name, part) not in _ELSEWHERE:
            call.path[part] = await make(call)
    special = SPECIAL.get(name)
    if special is not None:
        await special(call, email)
    if name == "metrics":
        call.address = "127.0.0.1"
    if name in {"logIn", "requestReset"}:
        call.body = {**call.body, "email": email}
    if name == "signUp":
        call.body = {**call.body, "email": f"new{number}@example.org"}
    if name in {"signUp", "logIn", "becomeGuest", "renewToken"}:
        call.headers = {}
    if name in {"renewToken"}:
        call.headers = side.person()[1]
    return call


async def _room(call: Call) -> None:
    side = call.side
    if OPERATION[call.name][1].startswith("/libraries/"):
        await _library(call)
        return
    if OPERATION[call.name][1].startswith("/drafts/"):
        call.room = await side.directory.create("draft", "Ours", call.mine, {})
        return
    if call.name == "boardOfMoment":
        call.room = await match_room(side, call.mine)
        return
    if "/feeds/" in OPERATION[call.name][1]:
        call.room = await side.directory.create("feed", "Ours", call.mine, {})
        said = json.dumps(REPORT).encode()
        assert (await side.directory.execute(call.room, call.mine, said)).code is None
        return
    if "/meets/" in OPERATION[call.name][1]:
        call.room = await side.directory.create("meet", "Ours", call.mine, {})
        return
    if "/leagues/" in OPERATION[call.name][1]:
        await _league(call)
        return
    room = call.room = await side.board(call.mine)
    for n in range(8):
        await side.directory.execute(room, call.mine, ball(f"{n}"))
    opened = await side.directory.open(room)
    assert opened is not None
    state = opened.replica.state.snapshot()
    await side.log.save_snapshot(room, StoredSnapshot(opened.replica.committed, state))


async def match_room(side: HttpSide, owner: Identity, room: str | None = None) -> str:
    """A feed with a small match."""
    room = room or await side.directory.create("feed", "Ours", owner, {"profile": "soccer"})
    for report in lacking(_match(), {}, None, 1):
        ended = await side.directory.execute(room, owner, msgspec.json.encode(report))
        assert ended.code is None, ended
    return room


def _match() -> Recorded:
    read = read_files(None, {"events.json": statsbomb()})
    assert isinstance(read, Reading)
    assert isinstance(read.value, MatchEvents)
    return recorded(read.value)


async def _league(call: Call) -> None:
    directory = call.side.directory
    if call.name in {"takeRosters", "operatorTakeRosters"}:
        call.room = await directory.create("league", "New", call.mine, {})
        call.body = {"draft": await a_draft(directory, call.mine)}
        return
    scene = await a_scene(directory, call.mine)
    await scene.header("final")
    call.room = scene.league


async def _one(_call: Call) -> str:
    return "1"


ITEM = item_id(1)


async def _library(call: Call) -> None:
    side = call.side
    room = call.room = await side.directory.create("library", "Ours", call.mine, {})
    for said in (add_item(1, folder="a"), set_item(1, name="Other")):
        ended = await side.directory.execute(room, call.mine, json.dumps(said).encode())
        assert ended.code is None, ended


async def another(call: Call) -> Identity:
    """Somebody else with an account."""
    return (await call.side.account(f"bob{next(_numbers)}@example.org", "Bob"))[0]


async def team_of(call: Call, *, owner: Identity | None = None) -> str:
    """A team that one owns (or somebody else does)."""
    one = owner or call.mine
    team = Team(f"t_{next(_numbers):022}", "Club", call.now_ms)
    teams = call.side.services.accounts.stores.teams
    assert await teams.create(team, owner=one.account, owner_name=one.name)
    return team.id


async def invitation_to(call: Call, team: str, role: Any = "member") -> tuple[str, str]:
    """An invitation's id and secret."""
    number = next(_numbers)
    secret = f"tlt_{number:043}"
    one = TeamInvitation(
        f"ti_{number:011}",
        team,
        role,
        None,
        digest_of(secret),
        None,
        None,
        call.mine.account,
        call.now_ms,
    )
    assert await call.side.services.accounts.stores.teams.add_invitation(one, most=100)
    return one.id, secret


async def member_of(call: Call, team: str, who: Identity, role: Any = "member") -> None:
    """Lets somebody into a team."""
    _, secret = await invitation_to(call, team, role)
    done = await call.side.services.accounts.stores.teams.accept(
        digest_of(secret), account=who.account, name=who.name, email=None, at=call.now_ms
    )
    assert isinstance(done, Joined)


async def key_of(
    call: Call,
    who: Identity,
    *scopes: str,
    rooms: frozenset[str] | None = None,
    signing: str | None = None,
) -> live_keys.NewKey:
    """A key of somebody, that holds at once."""
    accounts = call.side.services.accounts
    made = live_keys.new_key()
    sealed = None
    if signing is not None:
        sealed = accounts.seals.seal(signing.encode(), account=made.id, purpose="key-signing")
    key = ApiKey(
        id=made.id,
        account=who.account,
        name="Key",
        digest=made.digest,
        sealed_secret=sealed,
        scopes=frozenset(scopes),
        rooms=rooms,
        created_at=call.now_ms,
    )
    assert await accounts.stores.keys.add(key, most=100)
    accounts.access.note("key", made.id, "created", call.now_ms)
    await accounts.access.refresh()
    return made


async def _invitation_id(call: Call) -> str:
    if "/teams/" in OPERATION[call.name][1]:
        return (await invitation_to(call, call.path["team_id"]))[0]
    if "/admin/" in OPERATION[call.name][1]:
        return await _site_invitation(call)
    invitation = new_invitation_id()
    await call.side.directory.execute(call.room, call.mine, CreateInvitation(invitation, "viewer"))
    return invitation


async def _account_id(call: Call) -> str:
    other = await another(call)
    if "team_id" in call.path:
        await member_of(call, call.path["team_id"], other)
    return other.account


async def _session_id(call: Call) -> str:
    accounts = call.side.services.accounts
    account = await accounts.stores.accounts.account(call.mine.account)
    assert account is not None
    opened = await accounts.sign_in.open_session(account, Device("Old"), Origin(), how="test")
    return opened.session


async def _key_id(call: Call) -> str:
    return (await key_of(call, call.mine, "rooms:read")).id


async def hook_of(call: Call) -> str:
    """A webhook of the call's room."""
    id_ = f"wh_{next(_numbers)}"
    made = Webhook(
        id=id_,
        room=call.room,
        url="https://league.example/hooks",
        sealed_secret=call.side.services.accounts.seals.seal(
            signatures.new_secret().encode(), account=id_, purpose="webhook"
        ),
        created_by=call.mine.account,
        created_at=call.now_ms,
        version=1,
    )
    assert await call.side.services.hooks.store.add(made, most=100)
    return made.id


async def _passkey_id(call: Call) -> str:
    return await passkey_of(call, Authenticator(ORIGIN))


async def passkey_of(call: Call, device: Authenticator) -> str:
    """The device signs in to the caller's account."""
    passkeys = call.side.services.accounts.passkeys
    account = await call.side.services.accounts.mine.find(call.mine.account)
    begun = await passkeys.begin_adding(account, PASSWORD, Origin(), SITE)
    made = await passkeys.finish_adding(
        account.id, begun.ceremony, device.make(begun.options), "Phone", Origin(), SITE
    )
    return made.id


async def _block_id(call: Call) -> str:
    block = Block(f"b_{next(_numbers):011}", "account", "a_x", "test", "", call.now_ms)
    await call.side.services.accounts.stores.blocks.add(block)
    return block.id


async def _item_id(_call: Call) -> str:
    return ITEM


async def _limit_name(_call: Call) -> str:
    return "login"


async def _site_invitation(call: Call) -> str:
    sign_up = call.side.services.accounts.sign_up
    await sign_up.invite("", None, Texts(ORIGIN), Origin(), call.mine.account)
    return (await sign_up.invitations())[-1].id


PARTS: dict[str, Callable[[Call], Awaitable[str]]] = {
    "invitation_id": _invitation_id,
    "account_id": _account_id,
    "session_id": _session_id,
    "key_id": _key_id,
    "hook_id": hook_of,
    "block_id": _block_id,
    "passkey_id": _passkey_id,
    "item_id": _item_id,
    "name": _limit_name,
    "id": team_of,
    "week": _one,
    "matchup": _one,
}
_ELSEWHERE: set[tuple[str, str]] = set()


# --- what some operations need beside their path --------------------------------------------------


async def _confirm_sign_up(call: Call, _email: str) -> None:
    email = f"fresh{next(_numbers)}@example.org"
    await call.side.services.accounts.sign_up.ask(
        email, "Fresh", Texts(ORIGIN), Origin(f"10.9.0.{next(_numbers) % 256}")
    )
    await call.side.mailed()
    call.headers = {}
    call.body = {"token": call.side.outbox.token(email), "password": PASSWORD}


async def totp_on(call: Call, email: str) -> str:
    """Sets up a second factor and returns its secret."""
    mine = call.side.services.accounts.mine
    offer = await mine.begin_totp(call.mine.account, PASSWORD, Origin())
    code = TOTP(offer.secret).at(call.now_ms // 1000)
    await mine.confirm_totp(call.mine.account, code, Origin())
    call.side.clock.advance(60)
    return offer.secret


async def _second_factor(call: Call, email: str) -> None:
    secret = await totp_on(call, email)
    asked = await call.side.services.accounts.sign_in.with_password(
        email, PASSWORD, Device(), Origin("10.9.9.9")
    )
    assert isinstance(asked, FactorAwaited)
    code = TOTP(secret).at(call.now_ms // 1000)
    call.headers, call.body = {}, {"mfa_token": asked.mfa_token, "code": code}


async def _factor_again(call: Call, email: str) -> None:
    secret = await totp_on(call, email)
    code = TOTP(secret).at(call.now_ms // 1000)
    call.body = {"password": PASSWORD, "code": code}


async def _confirm_totp(call: Call, _email: str) -> None:
    offer = await call.side.services.accounts.mine.begin_totp(call.mine.account, PASSWORD, Origin())
    call.body = {"code": TOTP(offer.secret).at(call.now_ms // 1000)}


async def _refresh(call: Call, email: str) -> None:
    opened = await call.side.services.accounts.sign_in.with_password(
        email, PASSWORD, Device(), Origin("10.9.9.9")
    )
    assert not isinstance(opened, FactorAwaited)
    call.headers, call.body = {}, {"refresh_token": opened.refresh}


async def _reset(call: Call, email: str) -> None:
    await call.side.services.accounts.sign_up.ask_reset(email, Texts(ORIGIN), Origin("10.9.9.9"))
    await call.side.mailed()
    call.headers = {}
    call.body = {"token": call.side.outbox.token(email), "password": "another horse battery"}


async def _confirm_email(call: Call, _email: str) -> None:
    accounts = call.side.services.accounts
    account = await accounts.stores.accounts.account(call.mine.account)
    assert account is not None
    email = f"moved{next(_numbers)}@example.org"
    await accounts.sign_up.ask_email(account, email, Texts(ORIGIN), Origin("10.9.9.9"))
    await call.side.mailed()
    call.body = {"token": call.side.outbox.token(email)}


async def _leave_team(call: Call, _email: str) -> None:
    await member_of(call, call.path["team_id"], await another(call), "owner")


async def _transfer_team(call: Call, _email: str) -> None:
    other = await another(call)
    await member_of(call, call.path["team_id"], other)
    call.body = {"to": other.account}


async def _join_team(call: Call, _email: str) -> None:
    team = await team_of(call, owner=await another(call))
    call.body = {"token": (await invitation_to(call, team))[1]}


async def _show_invitation(call: Call, email: str) -> None:
    await _join_team(call, email)
    call.headers = {}


async def _run_signed(call: Call, _email: str) -> None:
    """Signed, which is the longer way."""
    signing = signatures.new_secret()
    key = await key_of(call, call.mine, "rooms:write", signing=signing)
    call.headers["authorization"] = f"Bearer {key.text}"
    sign(call, signing, f"msg_{next(_numbers)}")


def sign(call: Call, signing: str, id_: str, *, at_s: int | None = None) -> None:
    """Signs the call's body."""
    call.content = json.dumps(call.body).encode()
    timestamp = str(call.now_ms // 1000 if at_s is None else at_s)
    proof = signatures.signature(signatures.secret_bytes(signing), id_, timestamp, call.content)
    call.headers |= {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": timestamp,
        "webhook-signature": proof,
    }


async def _with_a_link(call: Call, _email: str) -> None:
    invitation = await _invitation_id(call)
    call.headers = {}
    call.body = {"invite": call.side.services.invitations.secret_part(call.room, invitation)}


async def _finish_passkey(call: Call, _email: str) -> None:
    accounts = call.side.services.accounts
    account = await accounts.mine.find(call.mine.account)
    begun = await accounts.passkeys.begin_adding(account, PASSWORD, Origin(), SITE)
    credential = Authenticator(ORIGIN).make(begun.options)
    call.body = {"ceremony": begun.ceremony, "credential": credential, "name": "Phone"}


async def _come_with_a_passkey(call: Call, _email: str) -> None:
    device = Authenticator(ORIGIN)
    await passkey_of(call, device)
    begun = call.side.services.accounts.passkeys.begin(SITE)
    call.headers = {}
    call.body = {"ceremony": begun.ceremony, "credential": device.use(begun.options)}


async def _site_totp(call: Call, _email: str) -> None:
    """The one whose factor an administrator removes has one."""
    accounts = call.side.services.accounts.stores.accounts
    account = call.path["account_id"]
    assert await accounts.begin_totp(account, b"sealed")
    digest = recovery_codes.code_hash("AAAA-BBBB-CCCC-DDDD")
    assert digest is not None
    assert await accounts.confirm_totp(
        account, b"sealed", step=1, at=call.now_ms, recovery_digests=[digest]
    )


SPECIAL: dict[str, Callable[[Call, str], Awaitable[None]]] = {
    "confirmSignUp": _confirm_sign_up,
    "secondFactor": _second_factor,
    "refreshToken": _refresh,
    "resetPassword": _reset,
    "confirmEmail": _confirm_email,
    "confirmTotp": _confirm_totp,
    "finishPasskey": _finish_passkey,
    "finishPasskeySignIn": _come_with_a_passkey,
    "disableTotp": _factor_again,
    "newRecoveryCodes": _factor_again,
    "leaveTeam": _leave_team,
    "transferTeam": _transfer_team,
    "joinTeam": _join_team,
    "showTeamInvitation": _show_invitation,
    "runCommand": _run_signed,
    "showShared": _with_a_link,
    "adminRemoveTotp": _site_totp,
}
NOTHING = {
    "room_id": NO_ROOM,
    "team_id": "t_" + "0" * 22,
    "account_id": "a_" + "0" * 22,
    "session_id": "s_" + "0" * 16,
    "key_id": "0" * 16,
    "block_id": "b_0",
    "invitation_id": "i_" + "0" * 11,
    "item_id": item_id(9),
    "name": "nothing",
    "id": "t_" + "0" * 22,
    "passkey_id": "A" * 22,
    "hook_id": "wh_" + "0" * 16,
}
"""Ids of what does not exist."""
