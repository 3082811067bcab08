"""Records of one width become drafts, by the columns that were found in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from qticonv.diagnostics import Code
from qticonv.patterns import lazy
from qticonv.readers.characters import asks
from qticonv.readers.rawtext.answers import fold
from qticonv.readers.rawtext.styles.columns import Columns, KeyKind, bare_key, has_mark, infer, key_text, matching
from qticonv.readers.rawtext.styles.drafts import Draft
from qticonv.readers.rawtext.styles.records import (
    Record,
    column,
    is_counting,
    share,
    strip_fields,
    strip_numbers,
    strip_signs,
)
from qticonv.readers.rawtext.words import Part, truth_value

_LABEL = lazy(r"[(\[]?([A-Za-z])(?:\s*[.):\]]\s*|\s+)(?=\S)")
_LETTERS = lazy(r"[A-H](?:[\s,;&/+、，]*[A-H])*")
_INLINE = lazy(r"(?<![A-Za-z])[(（]?([A-H])\s*[.、:：)）．]\s*")
_BITS = lazy(r"[01]+$")


def read_records(
    records: Sequence[Record], names: Mapping[int, Part] | None = None, *, are_cards: bool = False
) -> tuple[list[Draft], Columns] | None:
    """Return the drafts of ``records`` (all of one width) and their columns, or ``None`` if they are no questions.

    ``are_cards``: a text and an answer make a flash card even where the text does not ask.
    """
    stripped, said = strip_fields(records)
    columns = infer(stripped, {**said, **(names or {})})
    is_told = bool(names or said or (are_cards and columns and columns.kind is KeyKind.ANSWER and len(records) >= 3))
    if columns is None or not _is_sound(stripped, columns, is_told=is_told):
        return None
    stripped = strip_numbers(strip_signs(stripped, columns.stem), columns.stem)
    labels = _labels(stripped, columns.options)
    telling = [index for index in columns.tags if _tells(column(stripped, index))]
    return [_draft(record, columns, labels, telling) for record in stripped], columns


def _tells(cells: Sequence[str]) -> bool:
    """Whether a column beside the question tells something that its items should keep: no numbers, no constant."""
    return len({cell.casefold() for cell in cells}) > 1 and not is_counting(cells) and share(cells, _has_letters) > 0.5


def _has_letters(cell: str) -> bool:
    return any(character.isalpha() for character in cell)


def _is_sound(records: Sequence[Record], columns: Columns, *, is_told: bool) -> bool:
    """Without a key or a head that tells, the stems must ask: verses and addresses have even lines too."""
    asking = share(column(records, columns.stem), asks)
    if columns.has_no_answer:
        return asking >= 0.8 and len(records) >= 3
    if columns.kind is KeyKind.MASK:
        return True
    if is_told and len(records) >= 2:
        return True
    if columns.kind is KeyKind.TRUTH and len(records) >= 4:
        return True
    if columns.kind in (KeyKind.NONE, KeyKind.ANSWER):
        return asking >= (0.7 if columns.kind is KeyKind.ANSWER else 0.5) and len(records) >= 3
    return len(records) >= 3 or (asking >= 0.5 and len(records) >= 2)


def _labels(records: Sequence[Record], options: Sequence[int]) -> dict[int, str]:
    """Letters that the options of nearly every record begin with, one after the other."""
    if len(options) < 2:
        return {}
    found: dict[int, str] = {}
    for index in options:
        cells = [cell for cell in column(records, index) if cell.strip()]
        letters = [match[1] for cell in cells if (match := _LABEL.match(cell))]
        if len(letters) < 0.8 * len(cells) or not letters:
            return {}
        found[index] = max(sorted(set(letters)), key=letters.count)
    ordinals = [ord(found[index].casefold()) for index in options]
    is_run = all(after == before + 1 for before, after in pairwise(ordinals))
    return found if is_run else {}


def _draft(record: Record, columns: Columns, labels: Mapping[int, str], tags: Sequence[int]) -> Draft:
    cells = record.cells
    if columns.kind is KeyKind.ANSWER and _LETTERS.fullmatch(cells[columns.key or 0].strip()):
        return _inline_draft(record, columns)
    present = [i for i in columns.options if cells[i].strip()]
    keys, doubts = _keys(record, columns, present, labels)
    options = tuple(_option(cells[i], columns, labels.get(i, "")) for i in present)
    said = cells[columns.feedback].strip() if columns.feedback is not None else ""
    if not keys and columns.kind is KeyKind.TEXT:
        keys, rest = _by_label_and_text(cells[columns.key or 0], options)
        doubts, said = ((), "\n".join(filter(None, (rest, said)))) if keys else (doubts, said)
    return Draft(
        stem=cells[columns.stem].strip(),
        first=record.first,
        last=record.last,
        options=options,
        keys=keys,
        answers=_answers(record, columns),
        feedback=said,
        tags=tuple(cells[index].strip() for index in tags if cells[index].strip()),
        doubts=doubts,
    )


def _inline_draft(record: Record, columns: Columns) -> Draft:
    """The answer is a letter: the options stand in the stem, or they are missing."""
    stem, options = split_options(record.cells[columns.stem].strip())
    value = record.cells[columns.key or 0].strip()
    printed = [label.casefold() for label, _ in options]
    letters = [letter for letter in value.casefold() if letter.isalpha()]
    doubts: tuple[tuple[Code, str], ...] = ()
    keys = tuple(sorted(printed.index(letter) for letter in letters)) if set(letters) <= set(printed) else ()
    if not keys:
        doubts = ((Code.RAW_KEY_UNREADABLE, f"The key names option {value}, but the question prints no such option."),)
    return Draft(
        stem=stem,
        first=record.first,
        last=record.last,
        options=options,
        keys=keys or None,
        lacks_answer=not options,
        doubts=doubts,
    )


def split_options(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Split options A, B, C … off the end of a stem; only a whole run of two or more is believed."""
    marks: list[re.Match[str]] = []
    for mark in _INLINE.finditer(text):
        if ord(mark[1].upper()) == ord("A") + len(marks):
            marks.append(mark)
    if len(marks) < 2:
        return text, ()
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    options = tuple((mark[1], text[mark.end() : end].strip(" ;；,，")) for mark, end in zip(marks, ends, strict=True))
    return text[: marks[0].start()].strip(), options


def _option(cell: str, columns: Columns, label: str) -> tuple[str, str]:
    text = cell.strip()
    if columns.kind is KeyKind.MARK and has_mark(text, columns.mark, columns.mark_ends):
        text = text[: -len(columns.mark)].rstrip() if columns.mark_ends else text[len(columns.mark) :].lstrip()
    found = _LABEL.match(text) if label else None
    if found and found[1].casefold() == label.casefold():
        return label, text[found.end() :]
    return "", text


def _answers(record: Record, columns: Columns) -> tuple[str, ...]:
    if columns.options or columns.key is None:
        return ()
    answer = record.cells[columns.key].strip()
    return (answer,) if answer else ()


def _keys(
    record: Record, columns: Columns, present: Sequence[int], labels: Mapping[int, str]
) -> tuple[tuple[int, ...] | None, tuple[tuple[Code, str], ...]]:
    """The positions of the right options, or the reason why there are none."""
    if columns.kind is KeyKind.NONE or not columns.options:
        return None, _missing_answer(record, columns)
    if columns.kind is KeyKind.INDEX and columns.base is None:
        message = (
            "The key is a number, and the file does not show whether 0 or 1 is the first option; no key was taken."
        )
        return None, ((Code.RAW_KEY_UNREADABLE, message),)
    found = _positions(record, columns, present, labels)
    if found and max(found) < len(present):
        return found, ()
    value = record.cells[columns.key].strip() if columns.key is not None else ""
    reason = f"the key {value!r} names no option" if value else "no option is marked as right"
    return None, ((Code.RAW_KEY_UNREADABLE, f"No key: {reason}."),)


def _missing_answer(record: Record, columns: Columns) -> tuple[tuple[Code, str], ...]:
    if columns.key is not None and not record.cells[columns.key].strip():
        return ((Code.RAW_KEY_UNREADABLE, "The place of the answer is empty."),)
    return ()


def _positions(record: Record, columns: Columns, present: Sequence[int], labels: Mapping[int, str]) -> tuple[int, ...]:
    value = bare_key(record.cells[columns.key]) if columns.key is not None else ""
    match columns.kind:
        case KeyKind.LETTERS:
            return _by_letters(value, present, labels)
        case KeyKind.INDEX:
            number = int(value) - (columns.base or 0) if value.isdigit() else -1
            return (number,) if number >= 0 else ()
        case KeyKind.MASK:
            bits = _BITS.search(value)
            fits = bits is not None and len(bits[0]) == len(present)
            return tuple(n for n, bit in enumerate(bits[0]) if bit == "1") if bits and fits else ()
        case KeyKind.TEXT:
            return matching(record, present, columns.key or 0)[:1]
        case KeyKind.MARK:
            return tuple(n for n, i in enumerate(present) if has_mark(record.cells[i], columns.mark, columns.mark_ends))
        case KeyKind.TRUTH:
            truth = truth_value(value)
            return tuple(n for n, i in enumerate(present) if truth_value(record.cells[i]) is truth)
        case _:
            return ()


def _by_label_and_text(value: str, options: Sequence[tuple[str, str]]) -> tuple[tuple[int, ...], str]:
    """The key begins with a printed label and says more ("Y 16 (accept: …)"): its position and what is said.

    Nothing where the text that follows is that of another option.
    """
    found = _LABEL.match(key_text(value))
    if not found:
        return (), ""
    rest = key_text(value)[found.end() :]
    places = [n for n, (label, _) in enumerate(options) if label and label.casefold() == found[1].casefold()]
    others = [n for n, (_, text) in enumerate(options) if n not in places and fold(text) == fold(rest)]
    return (tuple(places[:1]), rest) if places and not others else ((), "")


def _by_letters(value: str, present: Sequence[int], labels: Mapping[int, str]) -> tuple[int, ...]:
    letters = [letter for letter in value.casefold() if letter.isalpha()]
    printed = [labels[i].casefold() for i in present] if labels else [chr(ord("a") + n) for n in range(len(present))]
    return tuple(sorted(printed.index(letter) for letter in letters)) if set(letters) <= set(printed) else ()
