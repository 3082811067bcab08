"""Penalised likelihood in plain Python: a limited-memory quasi-Newton minimiser, and logistic regression."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from operator import mul

from qticonv.keys import model

Vector = list[float]


def minimise(
    function: Callable[[Vector], tuple[float, Vector]], start: Vector, steps: int = 120, memory: int = 10
) -> Vector:
    """Return where the convex ``function`` (value and gradient) is least."""
    point, (value, slope) = start, function(start)
    past: list[tuple[Vector, Vector, float]] = []
    for _ in range(steps):
        direction = _direction(slope, past)
        descent = dot(direction, slope)
        length = 1.0 if past else 1 / max(1.0, math.sqrt(dot(slope, slope)))
        for _ in range(30):
            trial = [p + length * d for p, d in zip(point, direction, strict=True)]
            trial_value, trial_slope = function(trial)
            if trial_value <= value + 1e-4 * length * descent:
                break
            length /= 2
        moved = [t - p for t, p in zip(trial, point, strict=True)]
        turned = [t - s for t, s in zip(trial_slope, slope, strict=True)]
        curve = dot(moved, turned)
        if curve > 1e-12:
            past = [*past[-memory + 1 :], (moved, turned, 1 / curve)]
        done = abs(value - trial_value) <= 1e-7 * max(1.0, abs(value))
        point, value, slope = trial, trial_value, trial_slope
        if done:
            break
    return point


def _direction(slope: Vector, past: Sequence[tuple[Vector, Vector, float]]) -> Vector:
    rest, factors = list(slope), []
    for moved, turned, inverse in reversed(past):
        factor = inverse * dot(moved, rest)
        factors.append(factor)
        rest = [r - factor * t for r, t in zip(rest, turned, strict=True)]
    if past:
        moved, turned, _ = past[-1]
        scale = dot(moved, turned) / dot(turned, turned)
        rest = [scale * r for r in rest]
    for (moved, turned, inverse), factor in zip(past, reversed(factors), strict=True):
        back = inverse * dot(turned, rest)
        rest = [r + (factor - back) * m for r, m in zip(rest, moved, strict=True)]
    return [-r for r in rest]


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """Return the inner product."""
    return float(sum(map(mul, left, right)))


def spreads(rows: Sequence[Vector]) -> tuple[Vector, Vector]:
    """Return mean and standard deviation of each column (1 where a column is constant)."""
    count, columns = len(rows), list(zip(*rows, strict=True))
    means = [sum(column) / count for column in columns]
    deviations = [
        math.sqrt(sum([(value - mean) ** 2 for value in column]) / count) or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]
    return means, deviations


def fit_logistic(rows: Sequence[Vector], right: Sequence[bool], weights: Sequence[float], penalty: float) -> Vector:
    """Return logistic weights of the columns; a column that is constant is the intercept and is not penalised."""
    means, deviations = spreads(rows)
    fixed = [all(row[column] == rows[0][column] for row in rows) for column in range(len(means))]
    means = [0.0 if still else mean for still, mean in zip(fixed, means, strict=True)]
    scaled = [[(v - m) / d for v, m, d in zip(row, means, deviations, strict=True)] for row in rows]
    penalties = [0.0 if still else penalty for still in fixed]

    def loss(point: Vector) -> tuple[float, Vector]:
        value = sum([p * w * w for p, w in zip(penalties, point, strict=True)]) / 2
        slope = [p * w for p, w in zip(penalties, point, strict=True)]
        for row, good, weight in zip(scaled, right, weights, strict=True):
            chance = model.logistic(dot(point, row))
            value -= weight * math.log(max(chance if good else 1 - chance, 1e-300))
            slope = [s + weight * (chance - good) * x for s, x in zip(slope, row, strict=True)]
        return value, slope

    fitted = minimise(loss, [0.0] * len(means))
    plain = [w / d for w, d in zip(fitted, deviations, strict=True)]
    shift = sum([w * m for w, m in zip(plain, means, strict=True)])
    return [w - shift if still else w for w, still in zip(plain, fixed, strict=True)]
