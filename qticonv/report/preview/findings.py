"""What was said about an item or a file: badges, diagnostics and what becomes of it in each target."""

from __future__ import annotations

from collections.abc import Sequence

from qticonv.diagnostics import Diagnostic, Effect, Severity, SourceSpan
from qticonv.report.preview.entry import Entry
from qticonv.report.preview.html import Html, join, prose, tag

SEVERITY_WORDS = {
    Severity.ERROR: ("bad", "✕", "Error"),
    Severity.WARNING: ("fair", "!", "Warning"),
    Severity.NOTE: ("plain", "i", "Note"),
}
_TARGET_WORDS = {
    Effect.WITHHELD: ("bad", "✕", "left out"),
    Effect.LOST: ("fair", "!", "loses"),
    Effect.ADAPTED: ("plain", "i", "adapts"),
}


def badge(words: tuple[str, str, str], more: str = "") -> Html:
    """Return a mark with its sign and its words; colour never stands alone."""
    style, sign, text = words
    return tag("span", tag("span", sign, class_="sign", aria_hidden="true"), text + more, class_=f"badge {style}")


def where(span: SourceSpan | None) -> str:
    """Return e.g. ``"lines 3–7"``."""
    if span is None:
        return ""
    if span.start_line == span.end_line:
        return f"line {span.start_line}"
    return f"lines {span.start_line}–{span.end_line}"


def findings(diagnostics: Sequence[Diagnostic], title: str = "Findings") -> Html | None:
    """Return diagnostics as a list: severity, message, code, lines and what to do."""
    if not diagnostics:
        return None
    return tag("div", tag("h4", title), tag("ul", *map(_finding, diagnostics), class_="findings"))


def _finding(finding: Diagnostic) -> Html:
    place = where(finding.span)
    code = tag("span", join((tag("code", finding.code.slug), place), ", "), class_="quiet")
    hint = prose(finding.hint or finding.code.value.remedy)
    return tag(
        "li", badge(SEVERITY_WORDS[finding.severity]), " ", tag("bdi", finding.message), " ", code, tag("p", hint)
    )


def targets(entry: Entry) -> Html | None:
    """Return for each target whether the item arrives complete, and else what is adapted or lost."""
    if not entry.losses:
        return None
    if entry.is_withheld:
        return tag("p", badge(_TARGET_WORDS[Effect.WITHHELD]), " of every file as it is", class_="quiet")
    complete = [target for target, found in entry.losses.items() if not found]
    whole = tag("li", badge(("good", "✓", "complete")), " ", ", ".join(complete)) if complete else None
    rows = (_target(target, found) for target, found in entry.losses.items() if found)
    return tag("div", tag("h4", "In each target"), tag("ul", whole, *rows, class_="targets"))


def _target(target: str, found: Sequence[Diagnostic]) -> Html:
    details = tag("ul", *(tag("li", _effect(finding), " ", finding.message) for finding in found))
    return tag("li", tag("strong", target), details)


def _effect(finding: Diagnostic) -> Html:
    return badge(_TARGET_WORDS[finding.effect or Effect.ADAPTED])
