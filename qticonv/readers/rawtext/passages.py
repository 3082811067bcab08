"""Texts that several questions share: ``Questions 7–12 refer to the following passage.``"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from qticonv.model.reading import LineRole
from qticonv.patterns import lazy
from qticonv.readers.rawtext.blocks import Block, Piece
from qticonv.readers.rawtext.scan import Scan
from qticonv.readers.rawtext.words import ByInitial, Openings, Part, alternatives, words

_QUESTIONS = frozenset(
    {"questions", "items", "fragen", "aufgaben", "preguntas", "questões", "domande", "pytania", "zadania", "вопросы"}
    | {"задания", "soal", "câu", "sorular", "المسائل", "الأسئلة", "문제", "第", "問"}
)
_PLURAL = alternatives(_QUESTIONS)
_SPAN = r"\d{1,4}\s*(?:[-–—~～至]|to|through|bis|à|a|al|до|and|und)\s*\d{1,4}"
_AIMS = alternatives({"passage", "text", "extract", "graph", "table", "below", "unten", "suivant", "следующ", "材料"})
_LEAD = r"[\s#*_(\[【]*"
_BEGIN = ByInitial(
    lambda one_of: (
        rf"(?:{one_of(_QUESTIONS)}.{{0,8}}?{_SPAN}|{one_of(words(Part.PASSAGE))}\b.{{0,80}}"
        rf"(?:{_PLURAL}|{_AIMS}[^.]{{0,40}}[:：]\s*$))"
    ),  # prose that happens to begin with "Text" leads to no colon
    lead=_LEAD,
)
_NUMBERED = lazy(rf"{_LEAD}{_SPAN}\s*[题題]", re.IGNORECASE)
_NUMBERS = lazy(r"(\d{1,4})\s*(?:[-–—~～至]|to|through|bis|à|a|al|до|and|und)\s*(\d{1,4})", re.IGNORECASE)
_DEFAULT_REACH = 1


class Passage(Struct, frozen=True, gc=False):
    """A shared text: its pieces, the block it stands before, and the numbers of the questions it belongs to."""

    pieces: tuple[Piece, ...]
    before: int
    first: int | None = None
    last: int | None = None


def take_passages(
    blocks: Sequence[Block], preface: Sequence[Piece], scan: Scan, roles: list[LineRole]
) -> list[Passage]:
    """Take shared texts out of what was read as the end of the question before, or as preface."""
    found = []
    begin = _where(preface)
    if begin is not None and blocks:
        found.append(_passage(preface[begin:], 0, roles))
    for position, block in enumerate(blocks[:-1]):
        pieces = _cut(block, scan)
        if pieces:
            found.append(_passage(pieces, position + 1, roles))
    return found


def _passage(pieces: Sequence[Piece], before: int, roles: list[LineRole]) -> Passage:
    for index, _ in pieces:
        roles[index] = LineRole.PASSAGE
    numbers = _NUMBERS.search(pieces[0][1])
    if not numbers:
        return Passage(tuple(pieces), before)
    return Passage(tuple(pieces), before, int(numbers[1]), int(numbers[2]))


def _where(pieces: Sequence[Piece]) -> int | None:
    for n, (_, text) in enumerate(pieces):
        if len(text) <= 240 and _openings().may_begin(text) and _begins(text):
            return n
    return None


def _begins(text: str) -> bool:
    return _BEGIN.match(text) is not None or _NUMBERED.match(text) is not None


@cache
def _openings() -> Openings:
    return Openings(_QUESTIONS | words(Part.PASSAGE))


def _cut(block: Block, scan: Scan) -> list[Piece]:
    """Cut the pieces from the beginning of a passage off the last part of a block."""
    parts = [block.between, block.tail, block.explanation]
    parts += [block.options[-1].parts] if block.options else []
    for part in parts:
        begin = _where(part)
        if begin is None or (block.options and part is block.options[-1].parts and begin == 0):
            continue
        pieces = part[begin:]
        del part[begin:]
        others = [piece for other in parts if other is not part for piece in other if piece[0] > pieces[0][0]]
        for other in parts:
            other[:] = [piece for piece in other if piece not in others]
        taken = sorted(pieces + others)
        block.last = min(block.last, _filled_before(scan, taken[0][0]))
        return taken
    return []


def _filled_before(scan: Scan, index: int) -> int:
    last = index - 1
    while last > 0 and not scan.heads[last].raw:
        last -= 1
    return last


def covered(passage: Passage, blocks: Sequence[Block]) -> list[Block]:
    """The questions that a passage belongs to: those of its numbers, or the next one."""
    following = blocks[passage.before :]
    if passage.first is None or passage.last is None:
        return list(following[:_DEFAULT_REACH])
    reached = []
    for block in following:
        if block.number is None or not passage.first <= block.number <= passage.last:
            break
        reached.append(block)
    return reached
