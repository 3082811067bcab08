"""What a check finds, before it becomes a diagnostic."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree
from msgspec import Struct

from qticonv.diagnostics import Code, Diagnostic, Severity, SourceSpan, diagnose


class Finding(Struct, frozen=True, gc=False):
    """A defect. ``line`` counts from 1; ``target`` names the program that minds, if not all do."""

    code: Code
    message: str
    line: int = 1
    severity: Severity | None = None
    target: str = "qti21"

    def diagnostic(self, source: str, item: str | None) -> Diagnostic:
        """Return it as a diagnostic; ``source`` is the file, ``item`` the identifier of the item that it holds."""
        return diagnose(
            self.code,
            self.message,
            severity=self.severity,
            item=item,
            span=SourceSpan(source, self.line, self.line),
            target=self.target,
        )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return ``findings`` from the first line to the last."""
    return sorted(findings, key=lambda finding: finding.line)


def at(element: etree._Element) -> int:
    """Return the line of ``element``."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1
