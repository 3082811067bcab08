from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from msgspec.structs import replace

from qticonv.diagnostics import Code
from qticonv.keys import settle
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    Item,
    ItemBank,
    Key,
    KeySource,
    NumericAnswer,
    NumericEntry,
    Reading,
    Text,
    TextEntry,
)
from qticonv.model.answers import Answer, Answers, AnswerValue

Make = Callable[..., Reading]
COLOURS = ("Which colour has the longest waves?", ["violet light", "green light", "red light"], "Look at a rainbow.")
METALS = ("Which metal is liquid in a warm room?", ["iron", "mercury", "tin"], "Look at a thermometer.")


def settled(reading: Reading, *entries: Answer) -> Reading:
    return settle(reading, answers=Answers(source="answers.yaml", entries=entries), accept=None)


def entry(reference: str | int, *values: AnswerValue, texts: tuple[str, ...] = ()) -> Answer:
    return Answer(reference=reference, values=values, texts=texts)


def keys(item: Item) -> list[str]:
    assert isinstance(item.interaction, ChoiceInteraction)
    return [choice.identifier for choice in item.interaction.keys]


def codes(reading: Reading) -> list[Code]:
    return [d.code for d in reading.diagnostics if d.code is not Code.KEY_MISSING]


@pytest.mark.parametrize("value", ["C", "c", "red light", "Red  Light"])
def test_choice_by_identifier_label_or_text(quiz: Make, value: str) -> None:
    reading = quiz(COLOURS)
    done = settled(reading, entry(reading.bank.items[0].identifier, value, texts=("red light",)))
    (item,) = done.bank.items
    assert keys(item) == ["C"]
    assert item.key == Key(source=KeySource.REVIEWED)
    assert done.diagnostics == ()


def test_ordinal_is_used_with_a_warning(quiz: Make) -> None:
    done = settled(quiz(COLOURS, METALS), entry(2, "B"))
    assert keys(done.bank.items[1]) == ["B"]
    assert codes(done) == [Code.ANSWER_ORDINAL]


@pytest.mark.parametrize("reference", ["q-000000000000", 3, 0, -1])
def test_unknown_question_is_an_error(quiz: Make, reference: str | int) -> None:
    done = settled(quiz(COLOURS, METALS), entry(reference, "B"))
    assert Code.ANSWER_UNKNOWN_ITEM in codes(done)
    assert all(keys(item) == [] for item in done.bank.items)


def test_changed_text_is_not_used(quiz: Make) -> None:
    reading = quiz(COLOURS)
    done = settled(reading, entry(reading.bank.items[0].identifier, "C", texts=("infrared light",)))
    assert codes(done) == [Code.ANSWER_CHANGED]
    assert keys(done.bank.items[0]) == []
    assert done.bank.items[0].key == Key(source=KeySource.MISSING)


@pytest.mark.parametrize("values", [("Z",), ("A", "B"), (True,), (), (Decimal(7),)])
def test_impossible_answers_are_errors(quiz: Make, values: tuple[AnswerValue, ...]) -> None:
    reading = quiz(COLOURS)
    done = settled(reading, entry(reading.bank.items[0].identifier, *values))
    assert codes(done) == [Code.ANSWER_UNUSABLE]
    assert keys(done.bank.items[0]) == []


def test_entry_given_twice_differently(quiz: Make) -> None:
    reading = quiz(COLOURS)
    name = reading.bank.items[0].identifier
    done = settled(reading, entry(name, "A"), entry(name, "B"))
    assert keys(done.bank.items[0]) == ["A"]
    assert codes(done) == [Code.ANSWER_UNUSABLE]


def test_several_choices_where_several_are_asked(quiz: Make) -> None:
    reading = quiz(COLOURS, kind=ChoiceKind.MULTIPLE)
    done = settled(reading, entry(1, "A", "C"))
    assert keys(done.bank.items[0]) == ["A", "C"]


@pytest.mark.parametrize(("value", "key"), [(True, "T"), (False, "F"), ("T", "T"), ("false", "F")])
def test_true_false(quiz: Make, value: AnswerValue, key: str) -> None:
    reading = quiz(("Ice floats.", ["True", "False"], "Look at a glass."), kind=ChoiceKind.TRUE_FALSE)
    done = settled(reading, entry(reading.bank.items[0].identifier, value))
    assert keys(done.bank.items[0]) == [key]


def test_reviewed_overrides_stated_and_says_so(quiz: Make) -> None:
    reading = quiz(COLOURS)
    first = settled(reading, entry(reading.bank.items[0].identifier, "A")).bank.items[0]
    stated = replace(first, key=Key(source=KeySource.STATED))
    done = settled(replace(reading, bank=ItemBank(items=(stated,))), entry(stated.identifier, "C"))
    assert keys(done.bank.items[0]) == ["C"]
    assert codes(done) == [Code.KEY_OVERRIDDEN]
    same = settled(replace(reading, bank=ItemBank(items=(stated,))), entry(stated.identifier, "A"))
    assert same.diagnostics == ()
    assert same.bank.items[0].key == Key(source=KeySource.REVIEWED)


def typed(interaction: TextEntry | NumericEntry) -> Reading:
    item = Item(identifier="q-1", stem=Text("What?"), interaction=interaction, key=Key(source=KeySource.MISSING))
    return Reading(bank=ItemBank(items=(item,)))


def test_texts_and_numbers() -> None:
    done = settled(typed(TextEntry(accepted=())), entry("q-1", "mercury", Decimal("80")))
    interaction = done.bank.items[0].interaction
    assert isinstance(interaction, TextEntry)
    assert [answer.content for answer in interaction.accepted] == ["mercury", "80"]
    kept = NumericAnswer(value=Decimal("1.50"), tolerance=Decimal("0.1"))
    done = settled(typed(NumericEntry(accepted=(kept,))), entry("q-1", "1.5", Decimal("2")))
    interaction = done.bank.items[0].interaction
    assert isinstance(interaction, NumericEntry)
    assert interaction.accepted == (kept, NumericAnswer(value=Decimal(2)))
    assert codes(settled(typed(NumericEntry(accepted=())), entry("q-1", "many"))) == [Code.ANSWER_UNUSABLE]


def test_review_comes_before_inference(seed: Reading) -> None:
    first = seed.bank.items[0].identifier
    answers = Answers(source="answers.yaml", entries=(entry(first, "D"),))
    done = settle(seed, answers=answers, accept=Decimal("0.95"))
    assert keys(done.bank.items[0]) == ["D"]
    assert done.bank.items[0].key == Key(source=KeySource.REVIEWED)
