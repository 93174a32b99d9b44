"""JSON bodies: strict, in one pass, with a named refusal for everything else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.http_side import HttpSide

JSON = {"content-type": "application/json"}
GOOD: dict[str, Any] = {"kind": "board", "name": "Board"}


async def post(side: HttpSide, content: bytes) -> tuple[int, dict[str, Any]]:
    _, header = side.person()
    answer = await side.send("POST", "/rooms", headers={**header, **JSON}, content=content)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"kind":"board","name":"\xff"}',
        b'{"kind":"board","name":NaN}',
        b'{"kind":"board","name":"Board"}x',
    ],
)
async def test_HT3_what_is_no_json_is_malformed(side: HttpSide, content: bytes) -> None:
    status, told = await post(side, content)
    assert (status, told["error"]) == (400, "malformed")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"[]", "object"),
        (b'{"kind":"board","settings":' + b"[" * 15_000, "$.settings"),
        (b'{"kind":"board"}', "name"),
        (b'{"kind":"board","name":5}', "$.name"),
        (b'{"kind":"board","name":"B","line_ups":"true"}', "$.line_ups"),
        (b'{"kind":"board","name":"B","line_ups":1}', "$.line_ups"),
        (b'{"kind":"board","name":"B","more":1}', "more"),
        (b'{"kind":"shelf","name":"B"}', "$.kind"),
        (b'{"kind":"board","name":"B","settings":{"sport":"chess"}}', "$.settings.sport"),
        (b'{"kind":"board","name":"B","settings":{"more":1}}', "`more` - at `$.settings`"),
    ],
)
async def test_HT4_a_body_is_read_strictly_and_told_what_is_wrong(
    side: HttpSide, content: bytes, where: str
) -> None:
    status, told = await post(side, content)
    assert (status, told["error"]) == (422, "invalid")
    assert where in told["detail"]
