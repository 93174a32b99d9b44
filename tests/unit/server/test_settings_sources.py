from dataclasses import fields
from pathlib import Path

import pytest

from server.config import InvalidSettings, Settings
from server.settings_sources import flag_of, load, variable_of


def write(folder: Path, text: str) -> Path:
    path = folder / "touchline.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_OP1_without_anything_given_the_defaults_of_the_table_hold() -> None:
    settings = load({}, {})
    assert (settings.http_port, settings.ws_port, settings.data_dir) == (8700, 8701, "data")


def test_OP1_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, "http_port = 1\nws_port = 2\nhost = 'a'\n")
    environ = {"TOUCHLINE_HTTP_PORT": "10", "TOUCHLINE_WS_PORT": "20"}
    settings = load({"http_port": 100, "ws_port": None}, environ, config)
    assert (settings.http_port, settings.ws_port, settings.host) == (100, 20, "a")


def test_OP1_the_environment_may_name_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, "idle_close_s = 3\n")
    assert load({}, {"TOUCHLINE_CONFIG": str(config)}).idle_close_s == 3.0


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("yes", True), ("Off", False), ("", False), ("true", True)]
)
def test_OP2_text_becomes_true_or_false(text: str, value: bool) -> None:
    assert load({}, {"TOUCHLINE_DEMO": text}).demo is value


def test_OP2_numbers_may_be_grouped_by_underscores() -> None:
    settings = load({}, {"TOUCHLINE_CONNECTIONS_MAX": "20_000", "TOUCHLINE_HELLO_S": "2.5"})
    assert (settings.connections_max, settings.hello_s) == (20_000, 2.5)


@pytest.mark.parametrize(
    ("variable", "text", "kind"),
    [
        ("TOUCHLINE_HTTP_PORT", "eighty", "a whole number"),
        ("TOUCHLINE_HTTP_PORT", "80.5", "a whole number"),
        ("TOUCHLINE_HELLO_S", "soon", "a number"),
        ("TOUCHLINE_HELLO_S", "nan", "a number"),
        ("TOUCHLINE_HELLO_S", "inf", "a number"),
        ("TOUCHLINE_DEMO", "perhaps", "true or false"),
    ],
)
def test_OP2_a_value_of_the_wrong_type_is_named_with_its_place(
    variable: str, text: str, kind: str
) -> None:
    with pytest.raises(InvalidSettings, match=f"{variable} is '{text}': it must be {kind}"):
        load({}, {variable: text})


def test_OP2_a_file_value_of_the_wrong_type_names_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, "http_port = true\nhost = 5\n")
    with pytest.raises(InvalidSettings) as caught:
        load({}, {}, config)
    assert "touchline.toml: http_port is True: it must be a whole number" in str(caught.value)
    assert "touchline.toml: host is 5: it must be text" in str(caught.value)


def test_OP2_every_mistake_is_told_at_once() -> None:
    environ = {"TOUCHLINE_HTTP_PORT": "x", "TOUCHLINE_WS_PORT": "y"}
    with pytest.raises(InvalidSettings) as caught:
        load({}, environ)
    assert "TOUCHLINE_HTTP_PORT" in str(caught.value)
    assert "TOUCHLINE_WS_PORT" in str(caught.value)


def test_OP2_an_unknown_variable_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidSettings, match="did you mean TOUCHLINE_HTTP_PORT"):
        load({}, {"TOUCHLINE_HTTP_PROT": "1"})


def test_OP2_an_unknown_name_in_the_file_is_refused(tmp_path: Path) -> None:
    config = write(tmp_path, "zzz = 1\nhttp_prot = 2\n")
    with pytest.raises(InvalidSettings) as caught:
        load({}, {}, config)
    assert "zzz is not a setting (`touchline serve --help` lists all" in str(caught.value)
    assert "did you mean http_port?" in str(caught.value)


def test_OP2_a_file_that_is_not_there_or_not_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="cannot be read"):
        load({}, {}, tmp_path / "none.toml")
    with pytest.raises(InvalidSettings, match="is not TOML"):
        load({}, {}, write(tmp_path, "= ="))


def test_OP2_variables_of_the_test_suite_are_not_settings() -> None:
    assert load({}, {"TOUCHLINE_TEST_MS": "2"}) == load({}, {})


def test_OP3_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("canary\n", encoding="utf-8")
    secret.chmod(0o600)
    assert load({}, {"TOUCHLINE_METRICS_KEY_FILE": str(secret)}).metrics_key == "canary"


def test_OP3_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("canary", encoding="utf-8")
    secret.chmod(0o600)
    environ = {"TOUCHLINE_METRICS_KEY": "x", "TOUCHLINE_METRICS_KEY_FILE": str(secret)}
    with pytest.raises(InvalidSettings, match="give only one of them"):
        load({}, environ)


def test_SE4_a_secret_in_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("canary", encoding="utf-8")
    secret.chmod(0o640)
    with pytest.raises(InvalidSettings, match="chmod 0600") as caught:
        load({}, {"TOUCHLINE_METRICS_KEY_FILE": str(secret)})
    assert "TOUCHLINE_METRICS_KEY_FILE" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_SE2_every_secret_setting_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "value"
    secret.touch(mode=0o600)
    names = {spec.name for spec in fields(Settings) if spec.metadata["secret"]}
    assert {"database", "metrics_key", "smtp_url", "secret"} <= names
    for name in names - {"secret"}:  # whose variable with _FILE is a setting of its own
        scheme = {"redis": "redis", "ask_database": "postgresql"}.get(name, "any")
        secret.write_text(value := f"{scheme}://canary")
        given = {f"{variable_of(name)}_FILE": str(secret)}
        if name == "ask_database":  # which follows another one
            given[variable_of("database")] = "postgresql://main"
        assert getattr(load({}, given), name) == value
    assert load({}, {"TOUCHLINE_SECRET_FILE": str(secret)}).secret_file == str(secret)


def test_OP3_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="TOUCHLINE_DATABASE_FILE"):
        load({}, {"TOUCHLINE_DATABASE_FILE": str(tmp_path / "none")})


def test_OP3_a_secret_never_appears_in_a_message_or_a_repr(tmp_path: Path) -> None:
    config = write(tmp_path, "metrics_key = 12345678\n")
    with pytest.raises(InvalidSettings) as caught:
        load({}, {}, config)
    assert "12345678" not in str(caught.value)
    settings = load({}, {"TOUCHLINE_DATABASE": "postgresql://user:canary@host/db"})
    assert "canary" not in repr(settings)


def test_OP4_values_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidSettings, match="http_port and ws_port must differ"):
        load({"http_port": 8701}, {})


def test_names_of_flags_and_variables_follow_from_the_table() -> None:
    assert flag_of("http_port") == "--http-port"
    assert variable_of("http_port") == "TOUCHLINE_HTTP_PORT"
