"""Logs: one event per line, ids carried along, nothing secret, nothing forged."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Generator
from typing import Any

import pytest
import structlog

from server.config import Settings
from server.invitations import Invitations
from server.logs import REDACTED, configure, context, get_logger
from server.secrets import KeyRing
from server.tokens import Tokens
from tests.support.manual_clock import ManualClock

RING = KeyRing((b"a-secret-of-tests-a-secret-of-tests-0123456789",))
TOKEN = Tokens(RING, ManualClock(), guest_token_h=1).issue_guest("Ada").token
INVITE = Invitations(RING).secret_part("r_" + "A" * 22, "i_abcdefghijk")
OPERATOR = "tlop_0123456789abcdef0123456789abcdef"
CANARIES = (TOKEN, INVITE.split(".")[1], OPERATOR, "hunter2")


@pytest.fixture(autouse=True)
def restored() -> Generator[None]:
    """Logging is the process's: other tests find it as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def json_log(**settings: Any) -> io.StringIO:
    stream = io.StringIO()
    configure(Settings(log_format="json", **settings), stream)
    return stream


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_OP19_an_event_is_one_line_of_json() -> None:
    stream = json_log()
    get_logger().info("room opened", room="r_1", members=3)
    (event,) = written(stream)
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "room opened", "level": "info", "room": "r_1", "members": 3}


def test_OP19_text_on_a_terminal_and_json_elsewhere() -> None:
    terminal, file = Terminal(), io.StringIO()
    configure(Settings(), terminal)
    get_logger().info("room opened", room="r_1")
    assert "room opened" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    configure(Settings(), file)
    get_logger().info("room opened")
    assert written(file)[0]["event"] == "room opened"


def test_OP20_request_and_command_ids_ride_along() -> None:
    stream = json_log()
    with context(request_id="q1"):
        get_logger().info("first")
        with context(client="c1", seq=7):
            logging.getLogger("library").warning("second")
    get_logger().info("third")
    first, second, third = written(stream)
    assert first["request_id"] == second["request_id"] == "q1"
    assert (second["client"], second["seq"]) == ("c1", 7)
    assert "request_id" not in third


def test_OP21_levels_hold_for_libraries_too() -> None:
    stream = json_log(log_level="info")
    get_logger().debug("hidden")
    logging.getLogger("uvicorn.error").info("hidden")
    logging.getLogger("websockets.server").info("hidden")
    logging.getLogger("uvicorn.error").warning("shown")
    assert [event["event"] for event in written(stream)] == ["shown"]


def test_OP22_secrets_are_redacted_by_name() -> None:
    stream = json_log()
    get_logger().info(
        "connected",
        token="hunter2",
        Authorization="hunter2",
        nested={"password": "hunter2", "list": [{"secret": "hunter2"}], "n": 1},
        empty={"token": ""},
    )
    (event,) = written(stream)
    assert "hunter2" not in stream.getvalue()
    assert event["token"] == event["Authorization"] == REDACTED
    assert event["nested"] == {"password": REDACTED, "list": [{"secret": REDACTED}], "n": 1}
    assert event["empty"] == {"token": ""}


class Odd:
    def __repr__(self) -> str:
        return f"Odd({TOKEN})"


@pytest.mark.parametrize("form", ["json", "text"])
def test_OP22_secrets_are_redacted_by_shape_wherever_they_are(form: str) -> None:
    stream = io.StringIO()
    configure(Settings(log_format=form), stream)
    log = get_logger()
    log.info(f"got {TOKEN} and {OPERATOR}", url=f"http://h/board.html#room=r&invite={INVITE}")
    log.info("headers", sent=[("x", f"Bearer {OPERATOR[:12]}hunter2"), TOKEN.encode()], odd=Odd())
    log.info("database", dsn="postgresql://coach:hunter2@db/touchline")
    logging.getLogger("library").error("failed with %s", TOKEN)
    try:
        raise ValueError(f"bad token {TOKEN}")
    except ValueError:
        log.exception("bug")
    text = stream.getvalue()
    for canary in CANARIES:
        assert canary not in text
    assert REDACTED in text
    assert "ValueError" in text


def test_OP23_no_value_forges_a_line_or_moves_the_cursor() -> None:
    evil = 'x\n{"event":"forged","level":"info"}\r\x1b[2J\u202e\u2028'
    stream = json_log()
    get_logger().info("chat", text=evil)
    assert len(written(stream)) == 1
    text = io.StringIO()
    configure(Settings(log_format="text"), text)
    get_logger().info("chat", text=evil)
    get_logger().info(evil)
    try:
        raise ValueError(evil)
    except ValueError:
        get_logger().exception("bug")
    for line in text.getvalue().split("\n"):
        assert not line.startswith('{"event"')
        for character in "\r\x1b\u202e\u2028":
            assert character not in line


def test_OP19_other_values_become_text() -> None:
    stream = json_log()
    get_logger().info("odd", value={1: {2, 3}}, none=None, flag=True, big=2**70, half="\ud800")
    (event,) = written(stream)
    assert event["none"] is None
    assert event["flag"] is True
    assert "2" in event["value"]["1"]
    assert event["big"] == 2**70


@pytest.mark.parametrize(
    "secret",
    [
        "tlr_" + "0a" * 16 + "_" + "0b" * 32,
        "tll_" + "Ab-_" * 10 + "abc",
        "tlt_" + "Ab-_" * 10 + "abc",
        "tl_live_" + "a" * 16 + "_" + "Ab-_" * 10 + "abc",
        "whsec_" + "Ab+/" * 8 + "==",
        "otpauth://totp/Touchline:ada%40example.org?secret=" + "A2" * 16,
        "A2B3" * 8,
        "K7QM-2XVA-ABCD-2345",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    ],
)
def test_OP22_secrets_of_accounts_are_redacted_by_shape(secret: str) -> None:
    stream = json_log()
    get_logger().info(f"got {secret}.", value=secret, text=f"a={secret} b")
    (event,) = written(stream)
    assert secret not in stream.getvalue()
    assert event["value"] == REDACTED
    assert str(event["text"]).endswith(" b") or secret.startswith(("otpauth", "$argon2"))


def test_OP22_cookies_and_tickets_are_redacted() -> None:
    stream = json_log()
    get_logger().info("x", a="touchline=hunter2hunter2; b=1", c="/ws?ticket=hunter2hunter2xx&d=1")
    (event,) = written(stream)
    assert (event["a"], event["c"]) == (
        f"touchline={REDACTED}; b=1",
        f"/ws?ticket={REDACTED}&d=1",
    )


def test_OP22_ids_that_look_like_nothing_secret_stay() -> None:
    stream = json_log()
    ids = "s_Ab12 a_Ab12 t_Ab12 refresh.reused 2026-11-21 1234-5678"
    get_logger().info("x", ids=ids)
    assert written(stream)[0]["ids"] == ids
