"""Does an explanation belong to its question? Compared with the questions beside it in the file.

Where explanations slipped by one question, every key inferred from them would be wrong. A slip shows in two ways: the
explanation speaks of a neighbouring question's words more than of its own question's, and a neighbour's explanation
speaks more of this question's words than its own does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qticonv.keys.infer import Profile

REACH = 2  # questions to either side
APART = -1.2  # nothing stands beside it: the middle of what explanations show that belong to their question


def misfits(questions: Sequence[Profile]) -> list[float]:
    """Return for each question how much better its explanation and a neighbour's would be exchanged.

    The value is a mean of two log ratios of words: below 0 where the explanation fits its own question best."""
    away = [0.0] * len(questions)  # the ratios are above 0; 0 stands for none
    back = [0.0] * len(questions)
    for here, one in enumerate(questions):
        explained, own = one.explained, one.shared
        if not explained:
            continue
        for there in range(max(0, here - REACH), min(len(questions), here + REACH + 1)):
            if here == there:
                continue
            other = questions[there]
            common = explained & other.asked
            words = len(common) + 1
            both = len(common & own)
            away[here] = max(away[here], (words - both) / (len(own) - both + 1))
            both = len(common & other.shared)
            back[there] = max(back[there], (words - both) / (len(other.shared) - both + 1))
    return [_mean(pair) for pair in zip(away, back, strict=True)]


def _mean(ratios: tuple[float, float]) -> float:
    known = [math.log(ratio) for ratio in ratios if ratio]
    return sum(known) / len(known) if known else APART
