"""What a check finds, before it becomes a diagnostic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from qticonv.diagnostics import Code, Diagnostic, Severity, SourceSpan, diagnose


@dataclass(frozen=True, slots=True)
class Finding:
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
