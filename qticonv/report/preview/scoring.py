"""How each item is scored, as data for the page's "Check".

A record holds shares of the item's points between -1 and 1. Where an item's key is missing, ``keyed`` is false and the
page scores nothing until a key is picked. Feedback does not stand here: the page shows a copy of what the author's
view holds, found by the names ``general``, ``correct``, ``partially_correct``, ``incorrect``, ``model`` and by
numbers: ``0`` for the first choice, answer or pair, ``1.0`` for the first one of the second gap.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, assert_never

from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gap,
    GapKind,
    Gaps,
    Item,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Scoring,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
    interaction_type,
)

Record = dict[str, Any]
_MOST = 1e300


def record(item: Item) -> Record:
    """Return the scoring of ``item`` as JSON values."""
    common = {
        "id": item.identifier,
        "type": interaction_type(item.interaction),
        "points": finite(item.points),
        "keyed": item.is_keyed,
    }
    return common | _scoring(item)


def _scoring(item: Item) -> Record:
    match item.interaction:
        case ChoiceInteraction(kind=kind, choices=choices, scoring=scoring) as interaction:
            several = kind is ChoiceKind.MULTIPLE
            return {
                "kind": kind.value,
                "credits": [finite(credit) for credit in interaction.credits],
                "keys": [choice.is_key for choice in choices],
                "exact": several and scoring is Scoring.ALL_OR_NOTHING,
                "choices": [{"key": choice.identifier, "text": choice.content.content} for choice in choices],
            }
        case TextEntry(accepted=accepted, case_sensitive=case_sensitive):
            return {"accepted": _texts(accepted), "caseSensitive": case_sensitive}
        case NumericEntry(accepted=accepted):
            return {"accepted": _numbers(accepted)}
        case Match(scoring=scoring):
            return {"rights": _right_positions(item.interaction), "exact": scoring is Scoring.ALL_OR_NOTHING}
        case Order(sequence=sequence, scoring=scoring):
            # Equal texts may change places, so a row is known by its text.
            kinds = [text.content for text in sequence]
            return {"sequence": [kinds.index(kind) for kind in kinds], "exact": scoring is Scoring.ALL_OR_NOTHING}
        case Gaps(gaps=gaps, scoring=scoring):
            return {"gaps": [_gap(item.interaction, gap) for gap in gaps], "exact": scoring is Scoring.ALL_OR_NOTHING}
        case ExtendedText() | Upload() | NoInteraction():
            return {}
        case _:
            assert_never(item.interaction)


def _dropdown_credits(choices: Sequence[Choice]) -> list[float]:
    return [_credit(choice.credit, 1.0 if choice.is_key else 0.0) for choice in choices]


def _texts(accepted: Sequence[TextAnswer]) -> list[list[Any]]:
    return [[answer.content, _credit(answer.credit)] for answer in accepted]


def _numbers(accepted: Sequence[NumericAnswer]) -> list[list[Any]]:
    return [[*map(plain_number, answer.bounds), _credit(answer.credit)] for answer in accepted]


def _credit(credit: Decimal | None, otherwise: float = 1.0) -> float:
    return otherwise if credit is None else finite(credit)


def finite(value: Decimal) -> float:
    """Return ``value`` as a number that JSON can hold, whatever its size."""
    return max(-_MOST, min(_MOST, float(value)))


def plain_number(value: Decimal) -> str:
    """Return ``value`` in plain digits where that is short (``1500``), else with an exponent (``1E+40``)."""
    return format(value, "f") if abs(value.adjusted()) < 30 else str(value)


def _gap(interaction: Gaps, gap: Gap) -> Record:
    scoring: Record = {"kind": gap.kind.value, "weight": 1.0 if gap.points is None else finite(gap.points)}
    match gap.kind:
        case GapKind.TEXT:
            return scoring | {"accepted": _texts(gap.accepted), "caseSensitive": gap.case_sensitive}
        case GapKind.NUMERIC:
            return scoring | {"accepted": _numbers(gap.numbers)}
        case GapKind.DROPDOWN:
            own, options = _dropdown_credits(gap.choices), gap_options(interaction, gap)
            credits_ = [0.0 if at is None else own[at] for _, at in options]
            return scoring | {"credits": credits_, "replies": [at for _, at in options]}
        case _:
            assert_never(gap.kind)


def gap_options(interaction: Gaps, gap: Gap) -> list[tuple[Text, int | None]]:
    """Return what the drop-down of ``gap`` offers, each with its place among the gap's own choices.

    A word bank offers the words of all drop-downs, each once.
    """
    if not interaction.shared_choices:
        return [(choice.content, at) for at, choice in enumerate(gap.choices)]
    own = {choice.content.content: at for at, choice in enumerate(gap.choices)}
    words = {choice.content.content: choice.content for other in interaction.gaps for choice in other.choices}
    return [(text, own.get(word)) for word, text in words.items()]


def mixed(texts: Sequence[Text]) -> list[int]:
    """Return the positions of ``texts`` in an order that is always the same and, where it can be, not theirs."""
    order = sorted(range(len(texts)), key=lambda at: _digest(texts[at].content))
    if [texts[at].content for at in order] == [text.content for text in texts]:
        return order[1:] + order[:1]
    return order


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def rights(interaction: Match) -> list[Text]:
    """Return the right sides that a student chooses from, each text once, mixed."""
    found = {text.content: text for text in (*(pair.right for pair in interaction.pairs), *interaction.distractors)}
    texts = list(found.values())
    return [texts[at] for at in mixed(texts)]


def _right_positions(interaction: Match) -> list[int]:
    pool = [text.content for text in rights(interaction)]
    return [pool.index(pair.right.content) for pair in interaction.pairs]
