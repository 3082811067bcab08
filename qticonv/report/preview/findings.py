"""What was said about an item or a file: badges, diagnostics and what becomes of it in each target."""

from __future__ import annotations

from collections.abc import Sequence

from qticonv.diagnostics import Diagnostic, Effect, Severity, SourceSpan
from qticonv.report.preview.entry import Entry
from qticonv.report.preview.html import Html, join, prose, tag
from qticonv.writers.capabilities import kind_of

SEVERITY_WORDS = {
    Severity.ERROR: ("bad", "✕", "Error"),
    Severity.WARNING: ("fair", "!", "Warning"),
    Severity.NOTE: ("plain", "i", "Note"),
}
_LEFT_OUT = ("bad", "✕", "left out")
_LOSES = ("fair", "!", "loses")
_COMPLETE = ("good", "✓", "complete")
_ADAPTED = ("plain", "i", "adapted")


def badge(words: tuple[str, str, str], more: str = "") -> Html:
    """Return a mark with its sign and its words; colour never stands alone."""
    style, sign, text = words
    return tag("span", tag("span", sign, class_="sign", aria_hidden="true"), text + more, class_=f"badge {style}")


def where(span: SourceSpan | None, source: str | None = None) -> str:
    """Return e.g. ``"quiz.txt, lines 3–7"``; without the name where that is ``source``."""
    if span is None:
        return ""
    several = span.end_line > span.start_line
    lines = f"lines {span.start_line}–{span.end_line}" if several else f"line {span.start_line}"
    return lines if span.source == source else f"{span.source}, {lines}"


def findings(diagnostics: Sequence[Diagnostic], *, title: str = "Findings", source: str | None = None) -> Html | None:
    """Return diagnostics as a list: severity, message, code, place (in ``source``, if not named) and what to do."""
    if not diagnostics:
        return None
    rows = (_finding(finding, source) for finding in diagnostics)
    return tag("div", tag("h4", title), tag("ul", *rows, class_="findings"))


def _finding(finding: Diagnostic, source: str | None) -> Html:
    place = tag("bdi", where(finding.span, source)) if finding.span else None
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
        return tag("p", badge(_LEFT_OUT), " of every file as it is", class_="quiet")
    complete = [target for target, found in entry.losses.items() if not found]
    whole = tag("li", badge(_COMPLETE), " ", ", ".join(complete)) if complete else None
    rows = (_target(entry, target, found) for target, found in entry.losses.items() if found)
    return tag("div", tag("h4", "In each target"), tag("ul", whole, *rows, class_="targets"))


def _target(entry: Entry, target: str, found: Sequence[Diagnostic]) -> Html:
    """What is lost is said openly; what is adapted arrives, and can be looked up."""
    refused = [one for one in found if one.effect is Effect.WITHHELD]
    lost = [one for one in found if one.effect is Effect.LOST]
    adapted = [one for one in found if one.effect not in (Effect.WITHHELD, Effect.LOST)]
    if not refused and not lost:
        return tag("li", tag("details", tag("summary", badge(_ADAPTED), " ", target), _messages(entry, adapted)))
    more = tag("details", tag("summary", f"{len(adapted)} adapted"), _messages(entry, adapted)) if adapted else None
    verdict = badge(_LEFT_OUT if refused else _LOSES)
    return tag("li", verdict, " ", target, _messages(entry, [*refused, *lost]), more)


def _messages(entry: Entry, found: Sequence[Diagnostic]) -> Html | None:
    """The messages as a list, without the type of the item, which stands above."""
    prefix = f"{kind_of(entry.item).value}: "
    rows = (tag("li", tag("bdi", one.message.removeprefix(prefix))) for one in found)
    return tag("ul", *rows) if found else None
