"""Keys that a person chose: entries of an answers file applied to the items they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from msgspec.structs import replace

from qticonv.diagnostics import Code, Diagnostic, diagnose
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Interaction,
    Item,
    Key,
    KeySource,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    TextAnswer,
    TextEntry,
)
from qticonv.model.answers import Answer, Answers, AnswerValue
from qticonv.model.identifiers import normalise


class _RefusalError(Exception):
    """Why an entry is not used. It never leaves this module."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def apply_answers(items: Sequence[Item], answers: Answers) -> tuple[list[Item], list[Diagnostic]]:
    """Return the items with the reviewed keys of ``answers``, and what there is to say about its entries."""
    done, said = list(items), _ordinals(answers)
    used: dict[int, Answer] = {}
    for entry in answers.entries:
        places = _places(items, entry)
        if not places:
            said.append(_report(Code.ANSWER_UNKNOWN_ITEM, f"no question is called {entry.reference!r}", entry))
        for place in places:
            before = used.setdefault(place, entry)
            if before.values != entry.values:
                message = f"{entry.reference!r} was answered before, differently; the first answer is used"
                said.append(_report(Code.ANSWER_UNUSABLE, message, entry, items[place]))
            elif before is entry:
                done[place], more = _applied(items[place], entry)
                said += more
    return done, said


def _ordinals(answers: Answers) -> list[Diagnostic]:
    numbers = [entry for entry in answers.entries if isinstance(entry.reference, int)]
    if not numbers:
        return []
    listed = ", ".join(str(entry.reference) for entry in numbers[:10]) + (", …" if len(numbers) > 10 else "")
    message = f"{answers.source} answers questions by number ({listed}); that a question moved cannot be noticed"
    return [_report(Code.ANSWER_ORDINAL, message, numbers[0])]


def _places(items: Sequence[Item], entry: Answer) -> list[int]:
    """Return where the items stand that an entry speaks of. Ordinals count questions, not descriptions."""
    if isinstance(entry.reference, str):
        return [place for place, item in enumerate(items) if item.identifier == entry.reference]
    asked = [place for place, item in enumerate(items) if not isinstance(item.interaction, NoInteraction)]
    return asked[entry.reference - 1 : entry.reference] if entry.reference > 0 else []


def _applied(item: Item, entry: Answer) -> tuple[Item, list[Diagnostic]]:
    try:
        interaction = _keyed(item.interaction, entry)
    except _RefusalError as refusal:
        return item, [_report(refusal.code, refusal.message, entry, item)]
    said = []
    stated = item.key is not None and item.key.source is KeySource.STATED
    if stated and interaction != item.interaction:
        said.append(
            _report(Code.KEY_OVERRIDDEN, "the reviewed key differs from the one that the source states", entry, item)
        )
    return replace(item, interaction=interaction, key=Key(source=KeySource.REVIEWED)), said


def _report(code: Code, message: str, entry: Answer, item: Item | None = None) -> Diagnostic:
    return diagnose(
        code, message, item=item.identifier if item else None, span=entry.span or (item.span if item else None)
    )


def _keyed(interaction: Interaction, entry: Answer) -> Interaction:
    if not entry.values:
        raise _RefusalError(Code.ANSWER_UNUSABLE, "the entry holds no answer")
    match interaction:
        case ChoiceInteraction():
            return _chosen(interaction, entry)
        case TextEntry():
            texts = tuple(TextAnswer(content=_as_text(value)) for value in entry.values)
            return replace(interaction, accepted=texts)
        case NumericEntry():
            return replace(interaction, accepted=tuple(_as_number(interaction, value) for value in entry.values))
        case _:
            raise _RefusalError(Code.ANSWER_UNUSABLE, "a question of this type takes no answer from an answers file")


def _chosen(interaction: ChoiceInteraction, entry: Answer) -> ChoiceInteraction:
    chosen = [_choice(interaction, value) for value in entry.values]
    if len(set(chosen)) > 1 and interaction.kind is not ChoiceKind.MULTIPLE:
        raise _RefusalError(Code.ANSWER_UNUSABLE, "the question takes one choice, and the entry names several")
    _check_texts([interaction.choices[place].content.plain for place in chosen], entry.texts)
    return replace(interaction, choices=mark(interaction.choices, chosen))


def mark(choices: Sequence[Choice], keys: Sequence[int]) -> tuple[Choice, ...]:
    """Return the choices with ``is_key`` on those at ``keys`` only.

    A credit that contradicts the new key is taken off: full or no credit is what ``is_key`` says.
    """
    return tuple(
        choice if choice.is_key == (place in keys) else replace(choice, is_key=place in keys, credit=None)
        for place, choice in enumerate(choices)
    )


def _choice(interaction: ChoiceInteraction, value: AnswerValue) -> int:
    choices = interaction.choices
    if isinstance(value, bool):
        if interaction.kind is ChoiceKind.TRUE_FALSE:
            return 0 if value else 1
        value = "true" if value else "false"
    name = _as_text(value).casefold()
    tests = (
        [choice.identifier.casefold() for choice in choices],
        [(choice.label or "").casefold() for choice in choices],
        [normalise(choice.content.plain).casefold() for choice in choices],
    )
    for names in tests:
        if names.count(normalise(name)) == 1:
            return names.index(normalise(name))
    raise _RefusalError(Code.ANSWER_UNUSABLE, f"the question has no choice {_as_text(value)!r}")


def _check_texts(chosen: Sequence[str], texts: Sequence[str]) -> None:
    now = sorted({normalise(text) for text in chosen})
    for text in texts:
        if normalise(text) not in now:
            raise _RefusalError(
                Code.ANSWER_CHANGED,
                f"the answer was reviewed as {text!r}, and that choice now reads {' / '.join(now)!r}",
            )


def _as_text(value: AnswerValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else value


def _as_number(interaction: NumericEntry, value: AnswerValue) -> NumericAnswer:
    try:
        number = Decimal(_as_text(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise _RefusalError(Code.ANSWER_UNUSABLE, f"{_as_text(value)!r} is not a number")
    same = [answer for answer in interaction.accepted if answer.value == number]
    return same[0] if same else NumericAnswer(value=number)
