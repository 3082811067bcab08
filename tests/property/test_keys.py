from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from qticonv.keys import settle
from qticonv.keys.words import TOKEN, Vocabulary
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Feedback,
    Item,
    ItemBank,
    Key,
    KeySource,
    Reading,
    Text,
)

WORDS = st.sampled_from(
    [
        "gravity",
        "moon",
        "bulge",
        "yeast",
        "gluten",
        "dough",
        "salt",
        "wind",
        "river",
        "not",
        "but",
        "Option",
        "(A)",
        "(B)",
        "B",
        "is",
        "wrong",
        "correct",
        "because",
        "sea.",
        "True.",
        "False.",
        "This",
        "misconception",
        "12",
        "x=y",
        "the",
        "of",
        "and",
        "rather",
        "than",
    ]
)
PROSE = st.lists(WORDS, min_size=0, max_size=40).map(" ".join)
ANY_TEXT = st.one_of(PROSE, st.text(max_size=120))


def item(number: int, stem: str, texts: list[str], explanation: str) -> Item:
    choices = tuple(Choice(identifier=c, label=c, content=Text(t)) for c, t in zip("ABCDEF", texts, strict=False))
    kind = ChoiceKind.SINGLE if number % 3 else ChoiceKind.TRUE_FALSE
    if kind is ChoiceKind.TRUE_FALSE:
        choices = choices[:2]
    return Item(
        identifier=f"q-{number}",
        stem=Text(stem),
        interaction=ChoiceInteraction(kind=kind, choices=choices),
        key=Key(source=KeySource.MISSING),
        feedback=Feedback(general=Text(explanation)) if explanation else Feedback(),
    )


QUESTION = st.tuples(ANY_TEXT, st.lists(ANY_TEXT, min_size=2, max_size=6), ANY_TEXT)


def reading(questions: list[tuple[str, list[str], str]]) -> Reading:
    return Reading(bank=ItemBank(items=tuple(item(n, *question) for n, question in enumerate(questions))))


@given(st.lists(QUESTION, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_is_settled_the_same_way_every_time(questions: list[tuple[str, list[str], str]]) -> None:
    given_reading = reading(questions)
    once = settle(given_reading, answers=None, accept=Decimal("0.95"))
    assert once == settle(given_reading, answers=None, accept=Decimal("0.95"))
    for before, after in zip(given_reading.bank.items, once.bank.items, strict=True):
        assert after.key is not None
        assert isinstance(after.interaction, ChoiceInteraction)
        assert len(after.interaction.keys) == (after.key.source is not KeySource.MISSING)
        assert (after.stem, after.feedback) == (before.stem, before.feedback)
        if after.key.candidates:
            shares = [c.confidence for c in after.key.candidates]
            assert abs(float(sum(shares)) - 1) <= 0.005
            assert shares == sorted(shares, reverse=True)


def shuffled(one: Item, order: list[int]) -> Item:
    assert isinstance(one.interaction, ChoiceInteraction)
    choices = one.interaction.choices
    return replace(one, interaction=replace(one.interaction, choices=tuple(choices[n] for n in order)))


SHUFFLE = QUESTION.flatmap(lambda q: st.tuples(st.just(q), st.permutations(range(len(q[1])))))


@given(st.lists(SHUFFLE, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_shuffling_the_choices_changes_their_order_only(
    rows: list[tuple[tuple[str, list[str], str], list[int]]],
) -> None:
    plain = tuple(item(n * 3 + 1, *question) for n, (question, _) in enumerate(rows))
    moved = tuple(shuffled(one, order) for one, (_, order) in zip(plain, rows, strict=True))
    first = settle(Reading(bank=ItemBank(items=plain)), answers=None, accept=Decimal("0.95"))
    second = settle(Reading(bank=ItemBank(items=moved)), answers=None, accept=Decimal("0.95"))
    for left, right in zip(first.bank.items, second.bank.items, strict=True):
        assert left.key is not None
        assert right.key is not None
        assert (left.key.source, left.key.confidence) == (right.key.source, right.key.confidence)
        assert {c.choice: c.confidence for c in left.key.candidates} == {
            c.choice: c.confidence for c in right.key.candidates
        }
        assert isinstance(left.interaction, ChoiceInteraction)
        assert isinstance(right.interaction, ChoiceInteraction)
        assert set(left.interaction.choices) == set(right.interaction.choices)


MARKED = st.lists(
    st.sampled_from(["it's", "dual-use", "word", "3.5", "...", "?!", ".", ",", "(a)", "_", "“so”", " ", "\n", "İ"])
)


@given(st.one_of(MARKED.map("".join), ANY_TEXT))
@settings(max_examples=200, deadline=None)
def test_no_token_reaches_across_a_blank(text: str) -> None:
    vocabulary = Vocabulary({})
    assert vocabulary.encode(text) == [code for token in TOKEN.findall(text.lower()) for code in vocabulary[token]]
    assert all(len(vocabulary[token]) == 1 for token in TOKEN.findall(text.lower()))
