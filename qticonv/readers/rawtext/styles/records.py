"""Records: the questions of a file whose parts are told apart by their place, not by marks.

A row of a table and a paragraph of single lines are the same thing here: cells in an order that holds for all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.words import Part, words

BLANK = lazy(r"_{2,}|\.{4,}|…{2,}")
_DIGITS = str.maketrans("", "", "0123456789")
_FIELD = lazy(r"\W{0,3}([^\W\d][^\W\d ]*(?: [^\W\d]+){0,3})\s*[:：=]\s*")
_LETTER_FIELDS = (  # Q. and A., Frage and Antwort by their first letters
    lazy(r"^\s*[QFPDВ]\s*\d{0,3}\s*[.):：-]\s*"),
    lazy(r"^\s*[ARО]\s*\d{0,3}\s*[.):：-]\s*"),
)
_NUMBERED = lazy(r"\s*[(\[]?(\d{1,4})\s*[.):、\]]\s*(?=\S)")
_SIGN = lazy(r"^\s*(?:[#>@?•▪–-]+|\*(?!\*))(?:[QF](?=\s|[.:)]))?[.:)]?\s*(?=[^\W_])")
_OPTION_NAME = lazy(
    r"(?:[a-h]|(?:answer|option|choice|opt|ans|alternative|distractor|wrong|incorrect|réponse|reponse|choix|antwort|opción"
    r"|opcion|respuesta|opção|opcao|resposta|opzione|вариант|ответ|odp|odpowiedź|选项|選項|jawaban|pilihan)"
    r"(?: answer| option| choice)?\s*[_ ]?(?:[a-h]|\d))"
)
_CORRECT_NAME = lazy(
    r".*(?:correct|right|key|richtig|lösung|correcta?|bonne|верн|правильн|答案|kunci|benar|gabarito).*"
)


class Record(Struct, frozen=True, gc=False):
    """One question: its cells and the line (from 0) of each; ``first`` to ``last`` are its lines, both inclusive."""

    cells: tuple[str, ...]
    lines: tuple[int, ...]
    first: int
    last: int

    @property
    def width(self) -> int:
        """The number of cells."""
        return len(self.cells)

    def with_cells(self, cells: Sequence[str]) -> Record:
        """The same record with other texts in its cells."""
        return Record(tuple(cells), self.lines, self.first, self.last)


def share(cells: Sequence[str], test: Callable[[str], object]) -> float:
    """The part of ``cells`` that pass ``test``; 0 where there are none."""
    return sum(bool(test(cell)) for cell in cells) / len(cells) if cells else 0.0


def column(records: Sequence[Record], index: int) -> list[str]:
    """The cells of one column."""
    return [record.cells[index] for record in records]


def mean_length(cells: Sequence[str]) -> float:
    """The mean number of characters."""
    return sum(map(len, cells)) / max(1, len(cells))


def name_of(cell: str) -> Part | None:
    """What a head cell or a word before a colon says of its column."""
    text = cell.strip().strip("*_\"'#/ ").casefold()
    if (_OPTION_NAME.fullmatch(text) and text not in words(Part.ANSWER)) or text in words(Part.OPTION):
        return Part.OPTION
    for part in (Part.ANSWER, Part.EXPLANATION, Part.POINTS, Part.TYPE, Part.QUESTION, Part.OTHER):
        if text in words(part) or text.replace("_", " ") in words(part):
            return part
    if _CORRECT_NAME.fullmatch(text) and len(text) < 25:
        return Part.ANSWER
    if re.fullmatch(r"\W*(?:id|nr|no|#|№|n|index|module|time|term|\w*id|assessment ?type|lecturer)\W*", text):
        return Part.OTHER
    return Part.QUESTION if text in _MORE_QUESTION_NAMES else None


_MORE_QUESTION_NAMES = frozenset(("term", "front", "stem", "prompt", "word", "begriff", "mot", "слово", "término"))


def strip_fields(records: Sequence[Record]) -> tuple[list[Record], dict[int, Part]]:
    """Take off words that every cell of a column begins with ("BENAR=A", "答案：对"); return what they say."""
    names: dict[int, Part] = {}
    if records[0].width == 2 and all(share(column(records, i), _LETTER_FIELDS[i].match) >= 0.9 for i in (0, 1)):
        cut = [
            record.with_cells([_LETTER_FIELDS[i].sub("", cell, count=1) for i, cell in enumerate(record.cells)])
            for record in records
        ]
        return cut, {0: Part.QUESTION, 1: Part.ANSWER}
    for index in range(records[0].width):
        found = [_FIELD.match(cell) for cell in column(records, index)]
        prefixes = Counter(match[1].casefold() for match in found if match)
        if not prefixes or prefixes.most_common(1)[0][1] < 0.9 * len(records):
            continue
        part = name_of(prefixes.most_common(1)[0][0])
        if part is not None:
            names[index] = part
    stripped = [
        record.with_cells(
            [_FIELD.sub("", cell, count=1) if i in names else cell for i, cell in enumerate(record.cells)]
        )
        for record in records
    ]
    return stripped, names


def head_names(cells: Sequence[str]) -> dict[int, Part] | None:
    """The parts that a head row names, or ``None`` if the row is no head."""
    cleaned = [re.sub(r"^[/#\s]*(?:format|columns?)?\s*:?\s*", "", cells[0], flags=re.IGNORECASE), *cells[1:]]
    names = {index: part for index, cell in enumerate(cleaned) if (part := name_of(cell)) is not None}
    asks = any(cell.rstrip().endswith(("?", "？")) for cell in cells)
    enough = len(names) >= max(2, 0.5 * len(cells)) and Part.QUESTION in names.values()
    return names if enough and not asks else None


def is_counting(cells: Sequence[str]) -> bool:
    """Whether the cells are numbers that mostly go up by one."""
    numbers = [int(match[1]) for cell in cells if (match := re.fullmatch(r"\D{0,3}(\d{1,5})\W*", cell))]
    if len(numbers) < 0.9 * len(cells) or len(numbers) < 2:
        return False
    steps = sum(after == before + 1 for before, after in pairwise(numbers))
    return steps >= 0.7 * (len(numbers) - 1)


def is_tag(cells: Sequence[str]) -> bool:
    """Whether few different texts, digits apart, fill the column: a category, a type, a level."""
    different = {cell.translate(_DIGITS).casefold() for cell in cells}
    return (
        len(cells) >= 3
        and len(different) <= max(2 if len(cells) > 4 else 1, len(cells) // 3)
        and mean_length(cells) <= 40
    )


def strip_signs(records: Sequence[Record], index: int) -> list[Record]:
    """Take off the sign that all cells of a column begin with ("#Q What …", "- Wie …")."""
    found = Counter(match[0].strip() for cell in column(records, index) if (match := _SIGN.match(cell)))
    if not found or found.most_common(1)[0][1] < 0.9 * len(records) or len(records) < 2:
        return list(records)
    return [
        record.with_cells([_SIGN.sub("", cell, count=1) if i == index else cell for i, cell in enumerate(record.cells)])
        for record in records
    ]


def strip_numbers(records: Sequence[Record], index: int) -> list[Record]:
    """Take off the numbers before the cells of a column if nearly all of them have one."""
    found = [_NUMBERED.match(cell) for cell in column(records, index)]
    if sum(match is not None for match in found) < 0.9 * len(records):
        return list(records)
    return [
        record.with_cells(
            [cell[match.end() :] if i == index and match else cell for i, cell in enumerate(record.cells)]
        )
        for record, match in zip(records, found, strict=True)
    ]
