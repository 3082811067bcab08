from __future__ import annotations

from decimal import Decimal

import banks
import pytest
from msgspec.structs import replace

from qticonv.model import (
    Candidate,
    ChoiceInteraction,
    ChoiceKind,
    Evidence,
    Feedback,
    Item,
    Key,
    KeySource,
    Text,
)
from qticonv.report.columns import width
from qticonv.report.review import ASCII, UNICODE, Card, kind_name, mark_quotes, pick_keys, render


def card(item: Item, *, picked: str = "", show_all: bool = False, **reasons: str) -> Card:
    return Card(item=item, picked=frozenset(picked), reasons=reasons, show_all=show_all)


def test_a_question_in_full() -> None:
    key = Key(
        source=KeySource.MISSING,
        evidence=(Evidence(quote="old trading towns"), Evidence(quote="not there")),
        candidates=tuple(
            Candidate(choice=name, confidence=Decimal(share))
            for name, share in (("A", "0.2"), ("B", "0.71"), ("C", "0.09"))
        ),
    )
    item = replace(banks.missing(), key=key)
    assert render(card(item, picked="B", B="names B's distinctive words"), 60, ASCII) == [
        "Undecided, single: the town with the longest belfry stairs.",
        "",
        "  [a] Ghent",
        "* [b] Bruges",
        "  [c] Antwerp",
        "",
        "Best candidates:",
        "  [b]  71.0 %  names B's distinctive words",
        "  [a]  20.0 %",
        "",
        "Explanation:",
        "  All of them are >>old trading towns<<.",
        "",
        "Evidence:",
        "  >>not there<<",
    ]
    doubtful = replace(card(item), caution="the stem asks for what is not so")
    assert "  Caution: the stem asks for what is not so" in render(doubtful, 60, ASCII)
    everything = render(card(item, show_all=True), 60, UNICODE)
    assert everything[6:10] == ["Candidates:", "  [b]  71.0 %", "  [a]  20.0 %", "  [c]   9.0 %"]


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_no_line_is_longer_than_the_terminal(columns: int) -> None:
    for item in (*banks.every_item(), *banks.hostile().items):
        for line in render(card(item, picked="A", A="reason " * 20), columns, UNICODE):
            assert width(line) <= columns
            assert line.isprintable()


@pytest.mark.parametrize(
    ("labels", "keys"),
    [
        ("ABCD", "abcd"),
        (["A.", "B)", "(C)"], "abc"),
        (["1", "2", "10"], "123"),
        (["i", "ii", "iii"], "123"),
        (["А", "Б"], "12"),
        (["A", "a"], "12"),
        (["P", "Q"], "12"),
    ],
)
def test_pick_keys(labels: list[str], keys: str) -> None:
    choices = banks.choices(*(f"choice {label}" for label in labels))
    interaction = ChoiceInteraction(
        kind=ChoiceKind.SINGLE,
        choices=tuple(replace(choice, label=label) for choice, label in zip(choices, labels, strict=True)),
    )
    assert pick_keys(replace(banks.missing(), interaction=interaction)) == tuple(keys)


def test_pick_keys_of_other_kinds() -> None:
    assert pick_keys(banks.missing(ChoiceKind.TRUE_FALSE)) == ("t", "f")
    assert pick_keys(banks.essay()) == ()
    assert {kind_name(item) for item in banks.every_item()} >= {"one is right", "true or false", "short answer"}


@pytest.mark.parametrize(
    ("text", "quotes", "marked", "absent"),
    [
        ("one two three", ["two"], "one «two» three", []),
        ("one two\nthree", ["two three"], "one «two\nthree»", []),
        ("one two three", ["one two", "two three"], "«one two three»", []),
        ("one two three", ["three", "one"], "«one» two «three»", []),
        ("one", ["(", "", " "], "one", ["("]),
    ],
)
def test_mark_quotes(text: str, quotes: list[str], marked: str, absent: list[str]) -> None:
    assert mark_quotes(text, quotes, UNICODE) == (marked, absent)


def test_html_is_shown_as_text() -> None:
    item = replace(banks.missing(), stem=Text("<p>a &lt; b</p><p>c</p>", is_html=True), feedback=Feedback())
    assert render(card(item), 40, ASCII)[:2] == ["a < b", "c"]
