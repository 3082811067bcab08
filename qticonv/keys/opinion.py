"""What the inference makes of items, whether it is accepted or not: for a person who decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct
from msgspec.structs import replace

from qticonv.keys.settle import Workshop
from qticonv.model import ChoiceInteraction, Evidence, Key, KeySource, Reading


class Opinion(Struct, frozen=True, kw_only=True, gc=False):
    """``evidence`` for the best choice, ``reasons`` (choice -> words) for each, ``cautions`` against them."""

    evidence: tuple[Evidence, ...]
    reasons: Mapping[str, str]
    cautions: tuple[str, ...]


def opinions(reading: Reading, identifiers: Collection[str]) -> dict[str, Opinion]:
    """Return what is inferred for the items with these identifiers, where their explanation tells anything.

    A key that they have already is not looked at.
    """
    missing = Key(source=KeySource.MISSING)
    items = [replace(item, key=missing) if item.identifier in identifiers else item for item in reading.bank.items]
    found: dict[str, Opinion] = {}
    for item, verdict in zip(items, Workshop.of(reading).verdicts(items), strict=True):
        if verdict is None or item.identifier not in identifiers or not isinstance(item.interaction, ChoiceInteraction):
            continue
        names = [choice.identifier for choice in item.interaction.choices]
        found[item.identifier] = Opinion(
            evidence=verdict.prove(verdict.ranking[0]),
            reasons={names[choice]: words for choice in verdict.ranking if (words := verdict.reason(choice))},
            cautions=tuple(verdict.guards),
        )
    return found
