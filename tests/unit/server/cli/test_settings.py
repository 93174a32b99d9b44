from pathlib import Path

from server.cli.settings import markdown_rows
from server.config import table
from tests.support.command_line import touchline


def test_every_setting_is_shown_with_its_value_and_variable() -> None:
    rows = touchline("settings").rows()
    assert [row[0] for row in rows] == [name for name, _, _ in table()]
    assert rows[[r[0] for r in rows].index("http_port")][:3] == [
        "http_port",
        "8700",
        "TOUCHLINE_HTTP_PORT",
    ]


def test_OP1_what_is_in_force_is_shown(tmp_path: Path) -> None:
    config = tmp_path / "t.toml"
    config.write_text("http_port = 81\n")
    ran = touchline("settings", "--config", config, environ={"TOUCHLINE_WS_PORT": "82"})
    assert (ran.row("http_port"), ran.row("ws_port")) == ("81", "82")


def test_OP3_a_secret_is_not_shown() -> None:
    ran = touchline("settings", environ={"TOUCHLINE_METRICS_KEY": "canary"})
    assert ran.row("metrics_key") == "(secret)"
    assert "canary" not in ran.out + ran.err


def test_OP2_wrong_settings_end_with_2_and_a_line_each() -> None:
    environ = {"TOUCHLINE_HTTP_PORT": "x", "TOUCHLINE_WSPORT": "1"}
    ran = touchline("settings", environ=environ)
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 2


def test_the_table_of_the_documents_has_every_setting() -> None:
    assert touchline("settings", "--markdown").out.splitlines() == markdown_rows()
    assert len(markdown_rows()) == len(table())
