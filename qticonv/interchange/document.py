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
MAX_ALIASED_NODES = 100_000

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

_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {"yaml_implicit_resolvers": {}})
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:null|)$"), ["n", ""])
_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(f"{_TAG}float", re.compile(rf"^{_NUMBER.pattern}$"), list("-0123456789"))


def _parse_yaml(text: str) -> Document:
    try:
        root = _compose(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise DocumentError(f"not valid YAML: {problem}", mark.line + 1 if mark else None) from None
    except RecursionError:
        raise DocumentError(f"nested deeper than {MAX_DEPTH} levels") from None
    if root is None:
        raise DocumentError("empty")
    data = _Builder().build(root)
    line_of = functools.partial(_yaml_line, root)
    _check(data, line_of)
    return Document(data, line_of)


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


class _Builder:
    """Builds plain data from nodes; aliases are copied, within a limit."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._aliased = 0

    def build(self, node: yaml.Node, depth: int = 0) -> Any:
        if depth > MAX_DEPTH:
            raise DocumentError(f"nested deeper than {MAX_DEPTH} levels (or an alias that holds itself)", _line(node))
        if id(node) in self._seen:
            self._aliased += 1
            if self._aliased > MAX_ALIASED_NODES:
                raise DocumentError("aliases make the document too large", _line(node))
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            _expect_tag(node, "seq")
            return [self.build(child, depth + 1) for child in node.value]
        _expect_tag(node, "map")
        return self._mapping(node, depth)

    def _mapping(self, node: yaml.Node, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise DocumentError("a property's name must be text", _line(key))
            if key.value in data:
                raise DocumentError(f"the property {key.value!r} stands twice in one object", _line(key))
            data[key.value] = self.build(value, depth + 1)
        return data


def _scalar(node: yaml.ScalarNode) -> Any:
    match node.tag.removeprefix(_TAG):
        case "str":
            return node.value
        case "float" | "int" if _NUMBER.fullmatch(node.value):
            return to_number(node.value)
        case "bool" if node.value in ("true", "false"):
            return node.value == "true"
        case "null" if node.value in ("null", ""):
            return None
        case _:
            raise DocumentError(f"the tag {node.tag} is not read here", _line(node))


def _expect_tag(node: yaml.Node, name: str) -> None:
    if node.tag != _TAG + name:
        raise DocumentError(f"the tag {node.tag} is not read", _line(node))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _yaml_line(node: yaml.Node, path: Path) -> int:
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
