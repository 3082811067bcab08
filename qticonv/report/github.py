"""Workflow commands of GitHub Actions: each finding becomes an annotation of the file that was checked.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qticonv.diagnostics import Diagnostic, Severity
from qticonv.report.place import message_in, place_in
from qticonv.report.terminal import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def to_github(files: Iterable[tuple[str, Sequence[Diagnostic]]]) -> str:
    """Return a command a finding, one a line."""
    return "".join(f"{_command(name, found)}\n" for name, diagnostics in files for found in diagnostics)


def _command(name: str, found: Diagnostic) -> str:
    properties = {"file": name, "title": found.code.slug, **_lines(name, found)}
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    hint = f"\nhelp: {printable(found.hint)}" if found.hint else ""
    return f"::{_COMMANDS[found.severity]} {listed}::{_data(printable(message_in(name, found)) + hint)}"


def _lines(name: str, found: Diagnostic) -> dict[str, int]:
    span = place_in(name, found)
    if span is None:
        return {}
    lines = {"line": span.start_line, "endLine": max(span.start_line, span.end_line)}
    if span.start is not None and span.end is not None:
        lines |= {"col": span.start + 1, "endColumn": max(span.start + 1, span.end)}
    return lines


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
