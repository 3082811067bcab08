"""Styles whose questions bear no marks, or whose parts are told apart by their place: rows, blocks, pairs, cards.

A style reads a whole file or declines; it is tried on the beginning of a long file first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from qticonv.diagnostics import Code, SourceSpan, diagnose
from qticonv.readers.rawtext.noise import find_noise
from qticonv.readers.rawtext.styles.drafts import Page, Proposal, Style
from qticonv.readers.rawtext.styles.matching import MATCHING_STYLES
from qticonv.readers.rawtext.styles.pairs import PAIR_STYLES, PROSE_STYLES
from qticonv.readers.rawtext.styles.paragraphs import BLOCK_STYLES
from qticonv.readers.rawtext.styles.rows import ROW_STYLES

__all__ = ["STYLES", "Proposal", "Style", "propose"]

STYLES: tuple[Style, ...] = (*MATCHING_STYLES, *ROW_STYLES, *PAIR_STYLES, *BLOCK_STYLES, *PROSE_STYLES)

_SAMPLE = 400  # lines
_TRIED = 3  # styles that are applied to the whole of a long file
_ALL_BUT = 0.99  # a style that explains so much need not be compared with others
_LONGEST = 5_000  # characters; a line that is longer is no part of a question


def propose(lines: Sequence[str], source: str, noise: Mapping[int, str] | None = None) -> Proposal | None:
    """Return the reading of ``lines`` in the style that explains most of them, or ``None`` if none does.

    ``noise``: lines that belong to no question, as :func:`qticonv.readers.rawtext.noise.find_noise` returns them.
    They are skipped, and noted in the proposal's diagnostics.
    """
    if any(len(line) > _LONGEST for line in lines):
        return None
    noise = find_noise(lines) if noise is None else noise
    best = _best(lines, source, frozenset(noise))
    if not best or not noise:
        return best
    notes = tuple(
        diagnose(Code.RAW_NOISE, f"Left out: {what}.", span=SourceSpan(source, index + 1, index + 1))
        for index, what in noise.items()
    )
    return replace(best, diagnostics=best.diagnostics + notes)


def _best(lines: Sequence[str], source: str, ignored: frozenset[int]) -> Proposal | None:
    found = _ranked(STYLES, source, lines[: _sample_end(lines)], ignored)
    if len(lines) <= _SAMPLE or not found:
        return found[0][1] if found else None
    best: Proposal | None = None
    for style, _ in found[:_TRIED]:
        proposal = style.read(Page(source, lines, ignored))
        if proposal and (best is None or proposal.score > best.score):
            best = proposal
        if best and best.score > _ALL_BUT:
            break
    return best


def _sample_end(lines: Sequence[str]) -> int:
    """The end of the last whole paragraph in the sample."""
    if len(lines) <= _SAMPLE:
        return len(lines)
    return next((index for index in range(_SAMPLE, _SAMPLE // 2, -1) if not lines[index].strip()), _SAMPLE)


def _ranked(
    styles: Sequence[Style], source: str, lines: Sequence[str], noise: frozenset[int]
) -> list[tuple[Style, Proposal]]:
    """The styles that can read ``lines``, the best first."""
    page = Page(source, lines, noise)
    found = []
    for style in styles:
        if style.for_unmarked and page.looks_marked:
            continue
        page.clear()
        proposal = style.read(page)
        if proposal:
            found.append((style, proposal))
    return sorted(found, key=lambda pair: -pair[1].score)
