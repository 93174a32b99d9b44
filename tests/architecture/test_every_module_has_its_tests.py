"""One test module per module, at the same path, so that a reader never searches."""

from tests.architecture.tree import PACKAGES, ROOT, has_code, python_files, relative


def expected_places(module: str) -> list[str]:
    """Where the tests of `server/rooms/room.py` may be. Drivers of a contract are tested by its
    suite."""
    folder, _, name = module.rpartition("/")
    return [f"tests/unit/{folder}/test_{name}", f"tests/contracts/test_{name}"]


def test_every_module_has_its_test_module() -> None:
    missing = [
        relative(path)
        for path in python_files(*PACKAGES)
        if has_code(path) and not any((ROOT / p).is_file() for p in expected_places(relative(path)))
    ]
    assert missing == []


def test_unit_tests_lie_where_their_package_does() -> None:
    stray = [
        relative(path)
        for path in python_files("tests")
        if (place := relative(path)).startswith("tests/unit/")
        and not (ROOT / place.removeprefix("tests/unit/")).parent.is_dir()
    ]
    assert stray == []
