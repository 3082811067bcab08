"""Keys that stand together: a table or list at the end or the top of the file, or in a file of their own.

A list repeats the numbers of the questions, so its lines must be set apart before questions are looked for. Its
entries are joined with the questions by printed number, and by order where numbers begin again in each section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from qticonv.model.reading import LineRole
from qticonv.patterns import lazy
from qticonv.readers.rawtext.fields import is_key_heading, read_field
from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.scan import Scan
from qticonv.readers.rawtext.words import Part, alternatives, words

_LABELS = r"(?:[A-Ha-h]{1,6}|[А-Еа-е]|[①-⑩]{1,4}|[أبجده])"
_ENTRY = lazy(
    lambda: (
        rf"(?:(?:Q|q|#|№)\s?)?\(?(?P<number>\d{{1,6}})\)?\s{{0,3}}[-–.):：=→、]{{0,2}}\s{{0,3}}"
        rf"[(\[*]{{0,3}}(?P<labels>{_LABELS}(?:\s?[,/&+]\s?{_LABELS})*|{alternatives({'true', 'false'})})[)\]*.]{{0,3}}"
        rf"(?![^\W_])"
    ),
    re.IGNORECASE,
)
_SEPARATORS = lazy(r"[\s,;|/·•*.]*$")
_CELL_NUMBER = lazy(
    r"[*_]*(?:(?:Q|No|Nr|#|№|Questão|Question|Frage)[.\s]?)?(?P<number>\d{1,6})[.)]?[*_]*$", re.IGNORECASE
)
_CELL_LABELS = lazy(rf"[*_(]*(?P<labels>{_LABELS}(?:\s*[,;/&+]?\s*{_LABELS})*)[*_)]*\s*[★☆*✓]*$")
_SEQUENCE = lazy(r"(?:(?:[A-Ha-h]|\d{1,2})[\s,;]+){2,}(?:[A-Ha-h]|\d{1,2})[\s,;.]*$")
_STATED = lazy(
    rf"[(\[*]*(?P<labels>{_LABELS}|[Tt]rue|[Ff]alse)[)\]*]*(?:\s*[-–—:.,)]+\s*|\s*\(|$)(?P<rest>.*)", re.DOTALL
)
_LONGEST_LINE = 2000
_LEAST_LINES = 3
_HEADING_REACH = 12


class Entry(Struct):
    """The key of one question: its number (``None``: by order), what is stated, and feedback on it."""

    index: int
    number: int | None
    value: str
    feedback: list[tuple[int, str]] = field(default_factory=list)
    source: str = ""  # the file it stands in, and the line (from 0)
    line: int = 0


class KeyList(Struct, frozen=True, gc=False):
    """A list of keys on the pieces ``start`` to ``end`` (exclusive)."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    roles: dict[int, LineRole]


def find_key_lists(scan: Scan, source: str) -> tuple[KeyList, ...]:
    """Find the lists of keys that have a heading, in order, or else a block of bare entries at the end or the top."""
    lists = _find(scan)
    for entry in (entry for keys in lists for entry in keys.entries):
        entry.source, entry.line = source, scan.heads[entry.index].line
    return lists


def read_key_file(scan: Scan, source: str) -> tuple[Entry, ...]:
    """Read a file that holds nothing but keys; their pieces are not of the file that holds the questions."""
    reader = _ListReader(scan, -1, len(scan.heads))
    found = reader.read()
    filled = [index for index, head in enumerate(scan.heads) if head.raw]
    entries = found.entries if found else ()
    if not entries:
        in_order = _sequence(scan, filled)
        entries = in_order.entries if in_order else tuple(_one_a_line(scan, filled))
    for entry in entries:
        entry.source, entry.line, entry.index = source, scan.heads[entry.index].line, -1
        entry.feedback = [(-1, text) for _, text in entry.feedback]
    return tuple(entries)


def _one_a_line(scan: Scan, filled: Sequence[int]) -> Iterator[Entry]:
    """Labels alone, one a line: the keys in the order of the questions."""
    for index in filled:
        head = scan.heads[index]
        if head.label and not head.text and head.family != "digit":
            yield Entry(index, None, head.label)


def _find(scan: Scan) -> tuple[KeyList, ...]:
    lists: list[KeyList] = []
    limit = len(scan.heads)
    for index in _headings(scan):
        found = read_key_list(scan, index, limit)
        if found:
            lists.append(found)
            limit = index
    if lists:
        return tuple(reversed(lists))
    bare = _without_heading(scan)
    return (bare,) if bare else ()


def _headings(scan: Scan) -> list[int]:
    """Pieces that may be the heading of a list, the last first."""
    found = [
        index
        for index, head in enumerate(scan.heads)
        if 2 <= len(head.raw) <= 80 and is_key_heading(head.raw) and index not in scan.fenced
    ]
    found += [
        index
        for index, field_ in scan.fields.items()
        if field_.part is Part.ANSWER and len(field_.value) >= 4 and len(list(line_entries(field_.value))) >= 2
    ]
    return sorted(set(found), reverse=True)


def read_key_list(scan: Scan, start: int, limit: int) -> KeyList | None:
    """Read the list below (or behind) the heading at ``start``, not further than ``limit``."""
    return _ListReader(scan, start, limit).read()


class _ListReader:
    """Reads the lines of a list; ``misses`` counts filled lines since the last entry or its feedback."""

    def __init__(self, scan: Scan, start: int, limit: int) -> None:
        self.scan = scan
        self.start = start
        self.limit = limit
        self.entries: list[Entry] = []
        self.roles: dict[int, LineRole] = {start: LineRole.SEPARATOR} if start >= 0 else {}
        self.columns: list[Part | None] = []
        self.in_prose = False  # the entries are followed by explanations
        self.misses = 0
        self.captions = 0  # rulers, headings and captions since the last entry

    def read(self) -> KeyList | None:
        end = last = self.start + 1
        own = self.scan.fields.get(self.start) if self.start >= 0 else None
        if own and own.value:
            self._add(self.start, line_entries(own.value))
        for index in range(self.start + 1, self.limit):
            if self.scan.heads[index].raw and not self._line(index):
                break
            end = index + 1
            last = end if index in self.roles and self.roles[index] is not LineRole.SEPARATOR else last
        if len(self.entries) < 2:
            return None
        roles = {index: role for index, role in self.roles.items() if index < last}
        return KeyList(self.start, max(last, self.start + 1), tuple(self.entries), roles)

    def _line(self, index: int) -> bool:
        """Take one line; ``False`` where the list has ended."""
        head = self.scan.heads[index]
        found = list(self._entries(index, head))
        if found:
            self._add(index, found)
            return True
        if index in self.scan.rules or head.hashes or _is_caption(head) or head.raw[0] == "|":
            self._caption(index, head)
            return self.captions <= _HEADING_REACH
        return self._feedback(index, head)

    def _add(self, index: int, found: Iterable[tuple[int, str, str]]) -> None:
        for number, value, feedback in found:
            entry = Entry(index, number, value)
            if feedback:
                entry.feedback.append((index, feedback))
            self.entries.append(entry)
        self.roles[index] = LineRole.KEY
        self.misses = self.captions = 0

    def _caption(self, index: int, head: Head) -> None:
        if head.raw[0] == "|" and not self.columns:
            self.columns = [_column(cell) for cell in _cells(head.raw)]
        self.roles[index] = LineRole.SEPARATOR
        self.captions += 1

    def _feedback(self, index: int, head: Head) -> bool:
        field_ = self.scan.fields.get(index)
        if field_ and field_.part is Part.EXPLANATION:
            self.in_prose = True
        if self.entries and (self.in_prose or field_) and not head.label:
            text = field_.value if field_ and field_.part is Part.EXPLANATION else head.raw
            if text:
                self.entries[-1].feedback.append((index, text))
            self.roles[index] = LineRole.FEEDBACK
            return True
        self.misses += 1
        return not self.entries and self.misses <= _HEADING_REACH and not head.label

    def _entries(self, index: int, head: Head) -> Iterator[tuple[int, str, str]]:
        if head.raw[0] == "|":
            yield from _row_entries(head.raw, self.columns)
            return
        listed = list(line_entries(head.raw))
        if listed:
            yield from listed
            return
        if head.family == "digit" and head.label:
            entry = _numbered_entry(head)
            if entry:
                self.in_prose = self.in_prose or bool(entry[2])
                yield entry


def _is_caption(head: Head) -> bool:
    """``Math (55–98):`` or ``Section A`` between the lines of a list."""
    return len(head.raw) <= 60 and head.raw.endswith((":", "：")) and not head.label


def line_entries(text: str) -> Iterator[tuple[int, str, str]]:
    """The entries of a line that holds nothing else: ``55.A 56.A 57.B``; none where it holds other text."""
    if len(text) > _LONGEST_LINE or not any(char.isdigit() for char in text[:12]):
        return
    found, position = [], 0
    for match in _ENTRY.finditer(text):
        if not _SEPARATORS.match(text[position : match.start()]):
            return
        found.append((int(match["number"]), match["labels"], ""))
        position = match.end()
    if found and _SEPARATORS.match(text[position:]):
        yield from found


def _numbered_entry(head: Head) -> tuple[int, str, str] | None:
    """``Q1. 정답: ③``, ``1. B — because …``: the number, then the key with or without its word."""
    body = head.text.strip().strip("*").strip()
    stated = read_field(body)
    if stated and stated.part is Part.ANSWER and stated.value:
        return int(head.label), stated.value, ""
    match = _STATED.match(body)
    if match and (
        len(match["labels"]) == 1 or match["labels"].isupper() or match["labels"].casefold() in {"true", "false"}
    ):
        return int(head.label), match["labels"], match["rest"].strip()
    return None


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _column(title: str) -> Part | None:
    """What a column of a table holds, by its title."""
    name = title.strip("*_ ").casefold()
    for part in (Part.ANSWER, Part.KEYS, Part.EXPLANATION):
        if name in words(part):
            return Part.ANSWER if part is Part.KEYS else part
    return None


def _row_entries(row: str, columns: Sequence[Part | None]) -> Iterator[tuple[int, str, str]]:
    """The entry of a table row: a number in the first cell, labels in the column of the key."""
    cells = _cells(row)
    number = _CELL_NUMBER.match(cells[0])
    if not number or len(cells) < 2:
        return
    place = columns.index(Part.ANSWER) if Part.ANSWER in columns and columns.index(Part.ANSWER) < len(cells) else 1
    labels = _CELL_LABELS.match(cells[place])
    value = labels["labels"] if labels else cells[place] if Part.ANSWER in columns else ""
    if not value:
        return
    feedback = [cells[n] for n, part in enumerate(columns) if part is Part.EXPLANATION and n < len(cells)]
    yield int(number["number"]), value, " ".join(feedback)


def _without_heading(scan: Scan) -> KeyList | None:
    """Three or more lines of entries alone, or one long line of them, at the end or at the top."""
    filled = [index for index, head in enumerate(scan.heads) if head.raw]
    for order in (filled[::-1], filled):
        taken: list[int] = []
        for index in order:
            if not list(line_entries(scan.heads[index].raw)):
                break
            taken.append(index)
        entries = [
            Entry(i, number, value) for i in sorted(taken) for number, value, _ in line_entries(scan.heads[i].raw)
        ]
        ascending = [entry.number for entry in entries] == sorted({entry.number or 0 for entry in entries})
        if (len(taken) >= _LEAST_LINES or len(entries) >= 5) and ascending and len(taken) < len(filled):
            return KeyList(min(taken), max(taken) + 1, tuple(entries), dict.fromkeys(taken, LineRole.KEY))
    return _sequence(scan, filled)


def _sequence(scan: Scan, filled: Sequence[int]) -> KeyList | None:
    """``1, 2, 3, 1, 3, 4 …`` as the first or the last line: keys in the order of the questions."""
    for index in (*filled[:1], *filled[-1:]):
        raw = scan.heads[index].raw
        if len(raw) <= _LONGEST_LINE * 10 and _SEQUENCE.match(raw):
            entries = [Entry(index, None, value) for value in re.split(r"[\s,;.]+", raw) if value]
            return KeyList(index, index + 1, tuple(entries), {index: LineRole.KEY})
    return None
