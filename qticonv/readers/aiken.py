"""Aiken: a question on one line, lettered options, ``ANSWER: X``; strict, as Moodle's importer reads it.

Source: Moodle, question/format/aiken/format.php: an option is ``[A-Z][).] text``, the key line ``ANSWER: X`` with one
letter; a line that is neither begins a question. Blank lines are skipped. Anything that Moodle would report as an error
makes the file near-Aiken, which is left to the reader of free text with its diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from qticonv.diagnostics import SourceSpan
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Item,
    ItemBank,
    Key,
    KeySource,
    LineRole,
    Reading,
    Source,
    Text,
    item_identifier,
)
from qticonv.model.options import ReadOptions
from qticonv.patterns import lazy
from qticonv.readers.decoding import decode
from qticonv.readers.rawtext.words import truth_value

_OPTION = lazy(r"([A-Z])[).][ \t]+(\S.*)$")
_ANSWER = lazy(r"ANSWER:[ \t]*([A-Z])$")


class _Question(Struct):
    line: int
    stem: str
    options: list[tuple[int, str]] = field(default_factory=list)
    key: int = -1
    last: int = 0


def detect(source: Source) -> bool:
    """Whether ``source`` is Aiken from beginning to end, with at least one question."""
    return bool(_questions(decode(source).lines))


def read(source: Source, options: ReadOptions) -> Reading:
    """Read strict Aiken; every question has a stated key."""
    del options
    decoded = decode(source)
    questions = _questions(decoded.lines) or []
    roles = [LineRole.BLANK] * len(decoded.lines)
    items = tuple(_item(source, question, roles) for question in questions)
    bank = ItemBank(items=items, title=source.stem)
    return Reading(
        bank=bank,
        diagnostics=decoded.diagnostics,
        lines=decoded.lines,
        roles=tuple(roles),
        layout="Aiken: a question on one line, options 'A.' or 'A)', key: line 'ANSWER: A'",
    )


def _questions(lines: Sequence[str]) -> list[_Question] | None:
    """Return the questions, or ``None`` where a line breaks the grammar."""
    found: list[_Question] = []
    open_question: _Question | None = None
    for number, line in _filled(lines):
        if open_question is None:
            if _OPTION.match(line) or _ANSWER.match(line):
                return None
            open_question = _Question(number, line)
        elif not _extend(open_question, number, line):
            return None
        elif open_question.key >= 0:
            found.append(open_question)
            open_question = None
    return None if open_question else found or None


def _filled(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    return ((number, line.strip()) for number, line in enumerate(lines) if line.strip())


def _extend(question: _Question, number: int, line: str) -> bool:
    """Add a line to an open question; ``False`` where it is not what Aiken asks for."""
    question.last = number
    option = _OPTION.match(line)
    if option:
        question.options.append((number, option[2].strip()))
        return ord(option[1]) - 64 == len(question.options)
    answer = _ANSWER.match(line)
    if not answer or len(question.options) < 2:
        return False
    question.key = ord(answer[1]) - 65
    return question.key < len(question.options)


def _item(source: Source, question: _Question, roles: list[LineRole]) -> Item:
    _write_roles(question, roles)
    texts = [text for _, text in question.options]
    is_truth = [truth_value(text) for text in texts] == [True, False]
    choices = tuple(
        Choice(
            identifier=chr(65 + n),
            label=chr(65 + n),
            content=Text(texts[n]),
            is_key=n == question.key,
        )
        for n in range(len(texts))
    )
    kind = ChoiceKind.TRUE_FALSE if is_truth else ChoiceKind.SINGLE
    interaction = ChoiceInteraction(kind=kind, choices=choices, shuffle=not is_truth)
    stem = Text(question.stem)
    return Item(
        identifier=item_identifier(stem, interaction),
        stem=stem,
        interaction=interaction,
        key=Key(source=KeySource.STATED),
        span=SourceSpan(source.name, question.line + 1, question.last + 1),
    )


def _write_roles(question: _Question, roles: list[LineRole]) -> None:
    roles[question.line] = LineRole.STEM
    for number, _ in question.options:
        roles[number] = LineRole.CHOICE
    roles[question.last] = LineRole.KEY
