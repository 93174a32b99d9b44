"""Crawls every operation of the OpenAPI document of a real server with generated requests, good and
bad, as several people: no 500, no answer that the document does not name, no body that its schema
does not allow.

    python -m tests.crawl --cases 10000 --seed 1

Loopback only, bounded in number, ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import checks as named_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as openapi_checks

from server.limits.table import LIMITS
from tests.support.server_process import server_process

PASSWORD = "correct horse battery staple"
GARBAGE = "eyJhbGciOiJub25lIn0.e30."
UNLIMITED = ",".join(
    f"{name}=1000000/60" for name in LIMITS if name not in {"failed_login", "mfa_token"}
)
SETTINGS = {
    "limits": UNLIMITED,
    "http-rate-per-s": "100000",
    "http_burst": "100000",
    "guests_per_min": "100000",
}


@dataclass
class Found:
    """What the crawl saw."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter[int])
    operations: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])


class Crowd:
    """People of every standing, and things of their own, on a fresh server."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self.url = url
        self._data_dir = data_dir
        self._numbers = itertools.count(1)
        self.session = requests.Session()

    def post(self, path: str, body: Any, token: str = "") -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = self.session.post(self.url + path, json=body, headers=headers, timeout=10)
        assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def link(self, email: str) -> str:
        """The secret of the link in the latest message to somebody."""
        for _ in range(500):
            for path in sorted((self._data_dir / "mail").glob("*.eml"), reverse=True):
                message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
                if message["To"] == email:
                    text = str(message.get_content())
                    return re.findall(r"token=([\w-]+)", text)[0]
            self.session.get(self.url + "/live", timeout=10)  # time passes at the server's pace
        raise AssertionError(f"no message to {email}")

    def account(self) -> str:
        """The access token of a new account."""
        email = f"crawler{next(self._numbers)}@example.org"
        self.post("/auth/sign-up", {"email": email, "name": "Crawler"})
        chosen = {"token": self.link(email), "password": PASSWORD, "refresh": "body"}
        return str(self.post("/auth/sign-up/confirm", chosen)["token"])

    def operator(self) -> str:
        return (self._data_dir / "operator.key").read_text().strip()

    def guest(self) -> str:
        return str(self.post("/auth/guest", {"name": "Guest"})["token"])

    def things(self, token: str) -> dict[str, str]:
        """Ids that exist, by the path parameter that they fill."""
        room = self.post("/rooms", {"kind": "board", "name": "Crawled"}, token)["id"]
        team = self.post("/teams", {"name": "Crawled"}, token)["id"]
        key = self.post("/keys", {"name": "Crawled", "scopes": ["rooms:read"]}, token)
        return {"room_id": room, "team_id": team, "key_id": key["card"]["id"], "name": "login"}


def crawl(url: str, data_dir: Path, *, cases: int, seed: int) -> Found:
    """Sends so many cases, spread over all operations. Blocks."""
    found = Found()
    crowd = Crowd(url, data_dir)
    config = SchemathesisConfig()
    schema: Any = schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)
    operations = _operations(schema)
    each = -(-cases // len(operations))
    for number, operation in enumerate(operations):
        token = crowd.account()
        operator = crowd.operator()
        people = (token, operator, token, crowd.guest(), token, operator, "", GARBAGE)
        things = crowd.things(token)
        name = str(operation.definition.raw.get("operationId", operation.label))
        turns = itertools.count()

        def one(
            case: Any, *, people: Any = people, things: Any = things, turns: Any = turns
        ) -> None:
            turn = next(turns)
            headers: dict[str, str] = {}
            if people[turn % len(people)]:
                headers["authorization"] = f"Bearer {people[turn % len(people)]}"
            if turn % 3:  # two of three meet something that exists
                case.path_parameters = {**(case.path_parameters or {})} | {
                    key: value
                    for key, value in things.items()
                    if key in (case.path_parameters or {})
                }
            _send(case, headers, found)

        _run(one, operation, each, seed + number)
        found.operations[name] += next(turns)
    return found


def _operations(schema: Any) -> list[Any]:
    """Every operation of the document; one that cannot be read fails the crawl."""
    return [result.ok() for result in schema.get_all_operations()]


def _run(one: Any, operation: Any, count: int, seed: int) -> None:
    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=HEALTH_CHECKS,
    )

    @hypothesis.seed(seed)
    @settings
    @hypothesis.given(case=operation.as_strategy())
    def test(case: Any) -> None:
        one(case)

    test()


HEALTH_CHECKS: Any = list(HealthCheck)
"""Generated bodies may be large and slow to come by."""

_RULES: Any = openapi_checks
_FAULTS: Any = named_checks
CHECKS: list[Any] = [
    _FAULTS.not_a_server_error,
    _RULES.status_code_conformance,
    _RULES.content_type_conformance,
    _RULES.response_schema_conformance,
]


def _send(case: Any, headers: dict[str, str], found: Found) -> None:
    answer = case.call(headers=headers, timeout=10)
    found.cases += 1
    found.statuses[answer.status_code] += 1
    if answer.status_code in {500, 501, 502}:
        found.faults.append(f"{case.method} {case.formatted_path}: {answer.status_code}")
        return
    if answer.status_code == 503:
        return
    for check in CHECKS:
        try:
            case.validate_response(answer, checks=[check])
        except FailureGroup as fault:
            told = " ".join(str(one) for one in fault.exceptions).split()
            found.faults.append(
                f"{case.method} {case.formatted_path} [{answer.status_code}]: "
                f"{' '.join(told)[:300]}"
            )
            return


async def crawled(cases: int, seed: int) -> Found:
    """Starts a server of its own and crawls it."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        async with server_process(data_dir, **SETTINGS) as server:
            return await asyncio.to_thread(crawl, server.url, data_dir, cases=cases, seed=seed)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = asyncio.run(crawled(given.cases, given.seed))
    lines = [
        f"{found.cases:,} cases on {len(found.operations)} operations",
        ", ".join(f"{status}: {count:,}" for status, count in sorted(found.statuses.items())),
        *(f"FAULT {fault}" for fault in found.faults[:50]),
        f"{len(found.faults)} faults",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
