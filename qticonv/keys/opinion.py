"""What the inference makes of items, whether it is accepted or not: for a person who decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from qticonv.keys.settle import Workshop
from qticonv.keys.verdict import SHOWN
from qticonv.model import ChoiceInteraction, Evidence, Key, KeySource, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """``evidence`` for the best choice, ``reasons`` (choice -> words) for the first few, ``cautions`` against them."""

    evidence: tuple[Evidence, ...]
    reasons: Mapping[str, str]
    cautions: tuple[str, ...]


def opinions(reading: Reading, identifiers: Collection[str]) -> dict[str, Opinion]:
    """Return what is inferred for the items with these identifiers, where their explanation tells anything.

    A key that they have already is not looked at.
    """
    missing = Key(source=KeySource.MISSING)
    items = [replace(item, key=missing) if item.identifier in identifiers else item for item in reading.bank.items]
    workshop = Workshop.of(reading)
    found: dict[str, Opinion] = {}
    for item, verdict in zip(items, workshop.verdicts(items), strict=True):
        if verdict is None or item.identifier not in identifiers or not isinstance(item.interaction, ChoiceInteraction):
            continue
        names = [choice.identifier for choice in item.interaction.choices]
        told = [(choice, verdict.reason(choice)) for choice in verdict.ranking[:SHOWN]]
        found[item.identifier] = Opinion(
            evidence=verdict.prove(verdict.ranking[0]),
            reasons={names[choice]: words for choice, words in told if words},
            cautions=tuple(verdict.guards),
        )
    return found
