"""What is installed is pinned by hash and says nothing of where it comes from."""

import json
import re

import pytest

from tests.architecture.tree import ROOT

LOCKS = ("run", "all")


def pins(name: str) -> dict[str, str]:
    """Package → version, with its marker if it has one."""
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\\\n]+?) \\$", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_has_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    bare = [block.split()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block]
    assert pins(name)
    assert bare == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_is_named(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    assert re.findall(r"://|--(?:extra-)?index|--find-links|@ ", text) == []


def test_what_runs_is_what_was_tested() -> None:
    """What tests need besides may ask for a package on more machines than what runs does."""
    tested = pins("all")
    other = {
        name: pin
        for name, pin in pins("run").items()
        if tested.get(name, "") not in {pin, pin.partition(" ; ")[0]}
    }
    assert other == {}


def test_the_type_checker_of_the_browser_client_is_pinned_by_hash() -> None:
    lock = json.loads((ROOT / "requirements" / "package-lock.json").read_text(encoding="utf-8"))
    installed = {name: entry for name, entry in lock["packages"].items() if name}
    assert installed
    assert all(entry["integrity"].startswith("sha512-") for entry in installed.values())
    assert not any("resolved" in entry for entry in installed.values())
