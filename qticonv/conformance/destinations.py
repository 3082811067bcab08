"""Where a file is meant to go, and which findings matter there (``qticonv check --for``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, Severity, SourceSpan, diagnose


class Destination(Struct, frozen=True, kw_only=True, gc=False):
    """A program that imports files.

    ``formats`` are those that it imports; ``target`` is the one that a bank is converted to for it. ``indifferent`` are
    findings that change nothing there: it may not be in doubt, because a bad file would pass. ``decisive`` are findings
    that are notes elsewhere and have their full severity here.
    """

    label: str
    formats: frozenset[str]
    target: str
    indifferent: frozenset[Code] = frozenset()
    decisive: frozenset[Code] = frozenset()


DESTINATIONS: Mapping[str, Destination] = {
    "moodle": Destination(label="Moodle", formats=frozenset({"moodle", "gift"}), target="moodle"),
    # Canvas reads no response processing: what other programs do with it, and whether a rule shows a feedback, is
    # nothing to it (qti_exporter, assessment_item_converter.rb).
    "canvas": Destination(
        label="Canvas",
        formats=frozenset({"canvas", "qti21"}),
        target="canvas",
        indifferent=frozenset({Code.QTI_PORTABILITY, Code.QTI_FEEDBACK}),
        decisive=frozenset({Code.QTI_CANVAS}),
    ),
    "qti": Destination(
        label="QTI 2.1 programs",
        formats=frozenset({"qti21"}),
        target="qti21",
        indifferent=frozenset({Code.QTI_CANVAS}),
    ),
}


def judge(found: Iterable[Diagnostic], destination: Destination) -> tuple[Diagnostic, ...]:
    """Return ``found`` with the severities that count at ``destination``."""
    return tuple(_weigh(diagnostic, destination) for diagnostic in found)


def _weigh(found: Diagnostic, destination: Destination) -> Diagnostic:
    if found.code in destination.indifferent:
        return as_note(found)
    if found.code in destination.decisive:
        return replace(found, severity=min(found.severity, found.code.severity, key=lambda severity: severity.rank))
    return found


def as_note(found: Diagnostic) -> Diagnostic:
    """Return a finding that makes no difference."""
    return replace(found, severity=Severity.NOTE, effect=None)


def refusal(source: str, label: str, destination: Destination) -> Diagnostic:
    """Return the one finding that matters of a file whose format, called ``label``, the destination does not import."""
    imports = ", ".join(sorted(destination.formats))
    return diagnose(
        Code.DESTINATION_REFUSES,
        f"no file of this format can be imported by {destination.label}: {label}",
        hint=f"formats that can: {imports}",
        span=SourceSpan(source, 1, 1),
    )
