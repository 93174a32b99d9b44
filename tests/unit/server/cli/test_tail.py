import pytest

from server.cli.tail import Link, parse_link
from tests.support.command_line import touchline

ROOM = "r_" + "a" * 22


def test_OP16_a_link_is_taken_apart() -> None:
    link = parse_link(f"http://192.168.1.5:8700/board.html#room={ROOM}&invite=i_x.y-z")
    assert link == Link("http://192.168.1.5:8700", ROOM, "i_x.y-z")


def test_OP16_a_link_for_members_has_no_invitation() -> None:
    assert parse_link(f"https://t/board.html#room={ROOM}") == Link("https://t", ROOM, None)


@pytest.mark.parametrize("text", [ROOM, "http://h/board.html", "http://h/#invite=x", ""])
def test_OP16_anything_else_is_no_link(text: str) -> None:
    assert parse_link(text) is None


@pytest.mark.parametrize("more", [[], ["--token", "t"]])
def test_OP5_a_server_that_is_away_ends_with_3(more: list[str], tmp_path: object) -> None:
    ran = touchline("tail", ROOM, "--url", "http://127.0.0.1:9", "--data-dir", str(tmp_path), *more)
    assert ran.status == 3


def test_OP16_a_token_can_be_read_from_standard_input() -> None:
    ran = touchline("tail", f"http://127.0.0.1:9/board.html#room={ROOM}", "--token", "-", typed="t")
    assert ran.status == 3
