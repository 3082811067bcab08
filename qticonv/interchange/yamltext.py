"""YAML texts with JSON's scalar rules: plain data, the lines where its parts stand, and the way back."""

from __future__ import annotations

import functools
import io
import json
import re
from collections.abc import Callable
from typing import Any

import yaml
from msgspec import Struct, field

from qticonv.interchange.values import MAX_DEPTH, NUMBER, DocumentError, EachItem, LineOf, Path, to_number
from qticonv.patterns import lazy

# How much larger than its text a document may grow by aliases.
MAX_ALIASED_PARTS = 100_000

_WIDTH = 120  # columns after which long texts are folded
_TAG = "tag:yaml.org,2002:"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "": None}


def read_yaml(text: str, each_item: EachItem | None = None) -> tuple[Any, LineOf]:
    """Return the data and what finds the line of a path."""
    line_of = _YamlMarks(text).line_of
    try:
        return _Builder(text, each_item, line_of).build(), line_of
    except yaml.YAMLError as error:
        raise _yaml_error(error) from None


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

    def __init__(self, text: str, each_item: EachItem | None, line_of: LineOf) -> None:
        self._next = _Loader(text).get_event
        self._each_item, self._line_of = each_item, line_of
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
            each = self._each_item if depth == 1 and key.value == "items" else None
            value = self._next()
            data[key.value] = self._items(value, each) if each else self._part(value, depth)
        return data

    def _items(self, start: Any, each: EachItem) -> Any:
        """Read the list ``items`` of the document, handing on each of them as soon as it is complete."""
        if isinstance(start, yaml.AliasEvent) or start.anchor is not None:
            raise DocumentError("the list of items cannot have a name or be an alias", _line(start))
        if not isinstance(start, yaml.SequenceStartEvent):
            return self._part(start, 1)
        _expect_tag(start, "seq")
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(each(len(items), self._part(event, 2), self._line_of))
        return items


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
    """Finds the line of a path by a tree of the text, which is made when it is needed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = functools.cache(self._compose)

    def _compose(self) -> Any:
        try:
            return yaml.compose(self._text, Loader=_Loader)
        except (yaml.YAMLError, RecursionError):  # wrong further down, which is reported instead of this
            return None

    def line_of(self, path: Path) -> int | None:
        node: Any = self._root()
        if node is None:
            return None
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

_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
# First character -> what YAML 1.1 reads as something else than text, and what only JSON takes for a number ("1e3").
_OTHER_THAN_TEXT: dict[str, list[tuple[str, re.Pattern[str]]]] = {
    **yaml.SafeLoader.yaml_implicit_resolvers,
    **{
        char: [*yaml.SafeLoader.yaml_implicit_resolvers.get(char, ()), ("number", lazy(rf"{NUMBER.pattern}\Z"))]
        for char in "-0123456789"
    },
}
_BEYOND = lazy("[\U00010000-\U0010ffff]")
_BLOCK: dict[str, Any] = {"anchor": None, "tag": None, "implicit": True, "flow_style": False}


def to_yaml(data: Any) -> str:
    """Return ``data`` as YAML that any YAML reader understands: block style, literal blocks for several lines.

    The emitter's events are made here: building a tree of nodes first, as ``yaml.dump`` does, takes five times as long.
    """
    stand_ins = _stand_ins(json.dumps(data, ensure_ascii=False))
    out = io.StringIO()
    dumper = _Dumper(out, allow_unicode=True, width=_WIDTH)
    dumper.emit(yaml.StreamStartEvent())
    dumper.emit(yaml.DocumentStartEvent(explicit=False))
    _emit(_Emit(dumper.emit, str.maketrans(stand_ins)), data)
    dumper.emit(yaml.DocumentEndEvent(explicit=False))
    dumper.emit(yaml.StreamEndEvent())
    back = str.maketrans({other: char for char, other in stand_ins.items()})
    return out.getvalue().translate(back) if stand_ins else out.getvalue()


def _stand_ins(text: str) -> dict[str, str]:
    """Return a private character that ``text`` does not hold for each one beyond the basic plane (emoji).

    libyaml escapes those, and quotes the whole text for it; with stand-ins it stays as readable as any other.
    """
    beyond = sorted(set(_BEYOND.findall(text)))
    private = (chr(code) for code in range(0xE000, 0xF900)) if beyond else ()
    return dict(zip(beyond, (char for char in private if char not in text), strict=False))


class _Emit(Struct, frozen=True):
    """Where events go, what stands for characters in texts, and the events of property names, which come again."""

    event: Callable[[Any], None]
    stand_ins: dict[int, str]
    names: dict[str, yaml.ScalarEvent] = field(default_factory=dict)

    def name(self, name: str) -> None:
        """Emit the name of a property."""
        event = self.names.get(name)
        if event is None:
            event = self.names[name] = self._text(name, None)
        self.event(event)

    def text(self, text: str, style: str | None) -> None:
        """Emit a text; plain where no reader takes it for something else."""
        self.event(self._text(text, style))

    def _text(self, text: str, style: str | None) -> yaml.ScalarEvent:
        others = _OTHER_THAN_TEXT.get(text[:1])
        is_text = not (others and any(pattern.match(text) for _, pattern in others))
        shown = text.translate(self.stand_ins) if self.stand_ins else text
        return yaml.ScalarEvent(None, None, (is_text, True), shown, style=style)


def _emit(emit: _Emit, data: Any) -> None:
    if isinstance(data, dict):
        emit.event(_MAPPING)
        for name, value in data.items():
            emit.name(name) if isinstance(name, str) else emit.event(_plain_event(str(name)))
            _emit(emit, value)
        emit.event(_MAPPING_END)
    elif isinstance(data, list):
        emit.event(_SEQUENCE)
        for value in data:
            _emit(emit, value)
        emit.event(_SEQUENCE_END)
    elif isinstance(data, str):
        # A literal block with blank lines at its end is open: what follows it in the file would need a mark.
        is_literal = "\n" in data and "\n" in data.rstrip("\n") and not data.endswith("\n\n")
        emit.text(data, "|" if is_literal else None)
    elif isinstance(data, bool):
        emit.event(_TRUE if data else _FALSE)
    else:
        emit.event(_plain_event(_number(data) if isinstance(data, float) else json.dumps(data)))


def _plain_event(text: str) -> yaml.ScalarEvent:
    return yaml.ScalarEvent(None, None, (True, False), text)


_MAPPING, _MAPPING_END = yaml.MappingStartEvent(**_BLOCK), yaml.MappingEndEvent()
_SEQUENCE, _SEQUENCE_END = yaml.SequenceStartEvent(**_BLOCK), yaml.SequenceEndEvent()
_TRUE, _FALSE = _plain_event("true"), _plain_event("false")


def _number(value: float) -> str:
    """Return a float as YAML 1.1 reads it, which wants a point before an exponent."""
    text = repr(value)
    return text.replace("e", ".0e") if "." not in text else text
