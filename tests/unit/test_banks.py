"""The banks that other tests are built on are what they say."""

from __future__ import annotations

import banks
import pytest
from banks import every_item, every_type, hostile, hostile_html, many, seed, seed_lines

from qticonv.model import ItemBank, interaction_type
from qticonv.model.interactions import INTERACTION_TYPES
from qticonv.writers.capabilities import USES, Feature, Kind, kind_of


def test_every_type_and_kind_is_there() -> None:
    assert {interaction_type(entry.interaction) for entry in every_item()} == set(INTERACTION_TYPES.values())
    assert {kind_of(entry) for entry in every_item()} == set(Kind)


def test_every_feature_is_used_by_some_item() -> None:
    unused = {feature for feature in Feature if not any(USES[feature](entry) for entry in every_type().items)}
    assert unused == set()


@pytest.mark.parametrize("bank", [every_type(), hostile(), hostile_html(), many(60), seed()])
def test_identifiers_are_unique(bank: ItemBank) -> None:
    identifiers = [entry.identifier for entry in bank.items]
    assert len(identifiers) == len(set(identifiers))


def test_evidence_of_the_seed_stands_where_it_says() -> None:
    lines = seed_lines()
    found = [evidence for entry in seed().items if entry.key for evidence in entry.key.evidence]
    assert len(found) == 2
    assert all(lines[(e.line or 0) - 1][e.start : e.end] == e.quote for e in found)


def test_picture_is_a_png() -> None:
    assert banks.PNG.startswith(b"\x89PNG\r\n\x1a\n")
