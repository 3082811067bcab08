"""The bank file: the intermediate form on disk, in JSON or YAML.

:func:`load` reads what a person may have written: an item that does not follow the schema or does not fit together is
withheld with the path and line of what is wrong, the other items are kept. :func:`validate` is the last gate before a
writer: it must find nothing in what our own readers produced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from qticonv.diagnostics import Code, Diagnostic, Effect, SourceSpan, diagnose
from qticonv.interchange import decode, encode
from qticonv.interchange.document import Document, DocumentError, Path, collector_paused, format_path, parse, to_yaml
from qticonv.interchange.schema import Violation, is_valid, violations
from qticonv.model import Item, ItemBank, Reading, Source
from qticonv.model.markup import sanitise
from qticonv.model.options import CheckOptions, ReadOptions, WriteOptions
from qticonv.model.rules import incoherences
from qticonv.model.selection import select

_CHUNK = 100  # items that are made into YAML at once

to_dict = encode.bank
_LineOf = Callable[[Path], int | None]


# --- writing


def dump_yaml(bank: ItemBank) -> str:
    """Return the bank as YAML."""
    return "".join(yaml_chunks(bank))


def yaml_chunks(bank: ItemBank) -> Iterator[str]:
    """Yield the bank as YAML, some items at a time, so that a large bank never stands in memory as a tree."""
    yield to_yaml(encode.header(bank))
    if not bank.items:
        yield "items: []\n"
        return
    yield "items:\n"
    for start in range(0, len(bank.items), _CHUNK):
        yield to_yaml([encode.item(item) for item in bank.items[start : start + _CHUNK]])


def write(bank: ItemBank, options: WriteOptions, stream: BinaryIO) -> tuple[Diagnostic, ...]:
    """Write the bank as YAML in UTF-8: what the format registry calls."""
    for chunk in yaml_chunks(bank):
        stream.write(chunk.encode())
    return ()


def dump_json(bank: ItemBank) -> str:
    """Return the bank as JSON."""
    return "".join(json_chunks(bank))


def json_chunks(bank: ItemBank) -> Iterator[str]:
    """Yield the bank as JSON, an item at a time: a property of an item a line, a choice a line.

    The layout is fixed because the standard library's indentation costs five times as much as all the rest.
    """
    for index, (name, value) in enumerate(encode.header(bank).items()):
        yield f'{"," if index else "{"}\n  "{name}": {_compact(value)}'
    yield ',\n  "items": ['
    for index, item in enumerate(bank.items):
        yield (",\n    " if index else "\n    ") + _item_json(encode.item(item))
    yield "\n  ]\n}\n" if bank.items else "]\n}\n"


_compact = json.JSONEncoder(ensure_ascii=False).encode


def _item_json(data: Mapping[str, Any]) -> str:
    lines = (f'\n      "{name}": {_value_json(name, value)}' for name, value in data.items())
    return "{" + ",".join(lines) + "\n    }"


def _value_json(name: str, value: Any) -> str:
    if name != "interaction":
        return _compact(value)
    lines = (f'\n        "{name}": {_list_json(part)}' for name, part in value.items())
    return "{" + ",".join(lines) + "\n      }"


def _list_json(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[" + ",".join(f"\n          {_compact(part)}" for part in value) + "\n        ]"


def validate(bank: ItemBank) -> tuple[Diagnostic, ...]:
    """Check a bank of ours against the schema; anything found is a mistake of ours (code ``internal``)."""
    found = list(_prefixed((), violations({**encode.header(bank), "items": []}, "bank")))
    for index, item in enumerate(bank.items):
        data = encode.item(item)
        if not is_valid(data, "bank", "item"):
            found += _prefixed(("items", index), violations(data, "bank", "item"))
    return tuple(diagnose(Code.INTERNAL, f"the bank is not valid: {_say(violation)}") for violation in found)


# --- reading


def read(source: Source, options: ReadOptions) -> Reading:
    """Read a bank file: what the format registry calls."""
    return load(source)


def check(source: Source, options: CheckOptions) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a bank file: what the format registry calls."""
    return load(source).diagnostics


def load(source: Source) -> Reading:
    """Read a bank from JSON or YAML, whichever it is."""
    with collector_paused():
        try:
            document = parse(source.data)
        except DocumentError as error:
            problem = diagnose(Code.BANK_INVALID, error.message, span=_span(source.name, error.line))
            return Reading(bank=ItemBank(items=()), diagnostics=(problem,))
        bank, diagnostics = _from_document(document, source.name)
    return Reading(bank=bank, diagnostics=diagnostics)


def from_dict(data: Any, source: str = "bank") -> tuple[ItemBank, tuple[Diagnostic, ...]]:
    """Return the bank that plain data holds, and what is wrong with it. ``source`` is its name in diagnostics."""
    return _from_document(Document(data, lambda path: None), source)


def _from_document(document: Document, source: str) -> tuple[ItemBank, tuple[Diagnostic, ...]]:
    report = _Report(source, document.line_of, [])
    bank = _read_bank(document.data, report)
    return bank, tuple(report.diagnostics)


@dataclass(frozen=True, slots=True)
class _Report:
    """Collects what is wrong with a bank file."""

    source: str
    line_of: _LineOf
    diagnostics: list[Diagnostic]

    def add(self, violation: Violation, *, item: str | None = None, withheld: bool = False) -> None:
        effect = Effect.WITHHELD if withheld else None
        self._add(Code.BANK_INVALID, violation, item, effect)

    def removed(self, path: Path, parts: tuple[str, ...], item: str | None) -> None:
        self._add(Code.BANK_HTML, Violation(path, f"left out: {', '.join(parts)}"), item, Effect.LOST)

    def _add(self, code: Code, violation: Violation, item: str | None, effect: Effect | None) -> None:
        span = _span(self.source, self.line_of(violation.path))
        self.diagnostics.append(diagnose(code, _say(violation), item=item, span=span, effect=effect))


def _read_bank(data: Any, report: _Report) -> ItemBank:
    entries = data.get("items") if isinstance(data, dict) else None
    frame = {**data, "items": []} if isinstance(entries, list) else data
    wrong = violations(frame, "bank")
    for violation in wrong:
        report.add(violation)
    if wrong or not isinstance(entries, list):
        return ItemBank(items=())
    items = [item for index, entry in enumerate(entries) if (item := _read_item(entry, index, report))]
    bank = replace(decode.header(_sanitised(frame, (), report, None)), items=tuple(items))
    for violation in _references(bank, entries):
        report.add(violation)
    return select(bank, bank.items)


def _read_item(entry: Any, index: int, report: _Report) -> Item | None:
    """Return the item, or None after reporting why it is withheld."""
    path: Path = ("items", index)
    if is_valid(entry, "bank", "item"):
        item = decode.item(_sanitised(entry, path, report, _identifier(entry)))
        wrong = tuple(Violation((*path, *inner), message) for inner, message in incoherences(item))
        name: str | None = item.identifier
        if not wrong:
            return item
    else:
        wrong = tuple(_prefixed(path, violations(entry, "bank", "item")))
        name = _identifier(entry)
    for violation in wrong:
        report.add(violation, item=name, withheld=True)
    return None


def _sanitised(data: Any, path: Path, report: _Report, item: str | None) -> Any:
    """Return ``data`` with every HTML text in the safe subset, after reporting what that left out."""
    if "'html'" not in repr(data):  # most items hold none, and walking through them would cost more than this
        return data
    return _sanitised_parts(data, path, report, item)


def _sanitised_parts(data: Any, path: Path, report: _Report, item: str | None) -> Any:
    if isinstance(data, list):
        return [_sanitised_parts(part, (*path, index), report, item) for index, part in enumerate(data)]
    if not isinstance(data, dict):
        return data
    if data.keys() == {"html"}:
        fragment, parts = sanitise(data["html"])
        if parts:
            report.removed(path, parts, item)
        return {"html": fragment}
    return {name: _sanitised_parts(part, (*path, name), report, item) for name, part in data.items()}


def _identifier(entry: Any) -> str | None:
    identifier = entry.get("identifier") if isinstance(entry, dict) else None
    return identifier if isinstance(identifier, str) else None


def _references(bank: ItemBank, entries: list[Any]) -> Iterator[Violation]:
    """Yield identifiers that refer to no item; an item that is withheld counts as there."""
    known = {item.identifier for item in bank.items} | {_identifier(entry) for entry in entries}
    passages = {_identifier(entry) for entry in entries if _is_passage(entry)}
    for index, section in enumerate(bank.sections):
        for place, name in enumerate(section.items):
            if name not in known:
                yield Violation(("sections", index, "items", place), f"there is no item {name!r}")
        if section.pick is not None and section.pick > len(section.items):
            yield Violation(("sections", index, "pick"), f"only {len(section.items)} items to pick from")
    for index, entry in enumerate(entries):
        passage = entry.get("passage") if isinstance(entry, dict) else None
        if isinstance(passage, str) and passage not in passages:
            yield Violation(("items", index, "passage"), f"there is no item {passage!r} of type none")


def _is_passage(entry: Any) -> bool:
    interaction = entry.get("interaction") if isinstance(entry, dict) else None
    return isinstance(interaction, dict) and interaction.get("type") == "none"


def _prefixed(path: Path, found: tuple[Violation, ...]) -> Iterator[Violation]:
    return (Violation((*path, *violation.path), violation.message) for violation in found)


def _say(violation: Violation) -> str:
    return f"{format_path(violation.path)}: {violation.message}"


def _span(source: str, line: int | None) -> SourceSpan | None:
    return None if line is None else SourceSpan(source, line, line)
