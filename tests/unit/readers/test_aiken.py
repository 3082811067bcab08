"""Strict Aiken is read; anything else is left to the reader of free text."""

from __future__ import annotations

import pytest

from qticonv.model import ChoiceInteraction, ChoiceKind, KeySource, LineRole, Source
from qticonv.model.options import ReadOptions
from qticonv.readers import aiken

GOOD = "Which metal is liquid?\nA. iron\nB. mercury\nC) tin\nANSWER: B\n\nIce floats.\nA) True\nB) False\n\nANSWER: A\n"

BROKEN = {
    "lower-case key": "Which?\nA. x\nB. y\nANSWER: b\n",
    "key out of reach": "Which?\nA. x\nB. y\nANSWER: C\n",
    "no key": "Which?\nA. x\nB. y\nANSWER:\n",
    "two lines of stem": "Which?\nOf these?\nA. x\nB. y\nANSWER: A\n",
    "a gap": "Which?\nA. x\nC. y\nANSWER: A\n",
    "no space": "Which?\nA.x\nB.y\nANSWER: A\n",
    "one option": "Which?\nA. x\nANSWER: A\n",
    "cut off": "Which?\nA. x\nB. y\nANSWER: A\n\nWhich two?\nA. z\n",
    "starts with an option": "A. x\nB. y\nANSWER: A\n",
    "empty": "ANSWER:",
}


def test_reads_questions_with_their_lines() -> None:
    source = Source("metals.txt", GOOD.encode())
    assert aiken.detect(source)
    reading = aiken.read(source, ReadOptions())
    first, second = reading.bank.items
    assert first.stem.content == "Which metal is liquid?"
    assert isinstance(first.interaction, ChoiceInteraction)
    assert [c.content.content for c in first.interaction.keys] == ["mercury"]
    assert [c.label for c in first.interaction.choices] == ["A", "B", "C"]
    assert first.key is not None
    assert first.key.source is KeySource.STATED
    assert first.span is not None
    assert (first.span.start_line, first.span.end_line) == (1, 5)
    assert isinstance(second.interaction, ChoiceInteraction)
    assert second.interaction.kind is ChoiceKind.TRUE_FALSE
    roles = [LineRole.STEM, LineRole.CHOICE, LineRole.CHOICE, LineRole.CHOICE, LineRole.KEY, LineRole.BLANK]
    assert list(reading.roles[:6]) == roles


def test_false_printed_first_stays_in_its_order() -> None:
    reading = aiken.read(Source("x.txt", b"Ice sinks.\nA. False\nB. True\nANSWER: A\n"), ReadOptions())
    interaction = reading.bank.items[0].interaction
    assert isinstance(interaction, ChoiceInteraction)
    assert [(c.content.content, c.label, c.is_key) for c in interaction.choices] == [
        ("False", "A", True),
        ("True", "B", False),
    ]
    assert interaction.kind is ChoiceKind.SINGLE


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_near_aiken_is_not_aiken(text: str) -> None:
    assert not aiken.detect(Source("x.txt", text.encode()))
