"""How Moodle cuts a GIFT file into questions (question/format.php:722-745) and sees through its escapes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from msgspec import Struct

from qticonv.conformance.importer import Findings
from qticonv.diagnostics import Code, Severity
from qticonv.model.stored import chunks
from qticonv.patterns import lazy

_PART = 1 << 20  # bytes of whole lines that are looked at together
_TRIM = " \t\n\r\0\x0b"  # what PHP's trim removes
_ESCAPE = lazy(r"\\[\\:#={}~n]")
_VALUES = {"\\n": "\n"}


class Block(Struct, frozen=True, gc=False):
    """Consecutive lines that are not blank, trimmed. ``line`` is the number of the first."""

    line: int
    lines: tuple[str, ...]


def parts_of(file: BinaryIO) -> Iterator[str]:
    """Yield UTF-8 text in parts of whole lines; a lone carriage return ends a line only if there is no other end."""
    has_line_feeds = any(b"\n" in chunk for chunk in chunks(file))
    file.seek(0)
    start = True
    while lines := file.readlines(_PART):
        part = b"".join(lines).decode("utf-8")
        part = part.removeprefix("\ufeff") if start else part
        yield part if has_line_feeds else part.replace("\r", "\n")
        start = False


def lines_of(text: str) -> list[str]:
    """Return the trimmed lines of a part of a file."""
    lines = [line.strip(_TRIM) for line in text.split("\n")]
    return lines[:-1] if text.endswith("\n") else lines


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Yield the blocks; PHP's ``empty`` takes a line ``0`` for a blank one."""
    found: list[str] = []
    number = 0
    for number, line in enumerate(lines, start=1):
        if line not in ("", "0"):
            found.append(line)
        elif found:
            yield Block(number - len(found), tuple(found))
            found = []
    if found:
        yield Block(number + 1 - len(found), tuple(found))


def unescape(text: str) -> str:
    """Return ``text`` as Moodle stores it."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _VALUES.get(match[0], match[0][1]), text)


class Question:
    """The text of a block without its comments, and the same with every escaped character masked.

    ``text`` and ``masked`` have the same length, so that a place in the one is a place in the other.
    """

    __slots__ = ("_breaks", "findings", "line", "masked", "text")

    def __init__(self, findings: Findings, block: Block) -> None:
        whole = "\n".join("" if line.startswith("//") else line for line in block.lines)
        self.text = whole.strip(_TRIM)
        self.findings = findings
        self._breaks: list[int] | None = None
        self.line = block.line + whole.count("\n", 0, len(whole) - len(whole.lstrip(_TRIM)))
        self.masked = _ESCAPE.sub("\x01\x01", self.text) if "\\" in self.text else self.text

    def add(
        self, code: Code, message: str, at: int = 0, hint: str | None = None, severity: Severity | None = None
    ) -> None:
        """Add a finding at place ``at`` of the text."""
        self.findings.add(code, message, self.line_at(at), hint, severity)

    def line_at(self, at: int) -> int:
        """Return the line of the file on which place ``at`` stands."""
        if self._breaks is None:
            self._breaks = [match.start() for match in re.finditer("\n", self.text)]
        return self.line + bisect_left(self._breaks, at)

    def trim(self, begin: int, end: int) -> tuple[int, int]:
        """Return the span without white space at its ends; one of white space alone ends where it begins."""
        part = self.text[begin:end].rstrip(_TRIM)
        if not part:
            return begin, begin
        end = begin + len(part)
        return end - len(part.lstrip(_TRIM)), end
