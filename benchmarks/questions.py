"""A generated bank in the forms that each tool reads: deterministic, and of the size and shape of real banks."""

from __future__ import annotations

import random
from dataclasses import dataclass

WORDS = (
    "harbour",
    "lantern",
    "copper",
    "meadow",
    "signal",
    "archive",
    "granite",
    "violet",
    "orchard",
    "compass",
    "timber",
    "glacier",
    "ribbon",
    "anchor",
    "marble",
    "thicket",
    "beacon",
    "saddle",
    "quarry",
    "willow",
    "ember",
    "canyon",
    "pebble",
    "summit",
    "furrow",
    "kettle",
    "mortar",
    "saffron",
    "tundra",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A single-choice question with its key, an explanation and feedback on every choice."""

    stem: str
    choices: tuple[str, ...]
    key: int
    explanation: str
    feedback: tuple[str, ...]


def questions(count: int) -> list[Question]:
    """Return ``count`` different questions, the same ones at every call."""
    source = random.Random(20)

    def phrase(length: int) -> str:
        return " ".join(source.choice(WORDS) for _ in range(length))

    return [
        Question(
            stem=f"In case {number}, which of these describes the {phrase(6)} of the {phrase(5)}?",
            choices=tuple(f"The {phrase(8)}" for _ in range(4)),
            key=source.randrange(4),
            explanation=f"The survey shows that the {phrase(9)} follows from the {phrase(8)} & is < {number}.",
            feedback=tuple(f"About {letter}: {phrase(7)}." for letter in "ABCD"),
        )
        for number in range(1, count + 1)
    ]


def as_raw_text(items: list[Question]) -> str:
    """Lettered raw text with an answer line and an explanation."""
    blocks = []
    for number, item in enumerate(items, 1):
        lines = [f"{number}. {item.stem}"]
        lines += [f"{letter}. {choice}" for letter, choice in zip("ABCD", item.choices, strict=True)]
        lines += [f"Answer: {'ABCD'[item.key]}", f"Explanation: {item.explanation}", ""]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def as_text2qti(items: list[Question]) -> str:
    """The source format of text2qti, with general and per-choice feedback."""
    blocks = ["Quiz title: Benchmark\n"]
    for number, item in enumerate(items, 1):
        lines = [f"{number}. {item.stem}", f"... {item.explanation}"]
        for position, (choice, feedback) in enumerate(zip(item.choices, item.feedback, strict=True)):
            lines += [f"{'*' if position == item.key else ''}{'abcd'[position]}) {choice}", f"... {feedback}"]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def as_tab_text(items: list[Question]) -> str:
    """Tab-separated rows as qti-package-maker reads them (no feedback)."""
    rows = []
    for item in items:
        cells = ["MC", item.stem]
        for position, choice in enumerate(item.choices):
            cells += [choice, "Correct" if position == item.key else "Incorrect"]
        rows.append("\t".join(cells))
    return "\n".join(rows) + "\n"
