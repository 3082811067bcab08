"""Which cell of a record is the stem, which are options, which is the key: learnt from all records together.

The key is believed only where it fits nearly every record: letters within the number of options, an index that settles
whether counting begins at 0 or 1, a mask as long as the options, a text that is one of the options, a mark on one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.characters import asks
from qticonv.readers.rawtext.answers import fold
from qticonv.readers.rawtext.styles.records import (
    BLANK,
    Record,
    column,
    is_counting,
    is_tag,
    mean_length,
    share,
)
from qticonv.readers.rawtext.words import Part, truth_value, words

_NEARLY_ALL = 0.9
_FEW = 40  # records that show whether a mark need be looked for in all of them
_LETTERS = lazy(r"[A-Ha-h](?:[\s,;&/+]*[A-Ha-h])*")
MASK = lazy(r"X?([01]{2,12})")
_LABEL = lazy(r"^\s*[(\[]?[A-Za-z](?:\s*[.):\]]\s*|\s+)(?=\S)")
_KEY_SIGN = lazy(r"^\s*(?:[\^>*=+~#@→✓✔]|=>|->)+\s*(?=\S)")
_BRACKETED = lazy(r"[(\[{<]?\s*(\d{1,2}|[A-Ha-h](?:[\s,;&/+]*[A-Ha-h])*|X?[01]{2,12})\s*[)\]}>.]?")
_SIGNS = ("*", ">", "+", "!", "√", "✓", "✔", "✅", "=", "[x]", "[X]", "#", "@", "^")
_ENDINGS = ("*", "✓", "✔", "✅", "√", "+", "#", " R", " r", "(R)", " x", " X", "(x)", "(X)", "(*)", "(+)")


class KeyKind(StrEnum):
    """How a record states its key."""

    NONE = "none"
    LETTERS = "letters"
    INDEX = "a number"
    MASK = "a mask of 0 and 1"
    TEXT = "the text of the option"
    TRUTH = "true or false"
    MARK = "a mark on the option"
    ANSWER = "the answer"


class Columns(Struct, frozen=True, kw_only=True, gc=False):
    """What the cells of a record are. ``base``: the number of the first option, ``None`` if that cannot be known."""

    stem: int
    options: tuple[int, ...] = ()
    key: int | None = None
    kind: KeyKind = KeyKind.NONE
    base: int | None = None
    mark: str = ""
    mark_ends: bool = False
    feedback: int | None = None
    tags: tuple[int, ...] = ()

    @property
    def has_no_answer(self) -> bool:
        """Whether there is neither an option nor an answer."""
        return not self.options and self.key is None


def infer(records: Sequence[Record], names: Mapping[int, Part]) -> Columns | None:
    """Return what the columns of ``records`` (all of one width) are, or ``None`` if they do not make questions.

    ``names`` are the parts that a head row or words in the cells give to some columns. A head row may name columns
    that no record has.
    """
    width = records[0].width
    names = {index: part for index, part in names.items() if index < width}
    stem = _stem(records, names)
    if stem is None:
        return None
    before = _asides_before(records, stem, names)
    named_tags = tuple(i for i in range(width) if names.get(i) in (Part.OTHER, Part.POINTS, Part.TYPE))
    feedback = next((i for i in range(width) if names.get(i) is Part.EXPLANATION), None)
    tags = tuple(sorted({*before, *named_tags} - {stem}))
    rest = [i for i in range(width) if i not in (stem, feedback) and i not in tags]
    found = _with_key(records, names, stem, rest)
    return None if found is None else _merged(found, tags, feedback)


def _asides_before(records: Sequence[Record], stem: int, names: Mapping[int, Part]) -> tuple[int, ...]:
    """The cells before the stem that are neither its key nor, where the stem comes last, its answer."""
    if stem == 1 and records[0].width == 2 and not _is_aside(column(records, 0), 0, 3):
        return ()
    return tuple(index for index in range(stem) if not _may_be_key(records, index, names))


def _merged(found: Columns, tags: tuple[int, ...], feedback: int | None) -> Columns:
    return Columns(
        stem=found.stem,
        options=found.options,
        key=found.key,
        kind=found.kind,
        base=found.base,
        mark=found.mark,
        mark_ends=found.mark_ends,
        feedback=feedback if feedback is not None else found.feedback,
        tags=tuple(sorted({*tags, *found.tags})),
    )


def _stem(records: Sequence[Record], names: Mapping[int, Part]) -> int | None:
    named = [index for index, part in names.items() if part is Part.QUESTION]
    if named:
        return named[0]
    width = records[0].width
    if width == 1:
        return 0
    unnamed = [i for i in range(width - 1) if i not in names]
    for index in unnamed:
        cells = column(records, index)
        if share(cells, asks) >= 0.5 and 3 * len(set(cells)) > len(cells):
            return index
    answers_first = share(column(records, 1), BLANK.search) >= 0.7 or share(column(records, 0), _is_truth) == 1
    if width == 2 and answers_first:
        return 1
    return next((i for i in unnamed if not _is_aside(column(records, i), i, width)), None)


def _is_aside(cells: Sequence[str], index: int, width: int) -> bool:
    """A number, a category, a mask: nothing that could be the text of a question."""
    if not any(cells):
        return True
    return is_counting(cells) or (is_tag(cells) and index < width - 2) or share(cells, _short) >= _NEARLY_ALL


def _short(cell: str) -> bool:
    return bool(len(cell) <= 2 or MASK.fullmatch(cell) or cell.isdigit())


def _may_be_key(records: Sequence[Record], index: int, names: Mapping[int, Part]) -> bool:
    cells = column(records, index)
    if names.get(index) is Part.ANSWER:
        return True
    if index in names or is_counting(cells):
        return False
    return share(cells, MASK.fullmatch) >= _NEARLY_ALL or (records[0].width == 2 and share(cells, _is_truth) == 1)


def _with_key(records: Sequence[Record], names: Mapping[int, Part], stem: int, rest: list[int]) -> Columns | None:
    if not rest:
        return Columns(stem=stem)
    if len(rest) == 1:
        kind = KeyKind.TRUTH if share(column(records, rest[0]), _is_truth) >= _NEARLY_ALL else KeyKind.ANSWER
        return Columns(stem=stem, key=rest[0], kind=kind)
    named = [index for index in rest if names.get(index) is Part.ANSWER]
    for index in named or _candidates(rest, stem):
        options = tuple(i for i in rest if i != index)
        found = _keyed(records, stem, options, index)
        if found:
            return found
    if named:
        return _named_only(records, names, stem, rest, named[0])
    marked = _marked(records, stem, tuple(rest))
    if marked:
        return marked
    if len(rest) == 2 and _is_label(column(records, rest[1])):
        return Columns(stem=stem, key=rest[0], kind=KeyKind.ANSWER, tags=(rest[1],))
    return Columns(stem=stem, options=tuple(rest)) if len(rest) > 2 else None


def _is_label(cells: Sequence[str]) -> bool:
    """Short texts of which some come back: the topic of a flash card, not an option."""
    return len(cells) > 2 and len({cell.casefold() for cell in cells}) < len(cells) and mean_length(cells) <= 20


def _candidates(rest: list[int], stem: int) -> list[int]:
    """The last cell, then the one after the stem, then those before the stem, then the others."""
    first = [rest[-1], *(i for i in rest if i == stem + 1), *(i for i in rest if i < stem), *rest[:-1]]
    return list(dict.fromkeys(first))


def _keyed(records: Sequence[Record], stem: int, options: tuple[int, ...], key: int) -> Columns | None:
    """The columns if ``key`` states the key of nearly all records; cells behind it are feedback or tags."""
    behind = tuple(i for i in options if i > key > stem and key != stem + 1)
    options = tuple(i for i in options if i not in behind)
    if len(options) < 2:
        return None
    kind, base = _kind(records, options, key)
    if kind is KeyKind.NONE:
        return None
    long = [i for i in behind if mean_length(column(records, i)) > 20]
    feedback = long[0] if long else None
    tags = tuple(i for i in behind if i != feedback)
    return Columns(stem=stem, options=options, key=key, kind=kind, base=base, feedback=feedback, tags=tags)


def _kind(records: Sequence[Record], options: tuple[int, ...], key: int) -> tuple[KeyKind, int | None]:
    cells = [bare_key(cell) for cell in column(records, key)]
    counts = [sum(bool(record.cells[i].strip()) for i in options) for record in records]
    pairs = list(zip(cells, counts, strict=True))
    if _fits(pairs, lambda cell, count: bool((m := MASK.fullmatch(cell)) and len(m[1]) == count)):
        return KeyKind.MASK, None
    texts = [_is_one_of(record, options, key) for record in records if record.cells[key].strip()]
    if 2 * len(texts) > len(records) and sum(texts) >= _NEARLY_ALL * len(texts):
        return KeyKind.TEXT, None
    if _fits(pairs, lambda cell, count: bool(_LETTERS.fullmatch(cell)) and _highest(cell) <= count):
        return KeyKind.LETTERS, None
    if len(records) >= 2 and _fits(pairs, lambda cell, count: cell.isdigit() and int(cell) <= count):
        return KeyKind.INDEX, first_number([int(cell) for cell in cells if cell.isdigit()], counts)
    return KeyKind.NONE, None


def _fits(pairs: Sequence[tuple[str, int]], test: Callable[[str, int], bool]) -> bool:
    """Whether nearly all key cells pass, those left out of account that are empty; more must be filled than empty."""
    filled = [(cell, count) for cell, count in pairs if cell]
    return 2 * len(filled) > len(pairs) and sum(test(*pair) for pair in filled) >= _NEARLY_ALL * len(filled)


def _highest(letters: str) -> int:
    return max(ord(letter) - ord("a") + 1 for letter in letters.casefold() if letter.isalpha())


def _is_one_of(record: Record, options: tuple[int, ...], key: int) -> bool:
    return bool(matching(record, options, key))


def matching(record: Record, options: Sequence[int], key: int) -> tuple[int, ...]:
    """Places in ``options`` whose text the key cell repeats, with or without a sign before it or labels."""
    value = fold(key_text(record.cells[key]))
    if not value:
        return ()
    exact = tuple(n for n, i in enumerate(options) if fold(record.cells[i]) == value)
    return exact or tuple(n for n, i in enumerate(options) if fold(_LABEL.sub("", record.cells[i], count=1)) == value)


def bare_key(cell: str) -> str:
    """A letter, a number or a mask without brackets and points around it: ``(2)``, ``[B]``, ``c)``."""
    found = _BRACKETED.fullmatch(cell.strip())
    return found[1] if found else cell.strip()


def key_text(cell: str) -> str:
    """The key without a sign before it: ``^ 9 sheep``."""
    return _KEY_SIGN.sub("", cell, count=1).strip()


def first_number(values: Sequence[int], counts: Sequence[int]) -> int | None:
    """0 or 1 if the file shows which: a 0 occurs, or the number of the options themselves; never both."""
    zero, full = 0 in values, any(value == count for value, count in zip(values, counts, strict=False))
    return None if zero == full else 0 if zero else 1


def _is_truth(cell: str) -> bool:
    return truth_value(cell) is not None


def _marked(records: Sequence[Record], stem: int, options: tuple[int, ...]) -> Columns | None:
    """A sign before or behind exactly one option of nearly every record."""
    if len(records) < 3:
        return None
    endings = (*_ENDINGS, *(f"({word})" for word in sorted(words(Part.CORRECT)) if len(word) > 2))
    for marks, at_end in ((_SIGNS, False), (endings, True)):
        for mark in marks:
            if all(_marks_some(part, options, mark, at_end) for part in (records[:_FEW], records)):
                return Columns(stem=stem, options=options, kind=KeyKind.MARK, mark=mark, mark_ends=at_end)
    return None


def _marks_some(records: Sequence[Record], options: tuple[int, ...], mark: str, at_end: bool) -> bool:
    """Whether the mark is on some options, not on all, of nearly every record, and mostly on one."""
    hits = [sum(has_mark(record.cells[i], mark, at_end) for i in options) for record in records]
    some = sum(0 < hit < len(options) for hit in hits)
    return some >= _NEARLY_ALL * len(records) and sum(hits) <= 1.5 * len(hits)


def has_mark(cell: str, mark: str, at_end: bool) -> bool:
    """Whether ``cell`` bears ``mark`` and something else."""
    text = cell.strip()
    if len(text) <= len(mark):
        return False
    return text.casefold().endswith(mark.casefold()) if at_end else text.startswith(mark)


def _named_only(
    records: Sequence[Record], names: Mapping[int, Part], stem: int, rest: list[int], key: int
) -> Columns | None:
    """A key column by name whose cells are none of the options: it is itself the right option, printed first."""
    others = tuple(i for i in rest if i != key)
    if len(others) >= 1 and all(names.get(i) is Part.OPTION for i in others) and mean_length(column(records, key)) > 1:
        return Columns(stem=stem, options=tuple(sorted((*others, key))), key=key, kind=KeyKind.TEXT)
    return None
