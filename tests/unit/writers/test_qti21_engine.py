"""An independent engine (pyslet) runs what was written: the right score and the right feedback for every response."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import banks
import pytest
from msgspec.structs import replace
from qti_engine import attempt, document, identifier_of

from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    Feedback,
    Item,
    Match,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    Scoring,
    Text,
)

GENERAL, RIGHT, PART, WRONG = (
    text.content
    for text in (
        banks.ALL_FEEDBACK.general or Text(""),
        banks.ALL_FEEDBACK.correct or Text(""),
        banks.ALL_FEEDBACK.partially_correct or Text(""),
        banks.ALL_FEEDBACK.incorrect or Text(""),
    )
)


def run(item: Item, given: Any) -> tuple[float, set[str]]:
    """Answer by what choices say: a text, a list of texts, pairs "left > right", or a mapping of responses."""
    data = document(item)
    responses: Mapping[str, Any] = given if isinstance(given, dict) else {response_of(item): given}
    outcome = attempt(data, {name: translated(data, value, item) for name, value in responses.items()})
    return outcome.score, outcome.texts


def response_of(item: Item) -> str:
    interaction = item.interaction
    is_truth = isinstance(interaction, ChoiceInteraction) and interaction.kind is ChoiceKind.TRUE_FALSE
    return "TF" if is_truth else "RESPONSE"


def translated(data: bytes, value: Any, item: Item) -> Any:
    if isinstance(value, list):
        return [translated(data, part, item) for part in value]
    if isinstance(value, str) and " > " in value:
        return " ".join(identifier_of(data, part) for part in value.split(" > "))
    if isinstance(value, str) and isinstance(item.interaction, (ChoiceInteraction, Order)):
        return identifier_of(data, value)
    if isinstance(value, str) and value.startswith("="):
        return identifier_of(data, value[1:])
    return value


SINGLE, WEIGHTED, TEXT, NUMBER = (
    banks.single_choice(),
    banks.weighted_choice(),
    banks.text_entry(),
    banks.numeric_entry(),
)
MULTIPLE, STRICT = banks.multiple_choice(), banks.multiple_choice(Scoring.ALL_OR_NOTHING)
MATCH, MATCH_STRICT = banks.match(), banks.match(Scoring.ALL_OR_NOTHING)
ORDER, ORDER_PARTIAL = banks.order(), banks.order(Scoring.PARTIAL)
GAPS, GAPS_STRICT = banks.gaps(), banks.gaps(Scoring.ALL_OR_NOTHING)
CASE = banks.text_entry(case_sensitive=True)
FE, ALLOY, LIQUID = "Fe.", "An alloy of it.", "About state B."
ALL_GAPS = {"RESPONSE_1": "iron", "RESPONSE_2": "=liquid", "RESPONSE_3": "1540"}
PAIRS = ["France > Paris", "Italy > Rome", "Spain > Madrid"]
PHASES = ["Prophase", "Metaphase", "Anaphase", "Telophase"]

CASES: list[tuple[str, Item, Any, float, set[str]]] = [
    ("single: right", SINGLE, "Venus", 1, {GENERAL, RIGHT, "About planet B."}),
    ("single: wrong", SINGLE, "Mars", 0, {GENERAL, WRONG, "About planet D."}),
    ("single: empty", SINGLE, None, 0, {GENERAL}),
    ("weighted: best", WEIGHTED, "oak", 2, {GENERAL, RIGHT}),
    ("weighted: second best", WEIGHTED, "palm", 1, {GENERAL, PART}),
    ("weighted: wrong", WEIGHTED, "moss", 0, {GENERAL, WRONG}),
    ("multiple: all", MULTIPLE, ["2", "11"], 2, {GENERAL, RIGHT, "About number A.", "About number D."}),
    ("multiple: one", MULTIPLE, ["11"], 1, {GENERAL, PART, "About number D."}),
    ("multiple: one right, one wrong", MULTIPLE, ["2", "4"], 0, {GENERAL, WRONG, "About number A.", "About number B."}),
    (
        "multiple: both and a wrong one",
        MULTIPLE,
        ["2", "4", "11"],
        1,
        {GENERAL, PART, "About number A.", "About number B.", "About number D."},
    ),
    ("multiple: wrong ones", MULTIPLE, ["4", "9"], 0, {GENERAL, WRONG, "About number B.", "About number C."}),
    ("multiple: empty", MULTIPLE, [], 0, {GENERAL}),
    ("strict: all", STRICT, ["11", "2"], 2, {GENERAL, RIGHT, "About number A.", "About number D."}),
    ("strict: one", STRICT, ["2"], 0, {GENERAL, PART, "About number A."}),
    ("strict: wrong", STRICT, ["9"], 0, {GENERAL, WRONG, "About number C."}),
    ("true/false: right", banks.true_false(), "True", 1, {"Water freezes at 0 °C.", "You said true."}),
    ("true/false: wrong", banks.true_false(), "False", 0, {"Water freezes at 0 °C.", "You said false."}),
    (
        "true/false: the key is false",
        banks.true_false(False),
        "False",
        1,
        {"Water freezes at 0 °C.", "You said false."},
    ),
    ("text: preferred", TEXT, "canberra", 1, {GENERAL, RIGHT, "Right, not Sydney."}),
    ("text: alternative", TEXT, "Canberra, ACT", 1, {GENERAL, RIGHT}),
    ("text: half", TEXT, "SYDNEY", 0.5, {GENERAL, PART, "The largest city, not the capital."}),
    ("text: wrong", TEXT, "Perth", 0, {GENERAL, WRONG}),
    ("text: empty", TEXT, None, 0, {GENERAL}),
    ("text: the case counts", CASE, "canberra", 0, {GENERAL, WRONG}),
    (
        "text: the case is right",
        banks.text_entry(case_sensitive=True),
        "Canberra",
        1,
        {GENERAL, RIGHT, "Right, not Sydney."},
    ),
    ("number: value", NUMBER, "3.14", 4, {GENERAL, RIGHT, "Close enough."}),
    ("number: at the edge", NUMBER, "3.15", 4, {GENERAL, RIGHT, "Close enough."}),
    ("number: in the range", NUMBER, "3.3", 2, {GENERAL, PART, "Only roughly."}),
    ("number: outside", NUMBER, "3.51", 0, {GENERAL, WRONG}),
    ("number: empty", NUMBER, None, 0, {GENERAL}),
    (
        "essay: answered",
        banks.essay(),
        "Sun",
        0,
        {"Because the days are longer.\nAnd the sun stands higher.The axis of the Earth is tilted."},
    ),
    ("match: all", MATCH, PAIRS, 3, {GENERAL, RIGHT, "On the Seine."}),
    ("match: two", MATCH, [*PAIRS[:2], "Spain > Lisbon"], 2, {GENERAL, PART, "On the Seine."}),
    ("match: none right", MATCH, ["France > Rome"], 0, {GENERAL, WRONG, "On the Seine."}),
    ("match: empty", MATCH, [], 0, {GENERAL}),
    ("strict match: all", MATCH_STRICT, PAIRS, 3, {GENERAL, RIGHT, "On the Seine."}),
    ("strict match: two", MATCH_STRICT, PAIRS[:2], 0, {GENERAL, PART, "On the Seine."}),
    ("order: right", ORDER, PHASES, 2, {GENERAL, RIGHT}),
    ("order: two places", ORDER, [PHASES[i] for i in (1, 0, 2, 3)], 0, {GENERAL, PART}),
    ("order: no place", ORDER, [PHASES[i] for i in (3, 2, 1, 0)], 0, {GENERAL, WRONG}),
    ("order: empty", ORDER, [], 0, {GENERAL}),
    ("partial order: right", ORDER_PARTIAL, PHASES, 2, {GENERAL, RIGHT}),
    ("partial order: two places", ORDER_PARTIAL, [PHASES[i] for i in (1, 0, 2, 3)], 1, {GENERAL, PART}),
    ("partial order: no place", ORDER_PARTIAL, [PHASES[i] for i in (3, 2, 1, 0)], 0, {GENERAL, WRONG}),
    ("gaps: all", GAPS, ALL_GAPS, 4, {GENERAL, RIGHT, FE, LIQUID}),
    ("gaps: half of one", GAPS, {"RESPONSE_1": "Steel"}, 0.5, {GENERAL, PART, ALLOY}),
    ("gaps: the heavy one", GAPS, {"RESPONSE_3": "1533"}, 2, {GENERAL, PART}),
    ("gaps: wrong", GAPS, {"RESPONSE_2": "=gas"}, 0, {GENERAL, WRONG, "About state C."}),
    ("gaps: empty", GAPS, {}, 0, {GENERAL}),
    ("strict gaps: all", GAPS_STRICT, ALL_GAPS, 4, {GENERAL, RIGHT, FE, LIQUID}),
    (
        "strict gaps: one missing",
        GAPS_STRICT,
        {**ALL_GAPS, "RESPONSE_3": "1"},
        0,
        {GENERAL, PART, "Fe.", "About state B."},
    ),
    (
        "strict gaps: half is not all",
        GAPS_STRICT,
        {**ALL_GAPS, "RESPONSE_1": "steel"},
        0,
        {GENERAL, PART, "An alloy of it.", "About state B."},
    ),
]


@pytest.mark.parametrize(("item", "given", "score", "shown"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_score_and_feedback(item: Item, given: Any, score: float, shown: set[str]) -> None:
    got, texts = run(item, given)
    assert got == pytest.approx(score)
    assert texts == shown


def test_without_a_partial_text_a_partly_right_response_gets_the_text_for_a_wrong_one() -> None:
    feedback = replace(banks.ALL_FEEDBACK, partially_correct=None)
    assert run(banks.multiple_choice(feedback=feedback), ["2"])[1] == {GENERAL, WRONG, "About number A."}


@pytest.mark.parametrize("count", [3, 6, 7, 9, 11, 13])
def test_shares_of_the_points_add_up(count: int) -> None:
    """A third three times is not one in every engine: everything right is all points nevertheless."""
    texts = [f"choice {n}" for n in range(count)]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:count]
    parts = banks.choices(*texts, keys=letters)
    interaction = ChoiceInteraction(kind=ChoiceKind.MULTIPLE, choices=parts, scoring=Scoring.PARTIAL)
    item = banks.item("All of them", interaction, key=banks.STATED, feedback=banks.ALL_FEEDBACK)
    assert run(item, texts) == (1.0, {GENERAL, RIGHT})
    score, shown = run(item, texts[:-1])
    assert score == pytest.approx(1 - 1 / count)
    assert shown == {GENERAL, PART}


def test_credits_of_a_multiple_choice_are_the_authors() -> None:
    parts = banks.choices("a", "b", "c", keys="AB", credit=("0.7", "0.3", "-0.5"))
    interaction = ChoiceInteraction(kind=ChoiceKind.MULTIPLE, choices=parts)
    item = banks.item("Weighted", interaction, key=banks.STATED, points=Decimal(10))
    for given, score in ((["a"], 7), (["a", "b"], 10), (["a", "c"], 2), (["b", "c"], 0), (["c"], 0)):
        assert run(item, given)[0] == pytest.approx(score)


def test_a_single_choice_may_cost_points() -> None:
    parts = banks.choices("a", "b", keys="A", credit=("1", "-0.25"))
    interaction = ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts)
    item = banks.item("Guessing costs", interaction, key=banks.STATED, points=Decimal(4))
    assert run(item, "b")[0] == -1
    assert b'normalMinimum="-1"' in document(item)


def test_an_item_of_no_points_still_says_what_was_right() -> None:
    item = banks.multiple_choice(points=Decimal(0))
    assert run(item, ["2", "11"]) == (0, {GENERAL, RIGHT, "About number A.", "About number D."})
    assert run(item, ["2"]) == (0, {GENERAL, PART, "About number A."})
    assert run(item, ["4"]) == (0, {GENERAL, WRONG, "About number B."})


def test_of_answers_that_overlap_the_first_speaks() -> None:
    accepted = (
        NumericAnswer(value=Decimal(10), feedback=Text("exactly")),
        NumericAnswer(minimum=Decimal(5), maximum=Decimal(15), credit=Decimal("0.5"), feedback=Text("nearly")),
    )
    item = banks.item("Ten?", NumericEntry(accepted=accepted), key=banks.STATED)
    assert run(item, "10") == (1, {"exactly"})
    assert run(item, "11") == (0.5, {"nearly"})


def test_equal_right_sides_are_one_choice() -> None:
    pairs = (
        Pair(left=Text("salmon"), right=Text("fish")),
        Pair(left=Text("trout"), right=Text("fish")),
        Pair(left=Text("frog"), right=Text("amphibian")),
    )
    item = banks.item("Match", Match(pairs=pairs), key=banks.STATED, points=Decimal(3))
    assert run(item, ["salmon > fish", "trout > fish", "frog > amphibian"])[0] == 3
    assert run(item, ["salmon > fish"])[0] == pytest.approx(1)


def test_several_keys_of_a_single_choice_each_earn_all() -> None:
    parts = tuple(replace(choice, is_key=choice.identifier in "AC") for choice in banks.choices("x", "y", "z"))
    item = banks.item(
        "Either", ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts), key=banks.STATED, feedback=Feedback()
    )
    assert [run(item, text)[0] for text in "xyz"] == [1, 0, 1]


def test_choice_identifiers_of_the_bank_do_not_matter() -> None:
    parts = (
        Choice(identifier="correct", content=Text("one"), is_key=True, feedback=Text("f1")),
        Choice(identifier="2 b", content=Text("two")),
    )
    item = banks.item("Odd names", ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=parts), key=banks.STATED)
    assert run(item, "one") == (1, {"f1"})
