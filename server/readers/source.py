"""From bytes to text, rows and trees, within bounds: gzip, BOM, line ends, headers, damaged
encodings. Pure; knows no provider. SPEC: RD1 to RD3."""

from __future__ import annotations

import csv
import io
import math
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from server.readers.report import Fault, Report

FILE_BYTES_MAX = 33_554_432
"""Bytes of one file, unpacked: a whole match at 25 Hz is beyond it, a long clip far below."""
ROWS_MAX = 500_000

_GZIP = b"\x1f\x8b"


def text_of(path: str, content: bytes, report: Report) -> str | Fault:
    """A file as text: unpacked if it is gzip, as UTF-8, without BOM, lines ended by line feeds."""
    plain = _unpacked(path, content, report) if content.startswith(_GZIP) else content
    if isinstance(plain, Fault):
        return plain
    if len(plain) > FILE_BYTES_MAX:
        return Fault(path, f"larger than {FILE_BYTES_MAX:,} bytes")
    try:
        text = plain.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if plain.startswith((b"\xff\xfe", b"\xfe\xff")):
            return Fault(path, "UTF-16; save it as UTF-8")
        text = plain.decode("utf-8-sig", errors="replace")
        report.odd("not_utf8", f"{path}: byte {error.start}", text.count("\ufffd") or 1)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.strip() else Fault(path, "empty")


def _unpacked(path: str, content: bytes, report: Report) -> bytes | Fault:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, FILE_BYTES_MAX + 1)
    except zlib.error:
        return Fault(path, "damaged gzip")
    if not unpacker.eof and len(plain) <= FILE_BYTES_MAX:
        report.odd("truncated", f"{path}: gzip ends early")
    return plain


def rows_of(
    path: str, text: str, columns: Sequence[str], report: Report
) -> Iterator[tuple[int, dict[str, str]]] | Fault:
    """The rows of a CSV with their line numbers. Rows with other numbers of cells than the header
    are passed over, and reported. A Fault where `columns` are not all in the header."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [cell.strip() for cell in next(reader)]
    except (StopIteration, csv.Error) as error:
        return Fault(f"{path}:1", str(error))
    missing = [column for column in columns if column not in header]
    if missing:
        return Fault(f"{path}:1", f"the header lacks {', '.join(missing)}")
    return _rows(path, reader, header, report)


def _rows(
    path: str, reader: Iterator[list[str]], header: list[str], report: Report
) -> Iterator[tuple[int, dict[str, str]]]:
    line = 1
    while True:
        line += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            report.odd("unreadable_row", f"{path}:{line}")
            continue
        if not cells:
            continue
        if line > ROWS_MAX:
            report.odd("too_many_rows", f"{path}:{line}")
            return
        if len(cells) != len(header):
            report.odd(
                "cells_missing" if len(cells) < len(header) else "cells_over", f"{path}:{line}"
            )
            continue
        yield line, dict(zip(header, cells, strict=True))


def tree_of(path: str, text: str) -> object | Fault:
    """A JSON document as plain values."""
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        return Fault(path, "nested too deeply")
    except (msgspec.DecodeError, ValueError) as error:
        return Fault(path, f"not JSON: {error}")


def number(text: object) -> float | None:
    """A finite number, given as text or as one; None: there is none."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return None
    try:
        value = float(text)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def whole(text: object) -> int | None:
    """A whole number, also when it is written `96.0`."""
    value = number(text)
    return int(value) if value is not None and value == int(value) else None
