"""Does an explanation belong to its question? Compared with the questions beside it in the file.

Where explanations slipped by one question, every key inferred from them would be wrong. A slip shows in two ways: the
explanation speaks of a neighbouring question's words more than of its own question's, and a neighbour's explanation
speaks more of this question's words than its own does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qticonv.keys.question import Question

REACH = 2  # questions to either side
APART = -1.2  # nothing stands beside it: the middle of what explanations show that belong to their question


def misfits(questions: Sequence[Question]) -> list[float]:
    """Return for each question how much better its explanation and a neighbour's would be exchanged.

    The value is a mean of two log ratios of words: below 0 where the explanation fits its own question best."""
    away: list[float | None] = [None] * len(questions)
    back: list[float | None] = [None] * len(questions)
    for here, one in enumerate(questions):
        if not one.explained:
            continue
        for there in range(max(0, here - REACH), min(len(questions), here + REACH + 1)):
            if here != there:
                other = questions[there]
                common = one.explained & other.asked
                away[here] = _worse(away[here], _ratio(common, one.shared))
                back[there] = _worse(back[there], _ratio(common, other.shared))
    return [_mean(pair) for pair in zip(away, back, strict=True)]


def _worse(known: float | None, new: float) -> float:
    return new if known is None or new > known else known


def _mean(pair: tuple[float | None, float | None]) -> float:
    known = [value for value in pair if value is not None]
    return sum(known) / len(known) if known else APART


def _ratio(other: frozenset[int], own: frozenset[int]) -> float:
    """How many words of ``other`` are not in ``own``, to how many the other way round."""
    both = len(other & own)
    return math.log((len(other) - both + 1) / (len(own) - both + 1))
