"""Markdown in the texts of a source whose format is Markdown: emphasis, code, links, images, tables."""

from __future__ import annotations

import re

from msgspec.structs import replace

from qticonv.model import Item, Reading, Text, item_identifier
from qticonv.model.walk import map_texts
from qticonv.patterns import lazy
from qticonv.readers.markdown import markdown_to_text

# Without one of these a text holds no mark-up, and a number or a dash at its beginning begins no list.
_MARKED = lazy(r"`|\*\S|_\S|\]\(|^\s*\|.*\|", re.MULTILINE)


def with_markdown(reading: Reading) -> Reading:
    """Return ``reading`` with the marked texts of its items as HTML; identifiers follow the new texts."""
    items = [_rendered(item) for item in reading.bank.items]
    renamed = {old.identifier: new.identifier for old, new in zip(reading.bank.items, items, strict=True)}
    items = [replace(item, passage=renamed.get(item.passage or "", item.passage)) for item in items]
    diagnostics = tuple(
        replace(found, item=renamed.get(found.item, found.item)) if found.item else found
        for found in reading.diagnostics
    )
    return replace(reading, bank=replace(reading.bank, items=tuple(items)), diagnostics=diagnostics)


def _rendered(item: Item) -> Item:
    rich = map_texts(item, _render)
    return item if rich is item else replace(rich, identifier=item_identifier(rich.stem, rich.interaction))


def _render(text: Text) -> Text:
    return text if text.is_html or not _MARKED.search(text.content) else markdown_to_text(text.content)
