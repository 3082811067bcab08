"""Typed data to the plain data of the intermediate form: dictionaries in the schema's order, without defaults.

Decimals become JSON numbers where these are exact, and decimal strings elsewhere.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, assert_never

from qticonv.diagnostics import SourceSpan
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Interaction,
    Item,
    ItemBank,
    Key,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    QuizSettings,
    Scoring,
    Section,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
)

Plain = dict[str, Any]

SCHEMA_VERSION = "1.0"
EXACT_INTEGER = 10**15  # every integer below has an exact double, so that any JSON reader gets it right


def number(value: Decimal) -> int | float | str:
    """Return ``value`` as an ``int`` or ``float`` that is exactly equal, or else as a decimal string."""
    if not value.is_finite():
        return str(value)
    if abs(value) < EXACT_INTEGER and value == value.to_integral_value():
        return int(value)
    nearest = float(value)
    return nearest if Decimal(repr(nearest)) == value else str(value)


def text(value: Text) -> str | Plain:
    """Return a string for plain text, ``{"html": …}`` for a fragment."""
    return {"html": value.content} if value.is_html else value.content


def header(bank: ItemBank) -> Plain:
    """Return all of the bank but its items."""
    data: Plain = {"schema_version": SCHEMA_VERSION}
    _put(data, title=bank.title, language=bank.language)
    if quiz := _quiz(bank.quiz):
        data["quiz"] = quiz
    if bank.sections:
        data["sections"] = [_section(section) for section in bank.sections]
    if bank.assets:
        data["assets"] = {name: {"path": a.path, "media_type": a.media_type} for name, a in bank.assets.items()}
    return data


def item(entry: Item) -> Plain:
    """Return one item."""
    data: Plain = {"identifier": entry.identifier}
    if entry.title is not None:
        data["title"] = entry.title
    if entry.language is not None:
        data["language"] = entry.language
    if entry.passage is not None:
        data["passage"] = entry.passage
    if entry.category:
        data["category"] = list(entry.category)
    data["stem"] = text(entry.stem)
    data["interaction"] = interaction(entry.interaction)
    if entry.key is not None:
        data["key"] = _key(entry.key)
    if feedback := _feedback(entry.feedback):
        data["feedback"] = feedback
    if entry.points != 1:
        data["points"] = number(entry.points)
    _put_number(data, "penalty", entry.penalty)
    if entry.tags:
        data["tags"] = list(entry.tags)
    if entry.span is not None:
        data["span"] = _span(entry.span)
    return data


def interaction(value: Interaction) -> Plain:
    """Return an interaction with its ``type``."""
    match value:
        case ChoiceInteraction():
            return _choice_interaction(value)
        case TextEntry():
            return _text_entry(value)
        case NumericEntry():
            return {"type": "numeric_entry", "accepted": [_numeric_answer(a) for a in value.accepted]}
        case ExtendedText():
            return _extended_text(value)
        case Match():
            return _match(value)
        case Order():
            return _order(value)
        case Gaps():
            return _gaps(value)
        case Upload():
            return {"type": "upload"}
        case NoInteraction():
            return {"type": "none"}
        case _:
            assert_never(value)


def _text_entry(value: TextEntry) -> Plain:
    data: Plain = {"type": "text_entry", "accepted": [_text_answer(answer) for answer in value.accepted]}
    if value.case_sensitive:
        data["case_sensitive"] = True
    return data


def _extended_text(value: ExtendedText) -> Plain:
    data: Plain = {"type": "extended_text"}
    _put_text(data, "model_answer", value.model_answer)
    return _put(data, expected_lines=value.expected_lines)


def _order(value: Order) -> Plain:
    data: Plain = {"type": "order", "sequence": [text(part) for part in value.sequence]}
    return _scored(data, value.scoring, Scoring.ALL_OR_NOTHING)


def _choice_interaction(value: ChoiceInteraction) -> Plain:
    data: Plain = {"type": "choice", "kind": value.kind.value}
    if value.shuffle is (value.kind is ChoiceKind.TRUE_FALSE):
        data["shuffle"] = value.shuffle
    _scored(data, value.scoring, Scoring.ALL_OR_NOTHING)
    data["choices"] = [_choice(choice) for choice in value.choices]
    return data


def _choice(choice: Choice) -> Plain:
    data: Plain = {"identifier": choice.identifier}
    if choice.label is not None:
        data["label"] = choice.label
    data["content"] = text(choice.content)
    data["is_key"] = choice.is_key
    if choice.credit is not None or choice.feedback is not None:
        _answer(data, choice.credit, choice.feedback)
    return data


def _text_answer(answer: TextAnswer) -> Plain:
    return _answer({"content": answer.content}, answer.credit, answer.feedback)


def _numeric_answer(answer: NumericAnswer) -> Plain:
    data: Plain = {}
    for name in ("value", "tolerance", "minimum", "maximum"):
        _put_number(data, name, getattr(answer, name))
    return _answer(data, answer.credit, answer.feedback)


def _answer(data: Plain, credit: Decimal | None, feedback: Text | None) -> Plain:
    _put_number(data, "credit", credit)
    _put_text(data, "feedback", feedback)
    return data


def _match(value: Match) -> Plain:
    data: Plain = {"type": "match", "pairs": [_pair(pair) for pair in value.pairs]}
    if value.distractors:
        data["distractors"] = [text(part) for part in value.distractors]
    return _scored(data, value.scoring, Scoring.PARTIAL)


def _pair(pair: Pair) -> Plain:
    data: Plain = {"left": text(pair.left), "right": text(pair.right)}
    _put_text(data, "feedback", pair.feedback)
    return data


def _gaps(value: Gaps) -> Plain:
    data: Plain = {"type": "gaps", "gaps": [_gap(gap) for gap in value.gaps]}
    if value.shared_choices:
        data["shared_choices"] = True
    return _scored(data, value.scoring, Scoring.PARTIAL)


def _gap(gap: Gap) -> Plain:
    data: Plain = {"name": gap.name, "kind": gap.kind.value}
    if gap.kind is GapKind.DROPDOWN:
        data["choices"] = [_choice(choice) for choice in gap.choices]
    elif gap.kind is GapKind.NUMERIC:
        data["accepted"] = [_numeric_answer(answer) for answer in gap.numbers]
    else:
        data["accepted"] = [_text_answer(answer) for answer in gap.accepted]
        if gap.case_sensitive:
            data["case_sensitive"] = True
    _put_number(data, "points", gap.points)
    return data


def _key(key: Key) -> Plain:
    data: Plain = {"source": key.source.value}
    if key.confidence is not None:
        data["confidence"] = _confidence(key.confidence)
    if key.evidence:
        data["evidence"] = [
            _put({}, line=e.line, start=e.start, end=e.end, quote=e.quote)
            for e in key.evidence
        ]  # fmt: skip
    if key.candidates:
        data["candidates"] = [{"choice": c.choice, "confidence": _confidence(c.confidence)} for c in key.candidates]
    return data


def _confidence(value: Decimal) -> int | float | str:
    return _known_number(str(value))  # by its digits: equal numbers may be written differently


@lru_cache(maxsize=1024)
def _known_number(digits: str) -> int | float | str:
    return number(Decimal(digits))


def _feedback(feedback: Feedback) -> Plain:
    data: Plain = {}
    for name in ("general", "correct", "partially_correct", "incorrect"):
        _put_text(data, name, getattr(feedback, name))
    return data


def _span(span: SourceSpan) -> Plain:
    data: Plain = {"source": span.source, "start_line": span.start_line, "end_line": span.end_line}
    if span.start is not None:
        data["start"] = span.start
    if span.end is not None:
        data["end"] = span.end
    return data


def _quiz(quiz: QuizSettings) -> Plain:
    data: Plain = {}
    _put_text(data, "description", quiz.description)
    _put(data, attempts=quiz.attempts)
    _put_number(data, "time_limit_minutes", quiz.time_limit_minutes)
    return _put(data, shuffle_items=quiz.shuffle_items)


def _section(section: Section) -> Plain:
    data: Plain = {"title": section.title, "items": list(section.items)}
    _put(data, pick=section.pick)
    _put_number(data, "points_each", section.points_each)
    return data


def _scored(data: Plain, scoring: Scoring, default: Scoring) -> Plain:
    if scoring is not default:
        data["scoring"] = scoring.value
    return data


def _put(data: Plain, **values: str | int | None) -> Plain:
    for name, value in values.items():
        if value is not None:
            data[name] = value
    return data


def _put_text(data: Plain, name: str, value: Text | None) -> None:
    if value is not None:
        data[name] = text(value)


def _put_number(data: Plain, name: str, value: Decimal | None) -> None:
    if value is not None:
        data[name] = number(value)


def bank(entries: ItemBank) -> Plain:
    """Return the whole bank."""
    return {**header(entries), "items": [item(entry) for entry in entries.items]}


__all__ = ["Plain", "bank", "header", "interaction", "item", "number", "text"]
