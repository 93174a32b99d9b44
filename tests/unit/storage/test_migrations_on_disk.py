from hashlib import sha256

import pytest

from storage.errors import SchemaOutdated
from storage.migrations_on_disk import FOLDER, Migration, SchemaState, compare, known

ONE, TWO = Migration("0001_one", "CREATE one"), Migration("0002_two", "CREATE two")


@pytest.mark.parametrize("backend", ["sqlite", "postgres"])
def test_LG13_migrations_are_numbered_without_a_gap(backend: str) -> None:
    names = [migration.name for migration in known(backend)]
    assert names
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_LG13_every_file_belongs_to_a_backend() -> None:
    assert {path.parent.name for path in FOLDER.rglob("*.sql")} == {"sqlite", "postgres"}


def test_LG13_a_checksum_is_of_the_text() -> None:
    assert ONE.checksum == sha256(b"CREATE one").hexdigest()


@pytest.mark.parametrize(
    ("applied", "state", "names"),
    [
        ([], SchemaState.EMPTY, ["0001_one", "0002_two"]),
        ([ONE], SchemaState.OUTDATED, ["0002_two"]),
        ([ONE, TWO], SchemaState.CURRENT, []),
        ([ONE, TWO, Migration("0003_three", "")], SchemaState.NEWER, ["0003_three"]),
        ([ONE, Migration("0002_two", "CREATE other")], SchemaState.CHANGED, ["0002_two"]),
    ],
)
def test_LG13_a_database_is_compared_with_this_code(
    applied: list[Migration], state: SchemaState, names: list[str]
) -> None:
    verdict = compare([ONE, TWO], {migration.name: migration.checksum for migration in applied})
    assert (verdict.state, verdict.names) == (state, names)


@pytest.mark.parametrize(
    ("applied", "said"),
    [
        ([], "misses 0001_one, 0002_two: run `touchline db migrate`"),
        ([ONE], "misses 0002_two"),
        ([ONE, TWO, Migration("0003_three", "")], "has 0003_three.*upgrade"),
        ([Migration("0001_one", "")], "0001_one differ"),
    ],
)
def test_LG13_what_is_not_current_says_what_to_do(applied: list[Migration], said: str) -> None:
    verdict = compare([ONE, TWO], {migration.name: migration.checksum for migration in applied})
    with pytest.raises(SchemaOutdated, match=said):
        verdict.require_current()


def test_LG13_what_is_current_says_nothing() -> None:
    compare([ONE], {ONE.name: ONE.checksum}).require_current()
