"""Webhooks that are delivered nowhere: what would have been sent, and answers that a test says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec

from server.hooks.post import Answer


@dataclass(frozen=True)
class Post:
    """One delivery."""

    url: str
    id: str
    at: int
    message: dict[str, Any]
    secret: bytes

    @property
    def type(self) -> str:
        return str(self.message["type"])


class Posted:
    """Takes every message with 200, or as `answers` say in their order. While `held` is clear, no
    delivery comes to an end."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: list[Answer] = []
        self.held = asyncio.Event()
        self.held.set()

    async def post(self, url: str, secret: bytes, *, id_: str, at: int, body: bytes) -> Answer:
        self.posts.append(Post(url, id_, at, msgspec.json.decode(body), secret))
        await self.held.wait()
        return self.answers.pop(0) if self.answers else Answer(200, 7)

    @property
    def types(self) -> list[str]:
        return [one.type for one in self.posts]
