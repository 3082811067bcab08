"""Going through the texts of an item, whatever its interaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from qticonv.model.text import Text

T = TypeVar("T")


def texts(part: object) -> Iterator[Text]:
    """Yield the texts in ``part`` (an item, an interaction, feedback, a tuple of such) in the order of its fields."""
    if isinstance(part, Text):
        yield part
    elif isinstance(part, tuple):
        for member in part:
            yield from texts(member)
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts(getattr(part, field.name))


def strings(part: object) -> Iterator[str]:
    """Yield every string in ``part``: texts, accepted answers, names."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for member in part:
            yield from strings(member)
    elif is_dataclass(part):
        for field in fields(part):
            yield from strings(getattr(part, field.name))


def map_texts(part: T, change: Callable[[Text], Text]) -> T:
    """Return ``part`` with ``change`` applied to every text in it; ``part`` itself where nothing changes."""
    return _mapped(part, change)  # type: ignore[no-any-return]


def _mapped(part: Any, change: Callable[[Text], Text]) -> Any:
    if isinstance(part, Text):
        return change(part)
    if isinstance(part, tuple):
        members = tuple(_mapped(member, change) for member in part)
        return part if all(new is old for new, old in zip(members, part, strict=True)) else members
    if not is_dataclass(part) or isinstance(part, type):
        return part
    old = {field.name: getattr(part, field.name) for field in fields(part)}
    new = {name: _mapped(value, change) for name, value in old.items()}
    changed = {name: value for name, value in new.items() if value is not old[name]}
    return replace(part, **changed) if changed else part
