"""Identifiers and file names inside a package."""

from __future__ import annotations

import hashlib

from qticonv.patterns import lazy

# An NCName without a period: periods separate variables from item references in a test (QTI 2.1, 4.1.1).
_SAFE = lazy(r"[A-Za-z_][A-Za-z0-9_-]{0,59}")
_UNSAFE = lazy(r"[^A-Za-z0-9_-]+")
_LANGUAGE = lazy(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def identifier(name: str) -> str:
    """Return ``name`` if it may stand as an identifier everywhere in a package, else a safe one made from it.

    >>> identifier("q-3f9a52c1e0b7")
    'q-3f9a52c1e0b7'
    """
    if _SAFE.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"q-{_UNSAFE.sub('-', name)[:40].strip('-')}-{digest}"


def language(tag: str | None) -> str | None:
    """Return ``tag`` if it is a language tag (xs:language), else None."""
    return tag if tag and _LANGUAGE.fullmatch(tag) else None


class Unique:
    """Hands out names; one that was given before (whatever its case) gets a number."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def __call__(self, name: str) -> str:
        """Return ``name``, or ``name-2`` and so on if it was given before."""
        candidate, count = name, 1
        while candidate.casefold() in self._given:
            count += 1
            candidate = f"{name}-{count}"
        self._given.add(candidate.casefold())
        return candidate
