import httpx
import pytest
import typer
from typer.testing import CliRunner

from server.cli.asking import SHARED, at_the_desk, run
from server.cli.desk import Desk, Refused
from server.cli.screen import Exit
from server.secrets import InvalidSecret
from storage.errors import StorageBusy


def test_a_question_becomes_a_command_with_the_shared_options(tmp_path: object) -> None:
    asked: list[tuple[str, int]] = []

    async def question(desk: Desk, name: str, *, times: int = 1) -> None:
        """What it does."""
        assert [card async for card in desk.rooms()] == []
        asked.append((name, times))

    app = typer.Typer()
    app.command()(at_the_desk(question))
    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert "What it does." in shown
    assert all("--" + name.replace("_", "-") in shown for name in SHARED)
    ended = CliRunner().invoke(app, ["x", "--times", "3", "--data-dir", str(tmp_path)])
    assert ended.exit_code == 0, ended.output
    assert asked == [("x", 3)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("no"), 1),
        (Refused("away", Exit.UNAVAILABLE), 3),
        (InvalidSecret("short"), 2),
        (StorageBusy("held"), 3),
        (httpx.ConnectError("gone"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_OP5_every_way_to_fail_has_its_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def asked() -> None:
        raise error

    with pytest.raises(typer.Exit) as caught:
        run(asked())
    assert caught.value.exit_code == code


def test_what_goes_well_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    async def asked() -> None:
        return

    run(asked())
    assert capsys.readouterr() == ("", "")
