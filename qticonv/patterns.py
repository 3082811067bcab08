"""Regular expressions that are compiled when they are first used: most runs need few of them, and compiling is slow."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")


class _Late:
    """Stands for a compiled pattern. Once compiled, its methods are attributes of the instance: no detour is left."""

    def __init__(self, source: str | Callable[[], str], flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # asked by copy, pickle and the like
            raise AttributeError(name)
        compiled = re.compile(self._source if isinstance(self._source, str) else self._source(), self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(source: str | Callable[[], str], flags: int = 0) -> re.Pattern[str]:
    """Return what behaves like ``re.compile(source, flags)``; ``source`` may be a function that returns it."""
    return cast(re.Pattern[str], _Late(source, flags))
