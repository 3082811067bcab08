"""What stands before the text of a question and is not its text: type words, points, a repeated instruction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from qticonv.patterns import lazy
from qticonv.readers.rawtext.blocks import Block
from qticonv.readers.rawtext.words import ByInitial, Part, is_truth, pattern, truth_value, words


def _amount() -> str:
    return rf"(?P<points>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*(?:{pattern(Part.POINTS)}|分|점|点|pkt|п|p)\.?"


_GROUP = lazy(
    lambda: rf"[(\[（【]\s*(?:(?:{pattern(Part.KIND)}|{_amount()}|[,，;、/\s])+)\s*[)\]）】]\s*[:：.]?\s*",
    re.IGNORECASE,
)
_TRAILING = lazy(lambda: rf"\s*[(\[（【]\s*{_amount()}\s*[)\]）】]\s*$", re.IGNORECASE)
_POINTS_IN = lazy(_amount, re.IGNORECASE)
_LEADING_KIND = ByInitial(lambda one_of: rf"{one_of(words(Part.KIND))}\s*[:：]\s*")
_ORNAMENT = lazy(r"[★☆•▪◆►✦➤❓❔]+\s*")
_LEAST_REPEATS = 3
_OPENING, _CLOSING = frozenset("([（【"), frozenset(")]）】")
_TRUTH_SIGNS = frozenset("√✓✔×✗✘")
_TRUTH_AT_END = lazy(  # one word, or two
    r"(?:\s{2,}|(?<=[.。!?])\s*|[\s—–-]*[(（\[]\s*)(?P<sign>[^\s()（）\[\].]+(?:\s[^\s()（）\[\].]+)?)\s*[)）\].]*\s*$"
)


class Tags(Struct, frozen=True, gc=False):
    """What was taken off a stem."""

    kind: str = ""
    points: Decimal | None = None


def clean_stems(blocks: Sequence[Block]) -> None:
    """Take type words, points and repeated instructions off the stems of all questions of a file."""
    instruction = _instruction(blocks)
    for block in blocks:
        _take_tags(block)
        if instruction and len(block.stem) > 1 and _fold(block.stem[0][1]) == instruction:
            block.kind = block.kind or block.stem[0][1]
            block.stem = block.stem[1:]


def _take_tags(block: Block) -> None:
    if not block.stem:
        return
    index, text = block.stem[0]
    if block.sign_word:
        text = re.sub(r"Q\b[.:]?\s+", "", text, count=1) if text.startswith("Q") else text
    ornament = _ORNAMENT.match(text)
    rest, tags = split_tags(text[ornament.end() :] if ornament else text)
    last_index, last = block.stem[-1] if len(block.stem) > 1 else (index, rest)
    trailing = _TRAILING.search(last) if last.rstrip()[-1:] in _CLOSING else None
    if trailing and trailing.start():
        tags = Tags(tags.kind, tags.points or Decimal(trailing["points"].replace(",", ".")))
        last = last[: trailing.start()]
    block.stem[0] = (index, rest if len(block.stem) > 1 else last)
    if len(block.stem) > 1:
        block.stem[-1] = (last_index, last)
    if not block.stem[0][1].strip():
        block.stem = block.stem[1:]
    block.kind = block.kind or tags.kind
    block.points = tags.points


def split_tags(text: str) -> tuple[str, Tags]:
    """Split ``(单选题, 1.0 分) text`` or ``[MC] text`` into the text and what the tags say."""
    kind, points, position = "", None, 0
    while True:
        found = _GROUP.match(text, position) if text[position : position + 1] in _OPENING else None
        if not found or not found.end():
            break
        inside = found[0]
        number = _POINTS_IN.search(inside)
        if number:
            points = Decimal(number["points"].replace(",", "."))
        kind = kind or inside.strip(" ([{（【】）)]:：.")
        position = found.end()
    named = _LEADING_KIND.match(text, position) if ":" in text or "：" in text else None
    if named:
        kind, position = kind or named[0], named.end()
    return text[position:], Tags(kind, points)


def truth_at_end(text: str) -> re.Match[str] | None:
    """A sign for true or false behind a statement: ``Ice is cold.  T``, ``冰是冷的。（√）``."""
    found = _TRUTH_AT_END.search(text[-24:])
    return found if found and (found["sign"] in _TRUTH_SIGNS or is_truth(found["sign"])) else None


def take_truths(blocks: Sequence[Block]) -> None:
    """Take signs for true or false off the ends of statements, where most questions without options have one."""
    statements = [block for block in blocks if block.stem and not (block.options or block.keys or block.models)]
    found = [(block, truth_at_end(block.stem[-1][1])) for block in statements]
    marked = [(block, match) for block, match in found if match]
    values = {_truth_of(match["sign"]) for _, match in marked}
    if len(marked) < 2 or len(marked) < 0.7 * len(statements) or values != {True, False}:
        return
    for block, match in marked:
        index, text = block.stem[-1]
        block.stem[-1] = (index, text[: max(0, len(text) - 24) + match.start()].rstrip())
        block.keys.append((index, "True" if _truth_of(match["sign"]) else "False"))


def _truth_of(sign: str) -> bool | None:
    return True if sign in "√✓✔" else False if sign in "×✗✘" else truth_value(sign)


def _instruction(blocks: Sequence[Block]) -> str:
    """The first line of the stem where it is the same on most questions: an instruction, not a question."""
    firsts = Counter(_fold(block.stem[0][1]) for block in blocks if len(block.stem) > 1)
    if not firsts:
        return ""
    text, count = firsts.most_common(1)[0]
    return text if text and count >= _LEAST_REPEATS and count >= 0.3 * len(blocks) else ""


def _fold(text: str) -> str:
    return " ".join(text.casefold().split()).strip(".:")
