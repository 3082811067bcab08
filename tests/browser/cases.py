"""Answers to items of every type, with the score and the feedback that a student should see after each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import banks
from msgspec.structs import replace

from qticonv.model import Item, NumericAnswer, NumericEntry, Scoring

# The feedback on the whole item, in the order in which it stands after the feedback on what was answered.
WRONG = ["Incorrect: read the chapter again.", "General: shown to everybody."]
PARTLY = ["Partly: some of it is right.", "General: shown to everybody."]
RIGHT = ["Correct: well done.", "General: shown to everybody."]
EMPTY: Any = None


def absurd_number() -> Item:
    accepted = NumericAnswer(value=Decimal("1E+99999"), tolerance=Decimal("1E-99999"))
    return banks.item("How many?", NumericEntry(accepted=(accepted,)), key=banks.STATED)


AnswerCase = tuple[Callable[[], Item], Any, str, list[str]]
ANSWERS: dict[str, AnswerCase] = {
    "single, right": (banks.single_choice, [1], "Correct: 1 of 1 point", ["About planet B.", *RIGHT]),
    "single, wrong": (banks.single_choice, [2], "Incorrect: 0 of 1 point", ["About planet C.", *WRONG]),
    "single, empty": (banks.single_choice, EMPTY, "Not answered: 0 of 1 point", WRONG),
    "weighted": (banks.weighted_choice, [1], "Partly correct: 1 of 2 points", PARTLY),
    "multiple, right": (
        banks.multiple_choice,
        [0, 3],
        "Correct: 2 of 2 points",
        ["About number A.", "About number D.", *RIGHT],
    ),
    "multiple, half": (banks.multiple_choice, [0], "Partly correct: 1 of 2 points", ["About number A.", *PARTLY]),
    "multiple, one of each": (
        banks.multiple_choice,
        [0, 1],
        "Incorrect: 0 of 2 points",
        ["About number A.", "About number B.", *WRONG],
    ),
    "multiple, never below nothing": (
        banks.multiple_choice,
        [1, 2],
        "Incorrect: 0 of 2 points",
        ["About number B.", "About number C.", *WRONG],
    ),
    "multiple, all or nothing": (
        lambda: banks.multiple_choice(Scoring.ALL_OR_NOTHING),
        [0],
        "Partly correct: 0 of 2 points",
        ["About number A.", *PARTLY],
    ),
    "multiple, all or nothing, wrong": (
        lambda: banks.multiple_choice(Scoring.ALL_OR_NOTHING),
        [1],
        "Incorrect: 0 of 2 points",
        ["About number B.", *WRONG],
    ),
    "multiple, without a text for the partly right": (
        lambda: banks.multiple_choice(feedback=replace(banks.ALL_FEEDBACK, partially_correct=None)),
        [0],
        "Partly correct: 1 of 2 points",
        ["About number A.", *WRONG],
    ),
    "true/false, right": (
        banks.true_false,
        [0],
        "Correct: 1 of 1 point",
        ["You said true.", "Water freezes at 0 °C."],
    ),
    "true/false, wrong": (
        banks.true_false,
        [1],
        "Incorrect: 0 of 1 point",
        ["You said false.", "Water freezes at 0 °C."],
    ),
    "text, right in other letters": (
        banks.text_entry,
        "  canBERRA ",
        "Correct: 1 of 1 point",
        ["Right, not Sydney.", *RIGHT],
    ),
    "text, half": (
        banks.text_entry,
        "sydney",
        "Partly correct: 0.5 of 1 point",
        ["The largest city, not the capital.", *PARTLY],
    ),
    "text, wrong": (banks.text_entry, "Perth", "Incorrect: 0 of 1 point", WRONG),
    "text, empty": (banks.text_entry, EMPTY, "Not answered: 0 of 1 point", WRONG),
    "text, case matters": (
        lambda: banks.text_entry(case_sensitive=True),
        "canberra",
        "Incorrect: 0 of 1 point",
        WRONG,
    ),
    "number, at the edge": (banks.numeric_entry, "3.15", "Correct: 4 of 4 points", ["Close enough.", *RIGHT]),
    "number, just past it": (
        banks.numeric_entry,
        "3.1500000000000000001",
        "Partly correct: 2 of 4 points",
        ["Only roughly.", *PARTLY],
    ),
    "number, with an exponent": (banks.numeric_entry, "314e-2", "Correct: 4 of 4 points", ["Close enough.", *RIGHT]),
    "number, wrong": (banks.numeric_entry, "-3.14", "Incorrect: 0 of 4 points", WRONG),
    "number, no number": (banks.numeric_entry, "three", "Incorrect: 0 of 4 points", WRONG),
    "number, empty": (banks.numeric_entry, EMPTY, "Not answered: 0 of 4 points", WRONG),
    "number, absurd key": (absurd_number, "1e9999", "Incorrect: 0 of 1 point", []),
    "essay": (
        banks.essay,
        "Because of the tilt.",
        "Handed in: graded by a person, up to 5 points",
        ["The axis of the Earth is tilted.", "Because the days are longer.\nAnd the sun stands higher."],
    ),
    "essay, empty": (
        lambda: banks.essay(model_answer=None),
        EMPTY,
        "Not answered: graded by a person, up to 5 points",
        ["The axis of the Earth is tilted."],
    ),
    "match, right": (banks.match, ["Paris", "Rome", "Madrid"], "Correct: 3 of 3 points", ["On the Seine.", *RIGHT]),
    "match, one right": (
        banks.match,
        ["Rome", "Rome", "Lisbon"],
        "Partly correct: 1 of 3 points",
        ["On the Seine.", *PARTLY],
    ),
    "match, all or nothing": (
        lambda: banks.match(Scoring.ALL_OR_NOTHING),
        ["", "Rome", "Madrid"],
        "Partly correct: 0 of 3 points",
        ["On the Seine.", *PARTLY],
    ),
    "match, empty": (banks.match, EMPTY, "Not answered: 0 of 3 points", WRONG),
    "order, right": (
        banks.order,
        ["Prophase", "Metaphase", "Anaphase", "Telophase"],
        "Correct: 2 of 2 points",
        RIGHT,
    ),
    "order, half right": (
        lambda: banks.order(Scoring.PARTIAL),
        ["Prophase", "Metaphase", "Telophase", "Anaphase"],
        "Partly correct: 1 of 2 points",
        PARTLY,
    ),
    "order, all or nothing": (
        banks.order,
        ["Prophase", "Metaphase", "Telophase", "Anaphase"],
        "Partly correct: 0 of 2 points",
        PARTLY,
    ),
    "order, nothing right": (
        banks.order,
        ["Telophase", "Anaphase", "Metaphase", "Prophase"],
        "Incorrect: 0 of 2 points",
        WRONG,
    ),
    "gaps, right": (
        banks.gaps,
        ["Iron", "liquid", "1540"],
        "Correct: 4 of 4 points",
        ["Fe.", "About state B.", *RIGHT],
    ),
    "gaps, partly": (
        banks.gaps,
        ["steel", "gas", ""],
        "Partly correct: 0.5 of 4 points",
        ["An alloy of it.", "About state C.", *PARTLY],
    ),
    "gaps, all or nothing": (
        lambda: banks.gaps(Scoring.ALL_OR_NOTHING),
        ["iron", "liquid", "0"],
        "Partly correct: 0 of 4 points",
        ["Fe.", "About state B.", *PARTLY],
    ),
    "gaps, empty": (banks.gaps, EMPTY, "Not answered: 0 of 4 points", WRONG),
    "word bank": (banks.word_bank, ["heart", "liver"], "Partly correct: 0.5 of 1 point", PARTLY),
    "upload": (banks.upload, EMPTY, "Not answered: graded by a person, up to 10 points", ["Marked within a week."]),
    "undecided": (
        banks.missing,
        [0],
        "Not scored: the key is undecided",
        ["All of them are old trading towns."],
    ),
    "inferred": (
        banks.inferred,
        [1],
        "Correct: 1 of 1 point",
        ["Only arteries carry blood away from the heart, under high pressure; veins carry it back."],
    ),
}
