from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import banks
import pytest
from msgspec.structs import replace

from qticonv import checks
from qticonv.checks.words import FALSE_WORDS, TRUE_WORDS
from qticonv.diagnostics import Code, Effect, Severity, SourceSpan
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    Item,
    ItemBank,
    Key,
    KeySource,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Section,
    Text,
    item_identifier,
)


def choice_item(
    stem: str, *contents: str, keys: str = "A", kind: ChoiceKind = ChoiceKind.SINGLE, **fields: Any
) -> Item:
    interaction = ChoiceInteraction(kind=kind, choices=banks.choices(*contents, keys=keys))
    return banks.item(stem, interaction, **{"key": banks.STATED, **fields})


def codes(*items: Item, **fields: Any) -> list[tuple[Code, str | None]]:
    found = checks.run(ItemBank(items=items, **fields))
    return [(diagnostic.code, diagnostic.item) for diagnostic in found.diagnostics]


def only(code: Code, item: Item) -> list[tuple[Code, str | None]]:
    return [(code, item.identifier)]


def test_good_banks_have_no_findings_above_a_note() -> None:
    for bank in (banks.every_type(), banks.seed(), banks.many(50)):
        found = checks.run(bank)
        loud = [d for d in found.diagnostics if d.severity is not Severity.NOTE]
        assert loud == []
        assert found.withheld == ()
        assert found.bank is bank


def test_an_incoherent_item_is_withheld() -> None:
    two = choice_item("Which?", "this", "that", keys="AB")
    found = checks.run(ItemBank(items=(banks.single_choice(), two)))
    assert [(d.code, d.item, d.effect) for d in found.diagnostics] == [
        (Code.ITEM_INCOHERENT, two.identifier, Effect.WITHHELD)
    ]
    assert found.withheld == (1,)
    assert found.bank.items == (banks.single_choice(),)


def test_the_same_question_with_the_same_key_is_written_once() -> None:
    first = choice_item("Which?", "this", "that", span=SourceSpan("a.txt", 3, 6))
    second = choice_item("Which? ", "this", "that", span=SourceSpan("a.txt", 9, 12))
    assert first.identifier == second.identifier
    found = checks.run(ItemBank(items=(first, second)))
    (diagnostic,) = found.diagnostics
    assert (diagnostic.code, diagnostic.severity, diagnostic.span) == (
        Code.DUPLICATE_ITEM,
        Severity.WARNING,
        second.span,
    )
    assert diagnostic.message == "the same question stands in a.txt, line 3 already; this one is not written"
    assert found.withheld == (1,)
    assert found.bank.items == (first,)


def test_the_same_question_with_another_key_is_not_written_at_all() -> None:
    items = [choice_item("Which?", "this", "that", keys=key) for key in "ABA"]
    found = checks.run(ItemBank(items=items))
    assert [diagnostic.code for diagnostic in found.diagnostics] == [Code.CONFLICTING_KEYS] * 3
    assert found.withheld == (0, 1, 2)


def test_a_question_without_key_repeats_the_one_that_has_it() -> None:
    unknown = choice_item("Which?", "this", "that", keys="", key=Key(source=KeySource.MISSING))
    known = choice_item("Which?", "this", "that", keys="B")
    found = checks.run(ItemBank(items=(unknown, known, unknown)))
    assert [diagnostic.code for diagnostic in found.diagnostics] == [Code.DUPLICATE_ITEM] * 2
    assert found.bank.items == (known,)


def test_the_same_elements_in_another_order_are_a_conflict() -> None:
    items = [banks.item("Sort", Order(sequence=tuple(map(Text, order))), key=banks.STATED) for order in ("abc", "acb")]
    assert codes(*items) == [(Code.CONFLICTING_KEYS, items[0].identifier)] * 2


def test_two_questions_with_one_identifier_given_by_hand() -> None:
    items = [replace(choice_item(stem, "this", "that"), identifier="q1") for stem in ("Which?", "Who?")]
    assert codes(*items) == [(Code.CONFLICTING_KEYS, "q1")] * 2


def asked_about_passages() -> list[Item]:
    texts = [replace(banks.item(f"Passage {n}", NoInteraction()), identifier=f"p{n}") for n in (1, 2)]
    asked = [
        choice_item("Why?", "this", "that", keys=key, passage=f"p{n}") for key, n in (("A", 1), ("B", 2), ("A", 1))
    ]
    return [*texts, *asked]


def test_passages_tell_the_same_question_apart() -> None:
    items = asked_about_passages()
    name = items[2].identifier
    bank = ItemBank(items=items, sections=(Section(title="One", items=("p1", name, "p2", name)),))
    distinct = checks.distinguish(bank)
    first, second, third = (item.identifier for item in distinct.items[2:])
    assert first == third != second
    assert first == item_identifier(items[2].stem, items[2].interaction, "Passage 1")
    assert distinct.sections[0].items == ("p1", first, "p2", second)
    assert checks.run(distinct).withheld == (4,)
    assert checks.distinguish(distinct) == distinct


def test_identifiers_given_by_hand_are_not_changed() -> None:
    items = [replace(item, identifier="mine") if item.passage else item for item in asked_about_passages()]
    bank = ItemBank(items=items)
    assert checks.distinguish(bank) is not None
    assert [item.identifier for item in checks.distinguish(bank).items[2:]] == ["mine"] * 3


@pytest.mark.parametrize(
    ("stem", "keys", "doubtful"),
    [
        ("Which are even? (Choose two.)", "A", True),
        ("Which are even? (Choose two.)", "AB", False),
        ("Which are even? Choose 3 answers:", "AB", True),
        ("Which are even? Select TWO", "A", True),
        ("Which two of the following are even?", "A", True),
        ("Which is even? (Choose one)", "AB", True),
        ("Wählen Sie zwei Antworten.", "A", True),
        ("Select all that apply.", "A", False),
        ("Choose two numbers whose sum is 5", "A", False),
        ("Pick the one that fits", "A", False),
        ("A farmer has to choose between three fields. Which?", "A", False),
    ],
)
def test_key_counts(stem: str, keys: str, doubtful: bool) -> None:
    item = choice_item(stem, "1", "2", "4", keys=keys, kind=ChoiceKind.MULTIPLE)
    assert codes(item) == (only(Code.KEY_COUNT, item) if doubtful else [])


def test_a_missing_key_is_not_counted() -> None:
    item = choice_item("Choose two.", "1", "2", keys="", kind=ChoiceKind.MULTIPLE, key=Key(source=KeySource.MISSING))
    assert codes(item) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("True", "False"), None),
        (("Wahr", "Falsch"), None),
        (("正确", "错误"), None),
        (("True.", "False."), None),
        (("False", "True"), Code.TRUE_FALSE_REVERSED),
        (("No", "Maybe"), Code.TRUE_FALSE_REVERSED),
        (("Agree", "Disagree"), Code.TRUE_FALSE_WORDS),
    ],
)
def test_true_false_words(words: Sequence[str], code: Code | None) -> None:
    item = choice_item("It rains.", *words, kind=ChoiceKind.TRUE_FALSE)
    assert codes(item) == (only(code, item) if code else [])


def test_no_word_is_true_and_false() -> None:
    assert TRUE_WORDS.isdisjoint(FALSE_WORDS)
    assert all(word == word.lower() for word in TRUE_WORDS | FALSE_WORDS)


def test_empty_texts() -> None:
    image = Text('<p><img src="asset:a" alt="a tree"/></p>', is_html=True)
    empty = Text("<p> </p>", is_html=True)
    for stem, blank in ((Text("\n "), True), (empty, True), (image, False), (Text("?"), False)):
        item = replace(choice_item("x", "this", "that"), stem=stem)
        assert codes(item) == (only(Code.TEXT_EMPTY, item) if blank else [])
    item = choice_item("Which?", "this", " ", "")
    (found,) = checks.run(ItemBank(items=(item,))).diagnostics
    assert (found.message, found.effect) == ("without text: choice B, choice C", Effect.WITHHELD)


def test_duplicate_choices() -> None:
    item = choice_item("Which?", "this", "that", "this ")
    (found,) = checks.run(ItemBank(items=(item,))).diagnostics
    assert found.code is Code.DUPLICATE_CHOICE
    assert found.message == "the choices A and C read the same; one of them is the key"
    assert codes(choice_item("Which?", "This", "this")) == []


def test_points() -> None:
    item = replace(banks.single_choice(), points=Decimal(0))
    assert codes(item) == only(Code.POINTS_NONE, item)
    assert codes(replace(banks.description(), points=Decimal(0))) == []


def test_references() -> None:
    item = replace(banks.single_choice(), passage="q-lost")
    section = Section(title="One", items=(item.identifier, "q-gone"), pick=3)
    assert codes(item, sections=(section,)) == [
        (Code.REFERENCE_BROKEN, item.identifier),
        (Code.REFERENCE_BROKEN, None),
        (Code.REFERENCE_BROKEN, None),
    ]


def test_what_refers_to_a_withheld_item_lets_go() -> None:
    passage = replace(banks.item(" ", NoInteraction()), identifier="p1")
    asked = choice_item("Why?", "this", "that", passage="p1")
    sections = (Section(title="One", items=("p1", asked.identifier), pick=2), Section(title="Two", items=("p1",)))
    found = checks.run(ItemBank(items=(passage, asked), sections=sections))
    assert found.bank.items == (replace(asked, passage=None),)
    assert found.bank.sections == (Section(title="One", items=(asked.identifier,), pick=1),)


def test_numeric_ranges_are_checked() -> None:
    answer = NumericAnswer(minimum=Decimal(3), maximum=Decimal(2))
    item = banks.item("How many?", NumericEntry(accepted=(answer,)), key=banks.STATED)
    assert codes(item) == only(Code.ITEM_INCOHERENT, item)


def test_diagnostics_stand_in_the_order_of_the_items() -> None:
    items = (choice_item("Which? (Choose two.)", "a", "a"), choice_item(" ", "a", "b"), choice_item("Who?", "a", "a"))
    assert [code for code, _ in codes(*items)] == [
        Code.KEY_COUNT,
        Code.DUPLICATE_CHOICE,
        Code.TEXT_EMPTY,
        Code.DUPLICATE_CHOICE,
    ]
