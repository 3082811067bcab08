"""The layout file: how one kind of raw text marks questions, options, keys and feedback, in YAML or JSON.

The properties are those that the raw text reader knows; here they are only read, checked and written.
"""

from __future__ import annotations

from collections.abc import Mapping

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.interchange.document import DocumentError, format_path, parse, to_yaml
from qticonv.interchange.schema import violations
from qticonv.model import Source


def load(source: Source) -> tuple[Mapping[str, object] | None, tuple[Diagnostic, ...]]:
    """Read a layout file; return None with diagnostics where it does not have the right form."""
    try:
        document = parse(source.data)
    except DocumentError as error:
        return None, (_problem(error.message, source.name, error.line),)
    found = violations(document.data, "layout")
    if not found:
        return document.data, ()
    return None, tuple(
        _problem(f"{format_path(one.path)}: {one.message}", source.name, document.line_of(one.path)) for one in found
    )


def dump(layout: Mapping[str, object]) -> str:
    """Return a layout as YAML."""
    return to_yaml(dict(layout))


def _problem(message: str, source: str, line: int | None) -> Diagnostic:
    span = None if line is None else SourceSpan(source, line, line)
    return diagnose(Code.LAYOUT_INVALID, message, span=span)
