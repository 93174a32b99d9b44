from pathlib import Path

from tests.support.command_line import touchline


def test_OP15_a_token_says_who_it_speaks_for(tmp_path: Path) -> None:
    made = touchline("token", "create", "Ada", "--data-dir", tmp_path)
    assert made.status == 0
    shown = touchline("token", "show", made.out.strip(), "--data-dir", tmp_path)
    assert shown.status == 0
    assert shown.rows()[0][1] == "Ada"


def test_OP15_a_token_can_be_read_from_standard_input(tmp_path: Path) -> None:
    made = touchline("token", "create", "Ada", "--data-dir", tmp_path, "--hours", "1")
    assert touchline("token", "show", "-", "--data-dir", tmp_path, typed=made.out).status == 0


def test_OP15_a_token_of_another_server_is_refused(tmp_path: Path) -> None:
    made = touchline("token", "create", "Ada", "--data-dir", tmp_path / "one")
    touchline("token", "create", "Ada", "--data-dir", tmp_path / "two")
    shown = touchline("token", "show", made.out.strip(), "--data-dir", tmp_path / "two")
    assert shown.status == 1
    assert "not a valid token" in shown.err
    assert made.out.strip() not in shown.err


def test_OP5_a_name_that_cannot_be_one_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    assert touchline("token", "create", "", "--data-dir", tmp_path).status == 2


def test_OP17_a_missing_secret_is_not_made_by_looking(tmp_path: Path) -> None:
    shown = touchline("token", "show", "x", "--data-dir", tmp_path)
    assert shown.status == 2
    assert "does not exist" in shown.err
    assert not list(tmp_path.iterdir())
