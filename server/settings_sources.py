"""Where settings come from: flags over environment over a TOML file over the defaults of the table.

Reads text, turns it into the types that server/config.py states, and collects every mistake before
it complains, each with what to change. It must not know what a setting is for: that is the table's
business. SPEC rules OP1 to OP4.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

from server.config import InvalidSettings, Settings, validate
from server.secrets import InvalidSecret, read_private

PREFIX = "TOUCHLINE_"
FILE_SUFFIX = "_FILE"
CONFIG_VARIABLE = "TOUCHLINE_CONFIG"
"""Names the file, where no flag does."""
TEST_PREFIX = "TOUCHLINE_TEST_"
"""Variables of the test suite: never settings, never complained about."""

_KINDS: dict[type[object], str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
}
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class _Given:
    """One value as it was given, and what to call the place when it is wrong."""

    value: object
    place: str


def load(
    flags: Mapping[str, object], environ: Mapping[str, str], config: Path | None = None
) -> Settings:
    """The settings of this process, validated. Flags that are None were not given.

    Raises InvalidSettings that names every wrong value, where it was given and what to change.
    """
    problems: list[str] = []
    named = config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    given: dict[str, _Given] = {}
    given.update(_from_file(named, problems))
    given.update(_from_environment(environ, problems))
    given.update({k: _Given(v, flag_of(k)) for k, v in flags.items() if v is not None})
    values: dict[str, Any] = {}
    for spec in fields(Settings):
        if spec.name in given:
            values[spec.name] = _typed(spec, given[spec.name], problems)
    if problems:
        raise InvalidSettings("; ".join(problems))
    settings = Settings(**values)
    validate(settings)
    return settings


def flag_of(name: str) -> str:
    """`http_port` is `--http-port` on a command line."""
    return "--" + name.replace("_", "-")


def variable_of(name: str) -> str:
    """`http_port` is `TOUCHLINE_HTTP_PORT` in the environment."""
    return PREFIX + name.upper()


def _specs() -> dict[str, Field[Any]]:
    return {spec.name: spec for spec in fields(Settings)}


def _unknown(name: str, known: list[str], place: str) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]}?" if close else "`touchline serve --help` lists all settings"
    return f"{place}: {name} is not a setting ({hint})"


def _from_file(path: Path | None, problems: list[str]) -> dict[str, _Given]:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path}: cannot be read ({error.strerror}), give another --config")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: is not TOML ({error})")
        return {}
    specs = _specs()
    given: dict[str, _Given] = {}
    for name, value in content.items():
        if name in specs:
            given[name] = _Given(value, f"{path}: {name}")
        else:
            problems.append(_unknown(name, list(specs), str(path)))
    return given


def _from_environment(environ: Mapping[str, str], problems: list[str]) -> dict[str, _Given]:
    specs = _specs()
    secrets = {n + FILE_SUFFIX.lower(): n for n, s in specs.items() if s.metadata["secret"]}
    given: dict[str, _Given] = {}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable.startswith(TEST_PREFIX):
            continue
        if variable == CONFIG_VARIABLE:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in specs:
            given[name] = _Given(text, variable)
        elif name in secrets:
            secret = _read_secret(variable, Path(text), problems)
            if variable_of(secrets[name]) in environ:
                problems.append(
                    f"{variable_of(secrets[name])} and {variable}: give only one of them"
                )
            given[secrets[name]] = _Given(secret, variable)
        else:
            known = [variable_of(n) for n in specs]
            problems.append(_unknown(variable, known, "environment"))
    return given


def _read_secret(variable: str, path: Path, problems: list[str]) -> str:
    """What the file says, without the line end that editors add."""
    try:
        return read_private(path).decode("utf-8").rstrip("\r\n")
    except InvalidSecret as error:
        problems.append(f"{variable}: {error}")
    except (OSError, UnicodeDecodeError):
        problems.append(f"{variable}: {path} cannot be read: name a file that this user may read")
    return ""


def _typed(spec: Field[Any], given: _Given, problems: list[str]) -> object:
    """The value in the type of its default, or a problem. A secret's value is never repeated."""
    default: object = spec.default
    wanted = type(default)
    try:
        return _convert(wanted, given.value)
    except ValueError:
        shown = "a secret" if spec.metadata["secret"] else repr(given.value)
        problems.append(f"{given.place} is {shown}: it must be {_KINDS[wanted]}")
        return default


def _convert(wanted: type[object], value: object) -> object:
    """Raises ValueError where `value` cannot be meant as one of `wanted`."""
    if isinstance(value, bool):
        if wanted is bool:
            return value
        raise ValueError
    if wanted is bool and isinstance(value, str):
        return _truth(value)
    if wanted is int and isinstance(value, str):
        return int(value.replace("_", ""))
    if wanted is float and isinstance(value, (int, float, str)):
        return _finite(float(value))
    if isinstance(value, wanted):
        return value
    raise ValueError


def _truth(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ValueError


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError
    return number
