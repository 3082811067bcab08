"""Going through the texts of an item, whatever its interaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from qticonv.model.interactions import Choice
from qticonv.model.text import Text

T = TypeVar("T")


def texts(part: object) -> list[Text]:
    """Return the texts in ``part`` (an item, an interaction, feedback, a tuple of such) in the order of its fields."""
    found: list[Text] = []
    _collect_texts(part, found)
    return found


def _collect_texts(part: object, found: list[Text]) -> None:
    if isinstance(part, Text):
        found.append(part)
    elif isinstance(part, tuple):
        for member in part:
            if type(member) is Choice:  # most are
                found += (member.content,) if member.feedback is None else (member.content, member.feedback)
            else:
                _collect_texts(member, found)
    else:
        for name in _HOLDERS[type(part)]:
            value = getattr(part, name)
            if type(value) is Text:  # most are: this saves a call
                found.append(value)
            elif value is not None:
                _collect_texts(value, found)


def strings(part: object) -> list[str]:
    """Return every string in ``part``: texts, accepted answers, names."""
    found: list[str] = []
    _collect_strings(part, found)
    return found


def _collect_strings(part: object, found: list[str]) -> None:
    if isinstance(part, str):
        found.append(part)
    elif isinstance(part, tuple):
        for member in part:
            _collect_strings(member, found)
    else:
        for name in _STRING_HOLDERS[type(part)]:
            value = getattr(part, name)
            if type(value) is str:
                found.append(value)
            elif value is not None:
                _collect_strings(value, found)


class _Fields(dict[type, tuple[str, ...]]):
    """The names of the fields of a class whose annotation has one of some words; found once a class."""

    def __init__(self, *words: str) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, kind: type) -> tuple[str, ...]:
        annotations = kind.__annotations__ if issubclass(kind, Struct) else {}
        names = tuple(name for name, kinds in annotations.items() if any(word in kinds for word in self._words))
        self[kind] = names
        return names


# Walking an item passes by all fields but these.
_HOLDERS = _Fields("Text", "Choice", "Answer", "Pair", "Gap", "Feedback", "Interaction")
_STRING_HOLDERS = _Fields("Text", "Choice", "Answer", "Pair", "Gap", "Feedback", "Interaction", "str")


def map_texts(part: T, change: Callable[[Text], Text]) -> T:
    """Return ``part`` with ``change`` applied to every text in it; ``part`` itself where nothing changes."""
    return _mapped(part, change)  # type: ignore[no-any-return]


def _mapped(part: Any, change: Callable[[Text], Text]) -> Any:
    if isinstance(part, Text):
        return change(part)
    if isinstance(part, tuple):
        members = tuple(_mapped(member, change) for member in part)
        return part if all(new is old for new, old in zip(members, part, strict=True)) else members
    old = {name: getattr(part, name) for name in _HOLDERS[type(part)]}
    new = {name: _mapped(value, change) for name, value in old.items()}
    changed = {name: value for name, value in new.items() if value is not old[name]}
    return replace(part, **changed) if changed else part
