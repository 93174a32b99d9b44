"""A source that publishes over HTTP: it signs each request, and sends the same again, under the
same id, until somebody has said that it is durable."""

from __future__ import annotations

import hashlib
import hmac
import random
import time
from base64 import b64decode, b64encode
from collections.abc import Sequence

import msgspec

from protocol.feed import ReportAll
from tests.feed_histories.nodes import Desk, Keys, Nodes
from tests.feed_histories.script import Report

AT_ONCE = (1, 1, 20, 100, 200, 200)
"""Reports of one request."""


class Publisher:
    """For one thread."""

    def __init__(self, nodes: Nodes, keys: Keys, draw: random.Random) -> None:
        self._desk = Desk(nodes, draw, keys.publisher)
        self._secret = b64decode(keys.secret.removeprefix("whsec_"))
        self._draw = draw
        self.requests = 0

    def say(self, feed: str, *reports: Report, dangerous: bool = True) -> int:
        """All of them in one entry; the feed's version with them."""
        one = reports[0] if len(reports) == 1 else ReportAll(reports)
        body = msgspec.json.encode(one)
        self.requests += 1
        id_ = f"feed_{hashlib.sha256(feed.encode() + body).hexdigest()[:32]}_{self.requests}"
        at_s = str(int(time.time()))
        signed = hmac.new(self._secret, f"{id_}.{at_s}.".encode() + body, "sha256").digest()
        headers = {
            "webhook-id": id_,
            "webhook-timestamp": at_s,
            "webhook-signature": f"v1,{b64encode(signed).decode()}",
        }
        path = f"/feeds/{feed}/events"
        answer = self._desk.ask("POST", path, body, headers=headers, dangerous=dangerous)
        return int(answer["version"])

    def say_all(self, feed: str, reports: Sequence[Report]) -> None:
        """In their order, so many at once as is drawn."""
        at = 0
        while at < len(reports):
            count = self._draw.choice(AT_ONCE)
            self.say(feed, *reports[at : at + count])
            at += count

    def close(self) -> None:
        """Lets go of its connections."""
        self._desk.close()
