"""A layout is data: described in words, written to a file, read back, and applied where it is stated."""

from __future__ import annotations

from pathlib import Path

import pytest

from qticonv.model import ChoiceInteraction, Source
from qticonv.model.options import ReadOptions
from qticonv.readers.rawtext import read
from qticonv.readers.rawtext.layout import Layout, QuestionKind, describe

CASES = sorted((Path(__file__).resolve().parents[2] / "cases" / "rawtext").glob("*/input.txt"))
NUMBERED = (
    b"1. Which one is red?\nA) blood\nB) grass\nAnswer: A\n\n2. Which one is green?\nA) blood\nB) grass\nAnswer: B\n"
)


def test_a_layout_is_described_in_words() -> None:
    reading = read(Source("x.txt", NUMBERED), ReadOptions())
    assert reading.layout is not None
    assert reading.layout.startswith("questions start with '<n>.', options 'A)', …, key: line 'Answer:'")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_the_layout_found_reads_the_same_when_it_is_stated(path: Path) -> None:
    source = Source("x.txt", path.read_bytes())
    found = read(source, ReadOptions())
    if not found.layout_data or path.parent.name.startswith("key_file"):
        return
    stated = read(source, ReadOptions(layout=found.layout_data))
    assert [item.identifier for item in stated.bank.items] == [item.identifier for item in found.bank.items]
    assert Layout.from_dict(found.layout_data).to_dict() == found.layout_data


def test_a_stated_layout_is_used_even_where_another_would_be_found() -> None:
    layout = Layout(question=QuestionKind.NUMBER, question_marks=".")
    reading = read(Source("x.txt", NUMBERED), ReadOptions(layout=layout.to_dict()))
    assert not any(isinstance(item.interaction, ChoiceInteraction) for item in reading.bank.items)
    assert "no options" in describe(layout)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "question is missing"),
        ({"question": "number", "option_letters": "A"}, "option_letters"),
        ({"question": "number", "wrapped": "yes"}, "wrapped must be true or false"),
        ({"question": "star"}, "star"),
    ],
)
def test_a_wrong_layout_says_what_is_wrong(data: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Layout.from_dict(data)
