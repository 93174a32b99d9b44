"""Documents of boards with something wrong in them, from dice; and what must hold of each answer to
one: taken whole, or refused with a named error that says where.

Knows documents and answers, not how they travel: tests/unit/server/http/test_documents.py sends
them straight into the application, `python -m tests.imports` to a real server.
"""

from __future__ import annotations

import copy
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

from tests.support.full_board import PHASES, full_document

Document = dict[str, Any]

VALUES: list[Any] = [
    *(None, -1, 0, 2**60, 1e300, 1.5, "", " ", "x" * 3_000, [], [[0, 0]], {}, True, "token"),
    *([0, 0], [0, 0, 0], ["0", 0], [900_000, 0], "\u202e", "e\u0301", "#FFFFFF", "o_nothing00"),
    *("o_token00009", ["o_token00009"], ["o_token00009", "o_token00009"], PHASES[0], "a" * 40),
]
REFERENCES = ("ends", "pin", "of", "phase", "carrier")
CODES = {
    400: {"malformed"},
    409: {"limit_reached", "bad_property", "bad_command", "exists"},
    413: {"too_large"},
    422: {"invalid", "bad_property", "bad_command"},
}
"""What a refusal may be called."""


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of everything in a document, from the top."""
    yield path
    steps: list[Any] = []
    if isinstance(node, dict):
        steps = list(cast("dict[str, Any]", node))
    elif isinstance(node, list):
        steps = list(range(len(cast("list[Any]", node))))
    for step in steps:
        yield from places(node[step], (*path, step))


def _at(document: Document, path: tuple[Any, ...]) -> Any:
    node: Any = document
    for step in path:
        node = node[step]
    return node


def _replaced(document: Document, dice: random.Random) -> Any:
    """Something, anywhere, is something else."""
    path = dice.choice([one for one in places(document) if one])
    _at(document, path[:-1])[path[-1]] = dice.choice(VALUES)
    return document


def _retyped(document: Document, dice: random.Random) -> Any:
    """A number is a text, a text is a list, and so on."""
    path = dice.choice([one for one in places(document) if one])
    value = _at(document, path)
    others = [str(value), [value], {"value": value}, [], None]
    _at(document, path[:-1])[path[-1]] = dice.choice(others)
    return document


def _missing(document: Document, dice: random.Random) -> Any:
    """A field, an item or an object is not there."""
    path = dice.choice([one for one in places(document) if one])
    del _at(document, path[:-1])[path[-1]]
    return document


def _unknown(document: Document, dice: random.Random) -> Any:
    """A field that there is not."""
    path = dice.choice([one for one in places(document) if isinstance(_at(document, one), dict)])
    _at(document, path)[dice.choice(("colour", "v", "by", "locked", ""))] = dice.choice(VALUES)
    return document


def _property(document: Document, dice: random.Random) -> Any:
    """A property of another object's, with its value."""
    one, other = dice.sample(document["objects"], 2)
    name = dice.choice(list(other["props"]))
    one["props"][name] = copy.deepcopy(other["props"][name])
    return document


def _referring(document: Document, dice: random.Random) -> Any:
    """A reference to something else, to nothing, to itself."""
    bound = [(o, n) for o in document["objects"] for n in REFERENCES if n in o["props"]]
    one, name = dice.choice(bound)
    to = dice.choice([dice.choice(document["objects"])["id"], "o_nothing00", one["id"]])
    one["props"][name] = [to, *one["props"][name][1:]] if name == "ends" else to
    return document


def _renamed(document: Document, dice: random.Random) -> Any:
    """An id or a sort is another's, or none."""
    one, other = dice.sample(document["objects"], 2)
    key = dice.choice(("id", "sort"))
    one[key] = dice.choice([other[key], "", "o_short", "o_thatisnew00", 7])
    return document


def _repeated(document: Document, dice: random.Random) -> Any:
    """An object is there twice."""
    objects = document["objects"]
    objects.insert(dice.randrange(len(objects)), copy.deepcopy(dice.choice(objects)))
    return document


def _shuffled(document: Document, dice: random.Random) -> Any:
    """Nothing wrong: another order."""
    dice.shuffle(document["objects"])
    return document


def _too_much(document: Document, dice: random.Random) -> Any:
    """Over a limit of boards: objects, points of one and of all."""
    objects = document["objects"]
    match dice.randrange(3):
        case 0:
            count = dice.choice((2_001 - len(objects), 2_000))
            objects += [_ball(n) for n in range(count)]
        case 1:
            count = dice.choice((500, 501))
            objects.append(_line(0, count))
        case _:
            objects += [_line(n, 500) for n in range(dice.choice((99, 101)))]
    return document


def _ball(number: int) -> Document:
    return {"id": f"o_ball{number:08}", "sort": "ball", "props": {"at": [0, 0]}}


def _line(number: int, points: int) -> Document:
    props = {"at": [0, 0], "points": [[n, 0] for n in range(points)]}
    return {"id": f"o_line{number:08}", "sort": "line", "props": props}


def _settings(document: Document, dice: random.Random) -> Any:
    """Settings that there are not."""
    name = dice.choice(("sport", "length_mm", "conflicts", "zones", "origin", "units", "name"))
    document["settings"][name] = dice.choice([*VALUES, "chess", 300_000, {"room": "r_x"}])
    return document


def _head(document: Document, dice: random.Random) -> Any:
    """Another format, version, name, or no object at all."""
    key = dice.choice(("format", "version", "name", "objects", "settings", "notes", "source"))
    document[key] = dice.choice([*VALUES, 2, "other", "\u200b", "line\nfeed", "x" * 65])
    return document


def _other(document: Document, dice: random.Random) -> Any:
    """JSON, and nothing like a document."""
    return dice.choice([None, [], {}, 7, "touchline.board", [document], {"board": document}])


def _bytes(document: Document, dice: random.Random) -> bytes:
    """A byte of the file is another, is there twice, or the file ends too early."""
    data = bytearray(json.dumps(document, indent=1).encode())
    at = dice.randrange(len(data))
    match dice.randrange(4):
        case 0:
            data[at] = dice.randrange(256)
        case 1:
            del data[at:]
        case 2:
            data.insert(at, data[dice.randrange(len(data))])
        case _:
            del data[at]
    return bytes(data)


def _wrapped(document: Document, dice: random.Random) -> bytes:
    """Bytes before or after it; nesting without end."""
    data = json.dumps(document).encode()
    nested = b'{"format":' + b"[" * 20_000
    before = dice.choice((b"\xef\xbb\xbf", b"\x00", b"//\n", b"[", nested))
    return dice.choice((before + data, data + dice.choice((b"\x00", b"}", b"{}", b" \n"))))


MUTATIONS: tuple[Callable[[Document, random.Random], Any], ...] = (
    *(_replaced, _replaced, _retyped, _missing, _missing, _unknown, _property, _property),
    *(_referring, _referring, _renamed, _repeated, _shuffled, _settings, _head, _other),
    *(_bytes, _bytes, _wrapped),
)
RARELY: tuple[Callable[[Document, random.Random], Any], ...] = (_too_much,)


def spoilt(dice: random.Random) -> tuple[str, bytes]:
    """The name of what was done to a document with everything in it, and the bytes."""
    mutate = dice.choice(RARELY if dice.random() < 0.02 else MUTATIONS)
    done = mutate(full_document(), dice)
    if isinstance(done, bytes):
        return mutate.__name__, done
    # Laid out by people or by programs.
    return mutate.__name__, json.dumps(done, indent=dice.choice((None, 1))).encode()


# ---------------------------------------------------------------- what must hold of an answer


def taken_whole(data: bytes, found: Document) -> list[str]:
    """What of a document that was taken is not in the board that came of it."""
    wanted = json.loads(data.decode("utf-8-sig"))
    faults: list[str] = []
    tokens = {one["id"] for one in wanted["objects"] if one["sort"] == "token"}
    kept = [_carried_by(tokens, _plain(one)) for one in wanted["objects"]]
    if [_plain(one) for one in found["objects"]] != kept:
        faults.append("other objects")
    if found["name"] != " ".join(unicodedata.normalize("NFC", wanted["name"]).split()):
        faults.append(f"another name: {found['name']!r}")
    for name, value in wanted["settings"].items():
        usual = name in {"length_mm", "width_mm"}  # brought into the sport's range (BD44)
        if not usual and value is not None and found["settings"].get(name, value) != value:
            faults.append(f"another setting: {name}")
    return faults


def _carried_by(tokens: set[str], one: Document) -> Document:
    """BD73: a carrier that is no token of the document is left out."""
    props = dict(one["props"])
    if props.get("carrier") not in tokens:
        props.pop("carrier", None)
    return {**one, "props": props}


def _plain(one: Document) -> Document:
    """BD3: a null counts as not there; BD12: text is kept in NFC."""
    props = {
        name: unicodedata.normalize("NFC", value) if isinstance(value, str) else value
        for name, value in one["props"].items()
        if value is not None
    }
    return {**one, "props": props}


_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+|\.\.\.)\]")


def well_refused(data: bytes, status: int, said: Any) -> list[str]:
    """What is missing from a refusal: a code of its own, a place that is in the document, a line
    that is in the text, and why."""
    if said.get("error") not in CODES.get(status, set()):
        return [f"{status} {said.get('error')}"]
    detail: Any = said.get("detail")
    if not isinstance(detail, dict) or not {"path", "line", "why"} <= set(cast("Any", detail)):
        return [f"no place: {said}"]
    detail = cast("dict[str, Any]", detail)
    faults: list[str] = []
    if not 1 <= detail["line"] <= data.count(b"\n") + 1:
        faults.append(f"no such line: {detail['line']}")
    if not detail["why"]:
        faults.append("no why")
    if status != 400 and not _leads_somewhere(data, detail["path"]):
        faults.append(f"no such place: {detail['path']}")
    return faults


def _leads_somewhere(data: bytes, path: str) -> bool:
    """Every step of the path but the last is in the document; the last may be what is missing."""
    if not path.startswith("$") or _STEP.sub("", path[1:]):
        return False
    try:
        node: Any = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return True  # what is wrong comes before what is no JSON
    steps = _STEP.findall(path)
    for key, index in steps[:-1]:
        if index == "...":
            return True
        try:
            node = node[int(index) if index else key]
        except (LookupError, TypeError):
            return False
    return True


class Seen:
    """What came of them."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.by_mutation: Counter[str] = Counter()
        self.faults: list[str] = []

    def note(self, how: str, status: int, faults: list[str]) -> None:
        """One answer. The dice and the number of a document make it again."""
        self.statuses[status] += 1
        self.by_mutation[f"{how.strip('_')} {status}"] += 1
        number = self.statuses.total()
        self.faults += [f"document {number}, {how.strip('_')}: {fault}" for fault in faults]
