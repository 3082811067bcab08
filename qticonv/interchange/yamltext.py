"""YAML texts with JSON's scalar rules: plain data, the lines where its parts stand, and the way back."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import yaml

from qticonv.interchange.values import MAX_DEPTH, NUMBER, DocumentError, Path, to_number

# How much larger than its text a document may grow by aliases.
MAX_ALIASED_PARTS = 100_000

_TAG = "tag:yaml.org,2002:"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "": None}


def read_yaml(text: str) -> tuple[Any, Callable[[Path], int | None]]:
    """Return the data and what finds the line of a path."""
    try:
        data = _Builder(text).build()
    except yaml.YAMLError as error:
        raise _yaml_error(error) from None
    return data, _YamlMarks(text).line_of


def _yaml_error(error: yaml.YAMLError) -> DocumentError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    if "mapping values are not allowed" in problem:
        problem += " (put quotes around a text that holds a colon and a blank)"
    return DocumentError(f"not valid YAML: {problem}", mark.line + 1 if mark else None)


class _Builder:
    """Builds plain data from YAML's events, which are dropped one by one: a tree of nodes would be ten times as large.

    An alias gives the same object again; how large the document grows by that is limited, and an alias cannot stand
    inside of what it names.
    """

    def __init__(self, text: str) -> None:
        self._next = _Loader(text).get_event
        self._named: dict[str, tuple[Any, int]] = {}  # anchor -> data, number of parts
        self._count, self._aliased = 0, 0

    def build(self) -> Any:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise DocumentError("empty")
        data = self._part(self._next(), 0)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise DocumentError("not valid YAML: a second document begins", _line(after))
        return data

    def _part(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        before = self._count
        self._count += 1
        if isinstance(event, yaml.ScalarEvent):
            data = _scalar(event)
        elif depth > MAX_DEPTH:
            raise DocumentError(f"nested deeper than {MAX_DEPTH} levels", _line(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            data = self._sequence(event, depth + 1)
        else:
            data = self._mapping(event, depth + 1)
        if event.anchor is not None:
            self._named[event.anchor] = data, self._count - before
        return data

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._named:
            raise DocumentError(f"the alias *{event.anchor} names nothing that is complete", _line(event))
        data, size = self._named[event.anchor]
        self._count += size
        self._aliased += size
        if self._aliased > MAX_ALIASED_PARTS:
            raise DocumentError("aliases make the document too large", _line(event))
        return data

    def _sequence(self, start: Any, depth: int) -> list[Any]:
        _expect_tag(start, "seq")
        data = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            data.append(self._part(event, depth))
        return data

    def _mapping(self, start: Any, depth: int) -> dict[str, Any]:
        _expect_tag(start, "map")
        data: dict[str, Any] = {}
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                raise DocumentError("a property's name must be text", _line(key))
            if key.value in data:
                raise DocumentError(f"the property {key.value!r} stands twice in one object", _line(key))
            data[key.value] = self._part(self._next(), depth)
        return data


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.tag is None or event.tag == "!":
        if not event.implicit[0]:  # quoted
            return text
        if text in _WORDS:
            return _WORDS[text]
        return to_number(text) if text[0] in "-0123456789" and NUMBER.fullmatch(text) else text
    match event.tag.removeprefix(_TAG):
        case "str":
            return text
        case "float" | "int" if NUMBER.fullmatch(text):
            return to_number(text)
        case "bool" | "null" if text in _WORDS:
            return _WORDS[text]
        case _:
            raise DocumentError(f"the tag {event.tag} is not read here", _line(event))


def _expect_tag(event: Any, name: str) -> None:
    if event.tag not in (None, "!", _TAG + name):
        raise DocumentError(f"the tag {event.tag} is not read here", _line(event))


def _line(part: Any) -> int:
    return int(part.start_mark.line) + 1


class _YamlMarks:
    """Finds the line of a path in a YAML text that is known to be valid, by a tree that is made when it is needed."""

    def __init__(self, text: str) -> None:
        self._root = functools.cache(lambda: yaml.compose(text, Loader=_Loader))

    def line_of(self, path: Path) -> int | None:
        node: Any = self._root()
        line = _line(node)
        for step in path:
            if isinstance(node, yaml.MappingNode) and isinstance(step, str):
                pair = next(((key, value) for key, value in node.value if key.value == step), None)
                if pair is None:
                    break
                line, node = _line(pair[0]), pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = _line(node)
            else:
                break
        return line


# --- writing


def _represent_text(dumper: Any, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    node: yaml.ScalarNode = dumper.represent_scalar(f"{_TAG}str", value, style=style)
    return node


_Dumper: Any = type(
    "_Dumper",
    (getattr(yaml, "CSafeDumper", yaml.SafeDumper),),
    {"ignore_aliases": lambda self, data: True},
)
_Dumper.add_representer(str, _represent_text)
# Quote what only JSON takes for a number ("1e3"), besides what YAML 1.1 would read as something else than text.
_Dumper.add_implicit_resolver(f"{_TAG}float", re.compile(rf"^{NUMBER.pattern}$"), list("-0123456789"))


def to_yaml(data: Any) -> str:
    """Return ``data`` as YAML that any YAML reader understands: block style, literal blocks for several lines."""
    dumped: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return dumped
