"""What divides the cells of a row: tabs, bars, commas with quotes, arrows, a sign of the file's own, or a phrase."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.styles.records import Record
from qticonv.readers.rawtext.words import Part, pattern

Line = tuple[int, str]

_LEAST = 0.8
_LONGEST_ROW = 20  # lines; quotes that stay open longer than this are no quotes of a cell
_TABLE_RULE = lazy(r"\s*\|?[\s:|-]*-{2,}[\s:|-]*\|?\s*")
_SIGN_RUN = lazy(  # bold, code, addresses, tags and blanks are none
    r"(?!__|\*\*|``|//|->|=>|</|/>|<!)[^\w\s\"'“”‘’()（）\[\].,，。、:：?!？！…<>]{2,}"
)


class Delimiter(Struct, frozen=True, gc=False):
    """A way to divide lines into rows of cells.

    ``strict``: it is common in prose, so all rows must agree and their stems must ask. ``cards``: two cells make a
    flash card even where the first does not ask. ``rows`` returns nothing if the lines are not divided so.
    """

    name: str
    rows: Callable[[Sequence[Line]], list[Record]]
    strict: bool = False
    cards: bool = False


def is_table_rule(line: str) -> bool:
    """Whether ``line`` is the ruler under the head of a Markdown table."""
    return bool(_TABLE_RULE.fullmatch(line))


def _record(first: int, last: int, cells: Sequence[str]) -> Record | None:
    """A record of the stripped cells without empty ones at the end; ``None`` for fewer than two."""
    texts = [cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return Record(tuple(texts), (first,) * len(texts), first, last) if len(texts) > 1 else None


def _line_by_line(lines: Sequence[Line], split: Callable[[str], Sequence[str]]) -> list[Record]:
    records = (_record(index, index, split(line)) for index, line in lines)
    return [record for record in records if record]


def _by_sign(sign: str) -> Callable[[Sequence[Line]], list[Record]]:
    """Divide at ``sign``; where cells are quoted as in comma-separated values, the quotes count, over line ends too."""

    def rows(lines: Sequence[Line]) -> list[Record]:
        if sum(sign in line for _, line in lines) < _LEAST / 2 * len(lines):
            return []
        quoted = (
            _quoted(lines, sign) if len(sign) == 1 and any(line.lstrip().startswith('"') for _, line in lines) else []
        )
        return quoted or _line_by_line(lines, lambda line: line.split(sign))

    return rows


def _quoted(lines: Sequence[Line], sign: str) -> list[Record]:
    """Rows as :mod:`csv` reads them, or nothing if a quote is never closed."""
    reader = csv.reader((line + "\n" for _, line in lines), delimiter=sign, skipinitialspace=True)
    records: list[Record] = []
    start = 0
    try:
        for cells in reader:
            if reader.line_num - start > _LONGEST_ROW:
                return []
            record = _record(lines[start][0], lines[reader.line_num - 1][0], cells)
            if record:
                records.append(record)
            start = reader.line_num
    except csv.Error:
        return []
    return records


def _commas(lines: Sequence[Line]) -> list[Record]:
    """Comma-separated values: commas within quotes are text."""
    return _quoted(lines, ",") if sum("," in line for _, line in lines) >= _LEAST / 2 * len(lines) else []


def _bars(lines: Sequence[Line]) -> list[Record]:
    """Bars; those at both ends of a Markdown row are no cells, and the ruler under its head is no row."""
    if sum("|" in line for _, line in lines) < _LEAST * len(lines):
        return []
    if not any(line.lstrip().startswith("|") for _, line in lines):
        return _by_sign("|")(lines)
    rows = [
        (index, line.strip().removeprefix("|").removesuffix("|")) for index, line in lines if not is_table_rule(line)
    ]
    return _line_by_line(rows, lambda line: line.split("|"))


def _by_pattern(expression: str) -> Callable[[Sequence[Line]], list[Record]]:
    compiled = lazy(expression)
    return lambda lines: _line_by_line(lines, compiled.split)


def _by_match(expression: str) -> Callable[[Sequence[Line]], list[Record]]:
    """Rows whose cells are the groups of ``expression``, which must match the whole line."""
    compiled = lazy(expression, re.IGNORECASE)

    def split(line: str) -> Sequence[str]:
        match = compiled.fullmatch(line.strip())
        return match.groups() if match else ()

    return lambda lines: _line_by_line(lines, split)


def _own_sign(lines: Sequence[Line]) -> list[Record]:
    """Divide at the run of signs that stands in most lines: ``^*^``, ``###``, ``||``, ``---``."""
    found = Counter(sign for _, line in lines for sign in set(_SIGN_RUN.findall(line)))
    sign, count = max(sorted(found.items()), key=lambda pair: pair[1], default=("", 0))
    return _by_sign(sign)(lines) if sign and count >= _LEAST * len(lines) else []


def _phrases() -> Iterator[Delimiter]:
    """A line that holds a question and its answer without a sign of its own between them."""
    truth = rf"(?:{pattern(Part.TRUE)}|{pattern(Part.FALSE)})"
    answer = rf"(?:{pattern(Part.ANSWER)}|a|r|о)"
    yield Delimiter("the word for the answer", _by_match(rf"(.*?\S)\s+{answer}\s*[:：.]\s*(\S.*)"), True)
    yield Delimiter(
        "brackets at the end", _by_match(r"(.+?)\s*[(（\[【]\s*([^()（）\[\]|;\t]{1,80})\s*[)）\]】]\s*\.?"), True
    )
    yield Delimiter("the question mark", _by_match(r"(.+?[?？؟])\s*[-–—:=>→]*\s*([^?？؟|;\t]{1,120})"), True)
    yield Delimiter("true or false before the statement", _by_match(rf"({truth})\s*[-–—:.)]?\s+(\S.*)"), True)


DELIMITERS: tuple[Delimiter, ...] = (
    Delimiter("tabs", _by_sign("\t"), cards=True),
    Delimiter("'|'", _bars, cards=True),
    Delimiter("';'", _by_sign(";")),
    Delimiter("a sign of the file's own", _own_sign, cards=True),
    Delimiter("arrows", _by_pattern(r"\s*(?:=>|->|→|⇒|—>)\s*")),
    Delimiter("'~'", _by_sign("~"), strict=True),
    Delimiter("'#'", _by_sign("#"), strict=True),
    Delimiter("'@'", _by_sign("@"), strict=True),
    Delimiter("'$'", _by_sign("$"), strict=True),
    Delimiter("commas", _commas, strict=True),
    Delimiter("dashes", _by_pattern(r"\s+[-–—]\s+"), strict=True),
    Delimiter("':'", _by_sign(":"), strict=True),
    Delimiter("'='", _by_sign("="), strict=True),
    *_phrases(),
)
