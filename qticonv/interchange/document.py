"""JSON and YAML texts as the same plain data, and the lines where its parts stand.

YAML is read with JSON's scalar rules: ``yes``, ``2024-01-01`` and ``1:30`` are strings. What could make a reader work
without end or read something else than was meant is refused: repeated properties, tags, aliases that grow, values
that are not JSON (NaN), depth beyond :data:`MAX_DEPTH`. A number that no double holds exactly becomes the equal
decimal string, so that nothing is rounded.
"""

from __future__ import annotations

import bisect
import codecs
import contextlib
import functools
import gc
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

Path = tuple[str | int, ...]

MAX_BYTES = 512 * 1024 * 1024
MAX_DEPTH = 60
# How much larger than its text a document may grow by aliases.
MAX_ALIASED_PARTS = 100_000

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SAFE_DIGITS = 15  # every integer of so many digits has an exact double
_TAG = "tag:yaml.org,2002:"


class DocumentError(Exception):
    """The text is not a document that is read; ``line`` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data (dictionaries, lists, strings, numbers, truth values, None) and where its parts stand."""

    data: Any
    line_of: Callable[[Path], int | None]


def parse(content: bytes) -> Document:
    """Read JSON or YAML; raise :class:`DocumentError` if it is neither."""
    with collector_paused():
        return _parse(_decode(content))


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Do without the cycle collector while a million objects without cycles are made: that halves the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _parse(text: str) -> Document:
    if not text.lstrip().startswith(("{", "[")):
        return _parse_yaml(text)
    try:
        return _parse_json(text)
    except json.JSONDecodeError as error:
        try:  # YAML's flow style begins like JSON
            return _parse_yaml(text)
        except DocumentError:
            raise DocumentError(f"not valid JSON: {error.msg}", error.lineno) from None


def format_path(path: Path) -> str:
    """Return a JSON path such as ``$.items[3].interaction.choices[1].is_key``."""
    return "$" + "".join(_format_step(step) for step in path)


def _format_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch(r"[A-Za-z_][\w-]*", step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise DocumentError(f"larger than {MAX_BYTES // 1024 // 1024} MiB")
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DocumentError("not UTF-8; save the file with that encoding", line) from None


# --- numbers


def to_number(text: str) -> int | float | str:
    """Return the JSON number ``text``, or an equal decimal string where neither int nor double is exact."""
    if len(text) <= _SAFE_DIGITS and _INTEGER.fullmatch(text):
        return int(text)
    value, nearest = Decimal(text), float(text)
    if Decimal(repr(nearest)) != value:
        return text
    return int(nearest) if nearest.is_integer() and abs(nearest) < 10**_SAFE_DIGITS else nearest


# --- JSON


def _parse_json(text: str) -> Document:
    marks = _JsonMarks(text)
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
    _check(data, marks.line_of)
    return Document(data, marks.line_of)


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


# --- YAML

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "": None}


def _parse_yaml(text: str) -> Document:
    try:
        data = _Builder(text).build()
    except yaml.YAMLError as error:
        raise _yaml_error(error) from None
    line_of = _YamlMarks(text).line_of
    _check(data, line_of)
    return Document(data, line_of)


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
        return to_number(text) if text[0] in "-0123456789" and _NUMBER.fullmatch(text) else text
    match event.tag.removeprefix(_TAG):
        case "str":
            return text
        case "float" | "int" if _NUMBER.fullmatch(text):
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


# --- what both must keep to


def _check(data: Any, line_of: Callable[[Path], int | None]) -> None:
    """Raise if ``data`` is too deep or holds characters that no XML can hold."""
    level, suspicious = [data], False
    for _ in range(MAX_DEPTH + 1):
        if not level:
            break
        strings = "\n".join(value for value in level if type(value) is str)
        suspicious = suspicious or _FORBIDDEN.search(strings) is not None
        level = [child for value in level for child in _children(value)]
    if level:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels")
    for path, value in _strings(data, ()) if suspicious else ():
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
_Dumper.add_implicit_resolver(f"{_TAG}float", re.compile(rf"^{_NUMBER.pattern}$"), list("-0123456789"))


def to_yaml(data: Any) -> str:
    """Return ``data`` as YAML that any YAML reader understands: block style, literal blocks for several lines."""
    with collector_paused():
        dumped: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return dumped
