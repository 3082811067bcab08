"""What only the whole file shows, once its questions are known: consistent feedback, key marks, odd ones out."""

from __future__ import annotations

from collections.abc import Sequence

from qticonv.model.reading import LineRole
from qticonv.readers.rawtext.blocks import Block
from qticonv.readers.rawtext.layout import FeedbackPlace, KeyPlace, Layout
from qticonv.readers.rawtext.marks import apply_marks
from qticonv.readers.rawtext.scan import Scan
from qticonv.readers.rawtext.stems import clean_stems

_USUAL = 0.3


def refine(
    blocks: Sequence[Block], scan: Scan, layout: Layout, roles: list[LineRole], doubtful: frozenset[int]
) -> Layout:
    """Correct the blocks by what is usual in the file; return the layout with key and feedback filled in."""
    clean_stems(blocks)
    _doubt_unusual_tails(blocks)
    _doubt_runs(blocks, doubtful)
    mark = apply_marks(blocks, layout)
    place = KeyPlace.LINE if any(block.keys for block in blocks) else KeyPlace.MARK if mark else KeyPlace.NONE
    after_key = sum(1 for block in blocks if block.tail and block.keys)
    feedback = layout.feedback
    if feedback is FeedbackPlace.MARKED and after_key > _USUAL * len(blocks):
        feedback = FeedbackPlace.AFTER_KEY
    return layout.with_(key=place, key_mark=mark, feedback=feedback)


def _doubt_unusual_tails(blocks: Sequence[Block]) -> None:
    """Text behind the options of a few questions only may be anything: a heading, a passage, a lost question."""
    with_tail = [block for block in blocks if block.tail]
    if len(with_tail) >= _USUAL * len(blocks):
        return
    for block in with_tail:
        block.doubts.append("Text behind the options, which few questions of this file have, was taken for feedback.")


def _doubt_runs(blocks: Sequence[Block], doubtful: frozenset[int]) -> None:
    for block in blocks:
        if block.options and block.options[-1].index in doubtful:
            block.doubts.append("The line behind the last option could be one more option.")
