"""HTML by construction: :func:`tag` escapes every child that is not :class:`Html`; nothing else in the page escapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape as _escape

VOID = frozenset({"br", "hr", "img", "input", "meta"})
# Control characters would be dropped by the browser, or are not allowed in UTF-8: show that something was there.
_CONTROL = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"}
_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CODE = re.compile("`([^`]+)`")
_TAG = re.compile(r"(<[^<>]*>)")

Attribute = str | int | bool | None


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Return ``text`` as HTML that shows it, safe in an element and in a quoted attribute."""
    if isinstance(text, Html):
        return text
    clean = text if text.isprintable() else _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").translate(_CONTROL))
    return Html(_escape(clean, quote=True))


def tag(name: str, /, *children: str | None, **attributes: Attribute) -> Html:
    """Return an element.

    ``class_`` is written ``class`` and ``data_kind`` ``data-kind``; ``True`` stands for an attribute without a value,
    ``None`` and ``False`` for its absence. Children that are ``None`` or empty are left out.
    """
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        parts.append(f" {label}" if value is True else f' {label}="{escape(str(value))}"')
    parts.append(">")
    if name not in VOID:
        parts.extend(escape(child) for child in children if child)
        parts.append(f"</{name}>")
    return Html("".join(parts))


def join(parts: Iterable[str | None], separator: str = "") -> Html:
    """Return the parts one after the other; those that are ``None`` or empty are left out."""
    return Html(escape(separator).join(escape(part) for part in parts if part))


def in_text(html: Html, change: Callable[[str], str]) -> Html:
    """Return ``html`` with ``change`` applied to what stands between the tags (as HTML, not inside tags)."""
    return Html("".join(part if part.startswith("<") else change(part) for part in _TAG.split(html)))


def prose(text: str) -> Html:
    """Return a message as HTML; what stands between backticks becomes code."""
    pieces = _CODE.split(text)
    return join(tag("code", piece) if at % 2 else piece for at, piece in enumerate(pieces))


def hidden(text: str) -> Html:
    """Return ``text`` for screen readers only."""
    return tag("span", text, class_="visually-hidden")
