"""Where a finding stands in the file that was checked, and by what it is known."""

from __future__ import annotations

from qticonv.diagnostics import Diagnostic, SourceSpan


def place_in(name: str, found: Diagnostic) -> SourceSpan | None:
    """Return the finding's place if it lies in the file ``name`` itself; lines of a member of a zip are not lines."""
    return found.span if found.span is not None and not _member(name, found) else None


def message_in(name: str, found: Diagnostic) -> str:
    """Return the message, with the place in a member of the package ``name`` where it stands in one."""
    member = _member(name, found)
    line = found.span.start_line if found.span is not None else 1
    return f"{member}:{line}: {found.message}" if member else found.message


def identity(name: str, found: Diagnostic) -> tuple[str, str, str, str]:
    """Return by what a finding of the file ``name`` is known in another run: not by its line, which moves."""
    member = _member(name, found)
    return (found.code.slug, name, found.item or "", f"{member}: {found.message}" if member else found.message)


def _member(name: str, found: Diagnostic) -> str:
    """The path of the file in the package; empty where the finding is about ``name`` itself."""
    source = found.span.source if found.span is not None else name
    return "" if source == name else source.removeprefix(f"{name}/")
