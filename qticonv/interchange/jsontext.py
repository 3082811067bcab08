"""JSON texts: plain data, and the lines where its parts stand."""

from __future__ import annotations

import bisect
import functools
import json
import re
from typing import Any

from qticonv.interchange.values import MAX_DEPTH, DocumentError, EachItem, LineOf, Path, to_number
from qticonv.patterns import lazy

_BLANKS = " \t\r\n"
_SPACE = lazy(rf"[{_BLANKS}]*")


def read_json(text: str, each_item: EachItem | None = None) -> tuple[Any, LineOf]:
    """Return the data and what finds the line of a path; :class:`json.JSONDecodeError` where it is no JSON at all."""
    line_of = _JsonMarks(text).line_of
    try:
        if each_item is None or not text.lstrip(_BLANKS).startswith("{"):
            return json.loads(text, **_DECODING), line_of
        return _Walker(text, each_item, line_of).read(), line_of
    except RecursionError:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels") from None
    except _DuplicateError as error:
        line = error.line_in(text)
        raise DocumentError(f"the property {error.name!r} stands twice in one object", line) from None


class _Walker:
    """Reads an object property by property, and its ``items`` one by one, so that they never stand side by side."""

    def __init__(self, text: str, each_item: EachItem, line_of: LineOf) -> None:
        self._text, self._each_item, self._line_of = text, each_item, line_of
        self._value = json.JSONDecoder(**_DECODING).raw_decode

    def read(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        place = _skip(self._text, _skip(self._text, 0) + 1)
        while not self._at(place, "}") or data:
            if not self._at(place, '"'):
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self._text, place)
            start = place
            name, place = self._value(self._text, place)
            place = self._expect(place, ":")
            if name in data:
                raise DocumentError(f"the property {name!r} stands twice in one object", self._line(start))
            is_items = name == "items" and self._at(place, "[")
            data[name], place = self._items(place) if is_items else self._value(self._text, place)
            place = _skip(self._text, place)
            if self._at(place, "}"):
                break
            place = self._expect(place, ",")
        if _skip(self._text, place + 1) != len(self._text):
            raise json.JSONDecodeError("Extra data", self._text, place + 1)
        return data

    def _items(self, place: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        place = _skip(self._text, place + 1)
        while not self._at(place, "]") or items:
            value, place = self._value(self._text, place)
            items.append(self._each_item(len(items), value, self._line_of))
            place = _skip(self._text, place)
            if self._at(place, "]"):
                break
            place = self._expect(place, ",")
        return items, place + 1

    def _at(self, place: int, sign: str) -> bool:
        return self._text.startswith(sign, place)

    def _expect(self, place: int, sign: str) -> int:
        place = _skip(self._text, place)
        if not self._at(place, sign):
            raise json.JSONDecodeError(f"Expecting {sign!r} delimiter", self._text, place)
        return _skip(self._text, place + 1)

    def _line(self, place: int) -> int:
        return self._text.count("\n", 0, place) + 1


def _skip(text: str, place: int) -> int:
    """Return the place of the first character from ``place`` on that is not blank."""
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _refuse_constant(name: str) -> Any:
    raise DocumentError(f"{name} is not a JSON number")


class _DuplicateError(Exception):
    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        self.name = next(name for index, name in enumerate(names) if name in names[:index])

    def line_in(self, text: str) -> int | None:
        """The line of the repetition where the name is repeated nowhere else."""
        places = [match.start() for match in re.finditer(re.escape(json.dumps(self.name)) + r"\s*:", text)]
        return text.count("\n", 0, places[1]) + 1 if len(places) == 2 else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise _DuplicateError(pairs)
    return data


_DECODING: dict[str, Any] = {
    "parse_float": to_number,
    "parse_int": to_number,
    "parse_constant": _refuse_constant,
    "object_pairs_hook": _unique,
}


class _JsonMarks:
    """Finds the line of a path in a JSON text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._value_end = json.JSONDecoder().raw_decode
        self._children = functools.cache(self._find_children)
        self._breaks = functools.cache(lambda: [match.start() for match in re.finditer("\n", text)])

    def line_of(self, path: Path) -> int | None:
        try:
            return bisect.bisect_left(self._breaks(), self._place_of(path)) + 1
        except (ValueError, IndexError):  # wrong further down, which is reported instead of this
            return None

    def _place_of(self, path: Path) -> int:
        place = _skip(self.text, 0)
        for step in path:
            children = self._children(place)
            if step not in children:
                break
            place = children[step]
        return place

    def _find_children(self, place: int) -> dict[str | int, int]:
        if self.text[place] not in "{[":
            return {}
        named = self.text[place] == "{"
        children: dict[str | int, int] = {}
        place = _skip(self.text, place + 1)
        while self.text[place] not in "}]":
            name: str | int = len(children)
            if named:
                name, place = self._value_end(self.text, place)
                place = _skip(self.text, _skip(self.text, place) + 1)
            children[name] = place
            place = _skip(self.text, self._value_end(self.text, place)[1])
            place = _skip(self.text, place + 1) if self.text[place] == "," else place
        return children
