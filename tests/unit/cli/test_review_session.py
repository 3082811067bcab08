from __future__ import annotations

from decimal import Decimal
from io import StringIO

import banks
from msgspec.structs import replace

from qticonv.cli.review_screen import run_lines
from qticonv.cli.review_session import Decision, Press, Review, can_settle, queue
from qticonv.model import Choice, ChoiceInteraction, ChoiceKind, Item, Key, KeySource, NumericEntry, Text
from qticonv.model.answers import Answer

ONE = banks.missing()
MANY = banks.missing(ChoiceKind.MULTIPLE)
TRUTH = banks.missing(ChoiceKind.TRUE_FALSE)
WORD = banks.missing_text()
NUMBER = banks.item("How many?", NumericEntry(accepted=()), key=Key(source=KeySource.MISSING))


def answered(item: Item, *values: str, texts: tuple[str, ...] = ()) -> Decision:
    return Decision(item, Answer(reference=item.identifier, values=values, texts=texts))


def test_one_key_picks_and_turns_the_page() -> None:
    review = Review([ONE, TRUTH])
    assert review.press("B") == answered(ONE, "B", texts=("Bruges",))
    assert review.item is TRUTH
    assert review.press("f") == answered(TRUTH, "B", texts=("False",))
    assert review.finished


def test_a_printed_label_names_its_choice_too() -> None:
    choices = [(f"{number}", f"choice {number}") for number in range(1, 60)]
    interaction = ChoiceInteraction(
        kind=ChoiceKind.SINGLE,
        choices=tuple(Choice(identifier=name, label=name, content=Text(text)) for name, text in choices),
    )
    item = replace(ONE, interaction=interaction)
    assert Review([item]).press("57") == answered(item, "57", texts=("choice 57",))
    assert Review([item]).press("a") == answered(item, "10", texts=("choice 10",))


def test_several_keys_are_marked_and_confirmed() -> None:
    review = Review([MANY])
    assert [review.press(key) for key in "acca"] == [None] * 4
    assert review.press(Press.CONFIRM) is None
    assert review.message == "nothing is picked yet"
    assert [review.press(key) for key in "ca"] == [None, None]
    assert review.card().picked == {"A", "C"}
    assert review.press(Press.CONFIRM) == answered(MANY, "A", "C", texts=("Ghent", "Antwerp"))


def test_going_back_shows_the_decision_and_it_can_be_changed_or_withdrawn() -> None:
    review = Review([ONE, TRUTH])
    review.press("a")
    assert review.press(Press.BACK) is None
    assert (review.item, review.card().picked) == (ONE, {"A"})
    assert review.press("c") == answered(ONE, "C", texts=("Antwerp",))
    review.press(Press.BACK)
    assert review.press(Press.CLEAR) == Decision(ONE, None)
    assert review.decided == {}
    assert review.press(Press.CLEAR) is None


def test_skipping_quitting_and_keys_without_meaning() -> None:
    review = Review([ONE, TRUTH])
    assert review.press(Press.BACK) is None
    assert review.message == "this is the first question"
    review.press("x")
    assert review.message == "the key 'x' does nothing here"
    review.press(Press.ALL)
    assert review.card().show_all
    review.press(Press.SKIP)
    assert (review.item, review.card().show_all) == (TRUTH, False)
    review.press(Press.QUIT)
    assert review.finished
    assert review.decided == {}


def test_typed_answers() -> None:
    review = Review([WORD, NUMBER])
    assert review.answer("  ") is None
    assert review.answer(" Rhine ") == answered(WORD, "Rhine")
    assert review.answer("3,14") is None
    assert review.message == "'3,14' is not a number (with a decimal point)"
    decision = review.answer("3.14")
    assert decision is not None
    assert decision.answer == Answer(reference=NUMBER.identifier, values=(Decimal("3.14"),))


def test_confirming_what_was_inferred() -> None:
    item = banks.inferred()
    review = Review([item])
    assert review.card().picked == {"B"}
    assert review.press(Press.CONFIRM) == answered(item, "B", texts=("arteries",))


def test_the_queue() -> None:
    sure, unsure = banks.inferred(), replace(banks.inferred(), identifier="q-unsure")
    unsure = replace(unsure, key=Key(source=KeySource.INFERRED, confidence=Decimal("0.951")))
    items = [banks.single_choice(), sure, ONE, unsure, TRUTH, banks.reviewed(), banks.essay()]
    assert queue(items, confirm_accepted=False) == (ONE, TRUTH)
    assert queue(items, confirm_accepted=True) == (ONE, TRUTH, unsure, sure)
    assert [can_settle(item) for item in (ONE, WORD, NUMBER, banks.match())] == [True, True, True, False]


def lines(items: list[Item], typed: str) -> tuple[list[Decision], str]:
    saved: list[Decision] = []
    out = StringIO()
    run_lines(Review(items), saved.append, lines=StringIO(typed), out=out)
    return saved, out.getvalue()


def test_line_mode() -> None:
    saved, out = lines([ONE, MANY, TRUTH, WORD, NUMBER], "x\nb\na c\nback\nB\nt\n= the Rhine\n=12\n")
    assert saved == [
        answered(ONE, "B", texts=("Bruges",)),
        answered(MANY, "A", "C", texts=("Ghent", "Antwerp")),
        answered(MANY, "B", texts=("Bruges",)),
        answered(TRUTH, "A", texts=("True",)),
        answered(WORD, "the Rhine"),
        Decision(NUMBER, Answer(reference=NUMBER.identifier, values=(Decimal(12),))),
    ]
    assert "the key 'x' does nothing here" in out
    assert "Question 1 of 5" in out
    assert "\x1b" not in out


def test_line_mode_ends_with_the_input() -> None:
    saved, _ = lines([ONE, TRUTH], "skip\n")
    assert saved == []
    saved, _ = lines([ONE, TRUTH], "\nquit\na\n")
    assert saved == []
