"""The page as one file: styles, script and data inlined, and a policy that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from qticonv.diagnostics import Diagnostic
from qticonv.model import ItemBank, KeySource
from qticonv.report.preview.answers import KEY_WORDS
from qticonv.report.preview.author import author_view
from qticonv.report.preview.entry import TYPE_NAMES, Entry, SourceText
from qticonv.report.preview.entry import entries as _entries
from qticonv.report.preview.findings import badge
from qticonv.report.preview.html import Html, escape, join, tag
from qticonv.report.preview.overview import counts, filters, flags, general_findings, settings, targets
from qticonv.report.preview.overview import withheld as kept_out
from qticonv.report.preview.paper import key_sheet
from qticonv.report.preview.scoring import plain_number, record
from qticonv.report.preview.student import student_view
from qticonv.report.preview.texts import block, names

_SCRIPTS = ("score.js", "check.js", "browse.js", "review.js")
_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; base-uri 'none'; form-action 'none'"
)


def render(
    bank: ItemBank,
    diagnostics: Sequence[Diagnostic] = (),
    *,
    lines: Sequence[str] = (),
    losses: Mapping[str, Sequence[Diagnostic]] | None = None,
    withheld: Collection[int] = (),
    title: str | None = None,
    source: str | None = None,
) -> str:
    """Return the preview page of ``bank`` as one HTML file that loads nothing.

    ``diagnostics`` are all that was said while reading and checking, ``lines`` the lines of the source (numbered from
    1 as the items' spans say), ``losses`` what each target cannot hold, by target name, in the order in which the
    targets are to be shown; a target that loses nothing has an empty list. ``withheld`` are the positions in the bank
    of items that go into no file, besides those without a key. ``source`` is the name of the input that the lines are
    from; the answers file is named after it. The result holds no lone surrogates: it can be encoded as UTF-8.
    """
    found = losses or {}
    text = SourceText(lines, source)
    entries = tuple(_entries(bank, diagnostics, text, found, withheld))
    heading = title or bank.title or "Preview"
    parts = {
        "LANGUAGE": escape(bank.language or "en"),
        "TITLE": escape(heading),
        "DESCRIPTION": block(bank.quiz.description, bank.assets),
        "SETTINGS": settings(bank) or "",
        "COUNTS": counts(entries),
        "WITHHELD": kept_out(entries, diagnostics, text) or "",
        "TARGETS": targets(entries, found) or "",
        "ABOUT": general_findings(entries, diagnostics) or "",
        "FILTERS": filters(entries, found),
        "ITEMS": join(_article(entry, found) for entry in entries),
        "KEY": key_sheet(entries),
        "DATA": _data(entries, source or _source_of(bank)),
    }
    return _fill(parts)


def _fill(parts: Mapping[str, str]) -> str:
    """Put ``parts`` into the places of page.html; what a part holds is never looked at again."""
    style, script = _static("page.css"), _script()
    values = {
        **parts,
        "STYLE": style,
        "SCRIPT": script,
        "POLICY": _POLICY.format(script=_digest(script), style=_digest(style)),
    }
    pieces = _static("page.html").split("%%")
    return "".join(piece if at % 2 == 0 else values[piece] for at, piece in enumerate(pieces))


@cache
def _static(name: str) -> str:
    return files("qticonv.report.preview").joinpath(name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    return "".join(map(_static, _SCRIPTS))


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _data(entries: Sequence[Entry], source: str) -> str:
    records: dict[str, Any] = {"source": source, "items": {entry.anchor: record(entry.item) for entry in entries}}
    text = json.dumps(records, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    # No "</script>" and no "<!--" can stand in it: the browser must find the end of the block where it is.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _source_of(bank: ItemBank) -> str:
    return next((item.span.source for item in bank.items if item.span), "quiz")


def _article(entry: Entry, losses: Mapping[str, Sequence[Diagnostic]]) -> Html:
    item = entry.item
    return tag(
        "article",
        _header(entry),
        tag("div", tag("h3", "As the student answers it"), student_view(entry), class_="student"),
        tag("div", tag("h3", "For the author"), author_view(entry), class_="author"),
        id=entry.anchor,
        class_="item",
        tabindex="-1",
        aria_labelledby=f"{entry.anchor}-title",
        data_type=entry.kind,
        data_flags=flags(entry, losses),
        data_tags=json.dumps(item.tags) if item.tags else None,
    )


def _header(entry: Entry) -> Html:
    item = entry.item
    title = tag("bdi", item.title, class_="name") if item.title else None
    points = f"{plain_number(item.points)} point{'' if item.points == 1 else 's'}" if entry.number else None
    kind = TYPE_NAMES[entry.kind] if entry.number else None
    facts = join((tag("span", fact) for fact in (kind, points) if fact), " ")
    undecided = entry.source is KeySource.MISSING
    words = KEY_WORDS[KeySource.MISSING] if undecided else ("fair", "!", "Needs review")
    state = badge(words) if entry.needs_review else None
    heading = tag("h2", tag("span", entry.heading, class_="number"), " ", title, id=f"{entry.anchor}-title")
    meta = tag("p", facts, _category(entry), names(item.tags, class_="tag"), class_="meta")
    return tag("header", heading, meta, state)


def _category(entry: Entry) -> Html | None:
    if not entry.item.category:
        return None
    return tag("span", names(entry.item.category, class_="step"), class_="category")
