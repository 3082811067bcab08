"""What makes an item coherent beyond its shape: rules that no schema can say.

A bank that is read from a file is held to them with the path and line of the place; an item from any other reader by
``qticonv.checks``. Each rule yields a path inside the item, in the properties of the intermediate form, and a message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import assert_never

from qticonv.model.interactions import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Gap,
    GapKind,
    Gaps,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.model.items import Item, KeySource
from qticonv.patterns import lazy

Path = tuple[str | int, ...]
Finding = tuple[Path, str]

GAP_MARK = lazy(r"\{\{([A-Za-z0-9_.-]+)\}\}")


def incoherences(item: Item) -> Iterator[Finding]:
    """Yield what does not fit together in ``item``: ``(path, message)`` each."""
    yield from _key(item)
    yield from _at(("interaction",), _interaction(item))
    if item.penalty is not None and not 0 <= item.penalty <= 1:
        yield ("penalty",), f"the penalty {item.penalty} is not between 0 and 1"
    if item.span is not None and item.span.end_line < item.span.start_line:
        yield ("span", "end_line"), "the span ends before it starts"


def _at(prefix: Path, findings: Iterable[Finding]) -> Iterator[Finding]:
    return (((*prefix, *path), message) for path, message in findings)


def is_missing(item: Item) -> bool:
    """Whether the item says that its key is not known."""
    return item.key is not None and item.key.source is KeySource.MISSING


def _key(item: Item) -> Iterator[Finding]:
    key = item.key
    if key is None:
        if item.needs_key:
            yield ("key",), "the key is missing; state `source: missing` where it is not known"
        return
    inferred = key.source is KeySource.INFERRED
    if inferred and key.confidence is None:
        yield ("key",), "an inferred key needs its confidence"
    if not inferred and key.confidence is not None:
        yield ("key", "confidence"), f"a key that is {key.source.value} has no confidence; only inferred ones have"
    if isinstance(item.interaction, ChoiceInteraction):
        names = {choice.identifier for choice in item.interaction.choices}
        for index, candidate in enumerate(key.candidates):
            if candidate.choice not in names:
                yield ("key", "candidates", index, "choice"), f"there is no choice {candidate.choice!r}"


def _interaction(item: Item) -> Iterator[Finding]:
    interaction, missing = item.interaction, is_missing(item)
    match interaction:
        case ChoiceInteraction():
            yield from _choice_interaction(interaction, missing)
        case TextEntry(accepted=accepted):
            yield from _at(("accepted",), _text_answers(accepted, missing))
        case NumericEntry(accepted=numbers):
            yield from _at(("accepted",), _numeric_answers(numbers, missing))
        case Match(pairs=pairs):
            if not pairs:
                yield ("pairs",), "there is no pair"
        case Order(sequence=sequence):
            if len(sequence) < 2:
                yield ("sequence",), "there is nothing to order: two elements are needed"
        case Gaps():
            yield from _gaps(item, interaction, missing)
        case ExtendedText() | Upload() | NoInteraction():
            pass
        case _:
            assert_never(interaction)


def _is_usual(interaction: ChoiceInteraction) -> bool:
    """Whether one of several different choices is the key and none has a weight, as in nearly all questions."""
    choices = interaction.choices
    return (
        interaction.kind is ChoiceKind.SINGLE
        and len(choices) > 1
        and sum([choice.is_key for choice in choices]) == 1
        and len({choice.identifier for choice in choices}) == len(choices)
        and not interaction.is_weighted
    )


def _choice_interaction(interaction: ChoiceInteraction, missing: bool) -> Iterator[Finding]:
    if not missing and _is_usual(interaction):
        return
    count, kind = len(interaction.choices), interaction.kind
    if kind is ChoiceKind.TRUE_FALSE and count != 2:
        yield ("choices",), f"true/false has exactly two choices, not {count}"
    elif count < 2:
        yield ("choices",), f"two choices are needed, not {count}"
    yield from _at(("choices",), _choices(interaction.choices))
    yield from _at(("choices",), _keys(interaction.choices, missing, single=kind is not ChoiceKind.MULTIPLE))


def _choices(choices: Sequence[Choice]) -> Iterator[Finding]:
    yield from _at((), _repeated([choice.identifier for choice in choices], "choice", "identifier"))
    for index, choice in enumerate(choices):
        if choice.credit is not None:
            yield from _credit((index,), choice.credit)


def _keys(choices: Sequence[Choice], missing: bool, *, single: bool) -> Iterator[Finding]:
    keys = [index for index, choice in enumerate(choices) if choice.is_key]
    if missing:
        for index in keys:
            yield (index, "is_key"), "the key is missing, yet this choice is marked as right"
    elif not keys:
        yield (), "no choice is marked as right (is_key: true); state `source: missing` where the key is not known"
    elif single and len(keys) > 1:
        for index in keys[1:]:
            yield (index, "is_key"), f"{len(keys)} choices are marked as right where exactly one can be"


def _repeated(names: Sequence[str], what: str, name_property: str) -> Iterator[Finding]:
    if len(set(names)) == len(names):
        return
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (index, name_property), f"the {what} {name!r} stands here again"


def _credit(path: Path, credit: Decimal | None) -> Iterator[Finding]:
    if credit is not None and not -1 <= credit <= 1:
        yield (*path, "credit"), f"the credit {credit} is not between -1 and 1"


def _present(answers: Sequence[object], missing: bool) -> Iterator[Finding]:
    if missing and answers:
        yield (), "the key is missing, yet answers are accepted"
    elif not missing and not answers:
        yield (), "no answer is accepted; state `source: missing` where the key is not known"


def _text_answers(answers: Sequence[TextAnswer], missing: bool) -> Iterator[Finding]:
    yield from _present(answers, missing)
    for index, answer in enumerate(answers):
        yield from _credit((index,), answer.credit)
        if not answer.content.strip():
            yield (index, "content"), "the accepted answer is empty"


def _numeric_answers(answers: Sequence[NumericAnswer], missing: bool) -> Iterator[Finding]:
    yield from _present(answers, missing)
    for index, answer in enumerate(answers):
        yield from _credit((index,), answer.credit)
        yield from _at((index,), _range(answer))


def _range(answer: NumericAnswer) -> Iterator[Finding]:
    bounds = (answer.minimum, answer.maximum)
    if answer.value is not None and bounds != (None, None):
        yield (), "a number has a value or a range, not both"
    if answer.tolerance is not None and answer.value is None:
        yield ("tolerance",), "a tolerance goes with a value"
    if answer.tolerance is not None and answer.tolerance < 0:
        yield ("tolerance",), f"the tolerance {answer.tolerance} is negative"
    if answer.minimum is not None and answer.maximum is not None and answer.minimum > answer.maximum:
        yield ("minimum",), f"the minimum {answer.minimum} is above the maximum {answer.maximum}"


def _gaps(item: Item, interaction: Gaps, missing: bool) -> Iterator[Finding]:
    names = [gap.name for gap in interaction.gaps]
    if not names:
        yield ("gaps",), "there is no gap"
    yield from _at(("gaps",), _repeated(names, "gap", "name"))
    marks = Counter(GAP_MARK.findall(item.stem.content))
    for index, name in enumerate(names):
        if marks[name] != 1:
            yield ("gaps", index, "name"), f"the stem holds {{{{{name}}}}} {marks[name]} times instead of once"
    for index, gap in enumerate(interaction.gaps):
        yield from _at(("gaps", index), _gap(gap, missing))
    banks = {frozenset(choice.content for choice in gap.choices) for gap in interaction.gaps}
    if interaction.shared_choices and len(banks) > 1:
        yield ("shared_choices",), "the gaps share one word bank, yet their choices differ"


def _gap(gap: Gap, missing: bool) -> Iterator[Finding]:
    match gap.kind:
        case GapKind.DROPDOWN:
            yield from _at(("choices",), _choices(gap.choices))
            yield from _at(("choices",), _keys(gap.choices, missing, single=True))
        case GapKind.TEXT:
            yield from _at(("accepted",), _text_answers(gap.accepted, missing))
        case GapKind.NUMERIC:
            yield from _at(("accepted",), _numeric_answers(gap.numbers, missing))
        case _:
            assert_never(gap.kind)
