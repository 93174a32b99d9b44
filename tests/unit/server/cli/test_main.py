import pytest

from server.cli.main import main
from tests.support.command_line import touchline


@pytest.mark.parametrize(
    "command",
    [
        ["serve"], ["settings"], ["rights"], ["tables"], ["tail"], ["room"], ["db"], ["token"],
        ["room", "create"], ["room", "list"], ["room", "show"], ["room", "export"],
        ["room", "import"], ["room", "history"], ["room", "restore"], ["room", "prune"],
        ["db", "migrate"], ["db", "check"], ["db", "backup"], ["db", "restore"],
        ["token", "create"], ["token", "show"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_explains_itself(command: list[str]) -> None:
    ran = touchline(*command, "--help")
    assert ran.status == 0
    assert "Usage" in ran.out


def test_OP5_an_unknown_command_ends_with_2() -> None:
    assert touchline("frobnicate").status == 2


def test_the_console_script_is_the_same_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["touchline", "--help"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 0
    assert "serve" in capsys.readouterr().out
