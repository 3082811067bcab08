"""What the parts of the reader need to know of the file beyond its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from qticonv.readers.rawtext.answers import UNKNOWN, KeyStyle
from qticonv.readers.rawtext.layout import Layout
from qticonv.readers.rawtext.scan import Scan

_MOST_LINES = 1000
Join = Callable[[Sequence[str]], str]


class Context(Struct, frozen=True, gc=False):
    """A file while it is read. ``style``: how its keys name options."""

    source: str
    scan: Scan
    layout: Layout
    join_lines: Join
    start: int = 0  # the line of the file at which the scan begins
    style: KeyStyle = UNKNOWN

    def line(self, index: int) -> int:
        """The physical line (from 0) of a piece."""
        return self.start + self.scan.heads[index].line

    def join(self, pieces: Sequence[tuple[int, str]]) -> str:
        """Join the pieces of one text; a blank line or a code block between them keeps a line break."""
        if len(pieces) == 1:
            return pieces[0][1].strip()
        if not pieces:
            return ""
        groups: list[list[str]] = []
        previous: int | None = None
        for index, text in pieces:
            if previous is None or not self._goes_on(previous, index):
                groups.append([])
            groups[-1].append(text)
            previous = index
        return "\n".join(self._join(group) for group in groups if any(group)).strip()

    def _join(self, lines: Sequence[str]) -> str:
        """Join lines that belong together; what is no question but a whole book keeps its lines."""
        return self.join_lines(lines) if len(lines) <= _MOST_LINES else "\n".join(lines)

    def _goes_on(self, previous: int, index: int) -> bool:
        return self.layout.wrapped and index - previous <= 1 and index not in self.scan.fenced
