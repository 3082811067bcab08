"""JSON and YAML texts as the same plain data, and the lines where its parts stand.

YAML is read with JSON's scalar rules: ``yes``, ``2024-01-01`` and ``1:30`` are strings. What could make a reader work
without end or read something else than was meant is refused: repeated properties, tags, aliases that grow, values
that are not JSON (NaN), depth beyond :data:`MAX_DEPTH`. A number that no double holds exactly becomes the equal
decimal string, so that nothing is rounded.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from qticonv import collector
from qticonv.interchange.jsontext import read_json
from qticonv.interchange.values import MAX_DEPTH, DocumentError, EachItem, LineOf, Path, format_path
from qticonv.patterns import lazy

__all__ = ["Document", "DocumentError", "LineOf", "Path", "format_path", "parse", "to_yaml"]

MAX_BYTES = 512 * 1024 * 1024

_FORBIDDEN = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Document(Struct, frozen=True, gc=False):
    """Plain data (dictionaries, lists, strings, numbers, truth values, None) and where its parts stand."""

    data: Any
    line_of: LineOf


def parse(content: bytes, each_item: EachItem | None = None) -> Document:
    """Read JSON or YAML; raise :class:`DocumentError` if it is neither.

    ``each_item`` is called with each element of the top-level list ``items`` as soon as it is read, and gives what
    stands for it in the list, so that a large bank is never in memory as plain data. It may be called for items of a
    text that turns out to be wrong further down; after that, reading may begin anew with item 0.
    """

    def checked(index: int, item: Any, line_of: LineOf) -> Any:
        _check(item, line_of, ("items", index))
        return each_item(index, item, line_of) if each_item else item

    with collector.paused():
        data, line_of = _read(_decode(content), checked if each_item else None)
        _check(data, line_of, ())
    return Document(data, line_of)


def to_yaml(data: Any) -> str:
    """Return ``data`` as YAML that any YAML reader understands: block style, literal blocks for several lines."""
    from qticonv.interchange import yamltext

    with collector.paused():
        return yamltext.to_yaml(data)


def _read(text: str, each_item: EachItem | None) -> tuple[Any, LineOf]:
    if not text.lstrip().startswith(("{", "[")):
        return _read_yaml(text, each_item)
    try:
        return read_json(text, each_item)
    except json.JSONDecodeError as error:
        try:  # YAML's flow style begins like JSON
            return _read_yaml(text, each_item)
        except DocumentError:
            raise DocumentError(f"not valid JSON: {error.msg}", error.lineno) from None


def _read_yaml(text: str, each_item: EachItem | None) -> tuple[Any, LineOf]:
    from qticonv.interchange import yamltext  # late: a JSON bank needs no YAML library

    return yamltext.read_yaml(text, each_item)


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise DocumentError(f"larger than {MAX_BYTES // 1024 // 1024} MiB")
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DocumentError("not UTF-8; save the file with that encoding", line) from None


def _check(data: Any, line_of: LineOf, place: Path) -> None:
    """Raise if ``data``, which stands at ``place``, is too deep or holds characters that no XML can hold."""
    level, suspicious = [data], False
    for _ in range(MAX_DEPTH + 1):
        if not level:
            break
        strings = "\n".join(value for value in level if type(value) is str)
        suspicious = suspicious or _FORBIDDEN.search(strings) is not None
        level = [child for value in level for child in _children(value)]
    if level:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels")
    for path, value in _strings(data, place) if suspicious else ():
        if found := _FORBIDDEN.search(value):
            message = f"{format_path(path)}: the control character U+{ord(found[0]):04X} cannot be kept"
            raise DocumentError(message, line_of(path))


def _children(value: Any) -> list[Any]:
    if type(value) is dict:
        return [*value.keys(), *value.values()]
    return value if type(value) is list else []


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, child in value.items():
            yield path, name
            yield from _strings(child, (*path, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _strings(child, (*path, index))
