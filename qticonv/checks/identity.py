"""The same question twice.

An identifier is made from what is asked, so a repeated identifier is a repeated question. Two with the same key: the
second is withheld, because learning platforms drop or overwrite one of them without a word. Two with different keys:
both are withheld, because nobody can say which is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from msgspec.structs import replace

from qticonv.checks.findings import Finding, about
from qticonv.diagnostics import Code
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    Gap,
    Gaps,
    Item,
    ItemBank,
    NoInteraction,
    Section,
    item_identifier,
)
from qticonv.model.identifiers import normalise


def distinguish(bank: ItemBank) -> ItemBank:
    """Return ``bank`` with new identifiers where the same question is asked about different passages.

    Only identifiers that were made from the content change; the passage then enters the hash. To be called when a
    bank was read, before answers are applied.
    """
    groups = _repeated(bank.items)
    if not groups:
        return bank
    passages = {
        item.identifier: item.stem.content for item in bank.items if isinstance(item.interaction, NoInteraction)
    }
    items = list(bank.items)
    renamed: dict[str, list[str]] = {}
    for name, indices in groups.items():
        texts = [passages.get(items[index].passage or "", "") for index in indices]
        if len(set(texts)) == 1 or name != item_identifier(items[indices[0]].stem, items[indices[0]].interaction):
            continue
        for index, text in zip(indices, texts, strict=True):
            identifier = item_identifier(items[index].stem, items[index].interaction, text)
            items[index] = replace(items[index], identifier=identifier)
        renamed[name] = [items[index].identifier for index in indices]
    sections = tuple(_renamed(section, renamed) for section in bank.sections)
    return replace(bank, items=tuple(items), sections=sections) if renamed else bank


def _renamed(section: Section, renamed: dict[str, list[str]]) -> Section:
    """Let each mention of a renamed item mean the next of those that had the name."""
    items = tuple(renamed[name].pop(0) if renamed.get(name) else name for name in section.items)
    return replace(section, items=items)


def duplicates(bank: ItemBank) -> Iterator[Finding]:
    """Yield repeated questions."""
    for indices in _repeated(bank.items).values():
        keyed = [index for index in indices if bank.items[index].is_keyed]
        signatures = {_signature(bank.items[index]) for index in keyed}
        if len(signatures) > 1:
            yield from (_conflict(bank, index, indices) for index in indices)
            continue
        first = (keyed or indices)[0]
        yield from (_repetition(bank, index, first) for index in indices if index != first)


def _repeated(items: Sequence[Item]) -> dict[str, list[int]]:
    if len({item.identifier for item in items}) == len(items):
        return {}
    groups = defaultdict(list)
    for index, item in enumerate(items):
        groups[item.identifier].append(index)
    return {name: indices for name, indices in groups.items() if len(indices) > 1}


def _signature(item: Item) -> Hashable:
    """What is asked and what is right, as one value: identifiers that were given by hand may lie."""
    return (normalise(item.stem.content), _key(item))


def _key(item: Item) -> Hashable:
    match item.interaction:
        case ChoiceInteraction(choices=choices):
            return _right(choices)
        case Gaps(gaps=gaps):
            return tuple(_gap_key(gap) for gap in gaps)
        case other:
            return other


def _gap_key(gap: Gap) -> Hashable:
    return (gap.name, _right(gap.choices), gap.accepted, gap.numbers)


def _right(choices: Sequence[Choice]) -> frozenset[tuple[str, bool]]:
    return frozenset((normalise(choice.content.content), choice.is_key) for choice in choices)


def _conflict(bank: ItemBank, index: int, indices: Sequence[int]) -> Finding:
    others = ", ".join(_place(bank, other) for other in indices if other != index)
    message = f"the same question stands with another key {others}; neither is written"
    return about(bank, index, Code.CONFLICTING_KEYS, message, withheld=True)


def _repetition(bank: ItemBank, index: int, first: int) -> Finding:
    message = f"the same question stands {_place(bank, first)} already; this one is not written"
    return about(bank, index, Code.DUPLICATE_ITEM, message, withheld=True)


def _place(bank: ItemBank, index: int) -> str:
    span = bank.items[index].span
    return f"as item {index + 1}" if span is None else f"in {span.source}, line {span.start_line}"
