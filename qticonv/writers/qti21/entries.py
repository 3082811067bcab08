"""Short answers and numbers: a field to type into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape

from qticonv.model import Item, NumericAnswer, NumericEntry, TextAnswer, TextEntry
from qticonv.writers.qti21.assembly import NONE, Assembly, Content, Modal, Verdicts
from qticonv.writers.qti21.xml import (
    assign,
    base_value,
    between,
    condition,
    is_null,
    number,
    response,
    share,
    string_match,
    variable,
)

_NAME = "RESPONSE"
_SHORTEST_FIELD = 20
# Several answers may fit one response; only the first that does speaks. One multiple outcome, in this very form, is
# what Canvas Classic reads as comments on answers.
_OUTCOME = (
    '<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier">'
    f"<defaultValue><value>{NONE}</value></defaultValue></outcomeDeclaration>"
)


def assemble_text(item: Item, interaction: TextEntry, stem: str, content: Content) -> Assembly:
    """Put a short-answer item together.

    Every accepted text is a rule of its own: several values on a single response are refused by JQTI+ and qti-sdk,
    and mapEntry/@caseSensitive is not known everywhere.
    """
    accepted = distinct(interaction.accepted, interaction.case_sensitive)
    tests = [string_match(_NAME, answer.content, interaction.case_sensitive) for answer in accepted]
    best = max(accepted, key=credit_of, default=None)
    return Assembly(
        interaction="textEntryInteraction",
        hint="extendedTextInteraction",
        body=f"<div>{stem}</div><p>{text_field(_NAME, [answer.content for answer in accepted])}</p>",
        responses=response(_NAME, "single", "string", [escape(best.content, quote=False)] if best else ()),
        rules=_scoring(item, tests, accepted) + _answer_rules(tests, accepted),
        modals=_comments(accepted, content),
        outcomes=_OUTCOME if any(answer.feedback for answer in accepted) else "",
    )


def assemble_number(item: Item, interaction: NumericEntry, stem: str, content: Content) -> Assembly:
    """Put a numeric item together."""
    accepted = interaction.accepted
    tests = [between(_NAME, answer.bounds) for answer in accepted]
    best = max(accepted, key=credit_of, default=None)
    return Assembly(
        interaction="textEntryInteraction",
        hint="extendedTextInteraction",
        question_type="numerical_question",
        body=f"<div>{stem}</div><p>{text_field(_NAME, ())}</p>",
        responses=response(_NAME, "single", "float", [number(preferred(best))] if best else ()),
        rules=_scoring(item, tests, accepted) + _answer_rules(tests, accepted, exclusive=True),
        modals=_comments(accepted, content),
        outcomes=_OUTCOME if any(answer.feedback for answer in accepted) else "",
    )


def distinct(accepted: Sequence[TextAnswer], case_sensitive: bool) -> list[TextAnswer]:
    """Drop answers that an earlier one accepts already."""
    fold: Callable[[str], str] = str if case_sensitive else str.casefold
    found: dict[str, TextAnswer] = {}
    for answer in accepted:
        found.setdefault(fold(answer.content), answer)
    return list(found.values())


def preferred(answer: NumericAnswer) -> Decimal:
    """The value, or the middle of a range."""
    if answer.value is not None:
        return answer.value
    low, high = answer.bounds
    return (low + high) / 2


def credit_of(answer: TextAnswer | NumericAnswer) -> Decimal:
    """The share of the points that an accepted answer earns: all, unless the author says otherwise."""
    return Decimal(1) if answer.credit is None else answer.credit


def text_field(name: str, answers: Sequence[str]) -> str:
    """A textEntryInteraction wide enough for every answer."""
    width = max((_SHORTEST_FIELD, *(len(answer) for answer in answers)))
    return f'<textEntryInteraction responseIdentifier="{name}" expectedLength="{width}"/>'


def _scoring(item: Item, tests: Sequence[str], accepted: Sequence[TextAnswer | NumericAnswer]) -> str:
    verdicts = Verdicts.of(item)
    branches = [(is_null([_NAME]), verdicts.empty)]
    for test, answer in zip(tests, accepted, strict=True):
        branches.append((test, _verdict(verdicts, credit_of(answer), item.points)))
    return condition(branches, verdicts.wrong)


def _verdict(verdicts: Verdicts, credit: Decimal, points: Decimal) -> str:
    if credit >= 1:
        return verdicts.right
    if credit <= 0:
        return verdicts.wrong
    return assign("SCORE", base_value("float", number(share(points, credit)))) + verdicts.partial


def _answer_rules(
    tests: Sequence[str], accepted: Sequence[TextAnswer | NumericAnswer], *, exclusive: bool = False
) -> str:
    """Rules that show the comment on the answer given; ``exclusive``: ranges may overlap, so one chain of rules."""
    pairs = [
        (test, _show(n) if answer.feedback else _keep())
        for n, (test, answer) in enumerate(zip(tests, accepted, strict=True), 1)
    ]
    if not any(answer.feedback for answer in accepted):
        return ""
    if exclusive:
        return condition(pairs)
    return "".join(condition([pair]) for pair, answer in zip(pairs, accepted, strict=True) if answer.feedback)


def _show(n: int) -> str:
    added = f"<multiple>{variable('FEEDBACK')}{base_value('identifier', f'answer_{n}_fb')}</multiple>"
    return assign("FEEDBACK", added)


def _keep() -> str:
    return assign("FEEDBACK", variable("FEEDBACK"))


def _comments(accepted: Sequence[TextAnswer | NumericAnswer], content: Content) -> tuple[Modal, ...]:
    return tuple(
        Modal("FEEDBACK", f"answer_{n}_fb", content.comment(answer.feedback))
        for n, answer in enumerate(accepted, 1)
        if answer.feedback
    )
