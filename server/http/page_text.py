"""Scripts and styles without what only their readers need: comments, indentation, needless space.

Knows the tokens of JavaScript and CSS as the files in clients/ spell them, and nothing of modules
or pages. Not a parser: that what is left is the same program is proved by one, which reads every
script of ours before and after (tests/unit/server/http/test_page_text.py).

Keeps HT66.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_STRING = r"""\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"""
_DEPTH = 3
"""Templates in templates, and in those; there are no deeper ones."""


def _template() -> str:
    inner = r"(?!)"
    for _ in range(_DEPTH):
        code = rf"""(?:[^`{{}}"']|{_STRING}|\{{[^{{}}`]*\}}|{inner})*"""
        inner = rf"`(?:[^`\\$]|\\.|\$(?!\{{)|\$\{{{code}\}})*`"
    return inner


_PATTERN = r"/(?![*/])(?:[^\\/\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*"
_SCRIPT = re.compile(
    rf"""(?P<text>{_STRING}|{_template()}|(?:[=(,:;!&|?{{\[+*%<>~^]|\breturn)\s*{_PATTERN})"""
    r"""|(?P<fixed>(?<![.\w$])(?<!export )const(?=[\s{\[]))"""
    r"""|(?P<gap>(?:\s|/\*.*?\*/|//[^\n]*)+)|(?P<open>["'`])""",
    re.DOTALL,
)
"""A pattern begins where a value may: after a mark that is no end, with which it is taken."""
_STYLE = re.compile(
    rf"(?P<comment>/\*.*?\*/)|(?P<text>{_STRING})|\s*(?P<mark>[{{}};,])\s*|(?P<after>[:(])\s+"
    r"|\s+(?P<before>\))|(?P<space>\s+)",
    re.DOTALL,
)
_PLAIN = re.compile(r"""\A'([^'"\\\n]*)'\Z""")
"""A text that may as well stand in the marks that most texts have: alike, they pack better."""
_END_IN_TEXT = "\0"
"""For the end of a line within a text, until lines are told apart."""
_GOES_ON_AFTER = frozenset("{([,;:?=&|<>*.!~^%")
_GOES_ON_BEFORE = frozenset(")]},;.?:&|=<>*%^")
"""No statement ends at an end of a line after, or before, one of these signs. Others may be its
end, and the line's end is what says so."""
_LAST = re.compile(r"[,;]\Z")


class Line(NamedTuple):
    """What is left of a line of a script."""

    number: int
    """Of the line in the file where it begins, from 0."""
    text: str
    """Without its end; over several lines where a text goes on over them. Never empty."""


def script_lines(script: str) -> list[Line]:
    """What is left of a script, line by line. ValueError where a text has no end."""
    lines: list[Line] = []
    number = 0
    for text in _SCRIPT.sub(_left_of_script, script).split("\n"):
        inner = text.count(_END_IN_TEXT) if text else 0
        if text:
            lines.append(Line(number, text.replace(_END_IN_TEXT, "\n") if inner else text))
        number += 1 + inner
    return lines


def joined(before: str, after: str) -> str | None:
    """What is left of a line that the next one may follow at once, or None where the end between
    them has to stay."""
    last, first = before[-1], after[0]
    if first in "}])":
        return _LAST.sub("", before) if last == "," or (last, first) == (";", "}") else before
    return before if last in _GOES_ON_AFTER or first in _GOES_ON_BEFORE else None


def _left_of_script(found: re.Match[str]) -> str:
    if found["text"] is not None:
        return _PLAIN.sub(r'"\1"', found[0]).replace("\n", _END_IN_TEXT)
    script, begin, end = found.string, found.start(), found.end()
    if found["fixed"] is not None:
        return "let"  # nothing is assigned to it, or the script would not run as written
    if found["open"] is not None:
        raise ValueError(f"line {script.count(chr(10), 0, begin) + 1}: a text without an end")
    if "\n" in found[0]:
        return "\n" * found[0].count("\n")
    before, after = script[begin - 1 : begin], script[end : end + 1]
    if _of_word(before) and _of_word(after):
        return " "
    return " " if before == after and before in {"+", "-", "/"} else ""


def _of_word(sign: str) -> bool:
    return sign.isalnum() or sign in {"_", "$", "#"}


def style(sheet: str) -> str:
    """What is left of a style sheet."""
    return _STYLE.sub(_left_of_style, sheet).strip()


def _left_of_style(found: re.Match[str]) -> str:
    if found["comment"] is not None:
        return ""
    if found["space"] is not None:
        return " "
    return found["text"] or found["mark"] or found["after"] or found["before"]
