from pathlib import Path

from server.config import Settings
from server.data_folder import (
    database_path,
    demo_game_path,
    demo_path,
    operator_key_path,
    secret_path,
)


def test_everything_lies_in_the_data_folder() -> None:
    settings = Settings(data_dir="x")
    paths = [
        f(settings)
        for f in (database_path, secret_path, operator_key_path, demo_path, demo_game_path)
    ]
    assert {path.parent for path in paths} == {Path("x")}
    assert len(set(paths)) == len(paths)


def test_the_secret_may_lie_elsewhere() -> None:
    assert secret_path(Settings(secret_file="/run/secrets/t")) == Path("/run/secrets/t")
