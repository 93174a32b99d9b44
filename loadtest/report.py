"""What was measured, as values and as a page: figures with their gates, the machine in general
words, the settings used.

Writes Markdown; knows nothing of how anything was measured.
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

ROOT_OF_CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("websockets", "uvloop", "msgspec", "orjson", "asyncpg")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a result. `holds` is None where there is no gate."""

    name: str
    value: str
    gate: str = ""
    holds: bool | None = None

    @property
    def verdict(self) -> str:
        """In a word."""
        return "" if self.holds is None else ("holds" if self.holds else "**missed**")


@dataclass(slots=True)
class Result:
    """One measurement: what was done, what came out, what had to hold besides."""

    name: str
    scenario: str
    figures: list[Figure] = field(default_factory=list[Figure])
    notes: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])
    """Broken promises: a version missed, a wrong code. Any makes the run fail."""

    @property
    def sound(self) -> bool:
        """Whether no promise was broken. Speed is another question."""
        return not self.faults


def machine() -> str:
    """The machine, without saying which."""
    cores = len(os.sched_getaffinity(0))
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [
            line.split(":", 1)[1].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = models[0] if models else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}"
    return f"{cores} cores ({model}), {memory:.0f} GiB memory, {system}"


def versions() -> str:
    """Of Python and of what the hot path stands on."""
    parts = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            parts.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(parts)


def commit() -> str:
    """The commit that was measured, marked where files differ from it."""
    try:
        named = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - the user's git
            cwd=ROOT_OF_CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
        # the page that is written here says nothing of the code that was measured
        changed = subprocess.run(
            ["git", "status", "--porcelain", "-uno", "--", ".", ":!loadtest/RESULTS.md"],  # noqa: S607 - as above
            cwd=ROOT_OF_CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "not a checkout"
    return named.stdout.strip() + ("-dirty" if changed.stdout.strip() else "")


def page(
    results: Sequence[Result],
    *,
    before: str = "",
    command: str,
    day: str,
    settings: Mapping[str, str],
) -> str:
    """RESULTS.md: what was measured now, among the sections of the page `before` that were not."""
    said = f"Commit {commit()}, {day}, `{command}`, on {machine()}."
    sections = _sections(before) | {one.name: _section(one, said) for one in results}
    lines = [
        "# What was measured",
        "",
        "Written by `make bench`, or section by section by its option `--only`; edit the "
        "measurement, not this page. Ratios were taken",
        "within one run, medians over rounds that alternated. The server was bound to one core, "
        "load (and PostgreSQL) to another; fsync was on.",
        "",
        f"- Versions: {versions()}",
        "- Settings raised for the load: " + ", ".join(f"`{k}={v}`" for k, v in settings.items()),
        "",
        *sections.values(),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _section(result: Result, said: str) -> str:
    lines = [f"## {result.name}", "", result.scenario, "", said, ""]
    lines += ["| figure | value | gate | |", "|---|---|---|---|"]
    lines += [f"| {f.name} | {f.value} | {f.gate} | {f.verdict} |" for f in result.figures]
    lines += ["", *(f"- {note}" for note in result.notes)]
    lines += [f"- **Broken promise**: {fault}" for fault in result.faults]
    return "\n".join(lines).rstrip() + "\n"


def _sections(text: str) -> dict[str, str]:
    """Name → section of a page, in its order."""
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}
