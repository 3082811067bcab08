"""The same findings weigh differently at each destination."""

from __future__ import annotations

import pytest

from qticonv.conformance.destinations import DESTINATIONS, judge
from qticonv.diagnostics import Code, Severity, diagnose
from qticonv.formats import FORMATS


def test_destinations_name_formats_that_are_checked_and_written() -> None:
    checked = {entry.name for entry in FORMATS if entry.check}
    written = {entry.name for entry in FORMATS if entry.write}
    for destination in DESTINATIONS.values():
        assert destination.formats <= checked
        assert destination.target in destination.formats & written


@pytest.mark.parametrize(
    ("destination", "code", "given", "severity"),
    [
        ("canvas", Code.QTI_CANVAS, Severity.NOTE, Severity.WARNING),
        ("canvas", Code.QTI_CANVAS, Severity.ERROR, Severity.ERROR),
        ("canvas", Code.QTI_PORTABILITY, Severity.WARNING, Severity.NOTE),
        ("canvas", Code.QTI_KEY, Severity.ERROR, Severity.ERROR),
        ("canvas", Code.QTI_STRUCTURE, Severity.ERROR, Severity.ERROR),
        ("qti", Code.QTI_CANVAS, Severity.WARNING, Severity.NOTE),
        ("qti", Code.QTI_PORTABILITY, Severity.WARNING, Severity.WARNING),
        ("moodle", Code.MOODLE_VERSION, Severity.NOTE, Severity.NOTE),
    ],
)
def test_weights(destination: str, code: Code, given: Severity, severity: Severity) -> None:
    (found,) = judge([diagnose(code, "a finding", severity=given)], DESTINATIONS[destination])
    assert found.severity is severity
