from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from banks import SEED
from msgspec.structs import replace

from qticonv.diagnostics import SourceSpan
from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Interaction,
    Item,
    ItemBank,
    Key,
    KeySource,
    LineRole,
    Reading,
    Text,
    item_identifier,
)

Blocks = list[list[str]]
Make = Callable[..., Reading]


def choices_of(lines: list[str]) -> tuple[Choice, ...]:
    return tuple(Choice(identifier=line[0], label=line[0], content=Text(line[1:].strip(" )."))) for line in lines)


def read_seed_style(text: str) -> Reading:
    """Read the seed's style, in which every block starts with its stem: enough for these tests, not a reader."""
    lines = text.split("\n")
    roles = [LineRole.HEADER if line.startswith("Question ") else LineRole.STEM for line in lines]
    starts = [number + 1 for number, line in enumerate(lines) if line.startswith("Question ")]
    items = []
    for start, end in zip([0, *starts], [*(start - 1 for start in starts), len(lines)], strict=True):
        if start < end:
            items.append(_read_block(lines, roles, start, end))
    return Reading(bank=ItemBank(items=tuple(items)), lines=tuple(lines), roles=tuple(roles))


def _read_block(lines: list[str], roles: list[LineRole], start: int, end: int) -> Item:
    stem, rest = lines[start], lines[start + 1 : end]
    options = [line for line, letter in zip(rest, "ABCDEFGH", strict=False) if line.startswith(letter)]
    interaction: Interaction
    key = Key(source=KeySource.MISSING)
    if rest[:2] == ["TTrue", "FFalse"]:
        interaction = ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, shuffle=False, choices=choices_of(rest[:2]))
        printed = [line for line in rest if line.startswith("Answer: ")]
        if printed:
            index = int(printed[0].endswith("False"))
            key = Key(source=KeySource.STATED)
            marked = tuple(
                Choice(identifier=c.identifier, label=c.label, content=c.content, is_key=n == index)
                for n, c in enumerate(interaction.choices)
            )
            interaction = ChoiceInteraction(kind=ChoiceKind.TRUE_FALSE, shuffle=False, choices=marked)
    elif len(options) >= 2:
        interaction = ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=choices_of(options))
    else:
        interaction = ExtendedText(model_answer=Text(rest[-2].removeprefix("Model answer: ")))
    roles[end - 1] = LineRole.FEEDBACK
    return Item(
        identifier=item_identifier(Text(stem), interaction),
        stem=Text(stem),
        interaction=interaction,
        key=None if isinstance(interaction, ExtendedText) else key,
        feedback=Feedback(general=Text(lines[end - 1])),
        span=SourceSpan("quiz.txt", start + 1, end),
    )


@pytest.fixture(scope="session")
def seed() -> Reading:
    return read_seed_style(SEED.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def quiz() -> Make:
    """Return a function that makes a reading of (stem, choices, explanation) triples."""

    def make(*questions: tuple[str, list[str], str], kind: ChoiceKind = ChoiceKind.SINGLE) -> Reading:
        blocks = []
        for number, (stem, texts, explanation) in enumerate(questions, 1):
            letters = "TF" if kind is ChoiceKind.TRUE_FALSE else string.ascii_uppercase
            printed = [letter + text for letter, text in zip(letters, texts, strict=False)]
            blocks += [f"Question {number}", stem, *printed, explanation]
        reading = read_seed_style("\n".join(blocks))
        return reading if kind is not ChoiceKind.MULTIPLE else _multiple(reading)

    return make


def _multiple(reading: Reading) -> Reading:
    items = [
        replace(item, interaction=replace(item.interaction, kind=ChoiceKind.MULTIPLE))
        for item in reading.bank.items
        if isinstance(item.interaction, ChoiceInteraction)
    ]
    return replace(reading, bank=ItemBank(items=tuple(items)))
