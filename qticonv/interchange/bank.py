"""The bank file: the intermediate form on disk, in JSON or YAML.

:func:`load` reads what a person may have written: an item that does not follow the schema or does not fit together is
withheld with the path and line of what is wrong, the other items are kept. :func:`validate` is the last gate before a
writer: it must find nothing in what our own readers produced.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import msgspec

from qticonv import collector
from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.interchange import encode
from qticonv.interchange.bankreader import BankReader
from qticonv.interchange.document import DocumentError, Path, parse, to_yaml
from qticonv.interchange.schema import is_valid, violations
from qticonv.model import ItemBank, Reading, Source
from qticonv.model.options import ReadOptions, WriteOptions

_CHUNK = 100  # items that are made into YAML at once

to_dict = encode.bank


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


def _compact(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
    found = list(violations({**encode.header(bank), "items": []}, "bank"))
    for index, item in enumerate(bank.items):
        data = encode.item(item)
        if not is_valid(data, "bank", "item"):
            found += [violation.below(("items", index)) for violation in violations(data, "bank", "item")]
    return tuple(diagnose(Code.INTERNAL, f"the bank is not valid: {violation}") for violation in found)


# --- reading


def read(source: Source, options: ReadOptions) -> Reading:
    """Read a bank file: what the format registry calls."""
    return load(source)


def load(source: Source) -> Reading:
    """Read a bank from JSON or YAML, whichever it is."""
    reader = BankReader(source.name)
    with collector.paused():
        try:
            document = parse(source.data, reader.item)
        except DocumentError as error:
            return Reading(bank=ItemBank(items=()), diagnostics=(reader.problem(error.message, error.line),))
        bank = reader.bank(document.data, document.line_of)
    return Reading(bank=bank, diagnostics=reader.diagnostics)


def from_dict(data: Any, source: str = "bank") -> tuple[ItemBank, tuple[Diagnostic, ...]]:
    """Return the bank that plain data holds, and what is wrong with it. ``source`` is its name in diagnostics."""
    reader = BankReader(source)
    entries = data.get("items") if isinstance(data, dict) else None
    if isinstance(entries, list):
        data = {**data, "items": [reader.item(index, entry, _nowhere) for index, entry in enumerate(entries)]}
    return reader.bank(data, _nowhere), reader.diagnostics


def _nowhere(path: Path) -> None:
    return None
