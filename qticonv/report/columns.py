"""Text in the columns of a terminal: wide characters take two, combining ones none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qticonv.report.terminal import printable

_WORDS = re.compile(r"\s+|\S+")


def width(text: str) -> int:
    """Return how many columns ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, columns: int, *, first: str = "", rest: str | None = None) -> list[str]:
    """Return ``text`` in lines of at most ``columns``, without control characters; its own line breaks are kept.

    ``first`` stands before the first line, ``rest`` before all others (as many blanks unless given). Wide characters
    may be broken between, other words only where they are longer than a line.
    """
    rest = " " * width(first) if rest is None else rest
    room = max(columns - max(width(first), width(rest)), 2)
    lines = [line for paragraph in text.split("\n") for line in _fill(printable(paragraph), room)]
    return [(rest if index else first) + line for index, line in enumerate(lines)]


def _fill(paragraph: str, room: int) -> Iterator[str]:
    line, used = "", 0
    for piece in _pieces(paragraph, room):
        size = width(piece)
        if used + size > room and line:
            if line.strip():
                yield line.rstrip()
            line, used = "", 0
            if piece.isspace():
                continue
        line, used = line + piece, used + size
    yield line.rstrip()


def _pieces(paragraph: str, room: int) -> Iterator[str]:
    """Yield what a line is filled with: blanks, words, single wide characters, parts of overlong words."""
    for word in _WORDS.findall(paragraph):
        piece = ""
        for char in word:
            wide = _width(char) == 2
            if piece and (wide or _width(piece[-1]) == 2 or width(piece) >= room) and _width(char):
                yield piece
                piece = ""
            piece += char
        yield piece
