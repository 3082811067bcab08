"""JSON texts: plain data, and the lines where its parts stand."""

from __future__ import annotations

import bisect
import functools
import json
import re
from collections.abc import Callable
from typing import Any

from qticonv.interchange.values import MAX_DEPTH, DocumentError, Path, to_number


def read_json(text: str) -> tuple[Any, Callable[[Path], int | None]]:
    """Return the data and what finds the line of a path; :class:`json.JSONDecodeError` where it is no JSON at all."""
    try:
        data = json.loads(
            text,
            parse_float=to_number,
            parse_int=to_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except RecursionError:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels") from None
    except _DuplicateError as error:
        line = error.line_in(text)
        raise DocumentError(f"the property {error.name!r} stands twice in one object", line) from None
    return data, _JsonMarks(text).line_of


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


class _JsonMarks:
    """Finds the line of a path in a JSON text that is known to be valid."""

    _SPACE = re.compile(r"[ \t\r\n]*")

    def __init__(self, text: str) -> None:
        self.text = text
        self._value_end = json.JSONDecoder().raw_decode
        self._children = functools.cache(self._find_children)
        self._breaks = functools.cache(lambda: [match.start() for match in re.finditer("\n", text)])

    def line_of(self, path: Path) -> int | None:
        place = self._skip(0)
        for step in path:
            children = self._children(place)
            if step not in children:
                break
            place = children[step]
        return bisect.bisect_left(self._breaks(), place) + 1

    def _find_children(self, place: int) -> dict[str | int, int]:
        if self.text[place] not in "{[":
            return {}
        named = self.text[place] == "{"
        children: dict[str | int, int] = {}
        place = self._skip(place + 1)
        while self.text[place] not in "}]":
            name: str | int = len(children)
            if named:
                name, place = self._value_end(self.text, place)
                place = self._skip(self._skip(place) + 1)
            children[name] = place
            place = self._skip(self._value_end(self.text, place)[1])
            place = self._skip(place + 1) if self.text[place] == "," else place
        return children

    def _skip(self, place: int) -> int:
        match = self._SPACE.match(self.text, place)
        return match.end() if match else place
