"""The page-copy style: the text of the project's first user, item by item."""

from __future__ import annotations

from pathlib import Path

import pytest

from qticonv.diagnostics import Severity
from qticonv.model import ChoiceInteraction, ChoiceKind, ExtendedText, KeySource, Reading, Source
from qticonv.model.options import ReadOptions
from qticonv.readers.rawtext import read


@pytest.fixture(scope="module")
def reading(shared: Path) -> Reading:
    path = shared / "seed" / "security-dilemma.txt"
    return read(Source(path.name, path.read_bytes()), ReadOptions())


def test_five_questions_with_their_kinds(reading: Reading) -> None:
    kinds = [i.interaction.kind if isinstance(i.interaction, ChoiceInteraction) else None for i in reading.bank.items]
    assert kinds == [ChoiceKind.SINGLE, ChoiceKind.SINGLE, ChoiceKind.TRUE_FALSE, ChoiceKind.TRUE_FALSE, None]
    assert isinstance(reading.bank.items[4].interaction, ExtendedText)
    assert reading.bank.items[4].interaction.model_answer


def test_a_lost_key_is_missing_and_a_printed_one_is_stated(reading: Reading) -> None:
    sources = [item.key.source for item in reading.bank.items[:4] if item.key]
    assert sources == [KeySource.MISSING, KeySource.MISSING, KeySource.STATED, KeySource.STATED]


def test_every_explanation_is_feedback_and_nothing_is_doubted(reading: Reading) -> None:
    assert all(item.feedback.general for item in reading.bank.items)
    assert [d for d in reading.diagnostics if d.severity is not Severity.NOTE] == []
