"""Styles without marks: every text in styles/ is read as the file beside it says, or declined."""

from __future__ import annotations

from pathlib import Path

import pytest

from qticonv.diagnostics import Severity
from qticonv.model import (
    ChoiceInteraction,
    ExtendedText,
    Item,
    KeySource,
    LineRole,
    Match,
    NumericEntry,
    Source,
    TextEntry,
)
from qticonv.model.options import ReadOptions
from qticonv.readers.rawtext import read
from qticonv.readers.rawtext.styles import Proposal, propose

CASES = sorted(Path(__file__).with_name("styles").glob("*.txt"))


def sketch(proposal: Proposal | None) -> str:
    """A proposal for the eye: ``*`` right, ``-`` wrong, ``=`` accepted, ``~`` model answer, ``?`` no key."""
    if proposal is None:
        return "declined\n"
    head = [proposal.layout, *([f"title: {proposal.title}"] if proposal.title else [])]
    lines = [*head, *(line for item in proposal.items for line in sketch_item(item))]
    lines += [
        f"! {said.severity} {said.code.slug} {said.span.start_line}-{said.span.end_line}"
        for said in proposal.diagnostics
        if said.span
    ]
    return "\n".join(lines) + "\n"


def sketch_item(item: Item) -> list[str]:
    span = item.span
    assert span is not None
    missing = " ?" if item.key and item.key.source is KeySource.MISSING else ""
    lines = [f"{span.start_line}-{span.end_line} {item.stem.content}{missing}"]
    match item.interaction:
        case ChoiceInteraction(choices=choices):
            lines += [f"  {'*' if choice.is_key else '-'} {choice.content.content}" for choice in choices]
        case TextEntry(accepted=accepted):
            lines += [f"  = {answer.content}" for answer in accepted]
        case NumericEntry(accepted=numbers):
            lines += [f"  = {number.value} (number)" for number in numbers]
        case ExtendedText(model_answer=answer):
            lines += [f"  ~ {answer.content if answer else ''}"]
        case Match(pairs=pairs):
            lines += [f"  {pair.left.content} -> {pair.right.content}" for pair in pairs]
        case _:
            raise AssertionError(item.interaction)
    if item.feedback.general:
        lines.append(f"  feedback: {item.feedback.general.content}")
    return lines + ([f"  tags: {', '.join(item.tags)}"] if item.tags else [])


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_style(path: Path) -> None:
    proposal = propose(path.read_text(encoding="utf-8").splitlines(), path.name)
    assert sketch(proposal) == path.with_suffix(".out").read_text(encoding="utf-8")
    assert (proposal is None) == path.stem.startswith("none_")


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_every_line_is_accounted_for(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    proposal = propose(lines, path.name)
    if proposal is None:
        return
    assert len(proposal.roles) == len(lines)
    named = {
        number
        for said in proposal.diagnostics
        if said.span
        for number in range(said.span.start_line, said.span.end_line + 1)
    }
    for number, (line, role) in enumerate(zip(lines, proposal.roles, strict=True), start=1):
        assert (role is LineRole.BLANK) == (not line.strip())
        assert role is not LineRole.UNCLAIMED or number in named


def test_a_long_file_is_read_like_a_short_one() -> None:
    text = "".join(f"What is {n} times two?\n{2 * n}\n{2 * n + 1}\n{n}\n{2 * n}\n\n" for n in range(10, 500))
    proposal = propose(text.splitlines(), "long.txt")
    assert proposal is not None
    assert len(proposal.items) == 490
    assert all(item.is_keyed for item in proposal.items)
    assert not [said for said in proposal.diagnostics if said.severity is not Severity.NOTE]


def test_a_giant_line_is_declined() -> None:
    assert propose(["x|" * 1_000_000] * 3, "giant.txt") is None


def test_a_head_row_may_name_columns_that_no_record_has() -> None:
    rows = ["//Format: Subject|Part|Kind|Question|Option A|Option B|Answer", "5|Maths|Quiz", "5|Maths|Quiz"]
    rows += ["7|Maths|Quiz|1+1|5|3|C", "5|Maths|Quiz"]
    reading = read(Source("rows.txt", "\n".join(rows).encode()), ReadOptions())
    assert len(reading.roles) == len(rows)
