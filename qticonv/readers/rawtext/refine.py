"""What only the whole file shows, once its questions are known: consistent feedback, key marks, odd ones out."""

from __future__ import annotations

from collections.abc import Sequence

from qticonv.model.reading import LineRole
from qticonv.patterns import lazy
from qticonv.readers.rawtext.blocks import Block, Piece
from qticonv.readers.rawtext.consistency import doubt_end, doubt_numbering
from qticonv.readers.rawtext.fields import Field
from qticonv.readers.rawtext.layout import BOXES, FeedbackPlace, KeyPlace, Layout
from qticonv.readers.rawtext.marks import apply_marks
from qticonv.readers.rawtext.scan import Scan
from qticonv.readers.rawtext.stems import clean_stems, take_truths
from qticonv.readers.rawtext.words import Part

_USUAL = 0.3
_HEADER_KEY = lazy(r"\S{2,12}\s+[(\[](?P<labels>[A-H]{1,4})[)\]](?:\s*[\[(][^\])]{1,12}[\])])?\s*$")
_HEADING_LENGTH = 70


def refine(
    blocks: Sequence[Block], scan: Scan, layout: Layout, roles: list[LineRole], doubtful: frozenset[int]
) -> Layout:
    """Correct the blocks by what is usual in the file; return the layout with key and feedback filled in."""
    clean_stems(blocks)
    _take_header_keys(blocks, roles)
    take_truths(blocks)
    if layout.option == BOXES:
        _take_bullets_as_answers(blocks, scan, roles)
    _doubt_long_stems(blocks)
    _doubt_single_lines(blocks, scan)
    _release_headings(blocks, scan, roles)
    _doubt_unusual_tails(blocks)
    _doubt_runs(blocks, doubtful)
    doubt_numbering(blocks)
    doubt_end(blocks)
    mark = apply_marks(blocks, layout)
    place = KeyPlace.LINE if any(block.keys for block in blocks) else KeyPlace.MARK if mark else KeyPlace.NONE
    after_key = sum(1 for block in blocks if block.tail and block.keys)
    feedback = layout.feedback
    if feedback is FeedbackPlace.MARKED and after_key > _USUAL * len(blocks):
        feedback = FeedbackPlace.AFTER_KEY
    return layout.with_(key=place, key_mark=mark, feedback=feedback)


def _release_headings(blocks: Sequence[Block], scan: Scan, roles: list[LineRole]) -> None:
    """A short line of its own at the end of a question is the heading of what follows, not feedback."""
    headed = sum(1 for block in blocks if block.tail and _is_heading(block.tail[-1], scan))
    if 2 * headed > len(blocks):
        return  # short feedback, on most questions
    usual = sum(1 for block in blocks if block.tail) - headed >= _USUAL * len(blocks)
    for block in blocks[:-1]:
        for part in (block.tail, block.explanation):
            if len(part) > usual and part[-1][0] >= block.last and _is_heading(part[-1], scan):
                index, text = part.pop()
                block.between.insert(0, (index, text))
                roles[index] = LineRole.TITLE
                block.last = _last_before(block, index, scan)


def _is_heading(piece: Piece, scan: Scan) -> bool:
    index, text = piece
    if len(text) > _HEADING_LENGTH or text.rstrip("*_ ")[-1:] in ".!?。！？;,":
        return False
    return index > 0 and not scan.heads[index - 1].raw and scan.heads[index].text[:1].isupper()


def _last_before(block: Block, index: int, scan: Scan) -> int:
    last = index - 1
    while last > block.first and not scan.heads[last].raw:
        last -= 1
    return min(block.last, last)


def _doubt_unusual_tails(blocks: Sequence[Block]) -> None:
    """Text behind the options of a few questions only may be anything: a heading, a passage, a lost question."""
    with_tail = [block for block in blocks if block.tail]
    if len(with_tail) >= _USUAL * len(blocks):
        return
    for block in with_tail:
        block.doubt("Text behind the options, which few questions of this file have, was taken for feedback.")


def _take_header_keys(blocks: Sequence[Block], roles: list[LineRole]) -> None:
    """A code with a letter in brackets on a line above most questions: ``T1A01 (C) [97.1]``."""
    found = [(block, _HEADER_KEY.match(block.stem[0][1])) for block in blocks if len(block.stem) > 1 and block.options]
    headed = [(block, match) for block, match in found if match]
    if 2 * len(headed) < len(blocks):
        return
    for block, match in headed:
        index, _ = block.stem.pop(0)
        block.keys.append((index, match["labels"]))
        roles[index] = LineRole.KEY


def _take_bullets_as_answers(blocks: Sequence[Block], scan: Scan, roles: list[LineRole]) -> None:
    """Where options are check boxes, plain bullets under a question without boxes are its answer."""
    for block in blocks:
        if block.options or block.keys or len(block.stem) < 2:
            continue
        count = 0
        while count < len(block.stem) - 1 and scan.heads[block.stem[-1 - count][0]].bullet:
            count += 1
        for index, _ in block.stem[len(block.stem) - count :]:
            body = scan.heads[index].body
            if "](" in body:  # a link to the answer states no key
                block.facts.append((index, Field(Part.OTHER, body)))
                roles[index] = LineRole.TAG
                continue
            block.keys.append((index, body))
            roles[index] = LineRole.KEY
        block.stem = block.stem[: len(block.stem) - count]


def _doubt_long_stems(blocks: Sequence[Block]) -> None:
    """Without a question mark, more paragraphs than usual before the options may be feedback or remains of a page."""
    unmarked = [block for block in blocks if not block.marked]
    if len(unmarked) < 2:
        return
    from statistics import median

    usual = median(block.paragraphs for block in unmarked)
    for block in unmarked[1:]:
        if block.paragraphs > usual:
            block.doubt("More paragraphs than usual stand before the options; not all may be of this question.")


def _doubt_single_lines(blocks: Sequence[Block], scan: Scan) -> None:
    """A few questions on one line, among others whose options stand on lines of their own."""
    single = [
        block for block in blocks if block.options and scan.heads[block.first].line == scan.heads[block.last].line
    ]
    if 2 * len(single) >= len(blocks):
        return
    for block in single:
        block.doubt("The whole question stands on one line, unlike others of this file; it was cut at its labels.")


def _doubt_runs(blocks: Sequence[Block], doubtful: frozenset[int]) -> None:
    for block in blocks:
        if block.options and block.options[-1].index in doubtful:
            block.doubt("The line behind the last option could be one more option.")
