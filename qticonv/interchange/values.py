"""What JSON and YAML texts have in common: paths, numbers, limits, and the error that both raise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from qticonv.patterns import lazy

Path = tuple[str | int, ...]
LineOf = Callable[[Path], int | None]  # the line of a path, from 1
# What is made of each element of the top-level list ``items`` as soon as it is read: index, data -> what stands for it.
EachItem = Callable[[int, Any, LineOf], Any]

MAX_DEPTH = 60  # levels of lists and mappings within one another

NUMBER = lazy(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INTEGER = lazy(r"-?(?:0|[1-9][0-9]*)")
_SAFE_DIGITS = 15  # every integer of so many digits has an exact double
_MOST_DIGITS = 100  # of a number that is looked at at all; the schemas refuse longer ones


class DocumentError(Exception):
    """The text is not a document that is read; ``line`` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


def format_path(path: Path) -> str:
    """Return a JSON path such as ``$.items[3].interaction.choices[1].is_key``."""
    return "$" + "".join(_format_step(step) for step in path)


def _format_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if re.fullmatch(r"[A-Za-z_][\w-]*", step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def to_number(text: str) -> int | float | str:
    """Return the JSON number ``text``, or an equal decimal string where neither int nor double is exact."""
    if len(text) <= _SAFE_DIGITS and _INTEGER.fullmatch(text):
        return int(text)
    if len(text) > _MOST_DIGITS:
        return text
    try:
        value, nearest = Decimal(text), float(text)
    except InvalidOperation:  # an exponent beyond all bounds
        return text
    if Decimal(repr(nearest)) != value:
        return text
    return int(nearest) if nearest.is_integer() and abs(nearest) < 10**_SAFE_DIGITS else nearest
