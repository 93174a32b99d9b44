"""Requests that publish into a feed, or bring a file into a room, with something wrong in them,
from dice; and what must hold of each answer: taken whole, or a named refusal and nothing left.

What a feed must have in the end is worked out beside it, by the rules alone, from the requests that
were answered 200. Requests go straight into the application, as a server hands them over: also one
whose sender goes away halfway. `python -m tests.spoilt` sends many of them.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from msgspec.structs import replace

from protocol.codes import REJECTIONS
from protocol.feed import FeedCommand, ReportAll
from server.accounts.signatures import TOLERANCE_S, new_secret
from server.http.gate import FEED_BODY_BYTES_MAX
from server.identity import Identity
from server.rules.feed import FEED
from tests.support.feeds import FeedRoom
from tests.support.http_side import HttpSide
from tests.support.programs import Program, make_program, signed
from tests.support.spoilt_files import FORMATS, spoilt
from tests.support.spoilt_games import MUTATIONS as OF_TREES

PER_FEED = 40
"""Requests into one feed; its plays have numbers of their own, 1,000 at most."""
LIMIT_WINDOW_S = 61.0
"""Between two feeds: how often a key may write is no part of this."""
SOURCES = ("gsis", "nfl_api")
CODES: Mapping[int, frozenset[str]] = {
    400: frozenset({"malformed", "bad_request"}),
    401: frozenset({"unauthorized"}),
    403: frozenset({"forbidden"}),
    404: frozenset({"not_found"}),
    408: frozenset({"too_slow"}),
    409: frozenset({*REJECTIONS, "other_body"}),
    413: frozenset({"too_large"}),
    415: frozenset({"not_json"}),
    422: frozenset({"invalid", *REJECTIONS}),
}
"""What a refusal may be called, by status (A10)."""

Body = dict[str, Any]


@dataclass
class Scene:
    """Ada, her program that publishes, and its feeds."""

    side: HttpSide
    ada: Identity
    header: dict[str, str]
    program: Program
    room: str = ""
    wanted: FeedRoom = field(default_factory=lambda: FeedRoom(*SOURCES))
    version: int = 0
    sent: int = 0
    first: tuple[str, bytes, httpx.Response] | None = None
    """An id, its body and its answer."""

    async def next_feed(self) -> None:
        settings = {"sources": [*SOURCES]}
        self.room = await self.side.directory.create("feed", "Ours", self.ada, settings)
        self.wanted = FeedRoom(*SOURCES)
        self.version = await self.side.directory.version_of(self.room) or 0
        self.first = None

    async def publish(
        self, body: bytes, id_: str, *, said: bytes | None = None, **how: Any
    ) -> httpx.Response:
        """`said`: what is sent in the place of what was signed. `how`: secret, late_s, headers."""
        at_s = self.side.clock.now_ms() // 1000 - int(how.get("late_s", 0))
        secret: str | None = how.get("secret") or self.program.secret
        assert secret is not None, "a key that signs"
        headers = signed(secret, id_, body, at_s) | self.program.header | how.get("headers", {})
        headers = {name: value for name, value in headers.items() if value}
        path = f"/feeds/{self.room}/events"
        content = body if said is None else said
        return await self.side.send("POST", path, content=content, headers=headers)


async def scene_of(side: HttpSide) -> Scene:
    """A scene with its first feed."""
    ada, header = await side.account()
    program = await make_program(side, header, "feeds:publish", signing=True)
    scene = Scene(side, ada, header, program)
    await scene.next_feed()
    return scene


# --- requests


def a_report(dice: random.Random, play: int = 0) -> Body:
    """One that would be taken, of a play of its own or of one that may be there."""
    number = play or dice.randint(1, 40)
    source, revision = dice.choice(SOURCES), dice.randint(1, 9)
    told: Body = {"source": source, "revision": revision}
    match dice.randrange(8):
        case 0:
            return {"type": "play.delete", **told, "id": number}
        case 1:
            return {"type": "play.review", **told, "id": number, "on": dice.random() < 0.5}
        case 2:
            points = dice.randint(0, 50)
            head = {"home": "HOM", "away": "AWY", "home_score": points}
            return {"type": "header.report", **told, "header": head}
        case _:
            line = {
                "stat": dice.choice((10, 15, 22)),
                "team": "HOM",
                "player": "00-0000001",
                "name": "A.A",
            }
            play_ = {"id": number, "order": number, "quarter": 1, "stats": [{**line, "yards": 4}]}
            return {"type": "play.report", **told, "play": play_}


def a_batch(dice: random.Random, count: int = 0) -> Body:
    reports = [a_report(dice) for _ in range(count or dice.randint(1, 12))]
    return {"type": "reports", "reports": reports}


def _good(dice: random.Random) -> Body:
    return a_batch(dice) if dice.random() < 0.6 else a_report(dice)


def _one_bad(dice: random.Random) -> Body:
    """A batch of which one report makes no sense."""
    batch = a_batch(dice, dice.randint(2, 12))
    bad = dice.choice(batch["reports"])
    match dice.randrange(4):
        case 0:
            bad["source"] = "unheard_of"
        case 1:
            bad["revision"] = 0
        case 2:
            bad["type"] = "report.nothing"
        case _:
            bad.clear()
    return batch


async def _sent(scene: Scene, how: str, dice: random.Random, id_: str) -> tuple[bytes, Any]:
    """A request with this wrong, and its answer."""
    good = json.dumps(_good(dice)).encode()
    match how:
        case "single":
            body = json.dumps(a_report(dice)).encode()
        case "batch":
            body = json.dumps(a_batch(dice)).encode()
        case "one of many is bad":
            body = json.dumps(_one_bad(dice)).encode()
        case "wrong sequence":
            expected = dice.choice((scene.version, scene.version - 1, scene.version + 7, -1, "x"))
            body = json.dumps({**a_batch(dice), "expected": expected}).encode()
        case "truncated":
            body = good[: dice.randrange(len(good))]
        case "too many":
            body = json.dumps(a_batch(dice, 201)).encode()
        case "huge":
            body = good + b" " * FEED_BODY_BYTES_MAX
        case "deep":
            nested = dice.choice((b"[", b'{"reports":')) * 20_000
            body = dice.choice((nested, good[:-1] + b',"x":' + nested))
        case "key twice":
            body = good[:-1] + b',"type":"play.delete","source":"gsis","revision":9,"id":3}'
        case "not finite":
            body = good.replace(
                b": 4", dice.choice((b": NaN", b": 1e400", b": -Infinity", b": 4.5"))
            )
        case "not utf-8":
            body = good.replace(b"HOM", dice.choice((b"H\xffM", b"\xed\xa0\x80", b"H\\ud800")))
        case "gzip":
            body = gzip.compress(good)
            named = dice.choice(({"content-encoding": "gzip"}, {}))
            return body, await scene.publish(body, id_, headers=named)
        case "other secret":
            return good, await scene.publish(good, id_, secret=new_secret())
        case "other time":
            late = dice.choice((1, -1)) * (TOLERANCE_S + 1)
            return good, await scene.publish(good, id_, late_s=late)
        case "signed otherwise":
            return good, await scene.publish(good, id_, said=json.dumps(a_batch(dice)).encode())
        case "no signature":
            gone = dict.fromkeys(("webhook-id", "webhook-timestamp", "webhook-signature"), "")
            some = dict(dice.sample([*gone.items()], dice.randint(1, 3)))
            return good, await scene.publish(good, id_, headers=some)
        case "another type of body":
            other = dice.choice(("text/plain", "application/x-msgpack", "application/xml", ""))
            return good, await scene.publish(good, id_, headers={"content-type": other})
        case "sender goes away":
            return good, await _cut_off(scene, good, id_, dice)
        case _:
            body = OF_TREES[how](good, dice)
    return body, await scene.publish(body, id_)


async def _cut_off(scene: Scene, body: bytes, id_: str, dice: random.Random) -> None:
    """A part of the body, then nobody is there any more."""
    at_s = scene.side.clock.now_ms() // 1000
    assert scene.program.secret is not None
    headers = signed(scene.program.secret, id_, body, at_s) | scene.program.header
    headers |= {"host": "localhost:8700", "content-length": str(len(body))}
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": f"/feeds/{scene.room}/events", "query_string": b"",
        "raw_path": f"/feeds/{scene.room}/events".encode(), "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": (f"10.9.{dice.randrange(256)}.{dice.randrange(256)}", 5_000),
        "server": ("localhost", 8_700), "state": {},
    }  # fmt: skip
    part = body[: dice.randrange(len(body))]
    pieces = iter([{"type": "http.request", "body": part, "more_body": True}])

    async def receive() -> Any:
        return next(pieces, {"type": "http.disconnect"})

    async def send(_: Any) -> None:
        return None

    await scene.side.app(scope, receive, send)


PUBLISHED: tuple[str, ...] = (
    *("single", "batch", "one of many is bad", "wrong sequence", "truncated", "too many", "huge"),
    *("deep", "key twice", "not finite", "not utf-8", "gzip", "other secret", "other time"),
    *("signed otherwise", "no signature", "another type of body", "sender goes away"),
    *("replaced", "missing", "again", "moved", "bytes", "same again", "same id, other body"),
)


class Seen:
    """What came of them: what was sent and what was done to it, to statuses."""

    def __init__(self) -> None:
        self.outcomes: Counter[tuple[str, str, str]] = Counter()
        self.faults: list[str] = []

    def note(self, what: str, how: str, answer: httpx.Response | None) -> list[str]:
        """One answer; what is wrong with it by itself."""
        if answer is None:
            self.outcomes[what, how, "gone"] += 1
            return []
        self.outcomes[what, how, str(answer.status_code)] += 1
        if answer.status_code < 300:
            return []
        code = answer.json().get("error")
        if code not in CODES.get(answer.status_code, frozenset()):
            return [f"{answer.status_code} {answer.text[:200]}"]
        return []


async def publish_spoilt(scene: Scene, count: int, seed: int, seen: Seen) -> None:
    """So many requests into feeds, one after another."""
    for number in range(count):
        dice = random.Random(f"{seed} publish {number}")
        if number % PER_FEED == 0:
            scene.side.clock.advance(LIMIT_WINDOW_S)
            if number:
                seen.faults += await _as_wanted(scene, number)
            await scene.next_feed()
        how = PUBLISHED[number % len(PUBLISHED)]
        faults = await _one(scene, how, dice, f"msg_{seed}_{number}", seen)
        seen.faults += [f"request {number}, {how}: {fault}" for fault in faults]
    seen.faults += await _as_wanted(scene, count)


async def _one(scene: Scene, how: str, dice: random.Random, id_: str, seen: Seen) -> list[str]:
    again = how in {"same again", "same id, other body"}
    if again and scene.first is not None:
        id_, body, before = scene.first
        said = body if how == "same again" else body + b" "
        answer = await scene.publish(said, id_)
        faults = seen.note("publish", how, answer)
        if how == "same again":
            same = (answer.status_code, answer.content) == (before.status_code, before.content)
            return faults if same else [*faults, f"another answer: {answer.text}"]
        if (answer.status_code, answer.json()["error"]) != (409, "other_body"):
            faults.append(f"{answer.status_code} {answer.text}")
        return faults
    body, answer = await _sent(scene, "batch" if again else how, dice, id_)
    faults = seen.note("publish", how, answer)
    version = await scene.side.directory.version_of(scene.room)
    assert version is not None
    if answer is None or answer.status_code != 200:
        # A signed refusal may be an entry of its own (CM7), without events.
        if version > scene.version + (answer is not None and answer.status_code in {409, 422}):
            faults.append(f"something was left of what was refused: {version}")
    else:
        command = msgspec.json.decode(body, type=FeedCommand)
        if isinstance(command, ReportAll):
            command = replace(command, expected=None)  # which was looked at
        scene.wanted.told(command)
        if not scene.version <= answer.json()["version"] == version <= scene.version + 1:
            faults.append(f"version {version} after {scene.version}: {answer.text}")
        scene.first = (id_, body, answer)
    scene.version = version
    return faults


async def _as_wanted(scene: Scene, number: int) -> list[str]:
    """The feed is what the requests that were taken make."""
    path = f"/operator/rooms/{scene.room}"
    answer = await scene.side.send("GET", path, headers=scene.side.operator)
    found = answer.json()["view"]["state"]["kind"]
    wanted = msgspec.to_builtins(FEED.view(scene.wanted.state))
    there, due = _without_times(found), _without_times(wanted)
    odd: dict[str, Any] = {key: (there[key], due[key]) for key in due if there.get(key) != due[key]}
    if there["plays"] != due["plays"]:
        odd["plays"] = [one for one in there["plays"] if one not in due["plays"]][:2]
    return [f"before request {number}: {odd}"] if odd else []


def _without_times(kind: Any) -> Any:
    """When a correction came is the log's."""
    plays = [{k: v for k, v in one.items() if k != "corrected_at"} for one in kind["plays"]]
    return json.loads(json.dumps({**kind, "plays": plays}))


# --- files by HTTP


async def send_spoilt(side: HttpSide, count: int, seed: int, seen: Seen) -> None:
    """So many spoilt files of drafts and pools; each leaves a whole room or pool, or nothing."""
    for number in range(count):
        dice = random.Random(f"{seed} files {number}")
        name = ("sleeper draft", "pool csv", "pool json", "pool sleeper", "rankings")[number % 5]
        how, files = spoilt(FORMATS[name].files(), dice)
        if how == "huge":
            continue
        content = next(iter(files.values()))
        send = _draft if name == "sleeper draft" else _pool
        faults = await send(side, name, content, seen, how)
        seen.faults += [f"file {number}, {name}, {how}: {fault}" for fault in faults]


async def _draft(side: HttpSide, name: str, content: bytes, seen: Seen, how: str) -> list[str]:
    mine, header = side.person()
    headers = {**header, "content-type": "application/json"}
    answer = await side.send("POST", "/drafts/import", headers=headers, content=content)
    faults = seen.note(f"POST /drafts/import, {name}", how, answer)
    rooms = await side.log.listed(mine.account, limit=10)
    if len(rooms) != int(answer.status_code == 201):
        faults.append(f"{len(rooms)} rooms after {answer.status_code}")
    elif answer.status_code == 201:
        shown = await side.send("GET", f"/rooms/{answer.json()['id']}", headers=header)
        read = json.loads(content.decode("utf-8-sig", "replace"))
        picks = len(shown.json()["state"]["kind"]["picks"])
        if shown.status_code != 200 or picks != len(read.get("picks", ())):
            faults.append(f"{picks} picks of {len(read.get('picks', ()))}")
    return faults


async def _pool(side: HttpSide, name: str, content: bytes, seen: Seen, how: str) -> list[str]:
    mine, header = side.person()
    room = await side.directory.create("draft", "Ours", mine, {})
    before = await side.directory.version_of(room)
    what = "rankings" if name == "rankings" else "pool"
    text = content.decode("utf-8", "replace")
    path = f"/drafts/{room}/{what}"
    answer = await side.send("POST", path, headers=header, json={"name": "file", "content": text})
    faults = seen.note(f"POST /drafts/…/{what}, {name}", how, answer)
    after = await side.directory.version_of(room)
    if answer.status_code != 200:
        return faults if after == before else [*faults, "something was left of it"]
    shown = (await side.send("GET", f"/rooms/{room}", headers=header)).json()
    there, told = len(shown["state"]["kind"]["pool"]), answer.json()
    if what == "pool" and there != told["players"]:
        faults.append(f"{there} players, and {told['players']} were told")
    return faults


async def board_spoilt(side: HttpSide, count: int, seed: int, seen: Seen) -> None:
    """So many spoilt clips as boards: a board that is whole, or none."""
    names = [name for name in FORMATS if name in _CLIPS]
    for number in range(count):
        dice = random.Random(f"{seed} boards {number}")
        name = names[number % len(names)]
        how, files = spoilt(FORMATS[name].files(), dice)
        told = [{"name": n, "content": base64.b64encode(c).decode()} for n, c in files.items()]
        mine, header = side.person()
        answer = await side.send("POST", "/rooms/play", headers=header, json={"files": told})
        faults = seen.note(f"POST /rooms/play, {name}", how, answer)
        rooms = await side.log.listed(mine.account, limit=10)
        if len(rooms) != int(answer.status_code == 201):
            faults.append(f"{len(rooms)} rooms after {answer.status_code}")
        seen.faults += [f"board {number}, {name}, {how}: {fault}" for fault in faults]


_CLIPS = frozenset({"ngs", "lastrow", "metrica", "metrica_events", "statsbomb", "skillcorner"})
