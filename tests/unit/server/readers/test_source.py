"""From bytes to text, rows, trees."""

import gzip

import pytest

from server.readers.report import Fault, Report
from server.readers.source import FILE_BYTES_MAX, number, rows_of, text_of, tree_of, whole


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        b"\xef\xbb\xbfa,b\n1,2\n",
        b"a,b\r\n1,2\r\n",
        b"a,b\r1,2\r",
        gzip.compress(b"a,b\n1,2\n"),
    ],
)
def test_RD3_marks_line_ends_and_gzip_make_no_difference(content: bytes) -> None:
    assert text_of("f", content, Report()) == "a,b\n1,2\n"


def test_RD2_a_file_that_unpacks_beyond_the_limit_is_refused() -> None:
    bomb = gzip.compress(b"0" * (FILE_BYTES_MAX + 1))
    assert isinstance(text_of("f", bomb, Report()), Fault)
    assert isinstance(text_of("f", b"0" * (FILE_BYTES_MAX + 1), Report()), Fault)


@pytest.mark.parametrize("content", [b"", b" \n", b"\x1f\x8bno", "a,b".encode("utf-16")])
def test_RD1_what_is_no_text_is_a_fault(content: bytes) -> None:
    fault = text_of("f", content, Report())
    assert isinstance(fault, Fault)
    assert fault.path == "f"
    assert fault.why


def test_RD3_a_gzip_that_ends_early_and_bytes_that_are_no_utf8_are_reported() -> None:
    report = Report()
    whole_file = gzip.compress(b"".join(b"row %d\n" % n for n in range(5_000)))
    assert isinstance(text_of("f", whole_file[: len(whole_file) // 2], report), str)
    assert text_of("f", b"a\xff", report) == "a\ufffd"
    assert set(report.oddities()) == {"truncated", "not_utf8"}


def test_RD1_a_header_that_lacks_columns_names_them() -> None:
    fault = rows_of("f", "a,b\n1,2\n", ("a", "x", "y"), Report())
    assert fault == Fault("f:1", "the header lacks x, y")


def test_RD3_rows_with_other_numbers_of_cells_are_passed_over() -> None:
    report = Report()
    rows = rows_of("f", "a,b\n1,2\n3\n\n4,5,6\n7,8\n", ("a",), report)
    assert not isinstance(rows, Fault)
    assert [row["a"] for _, row in rows] == ["1", "7"]
    found = report.oddities()
    assert found["cells_missing"].examples == ("f:3",)
    assert found["cells_over"].examples == ("f:5",)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"a": NaN}'])
def test_RD1_what_is_no_json_is_a_fault(text: str) -> None:
    assert isinstance(tree_of("f", text), Fault)


def test_RD3_only_finite_numbers_are_numbers() -> None:
    given: list[object] = ["1.5", " 2 ", 3, "NaN", "inf", "1e999", "", None, True, {}]
    assert [number(text) for text in given] == [
        1.5,
        2.0,
        3.0,
        *[None] * 7,
    ]
    assert number("9" * 5_000) is None
    assert [whole(t) for t in ("96.0", 7, "7.5", "x")] == [96, 7, None, None]
