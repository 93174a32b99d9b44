"""A page's scripts and styles, each put into one file: what opens in three requests instead of a
hundred and thirty, and weighs a third less, because the files share their compression.

Knows the modules of clients/ by path and text, and how they name each other; not how files are read
or sent. What a page imports later, by `import("…")`, is in a file of its own for each such import;
what several of them need is in the first. A module in a bundle is a block that puts down what it
exports; modules find each other by number in `$`, which the page's own bundle exports. Beside each
bundle is a source map, which leads to the files as written.

Keeps HT66.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

from server.http.page_text import Line, joined, script_lines, style

FOLDER = "/packed"
MAP = ".map"
"""After a bundle's path."""

_ENTRY = re.compile(r'<script type="module" src="(/[^"]+\.js)"></script>')
_SHEETS = re.compile(r'(?:[ \t]*<link rel="stylesheet" href="/[^"]+\.css">\n)+')
_SHEET = re.compile(r'href="(/[^"]+\.css)"')
_IMPORT = re.compile(
    r"""import(?:\*as (?P<whole>[\w$]+) from|\{(?P<names>[^}]*)\}from)?["'](?P<of>[^"']+)["'];?"""
)
_DECLARED = re.compile(r"export (?:(?:async )?function ?\*? ?|class |const )([\w$]+)")
_EXPORTS = re.compile(r"""export\{(?P<names>[^}]*)\}(?:from["'](?P<of>[^"']+)["'])?;?""")
_BEGUN = re.compile(r"import(?![\w$(.])|export(?![\w$])")
_NAME = re.compile(r"([\w$]+)(?: as ([\w$]+))?")
_LATER = re.compile(r"""\bimport\((["'])([^"']+\.js)\1\)""")
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class _Import(NamedTuple):
    of: str
    names: tuple[tuple[str, str], ...] = ()
    """There, and here."""
    whole: str = ""
    """The name here of everything that it exports."""


class _Export(NamedTuple):
    name: str
    here: str
    of: str = ""
    """The module from which it is passed on."""


@dataclass(frozen=True, slots=True)
class _Module:
    body: str
    """Without what it imports and the word `export`."""
    mapping: str
    """Of its body: the lines of a source map, where the file's own number and its first line are
    not told."""
    first: int
    last: int
    """Of the file's lines that are in the body, from 0."""
    imports: tuple[_Import, ...]
    exports: tuple[_Export, ...]
    later: tuple[str, ...]


def bundled(files: Mapping[str, str]) -> dict[str, str]:
    """Path to text of every page of these files (path to text: .html, .js, .css) and of its bundles
    in FOLDER. ValueError where a module is written in a way that a bundle would not keep."""
    found: dict[str, str] = {}
    modules = _Modules(files)
    sheets: dict[tuple[str, ...], str] = {}
    for page in sorted(path for path in files if path.endswith(".html")):
        html = files[page]
        block = _SHEETS.search(html)
        if block is not None:
            names = tuple(_SHEET.findall(block[0]))
            path = sheets.setdefault(names, f"{FOLDER}{page.removesuffix('.html')}.css")
            found[path] = "\n".join(style(files[name]) for name in names)
            html = html.replace(block[0], f'    <link rel="stylesheet" href="{path}">\n')
        entry = _ENTRY.search(html)
        if entry is not None:
            html = html.replace(f'"{entry[1]}"', f'"{FOLDER}{entry[1]}"')
            if FOLDER + entry[1] not in found:
                found |= _Bundles(modules, entry[1]).texts()
        found[page] = html
    return found


class _Modules:
    """Modules by path, each read once."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._read: dict[str, _Module] = {}

    def __getitem__(self, path: str) -> _Module:
        if path not in self._read:
            if path not in self._files:
                raise ValueError(f"{path}: imported, and not there")
            try:
                self._read[path] = _read(path, self._files[path])
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error
        return self._read[path]

    def in_order(self, entry: str, but: Iterable[str] = ()) -> list[str]:
        """A module and what it imports, as they are to run, without those that have run."""
        order = dict.fromkeys(but)
        known = len(order)
        self._walk(entry, order, [])
        return list(order)[known:]

    def _walk(self, path: str, order: dict[str, None], way: list[str]) -> None:
        if path in order:
            return
        if path in way:
            raise ValueError(f"modules import each other: {' '.join([*way, path])}")
        for one in self[path].imports:
            self._walk(one.of, order, [*way, path])
            there = {export.name for export in self[one.of].exports}
            missing = [name for name, _ in one.names if name not in there]
            if missing:
                raise ValueError(f"{path}: {one.of} exports no {', '.join(missing)}")
        order[path] = None


class _Bundles:
    """What a page is made of: the file that opens it, and those that come later."""

    def __init__(self, modules: _Modules, entry: str) -> None:
        self._modules = modules
        self._main = f"{FOLDER}{entry}"
        self._folder = self._main.removesuffix(".js")
        self._own = modules.in_order(entry)
        later: dict[str, list[str]] = {}
        waiting = [name for path in self._own for name in modules[path].later]
        while waiting:
            name = waiting.pop(0)
            if name not in later:
                later[name] = modules.in_order(name, self._own)
                waiting += [more for path in later[name] for more in modules[path].later]
        self._parts: dict[str, list[str]] = {}
        """Of what is imported later: the modules that are there then, and were not before."""
        self._needs: dict[str, list[str]] = {}
        where: dict[str, str] = {}
        for name, paths in later.items():
            self._parts[name] = [path for path in paths if path not in where]
            self._needs[name] = list(dict.fromkeys(where[p] for p in paths if p in where))
            where |= dict.fromkeys(self._parts[name], name)
        self._number = {path: number for number, path in enumerate([*self._own, *where])}

    def texts(self) -> dict[str, str]:
        """Path to text of every bundle and its map."""
        found = self._text(self._main, "export const $=[];", self._own)
        for name, paths in self._parts.items():
            if self._file(name) != name:
                continue
            needs = [f'import"{self._folder}{other}";' for other in self._needs[name]]
            head = f'import{{$}}from"{self._main}";{"".join(needs)}'
            found |= self._text(self._folder + name, head, paths)
        return found

    def _text(self, path: str, head: str, members: Sequence[str]) -> dict[str, str]:
        parts = [head]
        rows = [""]
        source = line = 0
        for index, name in enumerate(members):
            module = self._modules[name]
            parts.append(f"{{{self._imported(module)}")
            parts.append(_LATER.sub(partial(self._fetched, name), module.body))
            parts.append(f"$[{self._number[name]}]={{{self._exported(module)}}}}}")
            step = _digits(index - source) + _digits(module.first - line)
            rows += ["", f"A{step}A{module.mapping}", ""]
            source, line = index, module.last
        told = path + MAP
        parts.append(f"//# sourceMappingURL={told}\n")
        return {path: "\n".join(parts), told: _source_map(members, rows)}

    def _imported(self, module: _Module) -> str:
        told: list[str] = []
        for of, names, whole in module.imports:
            if whole:
                told.append(f"{whole}=$[{self._number[of]}]")
            elif names:
                here = ",".join(_pair(*pair) for pair in names)
                told.append(f"{{{here}}}=$[{self._number[of]}]")
        return f"let {','.join(told)};" if told else ""

    def _exported(self, module: _Module) -> str:
        return ",".join(
            f"{name}:$[{self._number[of]}].{here}" if of else _pair(name, here)
            for name, here, of in module.exports
        )

    def _fetched(self, importer: str, found: re.Match[str]) -> str:
        name = _resolved(importer, found[2])
        return f'import("{self._folder}{self._file(name)}").then(()=>$[{self._number[name]}])'

    def _file(self, name: str) -> str:
        """The bundle that brings a module: another's, where all that it would hold is there."""
        needs = self._needs[name]
        return needs[0] if not self._parts[name] and len(needs) == 1 else name


def _source_map(sources: Sequence[str], rows: Sequence[str]) -> str:
    """A source map of version 3: where the beginning of each line comes from, if it is known."""
    told = {"version": 3, "sources": list(sources), "names": [], "mappings": ";".join(rows)}
    return json.dumps(told, separators=(",", ":"))


@cache
def _digits(number: int) -> str:
    """A number as source maps write it: base 64, five bits a sign, the sign in the lowest."""
    left = -number * 2 + 1 if number < 0 else number * 2
    signs = ""
    while True:
        left, bits = left >> 5, left & 31
        signs += _DIGITS[bits | (32 if left else 0)]
        if not left:
            return signs


def _pair(there: str, here: str) -> str:
    return there if there == here else f"{there}:{here}"


def _resolved(importer: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))


def _read(path: str, script: str) -> _Module:
    """A module taken apart, by the lines with which its statements begin."""
    kept: list[Line] = []
    imports: list[_Import] = []
    exports: list[_Export] = []
    begun = ""
    for number, text in script_lines(script):
        begun += text
        if _BEGUN.match(begun):
            declared = _DECLARED.match(begun)
            if declared is None:
                if _note(path, begun, imports, exports):
                    begun = ""
                continue
            exports.append(_Export(declared[1], declared[1]))
            begun = re.sub(r"\Aconst\b", "let", begun.removeprefix("export "))
        kept.append(Line(number, begun))
        begun = ""
    if begun:
        raise ValueError(f"a bundle cannot keep {begun[:80]!r}")
    body, mapping = _body(kept)
    later = tuple(_resolved(path, name) for _, name in _LATER.findall(body))
    first, last = (kept[0].number, kept[-1].number) if kept else (0, 0)
    last += kept[-1].text.count("\n") if kept else 0
    return _Module(body, mapping, first, last, tuple(imports), tuple(exports), later)


def _body(lines: Sequence[Line]) -> tuple[str, str]:
    """Lines put together, and what a source map says of them after its first place."""
    parts: list[str] = []
    steps: list[str] = []
    column = marked = 0
    """Of the line that grows: how long it is, and where its last place is."""
    told = lines[0].number if lines else 0
    for number, text in lines:
        kept = joined(parts[-1], text) if parts and not _LATER.search(parts[-1]) else None
        if kept is not None:
            column -= len(parts[-1]) - len(kept)
            parts[-1] = kept
            steps.append(f",{_digits(column - marked)}A{_digits(number - told)}A")
            marked, told = column, number
        elif parts:
            parts.append("\n")
            steps.append(f";AA{_digits(number - told)}A")
            column, marked, told = 0, 0, number
        rows = text.split("\n")
        steps += [";AACA"] * (len(rows) - 1)
        if len(rows) > 1:
            column, marked, told = 0, 0, told + len(rows) - 1
        column += len(rows[-1])
        parts.append(text)
    return "".join(parts), "".join(steps)


def _note(path: str, said: str, imports: list[_Import], exports: list[_Export]) -> bool:
    """Whether this is a whole statement that imports or exports; then it is noted."""
    found = _IMPORT.fullmatch(said)
    if found is not None:
        names = tuple((there, here or there) for there, here in _NAME.findall(found["names"] or ""))
        imports.append(_Import(_resolved(path, found["of"]), names, found["whole"] or ""))
        return True
    found = _EXPORTS.fullmatch(said)
    if found is None:
        return False
    of = _resolved(path, found["of"]) if found["of"] else ""
    if of:
        imports.append(_Import(of))
    exports += [_Export(name or here, here, of) for here, name in _NAME.findall(found["names"])]
    return True
