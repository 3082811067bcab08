"""What each choice earns where the author gave weights, and where not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qticonv.model import Choice, ChoiceInteraction, ChoiceKind, Text


def interaction(kind: ChoiceKind, keys: str, count: int, weights: dict[str, str] | None = None) -> ChoiceInteraction:
    own = weights or {}
    choices = tuple(
        Choice(
            identifier=letter,
            content=Text(letter),
            is_key=letter in keys,
            credit=Decimal(own[letter]) if letter in own else None,
        )
        for letter in "ABCDEFGH"[:count]
    )
    return ChoiceInteraction(kind=kind, choices=choices)


@pytest.mark.parametrize(
    ("kind", "keys", "count", "weights", "expected"),
    [
        ("single", "A", 3, None, ["1", "0", "0"]),
        ("multiple", "AB", 4, None, ["0.5", "0.5", "-0.5", "-0.5"]),
        ("multiple", "A", 5, None, ["1", "-0.25", "-0.25", "-0.25", "-0.25"]),
        ("multiple", "AB", 2, None, ["0.5", "0.5"]),
        ("multiple", "A", 2, {"A": "0.7", "B": "-0.2"}, ["0.7", "-0.2"]),
        ("multiple", "AB", 3, {"A": "0.75"}, ["0.75", "0.5", "0"]),
        ("single", "A", 2, {"B": "0.25"}, ["1", "0.25"]),
    ],
)
def test_credits(kind: str, keys: str, count: int, weights: dict[str, str] | None, expected: list[str]) -> None:
    found = interaction(ChoiceKind(kind), keys, count, weights).credits
    assert found == tuple(map(Decimal, expected))


@given(st.integers(1, 7), st.integers(1, 7))
def test_picking_everything_earns_nothing_and_the_keys_everything(keys: int, others: int) -> None:
    count = min(8, keys + others)
    keys = min(keys, count - 1)
    one = interaction(ChoiceKind.MULTIPLE, "ABCDEFGH"[:keys], count)
    assert abs(sum(one.credits, Decimal(0))) < Decimal("1e-20")
    assert abs(sum(one.credits[:keys], Decimal(-1))) < Decimal("1e-20")
