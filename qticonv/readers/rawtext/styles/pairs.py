"""Questions and their answers in a list: numbered or headed questions, answers behind bullets, quote signs or indented.

Options come in twos and more under every question; answers often stand alone. That tells them apart: where hardly any
question has a single line of the kind, the lines are options, and another reader takes them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from statistics import mean

from msgspec import Struct
from msgspec.structs import replace

from qticonv.diagnostics import Code
from qticonv.model import LineRole
from qticonv.patterns import lazy
from qticonv.readers.characters import asks
from qticonv.readers.rawtext.joining import join_lines
from qticonv.readers.rawtext.styles.drafts import Draft, Page, Proposal, Style, finish

_NUMBER = lazy(r"\s*(?:[-*]\s+)?\*{0,2}(?:[Qq]\s*)?(\d{1,4})\s*[.)]\s*(?=\S|$)")
_HEADING = lazy(r"(#{1,6})\s+(?=\S)")
_BULLET = lazy(r"\s*(?:[▪•◦‣●○■□➢–—-]|\*(?!\*))\s+(?=\S)")
_QUOTE = lazy(r"\s*>+\s?(?=\S)")
_ITEM = lazy(r"\s*(?:\d{1,2}[.)]|[-*•▪])\s+(?=\S)")
_LEAST = 0.8
_LIST_LENGTH = 60
_WRAPPED = 55  # columns; a shorter line was not broken because it was full


class _Kind(Struct, frozen=True, gc=False):
    """How answers are marked; ``single``: the least share of questions with one answer line."""

    name: str
    matches: Callable[[str, int], bool]
    strip: Callable[[str], str]
    single: float
    several: bool  # each line is an answer of its own


class _Block(Struct):
    """A question: the indices of its lines; ``head`` is the first one without its mark."""

    first: int
    indent: int
    head: str
    rest: list[int]


class _Part(Struct):
    """The lines of a stem, and those of each of its answers."""

    stem: list[int]
    answers: list[list[int]]


def cut(mark: re.Pattern[str], line: str) -> str:
    """Return what follows ``mark`` at the beginning of ``line``."""
    match = mark.match(line)
    return line[match.end() :] if match else line


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


_KINDS = (
    _Kind("quote signs", lambda line, _: bool(_QUOTE.match(line)), lambda line: cut(_QUOTE, line), 0.5, False),
    _Kind("bullets", lambda line, _: bool(_BULLET.match(line)), lambda line: cut(_BULLET, line), 0.25, True),
    _Kind("indentation", lambda line, indent: _indent(line) >= indent + 2, str.strip, 0.6, False),
)


def _read_pairs(page: Page, name: str, divide: Callable[[Page], list[_Block]], kind: _Kind) -> Proposal | None:
    """Read the file as a list of questions, which start as ``divide`` says, with answers of one kind."""
    blocks = divide(page)
    if len(blocks) < 3 or page.are_marked(len(blocks)):
        return None
    drafts = _read(page, blocks, kind)
    if not drafts or page.share_claimed < _LEAST:
        return None
    return finish(page, "pairs", f"questions start with {name}, answers are marked by {kind.name}", drafts)


def _read(page: Page, blocks: Sequence[_Block], kind: _Kind) -> list[Draft]:
    """Return the drafts and claim their lines, or nothing if the kind of answer does not fit the questions."""
    counts = [_answer_runs(page, block, kind) for block in blocks]
    answered = [sum(run) for run in counts if run]
    if len(answered) < _LEAST * len(blocks) or answered.count(1) < kind.single * len(answered):
        return []
    drafts: list[Draft] = []
    for block in blocks:
        drafts += _drafts(page, block, kind)
    return drafts


def _answer_runs(page: Page, block: _Block, kind: _Kind) -> list[int]:
    """How many answer lines stand together, for each run of them in a block."""
    runs: list[int] = []
    inside = False
    for index in block.rest:
        is_answer = kind.matches(page.lines[index], block.indent)
        if is_answer and not inside:
            runs.append(0)
        if is_answer:
            runs[-1] += 1
        inside = is_answer
    return runs


def _drafts(page: Page, block: _Block, kind: _Kind) -> list[Draft]:
    """The question of a block; where its lines ask again behind an answer, a draft for each time."""
    parts = [_Part([block.first], [])]
    for index in block.rest:
        if kind.matches(page.lines[index], block.indent):
            parts[-1].answers.append([index])
        elif parts[-1].answers and _goes_on(page, parts[-1].answers[-1][-1], index):
            parts[-1].answers[-1].append(index)
        elif parts[-1].answers:
            parts.append(_Part([index], []))
        else:
            parts[-1].stem.append(index)
    if len(parts) > 1 and not parts[-1].answers:
        _close(page, parts.pop().stem)
    drafts = [_draft(page, block, part, kind) for part in parts]
    doubt = (Code.RAW_TEXT_DOUBTFUL, "Several questions with answers stand under one number.")
    return drafts if len(drafts) == 1 else [replace(draft, doubts=(*draft.doubts, doubt)) for draft in drafts]


def _goes_on(page: Page, before: int, index: int) -> bool:
    """Whether a line without a mark continues the answer on the line before it: in brackets, or wrapped."""
    start = page.lines[index].lstrip()[0]
    return index == before + 1 and (start in "([" or (start.islower() and len(page.lines[before]) >= _WRAPPED))


def _close(page: Page, indices: Sequence[int]) -> None:
    """Lines behind the last answer: a heading of the next part, or something that stays unclaimed."""
    for index in indices:
        text = page.lines[index].strip()
        stands_apart = not page.lines[index - 1].strip() or text.startswith("#")
        if stands_apart and len(text) <= 60 and text[-1] not in ".?!:;,":
            page.claim(index, index, LineRole.TITLE)


def _draft(page: Page, block: _Block, part: _Part, kind: _Kind) -> Draft:
    lines = [block.head if index == block.first else page.lines[index] for index in part.stem]
    for index in part.stem:
        page.claim(index, index, LineRole.STEM)
    for index in (line for answer in part.answers for line in answer):
        page.claim(index, index, LineRole.KEY)
    texts = [_answer_text(page, answer, kind) for answer in part.answers]
    is_listed = kind is not _BELOW and len(texts) > 1 and all(map(_ITEM.match, texts))
    if is_listed:
        texts = [cut(_ITEM, text) for text in texts]
    is_list = (kind.several or is_listed) and len(texts) <= _LIST_LENGTH
    found = tuple(texts) if is_list else (join_lines(texts),) if texts else ()
    doubts = () if texts else ((Code.RAW_TEXT_DOUBTFUL, "No answer was found for this question, unlike the others."),)
    last = part.answers[-1][-1] if part.answers else part.stem[-1]
    return Draft(stem=join_lines(lines), first=part.stem[0], last=last, answers=found, doubts=doubts)


def _answer_text(page: Page, answer: Sequence[int], kind: _Kind) -> str:
    first, *others = answer
    return " ".join([kind.strip(page.lines[first]).rstrip(), *(page.lines[index].strip() for index in others)])


def _blocks(page: Page, start: Callable[[str], str | None]) -> list[_Block]:
    """Blocks that begin with the lines for which ``start`` returns the text behind the mark."""
    blocks: list[_Block] = []
    for index, line in enumerate(page.lines):
        if not line.strip() or index in page.noise:
            continue
        head = start(line)
        if head is not None:
            blocks.append(_Block(index, _indent(line), head, []))
        elif blocks:
            blocks[-1].rest.append(index)
    return blocks


def _numbered(page: Page) -> list[_Block]:
    """Questions behind numbers that count up, all at the margin of the first; numbers further in are lists."""
    expected = {1}
    margin: list[int] = []

    def start(line: str) -> str | None:
        found = _NUMBER.match(line)
        if not found or int(found[1]) not in expected or _indent(line) > min(margin, default=99) + 1:
            return None
        margin.append(_indent(line))
        expected.clear()
        expected.update((int(found[1]) + 1, int(found[1]) + 2, 1))
        return line[found.end() :]

    return _blocks(page, start)


def _headed(page: Page) -> list[_Block]:
    depths = Counter(len(match[1]) for line in page.lines if (match := _HEADING.match(line)))
    if not depths:
        return []
    depth = max(sorted(depths), key=lambda entry: depths[entry])
    return _blocks(page, lambda line: cut(_NUMBER, cut(_HEADING, line)) if line.startswith("#" * depth + " ") else None)


def _bulleted(page: Page) -> list[_Block]:
    """Questions behind bullets at the margin; what is indented belongs to them."""
    return _blocks(page, lambda line: cut(_BULLET, line) if _BULLET.match(line) and _indent(line) == 0 else None)


def _asking(page: Page) -> list[_Block]:
    """Questions at the margin that have no mark but ask."""
    return _blocks(page, lambda line: line.strip() if _indent(line) == 0 and asks(line) else None)


_STARTS: tuple[tuple[str, Callable[[Page], list[_Block]]], ...] = (
    ("numbers", _numbered),
    ("headings", _headed),
    ("bullets", _bulleted),
    ("a line that asks", _asking),
)
PAIR_STYLES = tuple(
    Style(f"pairs: {name}, {kind.name}", partial(_read_pairs, name=name, divide=divide, kind=kind))
    for name, divide in _STARTS
    for kind in _KINDS
)


def _read_prose(page: Page, name: str, divide: Callable[[Page], list[_Block]]) -> Proposal | None:
    """Questions that all ask, each with an answer in prose below; short lines would be options."""
    blocks = divide(page)
    if not blocks or sum(asks(block.head) for block in blocks) < 0.9 * len(blocks):
        return None
    below = [len(page.lines[index].strip()) for block in blocks for index in block.rest]
    return _read_pairs(page, name, divide, _BELOW) if below and mean(below) >= _PROSE else None


_BELOW = _Kind("their place below the question", lambda _line, _indent: True, str.rstrip, 0, False)
_PROSE = 25  # characters a line; code has short ones
PROSE_STYLES = tuple(
    Style(f"prose: {name}", partial(_read_prose, name=name, divide=divide)) for name, divide in _STARTS[:2]
)
