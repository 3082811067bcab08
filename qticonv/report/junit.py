"""JUnit XML, which CI systems show as test results: a test case a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from qticonv.diagnostics import Diagnostic, Severity
from qticonv.report.terminal import Style, printable, render


def to_junit(files: Iterable[tuple[str, Sequence[Diagnostic]]], *, suite: str, strict: bool) -> str:
    """Return a JUnit document; a file with errors is a failure, all else is its output. ``strict``: so are warnings."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    cases = [_case(name, diagnostics, suite, failing) for name, diagnostics in files]
    failures = sum("<failure" in case for case in cases)
    head = f'<testsuite name={quoteattr(suite)} tests="{len(cases)}" failures="{failures}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *cases, "</testsuite>", ""])


def _case(name: str, diagnostics: Sequence[Diagnostic], suite: str, failing: Collection[Severity]) -> str:
    errors = [found for found in diagnostics if found.severity in failing]
    others = [found for found in diagnostics if found.severity not in failing]
    inner = ""
    if errors:
        inner += f"<failure message={quoteattr(printable(errors[0].message))}>{_text(errors)}</failure>"
    if others:
        inner += f"<system-out>{_text(others)}</system-out>"
    return f"<testcase classname={quoteattr(suite)} name={quoteattr(printable(name))}>{inner}</testcase>"


def _text(diagnostics: Sequence[Diagnostic]) -> str:
    text = "\n".join(render(diagnostics, Style(colour=False, lines={})))
    return escape(text.encode("utf-8", "replace").decode("utf-8"))
