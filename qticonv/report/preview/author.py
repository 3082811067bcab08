"""An item as the author should read it: key and where it comes from, feedback, findings, targets, source lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qticonv.report.preview.answers import answers, facts, key_line, pick_line
from qticonv.report.preview.entry import Entry
from qticonv.report.preview.findings import findings, targets, where
from qticonv.report.preview.html import Html, join, tag
from qticonv.report.preview.texts import labelled

_LONGEST_LINE = 4000
_FEEDBACK_NAMES = (
    ("general", "After every answer"),
    ("correct", "When right"),
    ("partially_correct", "When partly right"),
    ("incorrect", "When wrong"),
)


def author_view(entry: Entry) -> Html:
    """Return everything that only the author sees, in the order in which it matters."""
    return tag(
        "div",
        key_line(entry),
        facts(entry),
        answers(entry),
        pick_line(entry),
        _evidence(entry),
        _feedback(entry),
        findings(entry.diagnostics, source=entry.item.span.source if entry.item.span else None),
        targets(entry),
        _source(entry),
        class_="notes",
    )


def _evidence(entry: Entry) -> Html | None:
    key = entry.item.key
    if key is None or not key.evidence:
        return None
    rows = (
        tag("li", tag("q", one.quote, dir="auto"), f" line {one.line}" if one.line is not None else None)
        for one in key.evidence
    )
    return tag("div", tag("h4", "Because it says"), tag("ul", *rows), class_="evidence")


def _feedback(entry: Entry) -> Html:
    quotes = [one.quote for one in entry.item.key.evidence] if entry.item.key else []
    return join(
        labelled(title, getattr(entry.item.feedback, name), entry.assets, name, quotes)
        for name, title in _FEEDBACK_NAMES
    )


def _source(entry: Entry) -> Html:
    name = tag("code", entry.item.identifier, class_="identifier")
    span = entry.item.span
    if span is None:
        return tag("p", "Identifier: ", name, class_="quiet")
    place = tag("bdi", where(span))
    if not entry.text.numbers(span):
        return tag("p", "Source: ", place, " ", name, class_="quiet")
    body = tag("div", *_numbered(entry), class_="lines", tabindex="0", role="group", aria_label="Source lines")
    return tag("details", tag("summary", "Source: ", place, " ", name), body, class_="source")


def _numbered(entry: Entry) -> Iterator[Html]:
    evidence = entry.item.key.evidence if entry.item.key else ()
    for number in entry.text.numbers(entry.item.span):
        ranges = [(one.start, one.end) for one in evidence if one.line == number and one.start is not None and one.end]
        line = tag("code", _marked(entry.text.lines[number - 1], sorted(ranges)), dir="auto")
        yield tag("div", tag("span", str(number), class_="line-number"), line)


def _marked(line: str, ranges: Iterable[tuple[int, int]]) -> Html:
    if len(line) > _LONGEST_LINE:
        line = f"{line[:_LONGEST_LINE]}…"
    pieces: list[str] = []
    done = 0
    for start, end in ranges:
        pieces += [line[done : max(start, done)], tag("mark", line[max(start, done) : end])]
        done = max(done, end)
    return join((*pieces, line[done:]))
