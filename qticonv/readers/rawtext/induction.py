"""Finding the layout of a file: candidates from the marks that occur, and the one that explains the file best.

Nothing is decided on a single line. Every combination of a question mark and an option mark that the file offers is
tried on the whole file (a long file: on its first part), and scored by how many questions come out well-formed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from qticonv.model.reading import LineRole
from qticonv.patterns import lazy
from qticonv.readers.rawtext.blocks import Block, divide, read_blocks
from qticonv.readers.rawtext.glued import glue_heads
from qticonv.readers.rawtext.heads import Head
from qticonv.readers.rawtext.layout import (
    BOXES,
    BULLETS,
    GLUED,
    NO_OPTIONS,
    FeedbackPlace,
    Layout,
    QuestionKind,
)
from qticonv.readers.rawtext.runs import Candidate as Option
from qticonv.readers.rawtext.runs import candidates as option_candidates
from qticonv.readers.rawtext.scan import Scan, is_wrapped
from qticonv.readers.rawtext.starts import find_starts
from qticonv.readers.rawtext.stems import truth_at_end

Marks = dict[str, Any]  # some properties of a layout

_ASKING = lazy(r"[?？؟…]\W*$|_{3,}")
_SAMPLE = 1500  # pieces on which candidates are tried
_PROBE = 300  # pieces on which all candidates are tried first
_FINALISTS, _NEAR = 3, 0.8  # how many at most, and how near their score must come to the best
_EXPLAINED = 0.8  # the share of sound questions from which on the beginning of a file tells its layout
_MOST_OPTIONS = 12
_FEW_MARKS = 3
_LOWEST = -2.0  # of one question, so that a monstrous one does not outweigh all others


class Candidate(NamedTuple):
    """A layout to be tried: the scan to try it on, and what looks like an option there."""

    found: Scan
    layout: Layout
    options: Sequence[Option]


class Induced(Struct, frozen=True, gc=False):
    """The layout found, and how well it explains the sample (``share`` 1: every question is sound).

    ``keyed``: the share of questions with a key line.
    """

    layout: Layout
    score: float
    share: float
    keyed: float = 0.0


def induce(found: Scan) -> Induced:
    """Find the layout of ``found``."""
    size = min(len(found.heads), _SAMPLE)
    best = Induced(Layout(question=QuestionKind.PARAGRAPH), -math.inf, 0.0)
    for candidate in _finalists(list(_candidates(found, size)), size):
        for induced in _trials(candidate, size):
            if induced.score > best.score + 1e-9:
                best = induced
    return best


def _finalists(candidates: list[Candidate], size: int) -> list[Candidate]:
    """The candidates that do best on the beginning of a long sample, in their order: most fail at once.

    All of them, where none explains the beginning well: it may be a preface.
    """
    if size <= 2 * _PROBE or len(candidates) <= _FINALISTS:
        return candidates
    first = [_trials(candidate, _PROBE) for candidate in candidates]
    if max(induced.share for trials in first for induced in trials) < _EXPLAINED:
        return candidates
    scores = [max(induced.score for induced in trials) for trials in first]
    least = max(sorted(scores)[-_FINALISTS], _NEAR * max(scores))
    return [candidate for candidate, score in zip(candidates, scores, strict=True) if score >= least]


def _candidates(found: Scan, size: int) -> Iterator[Candidate]:
    """Every layout that the sample suggests, with the scan and the options that it is to be tried on."""
    sample = _cut(found, size)
    wrapped = is_wrapped(found.heads)
    glued = _with_glued_letters(sample)
    for marks in _option_candidates(sample.heads, glued is not None):
        base = glued if marks["option"] == GLUED and glued else sample
        options: list[Option] | None = None
        for question in _question_candidates(base.heads):
            layout = Layout(**{"wrapped": wrapped, **question, **marks})
            options = option_candidates(base, layout, size) if options is None else options
            yield Candidate(base, layout, options)


def judge(found: Scan, layout: Layout) -> Induced:
    """Say how well a layout that was stated, or found elsewhere, explains ``found``."""
    size = min(len(found.heads), _SAMPLE)
    prepared, _ = prepare(_cut(found, size), layout)
    return _judge(prepared, layout, read_blocks(prepared, layout, size, roles := [LineRole.UNCLAIMED] * size), roles)


def _trials(candidate: Candidate, end: int) -> list[Induced]:
    """The candidate with feedback where a word announces it, and, if that differs, with feedback behind options."""
    found, layout, options = candidate
    options = options[: bisect_left(options, (end, -1))]
    starts = find_starts(found, layout, options, end)
    trials = []
    for feedback in (FeedbackPlace.MARKED, FeedbackPlace.AFTER_OPTIONS):
        roles = [LineRole.UNCLAIMED] * end
        tried = layout.with_(feedback=feedback)
        blocks = divide(found, tried, end, roles, starts, options)
        trials.append(_judge(found, tried, blocks, roles))
        if trials[0].score <= 0 or not any(block.options and len(block.options[-1].parts) > 1 for block in blocks):
            break  # hopeless, or nothing stands directly behind the options, so that it makes no difference
    return trials


def _judge(found: Scan, layout: Layout, blocks: Sequence[Block], roles: Sequence[LineRole]) -> Induced:
    score, share = _score(blocks, layout, found, roles)
    keyed = sum(1 for block in blocks if block.keys) / len(blocks) if blocks else 0.0
    return Induced(layout, score, share, keyed)


def prepare(found: Scan, layout: Layout) -> tuple[Scan, frozenset[int]]:
    """Return the scan to read with ``layout``, and the options whose run may be longer than was taken."""
    if layout.option != GLUED:
        return found, frozenset()
    heads, doubtful = glue_heads(found.heads)
    return replace(found, heads=heads), doubtful


def _cut(found: Scan, size: int) -> Scan:
    if size >= len(found.heads):
        return found
    return Scan(
        found.heads[:size],
        {i: f for i, f in found.fields.items() if i < size},
        found.fenced,
        found.rules,
        found.valued,
    )


def _with_glued_letters(sample: Scan) -> Scan | None:
    heads, _ = glue_heads(sample.heads)
    return None if heads is sample.heads else replace(sample, heads=heads)


def _question_candidates(heads: Sequence[Head]) -> Iterator[Marks]:
    numbers: Counter[tuple[bool, str]] = Counter()
    puncts: dict[tuple[bool, str], Counter[str]] = {}
    for head in heads:
        if head.family == "digit" and not head.word and not head.box and not head.sign:
            kind = (bool(head.hashes), head.bullet)
            numbers[kind] += 1
            puncts.setdefault(kind, Counter())[head.punct or " "] += 1
    for (heading, bullet), _ in numbers.most_common(3):
        usual = [punct for punct, count in puncts[heading, bullet].most_common(3) if punct.strip() or count >= 3]
        for punct in (*usual[:2], *(["".join(usual)] if len(usual) > 1 else [])):
            if punct:
                yield {
                    "question": QuestionKind.NUMBER,
                    "question_heading": heading,
                    "question_marks": punct,
                    "question_sign": bullet,
                }
    if any(head.word == "question" for head in heads):
        yield {"question": QuestionKind.WORD}
    if sum(1 for head in heads if head.hashes) >= 2:
        yield {"question": QuestionKind.HEADING}
    if sum(1 for head in heads if head.sign == "#") >= 2:
        yield {"question": QuestionKind.SIGN, "question_sign": "#"}
    if _are_starred(heads):
        yield {"question": QuestionKind.SIGN, "question_sign": "*"}
    yield {"question": QuestionKind.PARAGRAPH}


def _are_starred(heads: Sequence[Head]) -> bool:
    """Whether stars stand before questions: options have other bullets, or are indented below the stars."""
    starred = [head for head in heads if head.bullet[:1] == "*" and not head.indent]
    others = [head for head in heads if (head.bullet and head.bullet[:1] != "*") or (head.bullet and head.indent >= 2)]
    return len(starred) >= 1 and len(others) >= 2 * len(starred)


def _option_candidates(heads: Sequence[Head], has_glued: bool) -> Iterator[Marks]:
    if has_glued:
        yield {"option": GLUED, "option_marks": " "}
    puncts: dict[tuple[str, bool], Counter[str]] = {}
    for head in heads:
        if head.label and head.family and head.word != "question" and not head.hashes:
            puncts.setdefault((head.family, head.word == "option"), Counter())[head.punct or " "] += 1
    for (family, worded), counts in sorted(puncts.items(), key=lambda entry: -entry[1].total()):
        yield from _labelled_candidates(family, worded, counts)
    if sum(1 for head in heads if head.box) >= 2:
        yield {"option": BOXES}
    bullets = Counter(head.bullet for head in heads if head.bullet and not head.hashes)
    for bullet, count in bullets.most_common(2):
        if count >= 2:
            yield {"option": BULLETS, "option_sign": bullet}
    if bullets["+"] and bullets["-"]:
        yield {"option": BULLETS, "option_sign": "+-"}
    yield {"option": NO_OPTIONS}


def _labelled_candidates(family: str, worded: bool, counts: Counter[str]) -> Iterator[Marks]:
    if counts.total() < 2 or (family == "roman" and counts.total() < 3):
        return
    spaced = counts.pop(" ", 0)
    if counts:
        usual = [punct for punct, count in counts.most_common() if count >= 2 or counts.total() < 6]
        yield {"option": family, "option_marks": "".join(usual), "option_word": worded}
    if spaced >= 2:
        yield {"option": family, "option_marks": " " + "".join(counts), "option_word": worded}


def _score(blocks: Sequence[Block], layout: Layout, found: Scan, roles: Sequence[LineRole]) -> tuple[float, float]:
    total, sound = 0.0, 0
    for block in blocks:
        overlooked = _overlooked(block, layout, found)
        total += max(_LOWEST, _block_score(block, layout, found) - 0.1 * overlooked)
        sound += overlooked <= _FEW_MARKS and _is_sound(block, layout, found)
    unclaimed = LineRole.UNCLAIMED
    left = [head for head, role in zip(found.heads, roles, strict=False) if role is unclaimed and head.raw]
    return total - 0.05 * len(left), sound / len(blocks) if blocks else 0.0


def _is_sound(block: Block, layout: Layout, found: Scan) -> bool:
    """Whether a question is whole: a stem, and options in a run or an answer."""
    if not block.stem or block.run.second is not None or block.run.doubt:
        return False
    if block.options:
        return 2 <= len(block.options) <= _MOST_OPTIONS and not _do_ask(block)
    return _has_answer(block) or _ends_in_truth(block) or (layout.option == BOXES and _ends_in_bullets(block, found))


def _ends_in_bullets(block: Block, found: Scan) -> bool:
    """Plain bullets, where other questions have boxes, are answers."""
    return len(block.stem) > 1 and bool(found.heads[block.stem[-1][0]].bullet)


def _block_score(block: Block, layout: Layout, found: Scan) -> float:
    score = 0.2 if block.number is not None else 0.1 if block.marked else 0.0
    count = len(block.options)
    if 2 <= count <= _MOST_OPTIONS and not block.run.doubt:
        score += 1.0 if layout.option != BULLETS else 0.8
    elif count >= 2:
        score += 0.3  # a run with a doubt
    elif count:
        score -= 0.3
    elif layout.option == BOXES and _ends_in_bullets(block, found):
        score += 0.6
    else:
        score += _open_score(block, layout, found)
    if block.run.second is not None or _do_ask(block):
        score -= 1.0
    if layout.option == BULLETS and any(option.head.box for option in block.options):
        score -= 0.8
    if layout.option == BULLETS and not (block.marked or block.keys or _does_ask(block)):
        score -= 1.0  # a list in prose
    if not block.stem or _is_number_alone(block, found):
        score -= 0.8
    score -= 0.04 * max(0, len(block.stem) - 2)
    further = sum([len(option.parts) for option in block.options]) - count
    score -= (0.01 if layout.wrapped else 0.1) * further
    score -= 0.05 * max(0, len(block.tail) - 1)
    return score


def _is_number_alone(block: Block, found: Scan) -> bool:
    """Whether all that was taken for the stem is the number of a question."""
    head = found.heads[block.stem[0][0]]
    return not block.marked and len(block.stem) == 1 and bool(head.label) and not head.text


def _do_ask(block: Block) -> bool:
    """Whether the options ask: then they are questions, and their numbers were taken for labels."""
    asking = sum([option.parts[0][1].rstrip().endswith(("?", "？", "؟")) for option in block.options])
    return asking >= 2 and 2 * asking >= len(block.options)


def _open_score(block: Block, layout: Layout, found: Scan) -> float:
    """A question without options: sound if it has an answer that is no letter; doubtful if it does not even ask."""
    if _has_answer(block) or _ends_in_truth(block):
        bullets = sum(1 for index, _ in block.stem if found.heads[index].bullet)
        return 0.3 if bullets >= 2 and layout.option == NO_OPTIONS else 0.8
    if block.keys or block.models:
        return 0.2
    if layout.option != NO_OPTIONS:
        return -0.4
    return -0.1 if _does_ask(block) else -0.4


def _does_ask(block: Block) -> bool:
    """Whether the stem ends as questions do: with a question mark or a gap; a colon introduces any list."""
    return bool(block.stem) and _ASKING.search(block.stem[-1][1][-80:]) is not None


def _has_answer(block: Block) -> bool:
    """Whether an answer stands there that is no letter, which would need options."""
    answers = [text for _, text in (*block.keys, *block.models) if text]
    return any(len(text) > 2 or not text.isascii() or text.isdigit() for text in answers)


def _ends_in_truth(block: Block) -> bool:
    return bool(block.stem) and truth_at_end(block.stem[-1][1]) is not None


def _overlooked(block: Block, layout: Layout, found: Scan) -> int:
    """How many lines with a clear mark were taken for plain text."""
    texts = block.stem[block.marked :] + block.tail
    for option in block.options:
        if len(option.parts) > 1:
            texts += option.parts[1:]
    marked = 0
    for index, _ in texts:
        head = found.heads[index]
        marked += bool(head.box or (head.label and head.punct and head.punct != "-") or head.word)
        marked += bool(head.bullet and layout.option == NO_OPTIONS)
    return marked
