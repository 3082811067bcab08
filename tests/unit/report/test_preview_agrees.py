"""What the page shows after an answer is what an independent QTI engine (pyslet) shows for the package."""

from __future__ import annotations

from typing import Any

import pytest
from browser.cases import ANSWERS, WRONG
from qti_engine import attempt, document, identifier_of

from qticonv.model import ChoiceInteraction, ChoiceKind, Gaps, Item, Match, Order
from qticonv.model.interactions import GapKind

# Graded by a person, not scored at all, or beyond the floats that the engine counts in.
LEFT_OUT = {"essay", "upload", "undecided", "number, absurd key", "number, no number", "number, just past it"}
CASES = [name for name in ANSWERS if name not in LEFT_OUT and not name.startswith("essay")]


def responses(item: Item, data: bytes, given: Any) -> dict[str, Any]:
    """Say to the engine what a student does in the page."""
    match item.interaction:
        case ChoiceInteraction(kind=kind, choices=choices):
            named = [identifier_of(data, choices[at].content.content) for at in given or ()]
            name = "TF" if kind is ChoiceKind.TRUE_FALSE else "RESPONSE"
            return {name: named if kind is ChoiceKind.MULTIPLE else next(iter(named), None)}
        case Match(pairs=pairs):
            chosen = zip(pairs, given or (), strict=False)
            sides = [(pair.left.content, right) for pair, right in chosen if right]
            return {"RESPONSE": [f"{identifier_of(data, a)} {identifier_of(data, b)}" for a, b in sides]}
        case Order():
            return {"RESPONSE": [identifier_of(data, text) for text in given or ()]}
        case Gaps(gaps=gaps):
            filled = [
                (at, gap, value) for at, (gap, value) in enumerate(zip(gaps, given or (), strict=False), 1) if value
            ]
            return {
                f"RESPONSE_{at}": dropped(data, value, at) if gap.kind is GapKind.DROPDOWN else value
                for at, gap, value in filled
            }
        case _:
            return {"RESPONSE": given and given.strip()}


def dropped(data: bytes, text: str, at: int) -> str:
    """The identifier of ``text`` in the drop-down number ``at``: a word bank is printed in each."""
    block = data[data.index(f'inlineChoiceInteraction responseIdentifier="RESPONSE_{at}"'.encode()) :]
    before = block[: block.index(f">{text}<".encode())]
    return before[before.rindex(b'identifier="') + 12 :].split(b'"')[0].decode()


@pytest.mark.parametrize("name", CASES)
def test_page_and_engine_agree(name: str) -> None:
    build, given, verdict, feedback = ANSWERS[name]
    item = build()
    data = document(item)
    outcome = attempt(data, responses(item, data, given))
    assert outcome.score == pytest.approx(float(verdict.split(": ")[1].split()[0]))
    # For no answer at all the package shows the general feedback alone; Moodle, and the page, that for a wrong one too.
    shown = set(feedback) - ({WRONG[0]} if given is None else set())
    assert outcome.texts == shown
