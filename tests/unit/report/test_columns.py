from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qticonv.report.columns import width, wrap


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("한국어", 6), ("😀", 2), ("", 0), ("ｱ", 1)],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("one\n\ntwo", 8, ["one", "", "two"]),
        ("日本語の文章です", 8, ["日本語の", "文章です"]),
        ("日本語abc", 6, ["日本語", "abc"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("    code()", 20, ["    code()"]),
        (" 0000", 4, ["0000"]),
        ("a" + " " * 20 + "b", 4, ["a", "b"]),
        ("", 10, [""]),
        ("a\x1b[2Jb\tc", 20, ["a\ufffd[2Jb c"]),
    ],
)
def test_wrap(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns) == lines


def test_what_stands_before_the_lines() -> None:
    assert wrap("one two three", 11, first="* [a] ") == ["* [a] one", "      two", "      three"]
    assert wrap("one two", 8, first="E: ", rest="  ") == ["E: one", "  two"]


@settings(deadline=None, max_examples=500)
@given(st.text(), st.integers(4, 100))
def test_lines_fit_and_nothing_is_lost(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert all(line.isprintable() for line in lines)
    assert "".join("".join(lines).split()) == "".join("".join(wrap(text, 10**6)).split())
