"""Programs with keys, as they speak over HTTP: keys made as people make them, signed commands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from server.accounts.signatures import secret_bytes, signature
from tests.support.http_side import HttpSide

SAY = {"type": "chat.say", "text": "1-0"}


def signed(secret: str, id_: str, body: bytes, at_s: int) -> dict[str, str]:
    """The headers of Standard Webhooks, for a body sent at a time."""
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(at_s),
        "webhook-signature": signature(secret_bytes(secret), id_, str(at_s), body),
    }


def spelt(command: Any) -> bytes:
    """A request's body, as a program writes it."""
    return json.dumps({"command": command}).encode()


@dataclass
class Program:
    """Somebody's program, with its key."""

    side: HttpSide
    owner: dict[str, str]
    """The header that speaks for whoever made the key."""
    id: str
    key: str
    secret: str | None

    @property
    def header(self) -> dict[str, str]:
        """The header that speaks for the program."""
        return {"authorization": f"Bearer {self.key}"}

    async def send(
        self,
        room: str,
        command: Any = SAY,
        *,
        id_: str = "msg_1",
        secret: str | None = None,
        late_s: int = 0,
        without: tuple[str, ...] = (),
        body: bytes | None = None,
        **more: str,
    ) -> httpx.Response:
        """One signed command; `more` are headers that stand in for the right ones, `body` is what
        is sent instead of what was signed."""
        content = spelt(command)
        now_s = self.side.clock.now_ms() // 1000
        using = secret or self.secret
        assert using is not None, "a key that signs"
        headers = signed(using, id_, content, now_s - late_s)
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        for name in without:
            del headers[name]
        return await self.side.send(
            "POST",
            f"/rooms/{room}/commands",
            content=content if body is None else body,
            headers=headers | self.header,
        )

    async def rotate(self, overlap_h: float) -> Program:
        """The program with its next secrets."""
        asked = {"overlap_h": overlap_h}
        answer = await self.side.send(
            "POST", f"/keys/{self.id}/rotate", json=asked, headers=self.owner
        )
        assert answer.status_code == 200, answer.text
        return program_of(self.side, self.owner, answer)


def program_of(side: HttpSide, owner: dict[str, str], answer: httpx.Response) -> Program:
    """The program to which the answer of a key's making or rotation was given."""
    told = answer.json()
    return Program(side, owner, told["card"]["id"], told["key"], told.get("signing_secret"))


async def make_program(
    side: HttpSide,
    owner: dict[str, str],
    *scopes: str,
    signing: bool = False,
    **more: Any,
) -> Program:
    """Makes a key over HTTP."""
    asked = {"name": "Ticker", "scopes": list(scopes), "signing": signing, **more}
    answer = await side.send("POST", "/keys", json=asked, headers=owner)
    assert answer.status_code == 201, answer.text
    return program_of(side, owner, answer)
