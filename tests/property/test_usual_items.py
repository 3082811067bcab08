"""Rules and limits say at once that there is nothing to say of a usual item: the long way says the same."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from banks import STATED, choices, item
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qticonv.model import Choice, ChoiceInteraction, ChoiceKind, Feedback, Item, Key, KeySource, Text

# Where something is said of an item, and the short cut there.
WAYS = {
    "qticonv.model.rules": ("incoherences", "_is_usual"),
    "qticonv.writers.qti21.limits": ("limits", "_is_usual"),
    "qticonv.writers.moodle.limits": ("limits", "is_usual"),
    "qticonv.writers.gift.limits": ("limits", "_is_usual"),
}
CONTENTS = st.sampled_from(
    (
        "Which harbour?",
        "",
        " ",
        "a\nb",
        "x" * 3000,
        "\\(x^2\\)",
        "true",
        "\x01",
        "\u200b",
        "[id:a]",
        "{{gap}}",
        "a\\",
        "<b",
    )
)
TEXTS = st.builds(Text, CONTENTS) | st.just(Text("<p>Why?</p>", is_html=True)) | st.just(Text("\\[y\\]", is_html=True))
PLAIN = st.just(Text("Which of them?"))
MAYBE = st.none() | TEXTS


def mostly(usual: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Usual in nine of ten, so that most items are a step or two away from usual ones."""
    return st.integers(0, 9).flatmap(lambda number: other if number == 9 else usual)


CHOICES = st.lists(
    st.builds(
        Choice,
        identifier=mostly(st.uuids().map(str), st.just("A")),
        content=mostly(PLAIN, TEXTS),
        is_key=st.booleans(),
        credit=mostly(st.none(), st.sampled_from((Decimal(0), Decimal("0.3"), Decimal(1), Decimal(2)))),
        feedback=mostly(st.none(), TEXTS),
    ),
    max_size=4,
).map(tuple)
ITEMS = st.builds(
    Item,
    identifier=mostly(st.just("q-1"), st.just("q" * 200)),
    stem=mostly(PLAIN, TEXTS),
    interaction=st.builds(
        ChoiceInteraction,
        kind=mostly(st.just(ChoiceKind.SINGLE), st.sampled_from(ChoiceKind)),
        choices=CHOICES,
        shuffle=mostly(st.just(True), st.just(False)),
    ),
    key=mostly(st.just(STATED), st.just(Key(source=KeySource.MISSING))),
    title=mostly(st.none(), CONTENTS),
    language=mostly(st.none(), st.sampled_from(("en", "no language"))),
    feedback=mostly(
        st.just(Feedback()), st.builds(Feedback, general=MAYBE, correct=MAYBE, partially_correct=MAYBE, incorrect=MAYBE)
    ),
    points=mostly(st.just(Decimal(1)), st.sampled_from((Decimal(0), Decimal("0.123456789"), Decimal(-1)))),
    tags=mostly(st.just(()), st.tuples(CONTENTS)),
    category=mostly(st.just(()), st.tuples(CONTENTS)),
)


@pytest.mark.parametrize("way", WAYS)
@given(drawn=ITEMS)
@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_short_way_says_what_the_long_way_says(way: str, drawn: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    module, (say, short_cut) = import_module(way), WAYS[way]
    short = list(getattr(module, say)(drawn))
    with monkeypatch.context() as patch:
        patch.setattr(module, short_cut, lambda *_: False)
        assert short == list(getattr(module, say)(drawn))


@pytest.mark.parametrize("way", WAYS)
def test_the_short_way_is_taken_for_a_usual_item(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, (say, short_cut) = import_module(way), WAYS[way]
    is_usual, taken = getattr(module, short_cut), []

    def noted(*given: Any) -> bool:
        taken.append(is_usual(*given))
        return bool(taken[-1])

    monkeypatch.setattr(module, short_cut, noted)
    asked = ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=choices("Hull", "Cork", keys="B"))
    assert list(getattr(module, say)(item("Which harbour is Irish?", asked, key=STATED))) == []
    assert taken == [True]
