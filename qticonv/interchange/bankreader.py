"""Typed items from plain data, one by one, and what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Effect, SourceSpan, diagnose
from qticonv.interchange import decode
from qticonv.interchange.schema import Violation, is_valid, violations
from qticonv.interchange.values import LineOf, Path
from qticonv.model import Item, ItemBank
from qticonv.model.markup import sanitise
from qticonv.model.rules import incoherences
from qticonv.model.selection import select


class BankReader:
    """Takes the items of a bank file in their order, then the rest of it. ``source`` is its name in diagnostics."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._begin()

    def _begin(self) -> None:
        self._about_items: list[Diagnostic] = []
        self._about_bank: list[Diagnostic] = []
        self._names: set[str | None] = set()  # identifiers, those of withheld items included
        self._passages: set[str | None] = set()
        self._wanted: list[tuple[int, str]] = []  # index of an item, the passage that it refers to

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found: about the bank, then about its items in their order."""
        return (*self._about_bank, *self._about_items)

    def item(self, index: int, entry: Any, line_of: LineOf) -> Item | None:
        """Return the item, or None after reporting why it is withheld. Index 0 begins a bank anew."""
        if index == 0:
            self._begin()
        path, name = ("items", index), _property(entry, "identifier")
        item: Item | None = None
        if is_valid(entry, "bank", "item"):
            item = decode.item(self._sanitised(entry, path, line_of, name))
            name = item.identifier
            wrong = tuple(Violation(inner, message) for inner, message in incoherences(item))
        else:
            wrong = violations(entry, "bank", "item")
        self._remember(index, entry, name)
        for violation in wrong:
            self._withhold(violation.below(path), line_of, name)
        return None if wrong else item

    def bank(self, data: Any, line_of: LineOf) -> ItemBank:
        """Return the bank; ``data`` is the file with what :meth:`item` returned in the place of its items."""
        items = data.get("items") if isinstance(data, dict) else None
        frame = {**data, "items": []} if isinstance(items, list) else data
        wrong = violations(frame, "bank")
        if wrong or not isinstance(items, list):
            self._about_bank += [self._report(Code.BANK_INVALID, violation, line_of) for violation in wrong]
            return ItemBank(items=())
        read = tuple(item for item in items if item is not None)
        bank = replace(decode.header(self._sanitised(frame, (), line_of, None)), items=read)
        self._about_bank += [
            self._report(Code.BANK_INVALID, violation, line_of) for violation in self._broken_references(bank)
        ]
        return select(bank, bank.items)

    def problem(self, message: str, line: int | None) -> Diagnostic:
        """Return a diagnostic about the whole file."""
        return diagnose(Code.BANK_INVALID, message, span=self._span(line))

    def _remember(self, index: int, entry: Any, name: str | None) -> None:
        self._names.add(name)
        interaction = entry.get("interaction") if isinstance(entry, dict) else None
        if _property(interaction, "type") == "none":
            self._passages.add(name)
        passage = _property(entry, "passage")
        if passage is not None:
            self._wanted.append((index, passage))

    def _broken_references(self, bank: ItemBank) -> Iterator[Violation]:
        """Yield identifiers that refer to no item; an item that is withheld counts as there."""
        for index, section in enumerate(bank.sections):
            for place, name in enumerate(section.items):
                if name not in self._names:
                    yield Violation(("sections", index, "items", place), f"there is no item {name!r}")
            if section.pick is not None and section.pick > len(section.items):
                yield Violation(("sections", index, "pick"), f"only {len(section.items)} items to pick from")
        for index, passage in self._wanted:
            if passage not in self._passages:
                yield Violation(("items", index, "passage"), f"there is no item {passage!r} of type none")

    def _sanitised(self, data: Any, path: Path, line_of: LineOf, item: str | None) -> Any:
        """Return ``data`` with every HTML text in the safe subset, after reporting what that left out."""
        if not isinstance(data, (dict, list)) or "'html'" not in repr(data):  # most hold none, and repr is fast
            return data
        if isinstance(data, list):
            return [self._sanitised(part, (*path, index), line_of, item) for index, part in enumerate(data)]
        if data.keys() != {"html"}:
            return {name: self._sanitised(part, (*path, name), line_of, item) for name, part in data.items()}
        fragment, parts = sanitise(data["html"])
        if parts:
            left_out = Violation(path, f"left out: {', '.join(parts)}")
            reports = self._about_bank if item is None else self._about_items
            reports.append(self._report(Code.BANK_HTML, left_out, line_of, item, Effect.LOST))
        return {"html": fragment}

    def _withhold(self, violation: Violation, line_of: LineOf, item: str | None) -> None:
        self._about_items.append(self._report(Code.BANK_INVALID, violation, line_of, item, Effect.WITHHELD))

    def _report(
        self, code: Code, violation: Violation, line_of: LineOf, item: str | None = None, effect: Effect | None = None
    ) -> Diagnostic:
        return diagnose(code, str(violation), item=item, span=self._span(line_of(violation.path)), effect=effect)

    def _span(self, line: int | None) -> SourceSpan | None:
        return None if line is None else SourceSpan(self._source, line, line)


def _property(entry: Any, name: str) -> str | None:
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else None
