"""The plain data of the intermediate form to typed data. The data must have been found valid against the schema."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qticonv.diagnostics import SourceSpan
from qticonv.model import (
    Asset,
    Candidate,
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Evidence,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Interaction,
    Item,
    ItemBank,
    Key,
    KeySource,
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
    item_identifier,
)

Plain = Mapping[str, Any]


def header(data: Plain) -> ItemBank:
    """Return the bank without its items."""
    return ItemBank(
        items=(),
        title=data.get("title"),
        language=data.get("language"),
        quiz=_quiz(data.get("quiz", {})),
        sections=tuple(_section(part) for part in data.get("sections", ())),
        assets={name: Asset(**asset) for name, asset in data.get("assets", {}).items()},
    )


def item(data: Plain) -> Item:
    """Return one item; one without identifier gets the one that its content gives it."""
    stem, interaction_ = text(data["stem"]), interaction(data["interaction"])
    return Item(
        identifier=data.get("identifier") or item_identifier(stem, interaction_),
        stem=stem,
        interaction=interaction_,
        title=data.get("title"),
        key=_key(data["key"]) if "key" in data else None,
        feedback=Feedback(**{name: text(value) for name, value in data.get("feedback", {}).items()}),
        points=decimal(data.get("points", 1)),
        penalty=_optional_decimal(data.get("penalty")),
        tags=tuple(data.get("tags", ())),
        category=tuple(data.get("category", ())),
        language=data.get("language"),
        passage=data.get("passage"),
        span=SourceSpan(**data["span"]) if "span" in data else None,
    )


def text(data: str | Plain) -> Text:
    """Return a :class:`Text` for a string or ``{"html": …}``."""
    return Text(data) if isinstance(data, str) else Text(data["html"], is_html=True)


def decimal(data: int | float | str) -> Decimal:
    """Return the exact decimal of a JSON number or a decimal string."""
    return Decimal(repr(data)) if isinstance(data, float) else Decimal(data)


def interaction(data: Plain) -> Interaction:
    """Return the interaction that ``data["type"]`` names."""
    match data["type"]:
        case "choice":
            return _choice_interaction(data)
        case "text_entry":
            accepted = tuple(_text_answer(answer) for answer in data["accepted"])
            return TextEntry(accepted=accepted, case_sensitive=data.get("case_sensitive", False))
        case "numeric_entry":
            return NumericEntry(accepted=tuple(_numeric_answer(answer) for answer in data["accepted"]))
        case "extended_text":
            model_answer, lines = _optional_text(data.get("model_answer")), data.get("expected_lines")
            return ExtendedText(model_answer=model_answer, expected_lines=None if lines is None else int(lines))
        case "match":
            distractors = tuple(text(part) for part in data.get("distractors", ()))
            pairs = tuple(_pair(pair) for pair in data["pairs"])
            return Match(pairs=pairs, distractors=distractors, scoring=_scoring(data, Scoring.PARTIAL))
        case "order":
            sequence = tuple(text(part) for part in data["sequence"])
            return Order(sequence=sequence, scoring=_scoring(data, Scoring.ALL_OR_NOTHING))
        case "gaps":
            gaps, shared = tuple(_gap(gap) for gap in data["gaps"]), data.get("shared_choices", False)
            return Gaps(gaps=gaps, shared_choices=shared, scoring=_scoring(data, Scoring.PARTIAL))
        case "upload":
            return Upload()
        case _:
            return NoInteraction()


def _choice_interaction(data: Plain) -> ChoiceInteraction:
    kind = ChoiceKind(data["kind"])
    return ChoiceInteraction(
        kind=kind,
        choices=tuple(_choice(choice) for choice in data["choices"]),
        shuffle=data.get("shuffle", kind is not ChoiceKind.TRUE_FALSE),
        scoring=_scoring(data, Scoring.ALL_OR_NOTHING),
    )


def _choice(data: Plain) -> Choice:
    return Choice(
        identifier=data["identifier"],
        content=text(data["content"]),
        label=data.get("label"),
        is_key=data.get("is_key", False),
        credit=_optional_decimal(data.get("credit")),
        feedback=_optional_text(data.get("feedback")),
    )


def _text_answer(data: Plain) -> TextAnswer:
    credit, feedback = _optional_decimal(data.get("credit")), _optional_text(data.get("feedback"))
    return TextAnswer(content=data["content"], credit=credit, feedback=feedback)


def _numeric_answer(data: Plain) -> NumericAnswer:
    return NumericAnswer(
        value=_optional_decimal(data.get("value")),
        tolerance=_optional_decimal(data.get("tolerance")),
        minimum=_optional_decimal(data.get("minimum")),
        maximum=_optional_decimal(data.get("maximum")),
        credit=_optional_decimal(data.get("credit")),
        feedback=_optional_text(data.get("feedback")),
    )


def _pair(data: Plain) -> Pair:
    return Pair(left=text(data["left"]), right=text(data["right"]), feedback=_optional_text(data.get("feedback")))


def _gap(data: Plain) -> Gap:
    kind = GapKind(data["kind"])
    accepted = data.get("accepted", ())
    return Gap(
        name=data["name"],
        kind=kind,
        accepted=tuple(_text_answer(answer) for answer in accepted) if kind is GapKind.TEXT else (),
        numbers=tuple(_numeric_answer(answer) for answer in accepted) if kind is GapKind.NUMERIC else (),
        choices=tuple(_choice(choice) for choice in data.get("choices", ())),
        case_sensitive=data.get("case_sensitive", False),
        points=_optional_decimal(data.get("points")),
    )


def _key(data: Plain) -> Key:
    return Key(
        source=KeySource(data["source"]),
        confidence=_optional_decimal(data.get("confidence")),
        evidence=tuple(Evidence(**evidence) for evidence in data.get("evidence", ())),
        candidates=tuple(
            Candidate(choice=candidate["choice"], confidence=decimal(candidate["confidence"]))
            for candidate in data.get("candidates", ())
        ),
    )


def _quiz(data: Plain) -> QuizSettings:
    return QuizSettings(
        description=_optional_text(data.get("description")),
        attempts=data.get("attempts"),
        time_limit_minutes=_optional_decimal(data.get("time_limit_minutes")),
        shuffle_items=data.get("shuffle_items"),
    )


def _section(data: Plain) -> Section:
    return Section(
        title=data["title"],
        items=tuple(data["items"]),
        pick=data.get("pick"),
        points_each=_optional_decimal(data.get("points_each")),
    )


def _scoring(data: Plain, default: Scoring) -> Scoring:
    return Scoring(data["scoring"]) if "scoring" in data else default


def _optional_text(data: str | Plain | None) -> Text | None:
    return None if data is None else text(data)


def _optional_decimal(data: int | float | str | None) -> Decimal | None:
    return None if data is None else decimal(data)
