"""A text with gaps: one response a gap, each an interaction inside a paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape, unescape

from msgspec import Struct

from qticonv.model import Gap, GapKind, Gaps, Item, Scoring, Text
from qticonv.writers.qti21.assembly import GAP_MARK, NONE, Assembly, Content, Modal, Verdicts
from qticonv.writers.qti21.entries import credit_of, distinct, preferred, text_field
from qticonv.writers.qti21.xml import (
    add_score,
    all_of,
    any_of,
    assign_identifier,
    base_value,
    between,
    condition,
    is_null,
    match,
    number,
    outcome,
    response,
    share,
    string_match,
    variable,
)

# Sums of shares are inexact in floats: this near to all points is all points.
_NEARLY = Decimal("0.999999")


class _Answer(Struct, frozen=True, gc=False):
    """An answer to a gap: the test that finds it, the share of the gap's points it earns, and its comment."""

    test: str
    credit: Decimal
    feedback: Text | None


class _Blank(Struct, frozen=True, gc=False):
    """A gap in pieces. ``name`` is its response identifier, ``key`` its correctResponse (escaped)."""

    name: str
    base_type: str
    key: str | None
    field: str
    answers: Sequence[_Answer]


def assemble(item: Item, interaction: Gaps, passage: str, content: Content) -> Assembly:
    """Put an item with gaps together; ``passage`` is XHTML that goes before the text."""
    blanks = [_blank(f"RESPONSE_{n}", gap) for n, gap in enumerate(interaction.gaps, 1)]
    fields = {gap.name: blank.field for gap, blank in zip(interaction.gaps, blanks, strict=True)}
    body = _fill(content.blocks(item.stem), fields)
    return Assembly(
        interaction=_interaction(interaction),
        body=(f"<div>{passage}</div>" if passage else "") + body,
        responses="".join(
            response(blank.name, "single", blank.base_type, [blank.key] if blank.key is not None else ())
            for blank in blanks
        ),
        rules=_rules(item, interaction, blanks),
        outcomes="".join(outcome(f"FEEDBACK_{n}", NONE) for n in _commented(blanks)),
        modals=_modals(blanks, content),
    )


def _interaction(interaction: Gaps) -> str:
    dropdown = all(gap.kind is GapKind.DROPDOWN for gap in interaction.gaps)
    return "inlineChoiceInteraction" if dropdown else "textEntryInteraction"


def _fill(blocks: str, fields: dict[str, str]) -> str:
    return GAP_MARK.sub(lambda mark: fields.get(unescape(mark[1]), mark[0]), blocks)


def _blank(name: str, gap: Gap) -> _Blank:
    match gap.kind:
        case GapKind.DROPDOWN:
            return _dropdown(name, gap)
        case GapKind.NUMERIC:
            tested = [
                _Answer(between(name, answer.bounds), credit_of(answer), answer.feedback) for answer in gap.numbers
            ]
            best = max(gap.numbers, key=credit_of, default=None)
            return _Blank(name, "float", number(preferred(best)) if best else None, text_field(name, ()), tested)
        case GapKind.TEXT:
            return _text(name, gap)


def _text(name: str, gap: Gap) -> _Blank:
    accepted = distinct(gap.accepted, gap.case_sensitive)
    tested = [
        _Answer(string_match(name, answer.content, gap.case_sensitive), credit_of(answer), answer.feedback)
        for answer in accepted
    ]
    best = max(accepted, key=credit_of, default=None)
    field = text_field(name, [answer.content for answer in accepted])
    return _Blank(name, "string", escape(best.content, quote=False) if best else None, field, tested)


def _dropdown(name: str, gap: Gap) -> _Blank:
    """A drop-down holds plain text only."""
    ids = [f"{name}_{n}" for n in range(1, len(gap.choices) + 1)]
    earned = [choice.credit if choice.credit is not None else Decimal(choice.is_key) for choice in gap.choices]
    tested = [
        _Answer(match(name, identifier), credit, choice.feedback)
        for identifier, credit, choice in zip(ids, earned, gap.choices, strict=True)
    ]
    key = next((identifier for identifier, choice in zip(ids, gap.choices, strict=True) if choice.is_key), None)
    options = "".join(
        f'<inlineChoice identifier="{identifier}">{escape(choice.content.plain, quote=False)}</inlineChoice>'
        for identifier, choice in zip(ids, gap.choices, strict=True)
    )
    head = f'<inlineChoiceInteraction responseIdentifier="{name}" shuffle="true">'
    return _Blank(name, "identifier", key, f"{head}{options}</inlineChoiceInteraction>", tested)


def _rules(item: Item, interaction: Gaps, blanks: Sequence[_Blank]) -> str:
    verdicts = Verdicts.of(item)
    empty = (is_null([blank.name for blank in blanks]), verdicts.empty)
    if interaction.scoring is Scoring.ALL_OR_NOTHING or item.points <= 0:
        full = [_full(blank) for blank in blanks]
        branches = [empty, (all_of(full), verdicts.right)]
        if item.feedback.partially_correct:
            branches.append((any_of(full), verdicts.partial))
        return _comment_rules(blanks, [Decimal(0)] * len(blanks)) + condition(branches, verdicts.wrong)
    weights = [gap.points if gap.points is not None else Decimal(1) for gap in interaction.gaps]
    whole = sum(weights, Decimal(0)) or Decimal(1)
    shares = [share(item.points, weight, whole) for weight in weights]
    return _comment_rules(blanks, shares) + condition([empty, *_judged(item, verdicts)], verdicts.wrong)


def _full(blank: _Blank) -> str:
    return any_of([answer.test for answer in blank.answers if answer.credit >= 1] or [_never(blank.name)])


def _never(name: str) -> str:
    return f"<and><isNull>{variable(name)}</isNull><not><isNull>{variable(name)}</isNull></not></and>"


def _judged(item: Item, verdicts: Verdicts) -> list[tuple[str, str]]:
    score = variable("SCORE")
    enough = base_value("float", number(item.points * _NEARLY))
    zero = base_value("float", "0")
    return [
        (f"<gte>{score}{enough}</gte>", verdicts.right),
        (f"<gt>{score}{zero}</gt>", verdicts.partial),
    ]


def _comment_rules(blanks: Sequence[_Blank], shares: Sequence[Decimal]) -> str:
    """One chain of rules a gap: the first answer that fits adds its points and shows its comment."""
    rules = []
    for n, (blank, points) in enumerate(zip(blanks, shares, strict=True), 1):
        branches = [
            (answer.test, actions)
            for k, answer in enumerate(blank.answers, 1)
            if (actions := _actions(answer, points, n, k))
        ]
        if branches:
            rules.append(condition(branches))
    return "".join(rules)


def _actions(answer: _Answer, points: Decimal, n: int, k: int) -> str:
    earned = points * answer.credit
    score = add_score(share(earned, Decimal(1))) if earned else ""
    return score + (assign_identifier(f"FEEDBACK_{n}", f"gap_{n}_{k}_fb") if answer.feedback else "")


def _commented(blanks: Sequence[_Blank]) -> list[int]:
    return [n for n, blank in enumerate(blanks, 1) if any(answer.feedback for answer in blank.answers)]


def _modals(blanks: Sequence[_Blank], content: Content) -> tuple[Modal, ...]:
    return tuple(
        Modal(f"FEEDBACK_{n}", f"gap_{n}_{k}_fb", content.comment(answer.feedback))
        for n, blank in enumerate(blanks, 1)
        for k, answer in enumerate(blank.answers, 1)
        if answer.feedback
    )
