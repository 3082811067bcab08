"""Where a finding stands in the file that was checked."""

from __future__ import annotations

from qticonv.diagnostics import Diagnostic, SourceSpan


def place_in(name: str, found: Diagnostic) -> SourceSpan | None:
    """Return the finding's place if it lies in the file ``name`` itself; lines of a member of a zip are not lines."""
    return found.span if found.span is not None and found.span.source == name else None


def identity(name: str, found: Diagnostic) -> tuple[str, str, str, str]:
    """Return by what a finding of the file ``name`` is known in another run: not by its line, which moves."""
    return (found.code.slug, name, found.item or "", found.message)
