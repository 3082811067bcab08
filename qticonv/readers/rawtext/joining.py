"""Lines of one part of a question become its text: hard wraps are undone, breaks that mean something are kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from qticonv.patterns import lazy

_LIST_ITEM = lazy(
    r"\s*(?:[-*+•▪●◦‣·–—>]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]|[①-⓿]|\(\d{1,3}\))(?=\s)|\s*[①-⓿]|\s*\d{1,2}[、）]"
)
_BLOCK = lazy(r"\s*(?:[|#<]|```|~~~|\$\$|\\begin|\\\[)")
_CODE_END = lazy(r"(?:[{};]|\)\s*:|=>|->|/>)\s*$")
_CODE_START = lazy(
    r"\s*(?:def|class|for|while|if|else|elif|import|from|print|return|public|private|static|void|int|var|let|const"
    r"|function|SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|WHERE|#include|@)\b.*[(){}=;:]|\s*[}\])]+[;,)]*\s*$"
    r"|\s*(?:>>>|\$ |//|/\*|--\s)"
)
_FENCE = lazy(r"\s*(?:```|~~~)")
_HYPHENATED = lazy(r"([^\W\d_]{2,})-$")
_CONTINUED = lazy(r"([^\W\d_]{2,})")
_WORD = 60  # characters; no word is longer
_MANY = 200  # lines that are looked through for the same compound
_TERMINAL = '.?!:;。？！：；…"”’)）»'
#: First parts of words that are written with a hyphen wherever they stand.
_COMPOUNDING = (
    " all anti co cross ex first full half high long low mid multi non one open post pre re real second self semi "
    " short single so sub super third three time two well vice client end state man user peer point read write "
)


def join_lines(lines: Sequence[str], wrap: int | None = None) -> str:
    """Return the text of ``lines``, the lines of one part of a question.

    A line that was broken only because it was full is joined with the next: with a space, between Chinese or
    Japanese characters without one, and without the hyphen where a word was divided. Paragraphs, list items, tables
    and code keep their line breaks. ``wrap`` is the column at which the file is wrapped, if that is known
    (:func:`is_hard_wrapped`); otherwise the longest of the lines is taken for it.
    """
    rows = _trimmed(lines)
    if len(rows) < 2:
        return rows[0].strip() if rows else ""
    limit = wrap or max(map(_width, rows))
    breaks = _kept_breaks(rows, limit, is_known=wrap is not None)
    words = " ".join(rows[:_MANY])
    parts = [rows[0].strip() if not breaks[0] or not _keeps_indent(rows) else rows[0].rstrip()]
    for row, is_break in zip(rows[1:], breaks, strict=True):
        if is_break:
            parts += ["\n", row.rstrip()]
        else:
            parts[-1:] = _joined(parts[-1], row.strip(), words)
    return "".join(parts)


def is_hard_wrapped(lines: Sequence[str]) -> int | None:
    """Return the column at which the lines of a file were broken, or ``None`` if they were not.

    Wide characters count as two columns. The column is trusted if nearly every line that goes on in the next one
    would not have had room for the next one's first word.
    """
    pairs = [(a, b) for a, b in pairwise(lines) if _goes_on(a, b)]
    if len(pairs) < 4:
        return None
    widths = sorted(_width(a) for a, _ in pairs)
    limit = widths[int(len(widths) * 0.97)]
    full = sum(_is_full(a, b, limit) for a, b in pairs)
    longer = sum(_width(line) > limit + 3 for line in lines if line)
    return limit if 30 <= limit <= 160 and full >= 0.75 * len(pairs) and longer <= 0.05 * len(lines) else None


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without blank lines at both ends and without the indentation that all lines share."""
    rows = [line.expandtabs(4).rstrip() for line in lines]
    filled = [index for index, row in enumerate(rows) if row]
    if not filled:
        return []
    rows = rows[filled[0] : filled[-1] + 1]
    later = [len(row) - len(row.lstrip()) for row in rows[1:] if row]
    shared = min(later, default=0)
    return [row.lstrip() if index == 0 else row[shared:] for index, row in enumerate(rows)]


def _keeps_indent(rows: Sequence[str]) -> bool:
    return any(_FENCE.match(row) for row in rows)


def _kept_breaks(rows: Sequence[str], limit: int, *, is_known: bool) -> list[bool]:
    """For every line but the last, whether the break after it stays."""
    breaks, in_fence = [], False
    for row, after in pairwise(rows):
        in_fence ^= bool(_FENCE.match(row))
        breaks.append(in_fence or _is_kept(row, after, limit, is_known=is_known))
    return breaks


def _is_kept(row: str, after: str, limit: int, *, is_known: bool) -> bool:
    if not row or not after or _starts_block(after) or _BLOCK.match(row) or _is_code(row) or _is_code(after):
        return True
    if row.endswith(("\xad", "¬")):
        return False
    if row[-1] in _TERMINAL and not (is_known and _is_full(row, after, limit)):
        return True
    return not (_is_full(row, after, limit) or after.lstrip()[0].islower() or _is_wide(row[-1]))


def _starts_block(row: str) -> bool:
    return bool(_LIST_ITEM.match(row) or _BLOCK.match(row)) or len(row) - len(row.lstrip()) >= 4


def _is_code(row: str) -> bool:
    return bool(_CODE_END.search(row) or _CODE_START.match(row))


def _goes_on(row: str, after: str) -> bool:
    """Whether ``after`` continues a sentence that ``row`` began, by its first letter."""
    start, end = after.strip(), row.rstrip()
    if not start or not end or end[-1] in ".?!。？！" or _LIST_ITEM.match(after):
        return False
    return start[0].islower() or (_is_wide(start[0]) and _is_wide(end[-1]))


def _is_full(row: str, after: str, limit: int) -> bool:
    """Whether the first word of ``after`` had no room on ``row``."""
    start = after.strip()
    word = 2 if _is_wide(start[0]) else 1 + _width(start.split(maxsplit=1)[0])
    return _width(row) + word > limit


def _width(text: str) -> int:
    """Columns in a terminal: ideographs take two."""
    if text.isascii():
        return len(text)
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


def _is_wide(character: str) -> bool:
    """Chinese and Japanese are written without spaces; Korean is not."""
    return unicodedata.east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"


def _joined(last: str, row: str, words: str) -> list[str]:
    """The last piece of a text and the row that goes on with it, with what belongs between them."""
    if last.endswith(("\xad", "¬")):
        return [last.rstrip("\xad¬"), row]
    if last.endswith("-"):
        return _undivided(last, row, words)
    is_tight = (_is_wide(last[-1]) and _is_wide(row[0])) or (last.endswith(("–", "/")) and not last[-2:-1].isspace())
    return [last, row] if is_tight else [last, " ", row]


def _undivided(last: str, row: str, words: str) -> list[str]:
    """A word that was divided loses its hyphen; a compound, a number or a sign keeps it."""
    divided, rest = _HYPHENATED.search(last[-_WORD:]), _CONTINUED.match(row[:_WORD])
    if divided and rest and row[0].islower():
        return [last if _is_compound(divided[1], rest[1], words) else last[:-1], row]
    return [last, " ", row] if last[-2:-1].isspace() or len(last) < 2 else [last, row]


def _is_compound(first: str, second: str, words: str) -> bool:
    """Whether the hyphen belongs to the word: it stands elsewhere within it, or its first part usually has one."""
    return f"{first}-{second}" in words or f" {first.casefold()} " in _COMPOUNDING or first[0].isupper()
