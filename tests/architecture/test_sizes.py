"""Functions stay within 70 lines; modules beyond 500 are confessed where the architecture is
told."""

from tests.architecture.tree import (
    ARCHITECTURE,
    PACKAGES,
    ROOT,
    files,
    functions,
    python_files,
    relative,
)

FUNCTION_LINES_MAX = 70
MODULE_LINES_SOFT_MAX = 500
PAGE_LINES_SOFT_MAX = 300


def confessions() -> str:
    """The section of ARCHITECTURE.md that lists our own violations."""
    _, _, section = ARCHITECTURE.read_text(encoding="utf-8").partition("## Our own violations")
    assert section, "ARCHITECTURE.md ends with the section `Our own violations`"
    return section


def test_no_function_is_over_70_lines() -> None:
    over = [
        f"{relative(f.path)}:{f.line} {f.name} has {f.lines}"
        for path in python_files(*PACKAGES, "tests")
        for f in functions(path)
        if f.lines > FUNCTION_LINES_MAX
    ]
    assert over == []


def test_every_long_module_is_explained() -> None:
    explained = confessions()
    unexplained = [
        f"{relative(path)} has {lines}"
        for path in files()
        if path.suffix in {".py", ".js"}
        and path.relative_to(ROOT).parts[0] in PACKAGES
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES_SOFT_MAX
        and relative(path) not in explained
    ]
    assert unexplained == []


def test_every_long_page_is_explained() -> None:
    explained = confessions()
    unexplained = [
        f"{relative(path)} has {lines}"
        for path in files()
        if path.suffix == ".html"
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > PAGE_LINES_SOFT_MAX
        and relative(path) not in explained
    ]
    assert unexplained == []
