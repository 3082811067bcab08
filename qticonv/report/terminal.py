"""Diagnostics for people at a terminal or in a log: ``file:line: severity[code]: message``, the source line, a hint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from qticonv.diagnostics import Diagnostic, Effect, Severity, SourceSpan

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.NOTE: "36"}
_EXCERPT = 100
_FEW = 3


class Style(Struct, frozen=True, gc=False):
    """How to render: with colour or without; ``lines`` are the lines of every source by its name."""

    colour: bool
    lines: Mapping[str, Sequence[str]]

    def paint(self, text: str, colour: str) -> str:
        """Return ``text`` in an ANSI colour, or as it is."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colour else text


def printable(text: str) -> str:
    """Return ``text`` on one line without control characters, so that no input can steer the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char in "\t\n\r" else "\ufffd" for char in text)


def render(diagnostics: Iterable[Diagnostic], style: Style) -> list[str]:
    """Return the lines to print, worst first within a source; what a target does to many items alike is one entry."""
    return [line for group in _group(diagnostics) for line in _render_group(group, style)]


def _group(diagnostics: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    """Put what is said alike of many items together, in the order of first mention."""
    groups: dict[tuple[object, ...], list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        key = (diagnostic.code, diagnostic.target, diagnostic.message, diagnostic.severity)
        groups.setdefault(key, []).append(diagnostic)
    return list(groups.values())


def _render_group(group: Sequence[Diagnostic], style: Style) -> list[str]:
    first = group[0]
    name = style.paint(f"{first.severity.value}[{first.code.slug}]", _COLOURS[first.severity])
    message = printable(first.message)
    if first.target:
        message = f"{first.target}: {message}"
    if len(group) > 1:
        message = f"{message} ({_places(group)})"
    out = [f"{_place(first.span)}{name}: {message}"]
    if len(group) == 1:
        out += _excerpt(first.span, style)
    if first.hint:
        out.append(f"  {style.paint('help', '32')}: {printable(first.hint)}")
    return out


def _places(group: Sequence[Diagnostic]) -> str:
    names = [_where(diagnostic) for diagnostic in group]
    # What is withheld is named one by one, however many there are: it is in no file.
    few = len(names) if group[0].effect is Effect.WITHHELD else _FEW
    more = f" and {len(names) - few} more" if len(names) > few else ""
    return f"{len(names)} places: {', '.join(names[:few])}{more}"


def _where(diagnostic: Diagnostic) -> str:
    if diagnostic.span is None:
        return printable(diagnostic.item) if diagnostic.item else "the file"
    return _lines(diagnostic.span)


def _lines(span: SourceSpan) -> str:
    if span.end_line > span.start_line:
        return f"lines {span.start_line}-{span.end_line}"
    return f"line {span.start_line}"


def _place(span: SourceSpan | None) -> str:
    if span is None:
        return ""
    lines = str(span.start_line) if span.end_line <= span.start_line else f"{span.start_line}-{span.end_line}"
    column = f":{span.start + 1}" if span.start is not None else ""
    return f"{printable(span.source)}:{lines}{column}: "


def _excerpt(span: SourceSpan | None, style: Style) -> list[str]:
    """The first source line of ``span`` with a marker below the columns, cut to a window that fits the screen."""
    if span is None:
        return []
    lines = style.lines.get(span.source, ())
    if not 1 <= span.start_line <= len(lines):
        return []
    line = lines[span.start_line - 1]
    start = span.start or 0
    offset = max(0, start - _EXCERPT // 3) if len(line) > _EXCERPT else 0
    shown = printable(line[offset : offset + _EXCERPT])
    shown = f"{'…' if offset else ''}{shown}{'…' if len(line) > offset + _EXCERPT else ''}"
    margin = f"{span.start_line:>6} | "
    out = [f"{margin}{shown}"]
    if span.start is not None and span.end is not None:
        width = max(1, min(span.end, offset + _EXCERPT) - start)
        out.append(f"{' ' * 6} | {' ' * (start - offset + bool(offset))}{style.paint('^' * width, '32')}")
    return out
