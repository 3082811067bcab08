"""Do the questions of a file fit together? What only the source shows: gaps in the numbering, a cut-off end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qticonv.diagnostics import Code
from qticonv.readers.rawtext.blocks import Block

_FARTHEST = 50


def doubt_numbering(blocks: Sequence[Block]) -> None:
    """Doubt the question before a gap in the numbers: the one that is missing may be inside it.

    Where numbers leave gaps everywhere they are no evidence, and nothing is said.
    """
    gaps = [
        (before, after)
        for before, after in pairwise(blocks)
        if before.number is not None and after.number is not None and 1 < after.number - before.number <= _FARTHEST
    ]
    if len(gaps) > max(2, len(blocks) // 5):
        return
    for before, after in gaps:
        message = f"The next question has number {after.number}; what lies between may be lost in this one."
        before.doubt(message, Code.RAW_NUMBERS_DOUBTFUL)


def doubt_end(blocks: Sequence[Block]) -> None:
    """Doubt the last question where it has fewer options than all others, or no key where all others have one."""
    if len(blocks) < 4:
        return
    *others, last = blocks
    counts = [len(block.options) for block in others if block.options]
    answered = bool(last.keys or last.models) and not last.options
    if len(counts) == len(others) and len(last.options) < min(counts) and not answered:
        last.doubt("The last question has fewer options than the others; the text may be cut off.")
