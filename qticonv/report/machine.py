"""Diagnostics for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from qticonv.diagnostics import Diagnostic, SourceSpan


def as_record(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as the report's record: every property is there, ``null`` where it does not apply."""
    return {
        "code": diagnostic.code.slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "item": diagnostic.item,
        "span": _span(diagnostic.span),
        "target": diagnostic.target,
        "effect": diagnostic.effect.value if diagnostic.effect else None,
    }


def _span(span: SourceSpan | None) -> dict[str, Any] | None:
    if span is None:
        return None
    place = {"source": span.source, "start_line": span.start_line, "end_line": span.end_line}
    if span.start is not None:
        place |= {"start": span.start, "end": span.end}
    return place


def to_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the report that ``--report FILE`` writes: a JSON list of records."""
    records = [as_record(diagnostic) for diagnostic in diagnostics]
    # A lone surrogate in a message cannot be encoded as UTF-8; escaping all non-ASCII keeps every report writable.
    return json.dumps(records, ensure_ascii=True, indent=1) + "\n"
