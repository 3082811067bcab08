"""Rows: one question a line, its parts divided by a sign; or a row for the stem and one for each option.

The delimiter is the one that divides nearly all lines into the same number of cells. A head row names the columns;
without one they are found by their contents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from qticonv.model import LineRole
from qticonv.patterns import lazy
from qticonv.readers.characters import asks
from qticonv.readers.rawtext.styles.columns import Columns, KeyKind
from qticonv.readers.rawtext.styles.delimiters import DELIMITERS, Delimiter, is_table_rule
from qticonv.readers.rawtext.styles.drafts import Draft, Page, Proposal, Style, finish
from qticonv.readers.rawtext.styles.records import Record, head_names, mean_length, share
from qticonv.readers.rawtext.styles.tables import read_records
from qticonv.readers.rawtext.words import truth_value

_LEAST = 0.8
_RULER = lazy(r"\s*[-=*_~#]{3,}\s*$")


def _read_rows(page: Page, delimiter: Delimiter) -> Proposal | None:
    """Read the file as rows that ``delimiter`` divides."""
    lines = [
        (index, line)
        for index, line in enumerate(page.lines)
        if line.strip() and index not in page.noise and not _RULER.match(line)
    ]
    rows = delimiter.rows(lines)
    covered = sum(row.last - row.first + 1 for row in rows) + sum(is_table_rule(line) for _, line in lines)
    if not rows or covered < _LEAST * len(lines):
        return None
    found = _proposal(page, delimiter, lines, rows)
    return found if found and page.share_claimed >= _LEAST else None


def _proposal(
    page: Page, delimiter: Delimiter, lines: Sequence[tuple[int, str]], rows: Sequence[Record]
) -> Proposal | None:
    read = _typed(rows) or _plain(rows, delimiter)
    if read is None:
        return None
    drafts, layout = read
    for draft in drafts:
        page.claim(draft.first, draft.last, LineRole.STEM)
    if drafts and rows[0].first < min(draft.first for draft in drafts) and head_names(rows[0].cells):
        page.claim(rows[0].first, rows[0].last, LineRole.HEADER)
    for index, line in lines:
        if is_table_rule(line):
            page.claim(index, index, LineRole.SEPARATOR)
    return finish(page, "rows", f"rows divided by {delimiter.name}: {layout}", sorted(drafts, key=lambda d: d.first))


def _plain(rows: Sequence[Record], delimiter: Delimiter) -> tuple[list[Draft], str] | None:
    """One question a row: rows of one type and one width are read together."""
    names = head_names(rows[0].cells)
    body = rows[1:] if names else rows
    groups = _groups(body)
    drafts: list[Draft] = []
    parts: list[str] = []
    for group in groups:
        known = names if names and group[0].width <= rows[0].width else None
        read = read_records(group, known, are_cards=delimiter.cards)
        if read is None or (delimiter.strict and not names and not _is_convincing(group, read[1])):
            continue
        drafts += read[0]
        parts.append(_describe(read[1]))
    return (drafts, "; ".join(dict.fromkeys(parts))) if drafts and len(drafts) >= _LEAST * len(body) else None


def _groups(rows: Sequence[Record]) -> list[list[Record]]:
    """Rows of one width; where few words fill the first cells and go with the width, those of one word."""
    firsts = {row.cells[0].casefold() for row in rows}
    by_type = len(firsts) <= max(1, min(6, len(rows) // 4)) and all(len(first) < 20 for first in firsts)
    groups: dict[tuple[str, int], list[Record]] = {}
    for row in rows:
        groups.setdefault((row.cells[0].casefold() if by_type else "", row.width), []).append(row)
    return _filled_up(list(groups.values()))


def _filled_up(groups: list[list[Record]]) -> list[list[Record]]:
    """Small groups join the nearest wider one: their last options are empty."""
    if not groups:
        return []
    groups.sort(key=len, reverse=True)
    main = groups[0]
    kept = [main]
    for group in groups[1:]:
        missing = main[0].width - group[0].width
        if 2 * len(group) < len(main) and 0 < missing <= 2 and main[0].width > 3:
            main += [
                Record((*row.cells, *[""] * missing), (row.first,) * main[0].width, row.first, row.last)
                for row in group
            ]
        else:
            kept.append(group)
    main.sort(key=lambda row: row.first)
    return kept


def _is_convincing(rows: Sequence[Record], columns: Columns) -> bool:
    """For signs that stand in prose: the stems ask, and there is a key or there are several options."""
    stems = [row.cells[columns.stem] for row in rows]
    asking = share(stems, asks)
    if len(rows) < 3 or any(columns.stem + 1 < i for i in columns.tags if columns.key is None):
        return False
    if columns.kind in (KeyKind.NONE, KeyKind.ANSWER):
        return asking >= 0.7
    if columns.kind is KeyKind.TRUTH and columns.key is not None:
        values = [truth_value(row.cells[columns.key]) for row in rows]
        return None not in values and len(set(values)) == 2 and len(rows) > 3
    return True


def _describe(columns: Columns) -> str:
    if not columns.options:
        return "question and answer" if columns.key is not None else "questions without answers"
    key = "no key" if columns.kind is KeyKind.NONE else f"key: {columns.kind}"
    return f"a stem and {len(columns.options)} options, {key}"


_RIGHT_AND_WRONG = (
    ("v", "x"),
    ("v", "f"),
    ("1", "0"),
    ("true", "false"),
    ("t", "f"),
    ("yes", "no"),
    ("y", "n"),
    ("+", "-"),
    ("r", "f"),
    ("r", "w"),
    ("c", "w"),
    ("correct", "incorrect"),
    ("correct", "wrong"),
    ("right", "wrong"),
    ("vrai", "faux"),
    ("верно", "неверно"),
    ("да", "нет"),
    ("✓", "✗"),
    ("✔", "✘"),
    ("richtig", "falsch"),
    ("x", ""),
    ("*", ""),
    ("1", ""),
)


def _typed(rows: Sequence[Record]) -> tuple[list[Draft], str] | None:
    """A row for each stem and each option, told apart by the first cell: ``Q|…``, ``A|…|V``."""
    tags = Counter(row.cells[0].casefold() for row in rows)
    if len(tags) != 2 or any(len(tag) > 10 for tag in tags) or len(rows) < 4:
        return None
    first = rows[0].cells[0].casefold()
    if 2 * tags[first] > len(rows) or mean_length([row.cells[1] for row in rows]) < 3:
        return None
    blocks: list[list[Record]] = []
    for row in rows:
        if row.cells[0].casefold() == first:
            blocks.append([])
        blocks[-1].append(row)
    right = _right_value([row for block in blocks for row in block[1:]])
    even = sum(len(block) > 2 and block[0].width == 2 for block in blocks)
    if even < 0.9 * len(blocks):
        return None
    drafts = [_typed_draft(block, right) for block in blocks]
    key = f"right ones end with {right!r}" if right else "no key"
    return drafts, f"{rows[0].cells[0]!r} for stems, the others for options, {key}"


def _typed_draft(block: Sequence[Record], right: str | None) -> Draft:
    options = tuple(("", row.cells[1]) for row in block[1:])
    keys = tuple(n for n, row in enumerate(block[1:]) if _last(row) == right) if right else None
    return Draft(stem=block[0].cells[1], first=block[0].first, last=block[-1].last, options=options, keys=keys or None)


def _last(row: Record) -> str:
    return row.cells[2].casefold() if row.width > 2 else ""


def _right_value(rows: Sequence[Record]) -> str | None:
    values = Counter(map(_last, rows))
    if len(values) != 2:
        return None
    for right, wrong in _RIGHT_AND_WRONG:
        if {right, wrong} == set(values):
            return right
    return None


ROW_STYLES = tuple(
    Style(f"rows: {delimiter.name}", partial(_read_rows, delimiter=delimiter), for_unmarked=False)
    for delimiter in DELIMITERS
)
