"""The key for the paper version: one line a question, on the last page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from qticonv.model import (
    ChoiceInteraction,
    ExtendedText,
    Gap,
    Gaps,
    Item,
    Match,
    NoInteraction,
    NumericEntry,
    Order,
    TextEntry,
    Upload,
)
from qticonv.report.preview.answers import number_words
from qticonv.report.preview.entry import Entry
from qticonv.report.preview.html import Html, tag
from qticonv.report.preview.scoring import rights
from qticonv.report.preview.student import letter


def key_sheet(entries: Sequence[Entry]) -> Html:
    """Return the key as a list by number, for the last page of the paper version."""
    rows = (
        tag("li", tag("bdi", key_words(entry.item)), value=entry.number, data_for=entry.anchor)
        for entry in entries
        if entry.number is not None
    )
    return tag(
        "section",
        tag("h2", "Key", id="key-sheet"),
        tag("ol", *rows),
        class_="key-sheet paper",
        aria_labelledby="key-sheet",
    )


def key_words(item: Item) -> str:
    """Return the key of ``item`` in a line: ``"A, D"``, ``"3.14 ± 0.01"``, ``"1–c, 2–a"``."""
    if not item.is_keyed:
        return "undecided"
    match item.interaction:
        case ChoiceInteraction(choices=choices):
            return ", ".join(letter(choice, at) for at, choice in enumerate(choices) if choice.is_key)
        case TextEntry(accepted=texts):
            return " / ".join(text.content for text in texts)
        case NumericEntry(accepted=numbers):
            return " / ".join(map(number_words, numbers))
        case ExtendedText(model_answer=model):
            return f"Model answer: {model.plain}" if model else "no model answer"
        case Match():
            pool = [text.content for text in rights(item.interaction)]
            pairs = enumerate(item.interaction.pairs, start=1)
            return ", ".join(f"{at}–{_small_letter(pool.index(pair.right.content))}" for at, pair in pairs)
        case Order(sequence=sequence):
            return " → ".join(text.plain for text in sequence)
        case Gaps(gaps=gaps):
            return "; ".join(f"({at}) {_gap_words(gap)}" for at, gap in enumerate(gaps, start=1))
        case Upload() | NoInteraction():
            return "—"
        case _:
            assert_never(item.interaction)


def _gap_words(gap: Gap) -> str:
    keys = (choice.content.plain for choice in gap.choices if choice.is_key)
    return " / ".join((*keys, *(text.content for text in gap.accepted), *map(number_words, gap.numbers)))


def _small_letter(position: int) -> str:
    """Letters as CSS numbers a list: a … z, aa, ab …"""
    quotient, rest = divmod(position, 26)
    return (_small_letter(quotient - 1) if quotient else "") + chr(ord("a") + rest)
