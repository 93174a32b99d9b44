"""The checkout as the architecture tests see it: its files, modules, functions, rules and
documents."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("protocol", "server", "storage", "loadtest", "clients")
IGNORED = frozenset(
    {".git", ".venv", "data", "build", "dist", "htmlcov", "node_modules", "__pycache__"}
)
SPEC = ROOT / "protocol" / "SPEC.md"
ARCHITECTURE = ROOT / "server" / "ARCHITECTURE.md"
_ID = r"(?:SE[-_ ])?([A-Z]{2}\d+[a-z]?|[SCA]\d+[a-z]?)"
RULE = re.compile(rf"^[-*] \*\*{_ID}\*\*", re.MULTILINE)
"""A rule stands at the start of a list item: two letters and a number; security rows one letter."""
_LEADING = re.compile(rf"{_ID}(?=[ :,]|$)[ :,]*")


@dataclass(frozen=True)
class Function:
    path: Path
    name: str
    line: int
    lines: int


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def files() -> tuple[Path, ...]:
    """Every file of the tree that is ours, sorted; caches, environments and data are not."""

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            hidden = path.name.startswith(".") and path.name not in {".ci", ".gitignore"}
            if path.name in IGNORED or hidden or path.name.endswith(".egg-info"):
                continue
            if path.is_dir():
                yield from walk(path)
            else:
                yield path

    return tuple(walk(ROOT))


def python_files(*under: str) -> list[Path]:
    return [p for p in files() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in under]


def documents() -> list[Path]:
    return [p for p in files() if p.suffix == ".md"]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            assert node.end_lineno is not None
            yield Function(path, node.name, node.lineno, node.end_lineno - first + 1)


def has_code(path: Path) -> bool:
    """Whether a module does anything: an empty or merely described package has nothing to test."""
    return any(not _is_text(node) for node in parsed(path).body)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def stated_rules() -> list[str]:
    return RULE.findall(SPEC.read_text(encoding="utf-8"))


def rules_in(title: str) -> list[str]:
    """The ids that a test's title names: `test_BD4_a_stale_move` and `BD4: a stale move` alike."""
    title = title.removeprefix("test_").replace("_", " ")
    found: list[str] = []
    while match := _LEADING.match(title):
        found.append(match.group(1))
        title = title[match.end() :]
    return found


def python_titles() -> Iterator[tuple[Path, str]]:
    for path in python_files("tests"):
        for function in functions(path):
            if function.name.startswith("test_"):
                yield path, function.name


_JAVASCRIPT_TITLE = re.compile(r"""\b(?:test|it|describe)\(\s*(['"`])(.+?)\1""")


def javascript_titles() -> Iterator[tuple[Path, str]]:
    for path in files():
        if path.suffix in {".js", ".mjs"} and path.is_relative_to(ROOT / "tests"):
            for _, title in _JAVASCRIPT_TITLE.findall(path.read_text(encoding="utf-8")):
                yield path, title
