"""Samples that four engines agree on: an item of the same kind, written here, does the same in pyslet.

The twin of a sample is built from what the sample says (choices, keys, credits, bounds, which feedback it has); then
what was observed of the sample (``expect.json``) must hold for it, identifiers translated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import banks
import pytest
from lxml import etree
from qti_engine import QTI, attempt, document, identifier_of, text_of

from qticonv.model import (
    Choice,
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Interaction,
    Item,
    Match,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    Scoring,
    Text,
    TextAnswer,
    TextEntry,
)

Root = etree._Element
# feedbackInline is not written; the template sample has no feedback and is the same item as single_choice.
NOT_TRANSLATED = {"single_choice_inline"}
KINDS = {
    "correct": "correct_fb",
    "incorrect": "general_incorrect_fb",
    "partial": "partial_fb",
    "solution_fb": "general_fb",
}


def sample_names(shared: Path) -> list[tuple[str, str]]:
    found = []
    for folder in ("one-form", "portable"):
        expected = json.loads((shared / "qti-patterns" / folder / "expect.json").read_text())
        found += [(folder, name) for name in expected if name not in NOT_TRANSLATED]
    return found


def test_every_sample(shared: Path) -> None:
    names = sample_names(shared)
    assert len(names) > 20
    for folder, name in names:
        check_sample(shared / "qti-patterns" / folder, name)


def check_sample(folder: Path, name: str) -> None:
    root = etree.parse(str(folder / "items" / f"{name}.xml")).getroot()
    item = twin(root)
    data = document(item)
    for given, score, shown in json.loads((folder / "expect.json").read_text())[name]:
        outcome = attempt(data, dict(responses(given, root, data, item)))
        assert outcome.score == pytest.approx(score), (name, given)
        assert set(outcome.shown) == {translated(identifier) for identifier in shown}, (name, given)


def translated(identifier: str) -> str:
    if identifier.startswith("choice_"):
        return f"feedback_{identifier.removeprefix('choice_')}_fb"
    return KINDS.get(identifier, identifier)


def responses(given: Mapping[str, Any], root: Root, data: bytes, item: Item) -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        if isinstance(item.interaction, Gaps) and isinstance(value, list):  # words dragged into gaps
            for pair in value:
                word, gap = pair.split()
                number = int(gap.removeprefix("G"))
                yield f"RESPONSE_{number}", f"RESPONSE_{number}_{list(texts(root)).index(word) + 1}"
        else:
            is_truth = (
                isinstance(item.interaction, ChoiceInteraction) and item.interaction.kind is ChoiceKind.TRUE_FALSE
            )
            yield ("TF" if is_truth else name), same(value, root, data, item)


def same(value: Any, root: Root, data: bytes, item: Item) -> Any:
    """Return the response that says the same in the twin."""
    if isinstance(value, list):
        return [same(part, root, data, item) for part in value]
    if isinstance(item.interaction, Match):
        return " ".join(identifier_of(data, texts(root)[name]) for name in value.split())
    if isinstance(item.interaction, (ChoiceInteraction, Order, Gaps)) and value in texts(root):
        return identifier_of(data, texts(root)[value])
    return value


def texts(root: Root) -> dict[str, str]:
    names = ("simpleChoice", "simpleAssociableChoice", "inlineChoice", "gapText")
    return {e.get("identifier", ""): text_of(e) for name in names for e in root.iter(f"{QTI}{name}")}


def twin(root: Root) -> Item:
    shown = {translated(modal.get("identifier", "")) for modal in root.iter(f"{QTI}modalFeedback")}

    def said(identifier: str) -> Text | None:
        return Text(f"the text of {identifier}") if identifier in shown else None

    feedback = Feedback(
        general=said("general_fb"),
        correct=said("correct_fb"),
        partially_correct=said("partial_fb"),
        incorrect=said("general_incorrect_fb"),
    )
    (maximum,) = (e for e in root.iter(f"{QTI}outcomeDeclaration") if e.get("identifier") == "SCORE")
    points = Decimal(maximum.get("normalMaximum", "1"))
    stem, interaction = same_kind(root, said)
    return banks.item(stem, interaction, key=banks.STATED, feedback=feedback, points=points)


def values(declaration: Root) -> list[str]:
    return [str(value.text) for value in declaration.findall(f"{QTI}correctResponse/{QTI}value")]


def same_kind(root: Root, said: Any) -> tuple[str, Interaction]:
    declarations = list(root.iter(f"{QTI}responseDeclaration"))
    first = declarations[0]
    names = texts(root)
    has = {name for name in INTERACTIONS if root.find(f".//{QTI}{name}Interaction") is not None}
    match has.pop():
        case "choice":
            return "?", choices(root, first, names, said)
        case "extendedText":
            return "?", ExtendedText(model_answer=Text("the model answer"))
        case "match":
            pairs = [value.split() for value in values(first)]
            right = {pair[1] for pair in pairs}
            made = tuple(Pair(left=Text(names[a]), right=Text(names[b])) for a, b in pairs)
            left = {pair[0] for pair in pairs}
            rest = tuple(Text(text) for name, text in names.items() if name not in right | left)
            return "?", Match(pairs=made, distractors=rest)
        case "order":
            partial = root.find(f".//{QTI}index") is not None
            sequence = tuple(Text(names[value]) for value in values(first))
            return "?", Order(sequence=sequence, scoring=Scoring.PARTIAL if partial else Scoring.ALL_OR_NOTHING)
        case "gapMatch":
            gaps = [dropdown(f"g{n}", value.split()[0], names) for n, value in enumerate(values(first), 1)]
            return "{{g1}} {{g2}}", Gaps(gaps=tuple(gaps), shared_choices=True)
        case "inlineChoice":
            return "{{g1}} {{g2}}", Gaps(gaps=tuple(inline(root, n, d) for n, d in enumerate(declarations, 1)))
        case "textEntry" if len(declarations) > 1:
            return "{{g1}} {{g2}}", Gaps(gaps=tuple(blank(n, d) for n, d in enumerate(declarations, 1)))
        case _:
            return "?", entry(root, first, said)


INTERACTIONS = ("choice", "extendedText", "match", "order", "gapMatch", "inlineChoice", "textEntry")


def choices(root: Root, declaration: Root, names: Mapping[str, str], said: Any) -> ChoiceInteraction:
    kind = ChoiceKind.MULTIPLE if declaration.get("cardinality") == "multiple" else ChoiceKind.SINGLE
    if declaration.get("identifier") == "TF" or "true" in names:
        kind = ChoiceKind.TRUE_FALSE
    key = values(declaration)
    parts = tuple(
        Choice(identifier=name, content=Text(text), is_key=name in key, feedback=said(f"feedback_{n}_fb"))
        for n, (name, text) in enumerate(names.items(), 1)
    )
    mapped = declaration.find(f"{QTI}mapping") is not None
    return ChoiceInteraction(kind=kind, choices=parts, scoring=Scoring.PARTIAL if mapped else Scoring.ALL_OR_NOTHING)


def dropdown(name: str, key: str, names: Mapping[str, str]) -> Gap:
    parts = tuple(Choice(identifier=n, content=Text(text), is_key=n == key) for n, text in names.items())
    return Gap(name=name, kind=GapKind.DROPDOWN, choices=parts)


def inline(root: Root, number: int, declaration: Root) -> Gap:
    (field,) = (
        e
        for e in root.iter(f"{QTI}inlineChoiceInteraction")
        if e.get("responseIdentifier") == declaration.get("identifier")
    )
    names = {choice.get("identifier", ""): text_of(choice) for choice in field}
    return dropdown(f"g{number}", values(declaration)[0], names)


def blank(number: int, declaration: Root) -> Gap:
    entries = declaration.iter(f"{QTI}mapEntry")
    return Gap(
        name=f"g{number}",
        kind=GapKind.TEXT,
        accepted=tuple(TextAnswer(content=entry.get("mapKey", "")) for entry in entries),
    )


def entry(root: Root, declaration: Root, said: Any) -> Interaction:
    if declaration.get("baseType") == "float":
        return NumericEntry(accepted=(bounds(root, declaration),))
    mapped = [
        TextAnswer(content=e.get("mapKey", ""), credit=Decimal(e.get("mappedValue", "1")))
        for e in declaration.iter(f"{QTI}mapEntry")
    ]
    return TextEntry(accepted=tuple(mapped or ruled(root, said)))


def bounds(root: Root, declaration: Root) -> NumericAnswer:
    equal = root.find(f".//{QTI}equal")
    if equal is not None:
        tolerance = Decimal(equal.get("tolerance", "0").split()[0])
        return NumericAnswer(value=Decimal(values(declaration)[0]), tolerance=tolerance)
    low, high = (root.find(f".//{QTI}{name}/{QTI}baseValue") for name in ("gte", "lte"))
    assert low is not None and high is not None
    return NumericAnswer(minimum=Decimal(str(low.text)), maximum=Decimal(str(high.text)))


def ruled(root: Root, said: Any) -> Iterator[TextAnswer]:
    """Accepted answers that stand in rules: the condition that sets SCORE, branch by branch."""
    condition = next(root.iter(f"{QTI}responseCondition"))
    n = 0
    for branch in condition:
        score = branch.find(f"{QTI}setOutcomeValue[@identifier='SCORE']/{QTI}baseValue")
        for test in branch.iter(f"{QTI}stringMatch"):
            n += 1
            value = test.find(f"{QTI}baseValue")
            assert value is not None
            credit = Decimal(str(score.text)) if score is not None else None
            yield TextAnswer(content=str(value.text), credit=credit, feedback=said(f"answer_{n}_fb"))
