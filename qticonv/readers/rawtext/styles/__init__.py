"""Styles whose questions bear no marks, or whose parts are told apart by their place: rows, blocks, pairs, cards.

Every style is a function ``propose(page) -> Proposal | None`` in :data:`STYLES`; it returns a proposal only if the
style explains nearly all of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qticonv.readers.rawtext.noise import find_noise
from qticonv.readers.rawtext.styles.drafts import Page, Proposal
from qticonv.readers.rawtext.styles.pairs import propose_pairs
from qticonv.readers.rawtext.styles.paragraphs import propose_blocks
from qticonv.readers.rawtext.styles.rows import propose_rows

__all__ = ["STYLES", "Proposal", "propose"]

STYLES: tuple[Callable[[Page], Proposal | None], ...] = (propose_rows, propose_pairs, propose_blocks)


def propose(lines: Sequence[str], source: str) -> Proposal | None:
    """Return the reading of ``lines`` in the style that explains most of them, or ``None`` if none does."""
    noise = frozenset(find_noise(lines))
    found = [proposal for style in STYLES if (proposal := style(Page(source, lines, noise)))]
    return max(found, key=lambda proposal: proposal.score, default=None)
