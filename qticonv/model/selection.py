"""A bank with some of its items."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from qticonv.model.interactions import NoInteraction
from qticonv.model.items import Item, ItemBank, Section


def select(bank: ItemBank, items: Sequence[Item]) -> ItemBank:
    """Return ``bank`` with ``items`` alone.

    Sections and passages that refer to other items lose the reference; a section without items goes, and ``pick`` is
    at most what is left.
    """
    names = {item.identifier for item in items}
    passages = {item.identifier for item in items if isinstance(item.interaction, NoInteraction)}
    kept = tuple(
        item if item.passage is None or item.passage in passages else replace(item, passage=None) for item in items
    )
    sections = (_section(section, names) for section in bank.sections)
    return replace(bank, items=kept, sections=tuple(section for section in sections if section is not None))


def _section(section: Section, names: set[str]) -> Section | None:
    items = tuple(name for name in section.items if name in names)
    if len(items) == len(section.items):
        return section
    pick = None if section.pick is None else min(section.pick, len(items))
    return replace(section, items=items, pick=pick) if items else None
