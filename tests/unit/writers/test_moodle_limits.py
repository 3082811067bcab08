"""What Moodle XML and GIFT cannot hold because of an item's content: a diagnostic each, before anything is written."""

# ruff: noqa: E501 - a rule is one line

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from banks import every_item
from msgspec.structs import replace

from qticonv.diagnostics import Effect
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
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    Text,
    TextAnswer,
    TextEntry,
)
from qticonv.writers import gift, moodle

W, L, A = Effect.WITHHELD, Effect.LOST, Effect.ADAPTED


def item(interaction: Interaction, **fields: Any) -> Item:
    return Item(identifier="q-1", stem=Text("What about {{a}}?"), interaction=interaction, **fields)


def choice(*texts: str, keys: int = 1, kind: ChoiceKind = ChoiceKind.SINGLE, shares: str = "", **fields: Any) -> Item:
    given = [Decimal(credit) if credit != "-" else None for credit in shares.split()] or [None] * len(texts)
    made = tuple(
        Choice(identifier=str(place), content=Text(text), is_key=place < keys, credit=credit)
        for place, (text, credit) in enumerate(zip(texts, given, strict=True))
    )
    return item(ChoiceInteraction(kind=kind, choices=made), **fields)


def short(*answers: str, shares: str = "", **fields: Any) -> Item:
    given = [Decimal(credit) if credit != "-" else None for credit in shares.split()] or [None] * len(answers)
    made = (TextAnswer(content=text, credit=credit) for text, credit in zip(answers, given, strict=True))
    return item(TextEntry(accepted=tuple(made)), **fields)


def number(**fields: Any) -> Item:
    values: dict[str, Any] = {name: Decimal(value) for name, value in fields.items()}
    return item(NumericEntry(accepted=(NumericAnswer(**values),)))


def match(*pairs: tuple[str, str], distractors: tuple[str, ...] = (), html: bool = False) -> Item:
    made = tuple(Pair(left=Text(left), right=Text(right, html)) for left, right in pairs)
    return item(Match(pairs=made, distractors=tuple(map(Text, distractors))))


def gap(kind: GapKind, points: str | None = None, **fields: Any) -> Item:
    part = Gap(name="a", kind=kind, points=None if points is None else Decimal(points), **fields)
    return item(Gaps(gaps=(part,)))


TEXT = NoInteraction()
MANY = [f"choice {place}" for place in range(25)]
MULTIPLE, TRUE_FALSE = ChoiceKind.MULTIPLE, ChoiceKind.TRUE_FALSE
PARTLY = Feedback(partially_correct=Text("part"))
WRONG = Feedback(incorrect=Text("wrong"))
ONE = (TextAnswer(content="x"),)

# name: item, effect and words for Moodle XML (None: nothing is said), the same for GIFT ("=": the same)
# fmt: off
LIMITS: dict[str, tuple[Item, tuple[Effect, str] | None, tuple[Effect, str] | str | None]] = {
    "20 right choices": (choice(*MANY, keys=20, kind=MULTIPLE), None, None),
    "21 right choices": (choice(*MANY, keys=21, kind=MULTIPLE), (W, "at most 20"), "="),
    "one choice": (choice("a"), (W, "at least two"), "="),
    "an empty choice": (choice("a", " "), (W, "empty"), "="),
    "credit that is not in the list": (choice("a", "b", shares="1 0.45"), (A, "45 % becomes 50 %"), "="),
    "a third": (choice("a", "b", shares="1 0.3333"), None, None),
    "credits without full marks": (choice("a", "b", keys=2, kind=MULTIPLE, shares="0.5 0.3"), (A, "earns 80 %"), "="),
    "single choice without full marks": (choice("a", "b", shares="0.5 -"), (A, "earns 50 %"), (W, "no choice earns full marks")),
    "single choice with right choices only": (choice("a", "b", keys=2), None, (W, "every choice is right")),
    "words of true and false": (choice("Ja", "Nein", kind=TRUE_FALSE), (A, "instead of Ja and Nein"), "="),
    "partial credit in true/false": (choice("True", "False", kind=TRUE_FALSE, shares="1 0.5"), (L, "partial credit"), "="),
    "partial feedback without partial credit": (choice("a", "b", feedback=PARTLY), None, (L, "no choice earns a part")),
    "partial feedback with partial credit": (choice("a", "b", shares="1 0.5", feedback=PARTLY), None, None),
    "short answer without full marks": (short("a", "b", shares="0.5 0.5"), (W, "no accepted answer earns full marks"), "="),
    "an empty accepted answer": (short("a", " "), (L, "empty"), "="),
    "only empty answers": (short(" "), (W, "full marks"), "="),
    "white space in an answer": (short("a  b"), (A, "single spaces"), "="),
    "partial feedback of a short answer": (short("a", feedback=PARTLY), (L, "no answer earns a part"), "="),
    "an arrow in the only answer": (short("a->b"), None, None),
    "an arrow in one of two answers": (short("a->b", "c"), None, (W, "make a matching")),
    "an arrow and feedback when wrong": (short("a->b", feedback=WRONG), None, (W, "make a matching")),
    "a sequence of GIFT's own in an answer": (short("a&&058;b"), None, (W, "cannot escape")),
    "numbers without full marks": (number(value="1", credit="0.5"), (W, "full marks"), "="),
    "a huge number": (number(value="1E+400"), (W, "too large"), "="),
    "no number": (number(value="NaN"), (W, "too large or too small"), "="),
    "a range that ends before it begins": (number(minimum="2", maximum="1"), (W, "ends before"), "="),
    "a negative tolerance": (number(value="2", tolerance="-1"), (W, "negative"), "="),
    "15 digits": (number(value="1.23456789012345"), (A, "14 significant"), "="),
    "14 digits": (number(value="1.2345678901234"), None, None),
    "one pair": (match(("a", "b"), distractors=("c",)), (W, "two pairs"), "="),
    "an empty right side": (match(("a", "b"), ("c", " ")), (W, "right side is empty"), "="),
    "an empty left side": (match(("a", "b"), (" ", "c")), (W, "left side"), "="),
    "an empty distractor": (match(("a", "b"), ("c", "d"), distractors=("",)), (W, "right side is empty"), "="),
    "a right side of 256 characters": (match(("a", "b"), ("c", "x" * 256)), (W, "longer than 255"), "="),
    "a right side of 255 characters": (match(("a", "b"), ("c", "x" * 255)), None, None),
    "mark-up in a right side": (match(("a", "<b>b</b>"), ("c", "d"), html=True), (A, "plain text"), "="),
    "one thing to order": (item(Order(sequence=(Text("a"),))), (W, "at least two things"), None),
    "no gap": (item(Gaps(gaps=())), (W, "no gap"), None),
    "a gap without a mark": (replace(gap(GapKind.TEXT, accepted=ONE), stem=Text("no mark")), (W, "no mark"), None),
    "a gap without full marks": (gap(GapKind.TEXT, accepted=(TextAnswer(content="x", credit=Decimal("0.5")),)), (W, "full marks"), None),
    "a drop-down with one choice": (gap(GapKind.DROPDOWN, choices=(Choice(identifier="A", content=Text("x"), is_key=True),)), (W, "fewer than two"), None),
    "an empty answer in a gap": (gap(GapKind.TEXT, accepted=(*ONE, TextAnswer(content=" "))), (L, "empty"), None),
    "an image in a drop-down": (gap(GapKind.DROPDOWN, choices=(Choice(identifier="A", content=Text("x"), is_key=True), Choice(identifier="B", content=Text('<img src="asset:a.png" alt=""/>', True)))), (W, "no text"), None),
    "points of a gap that are not whole": (gap(GapKind.TEXT, points="0.5", accepted=ONE), None, None),
    "points of a gap that differ": (gap(GapKind.TEXT, points="3", accepted=ONE), (A, "worth 3 points"), None),
    "a huge number in a gap": (gap(GapKind.NUMERIC, numbers=(NumericAnswer(value=Decimal("1E+999")),)), (W, "too large"), None),
    "7 lines": (item(ExtendedText(expected_lines=7)), (A, "become 10"), None),
    "100 lines": (item(ExtendedText(expected_lines=100)), (A, "become 40"), None),
    "a title of 256 characters": (item(TEXT, title="x" * 256), (A, "title is cut"), "="),
    "an identifier of 101 characters": (replace(item(TEXT), identifier="q" * 101), (L, "identifier is left out"), "="),
    "a category of 256 characters": (item(TEXT, category=("a", "x" * 256)), (W, "too long"), "="),
    "a tag of 51 characters": (item(TEXT, tags=("x" * 51,)), (A, "longer than 50"), "="),
    "a tag with brackets": (item(TEXT, tags=("a<b>",)), (A, "written as 'ab'"), "="),
    "a tag that ends in a backslash": (item(TEXT, tags=("a\\",)), None, (A, "backslash")),
    "eight decimals of points": (item(TEXT, points=Decimal("0.12345678")), (A, "seven decimals"), "="),
    "control characters": (item(TEXT, title="a\x01b"), (A, "control characters"), "="),
    "control characters in an answer": (short("a\x00b"), (A, "control characters"), "="),
}
# fmt: on


@pytest.mark.parametrize("name", LIMITS)
def test_limit(name: str) -> None:
    entry, for_moodle, for_gift = LIMITS[name]
    _assert_said(entry, "moodle", for_moodle)
    if not isinstance(entry.interaction, (Order, Gaps)):  # withheld by the capability table
        _assert_said(entry, "gift", for_moodle if isinstance(for_gift, str) else for_gift)


def _assert_said(entry: Item, target: str, expected: tuple[Effect, str] | None) -> None:
    found = {"moodle": moodle, "gift": gift}[target].limits(entry)
    assert all(diagnostic.target == target and diagnostic.item == entry.identifier for diagnostic in found)
    if expected is None:
        assert found == ()
    else:
        effect, words = expected
        assert any(diagnostic.effect is effect and words in diagnostic.message for diagnostic in found), found


def test_shuffling_cannot_be_forbidden_in_gift() -> None:
    entry = choice("a", "b")
    assert isinstance(entry.interaction, ChoiceInteraction)
    fixed = replace(entry, interaction=replace(entry.interaction, shuffle=False))
    assert moodle.limits(fixed) == ()
    assert [diagnostic.effect for diagnostic in gift.limits(fixed)] == [L]


@pytest.mark.parametrize("entry", every_item(), ids=lambda entry: entry.stem.content[:30])
def test_ordinary_items_are_never_withheld(entry: Item) -> None:
    if entry.is_keyed:
        assert all(found.effect is not W for found in (*moodle.limits(entry), *gift.limits(entry)))
