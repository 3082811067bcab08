"""Raw text, style by style: every folder of ``tests/cases/rawtext`` holds an input and what must come out of it.

``expected.json``: per item the stem, the choices, the key as texts (``null``: none stated, so none taken), the feedback
and whether a warning must name the item. Anything that is not stated there must not come out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qticonv.diagnostics import Severity
from qticonv.model import (
    ChoiceInteraction,
    ExtendedText,
    Item,
    LineRole,
    NoInteraction,
    NumericEntry,
    Reading,
    Source,
    TextEntry,
)
from qticonv.model.options import ReadOptions
from qticonv.readers.rawtext import read

CASES = Path(__file__).resolve().parents[2] / "cases" / "rawtext"
NAMES = sorted(path.parent.name for path in CASES.glob("*/expected.json"))


def plain(text: str) -> str:
    return " ".join(text.replace("*", "").split())


def key_of(item: Item) -> list[str] | None:
    match item.interaction:
        case ChoiceInteraction() as choice:
            texts = [plain(one.content.content) for one in choice.keys]
        case TextEntry(accepted=accepted):
            texts = [one.content for one in accepted]
        case NumericEntry(accepted=numbers):
            texts = [str(one.value) for one in numbers]
        case ExtendedText(model_answer=model):
            texts = [plain(model.content)] if model else []
        case NoInteraction():
            texts = ["NoInteraction"]
        case _:
            raise AssertionError("no raw text makes this interaction")
    return texts or None


def choices_of(item: Item) -> list[str]:
    if not isinstance(item.interaction, ChoiceInteraction):
        return []
    return [plain(choice.content.content) for choice in item.interaction.choices]


def loud(reading: Reading) -> set[str | None]:
    return {said.item for said in reading.diagnostics if said.severity is not Severity.NOTE}


def read_case(name: str) -> tuple[Reading, dict[str, Any]]:
    folder = CASES / name
    keys = folder / "keys.txt"
    key_list = Source("keys.txt", keys.read_bytes()) if keys.exists() else None
    source = Source(f"{name}.txt", (folder / "input.txt").read_bytes())
    expected: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return read(source, ReadOptions(key_list=key_list)), expected


@pytest.mark.parametrize("name", NAMES)
def test_items(name: str) -> None:
    reading, expected = read_case(name)
    doubted = loud(reading)
    found = []
    for item, wanted in zip(reading.bank.items, expected["items"], strict=False):
        one: dict[str, Any] = {"stem": plain(item.stem.content), "choices": choices_of(item), "key": key_of(item)}
        if not wanted["choices"] and one["choices"] == ["True", "False"]:
            one["choices"] = []
        if item.feedback.general:
            one["feedback"] = plain(item.feedback.general.content)
        if item.identifier in doubted:
            one["flagged"] = True
        found.append(one)
    wanted_items = [{key: _folded(value) for key, value in one.items()} for one in expected["items"]]
    assert found == wanted_items
    assert len(reading.bank.items) == len(expected["items"])


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    return [plain(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_accounted_for(name: str) -> None:
    reading, expected = read_case(name)
    assert len(reading.roles) == len(reading.lines)
    named = {
        line
        for said in reading.diagnostics
        if said.span and said.span.source == f"{name}.txt"
        for line in range(said.span.start_line, said.span.end_line + 1)
    }
    errors = [said.code.slug for said in reading.diagnostics if said.severity is Severity.ERROR]
    assert errors == ([expected["error"]] if "error" in expected else [])
    if errors:
        return
    for number, (line, role) in enumerate(zip(reading.lines, reading.roles, strict=True), 1):
        assert (role is LineRole.BLANK) == (not line.strip())
        if role is LineRole.UNCLAIMED:
            assert number in named, f"line {number} is lost: {line!r}"
    if not expected.get("doubtful_lines"):
        assert None not in loud(reading)
