"""The fitted numbers (``weights.json``, written by ``tools/fit_keys.py``): from features to confidence."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from operator import mul
from pathlib import Path
from typing import Any

from qticonv.keys.features import CONTEXT, DENSE, Scan, contexts
from qticonv.keys.words import CUE_BIT

WEIGHTS = Path(__file__).with_name("weights.json")
_SMOOTH = 0.5
CALIBRATION = (
    "constant",
    "log odds",  # of the best choice, as the ranker sees it
    "margin",  # between the scores of the two best
    "words named",  # log number of the best choice's distinctive words
    "misfit",  # with the neighbours
    "words explained",  # log number of different words in the explanation
    "stem explained",  # share of the stem's words that the explanation has
    "explanation asked",  # share of the explanation's words that the question has
)


class _Folded(dict[int, float]):
    """The weight of a set of cues, given as bits; the sum is made once."""

    def __init__(self, weights: Mapping[str, float], prefix: str) -> None:
        super().__init__()
        self._bits = [(bit, weights[prefix + name]) for name, bit in CUE_BIT.items() if prefix + name in weights]

    def __missing__(self, mask: int) -> float:
        value = self[mask] = sum([weight for bit, weight in self._bits if mask & bit])
        return value


class Model:
    """Weights of the ranker over choices, and of the calibration that turns its scores into a probability."""

    def __init__(
        self,
        ranker: Mapping[str, float],
        calibration: Mapping[str, float],
        true_false: Mapping[str, float],
        common: Mapping[str, float],
    ) -> None:
        self.ranker, self.calibration, self.true_false, self.common = ranker, calibration, true_false, common
        self._dense = tuple(ranker[name] for name in DENSE)
        self._calibration = tuple(calibration[name] for name in CALIBRATION)
        weights = {name: ranker[name] for name in CONTEXT}
        self._inside, self._after = _Folded(weights, "in: "), _Folded(weights, "after: ")

    def scores(self, rows: Sequence[Sequence[float]], found: Scan) -> list[float]:
        """Return a score for each choice from its dense features and the contexts of its words."""
        context = [0.0] * len(found.named)
        inside, after = self._inside, self._after
        for here, hits in contexts(found):
            around = inside[here]
            for choice, value, before in hits:
                context[choice] += value * (around + after[before])
        weights = self._dense
        return [
            sum(map(mul, weights, row)) + told / (named + _SMOOTH)
            for row, told, named in zip(rows, context, found.named, strict=True)
        ]

    def confidence(self, values: Sequence[float]) -> float:
        """Return the probability that the best choice is the key, from the values of :data:`CALIBRATION`."""
        return logistic(sum(map(mul, self._calibration, values)))


def logistic(value: float) -> float:
    """Return 1 / (1 + exp(-value)) without overflow."""
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    odds = math.exp(value)
    return odds / (1 + odds)


def softmax(scores: Sequence[float]) -> list[float]:
    """Return shares that sum to 1."""
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    total = sum(odds)
    return [value / total for value in odds]


@cache
def load(path: Path = WEIGHTS) -> Model:
    """Return the model in ``path``."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Model(data["ranker"], data["calibration"], data["true_false"], data["common"])
