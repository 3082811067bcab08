"""Every cell of the capability table for Moodle XML and GIFT, proved by converting an item and looking.

A feature is *lost* if the file is the same with and without it, and *full* or *adapted* if it is not; texts must be
found in the file, and one diagnostic says what became of the feature.
"""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from banks import choices
from msgspec.structs import replace

from qticonv.diagnostics import Effect
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Interaction,
    Item,
    ItemBank,
    Match,
    NoInteraction,
    NumericAnswer,
    NumericEntry,
    Order,
    Pair,
    Scoring,
    Text,
    TextAnswer,
    TextEntry,
    Upload,
)
from qticonv.model.options import WriteOptions
from qticonv.writers import gift, moodle
from qticonv.writers.capabilities import USES, Feature, Hold, Kind, cell, kind_of, losses

WRITERS: dict[str, ModuleType] = {"moodle": moodle, "gift": gift}
MARK = Text("marked text")
F = Feature

# The simplest item of each kind, without any feature.
PLAIN: dict[Kind, Interaction] = {
    Kind.SINGLE: ChoiceInteraction(kind=ChoiceKind.SINGLE, choices=choices("a", "b", "c", keys="A"), shuffle=False),
    Kind.MULTIPLE: ChoiceInteraction(
        kind=ChoiceKind.MULTIPLE, choices=choices("a", "b", "c", "d", keys="AB"), shuffle=False
    ),
    Kind.TRUE_FALSE: ChoiceInteraction(
        kind=ChoiceKind.TRUE_FALSE, choices=choices("True", "False", keys="A"), shuffle=False
    ),
    Kind.TEXT_ENTRY: TextEntry(accepted=(TextAnswer(content="a"),)),
    Kind.NUMERIC_ENTRY: NumericEntry(accepted=(NumericAnswer(value=Decimal(1)),)),
    Kind.EXTENDED_TEXT: ExtendedText(),
    Kind.MATCH: Match(pairs=(Pair(left=Text("a"), right=Text("b")), Pair(left=Text("c"), right=Text("d")))),
    Kind.ORDER: Order(sequence=(Text("a"), Text("b"))),
    Kind.GAPS: Gaps(gaps=(Gap(name="x", kind=GapKind.DROPDOWN, choices=choices("a", "b", keys="A")),)),
    Kind.UPLOAD: Upload(),
    Kind.NONE: NoInteraction(),
}
ITEM_FIELDS: dict[Feature, dict[str, Any]] = {
    F.POINTS: {"points": Decimal(7)},
    F.PENALTY: {"penalty": Decimal("0.25")},
    F.TAGS: {"tags": ("marked text",)},
    F.CATEGORY: {"category": ("marked text",)},
    F.LANGUAGE: {"language": "fr"},
    F.PASSAGE: {"passage": "p"},
    F.GENERAL_FEEDBACK: {"feedback": Feedback(general=MARK)},
    F.CORRECT_FEEDBACK: {"feedback": Feedback(correct=MARK)},
    F.PARTIAL_FEEDBACK: {"feedback": Feedback(partially_correct=MARK)},
    F.INCORRECT_FEEDBACK: {"feedback": Feedback(incorrect=MARK)},
}
INTERACTION_FIELDS: dict[Feature, dict[str, Any]] = {
    F.SHUFFLE: {"shuffle": True},
    F.CASE_SENSITIVE: {"case_sensitive": True},
    F.DISTRACTORS: {"distractors": (MARK,)},
    F.MODEL_ANSWER: {"model_answer": MARK},
    F.EXPECTED_LINES: {"expected_lines": 10},
    F.PARTIAL_SCORING: {"scoring": Scoring.PARTIAL},
    F.ALL_OR_NOTHING: {"scoring": Scoring.ALL_OR_NOTHING},
    F.SHARED_CHOICES: {"shared_choices": True},
}
TEXT_GAP = Gap(name="y", kind=GapKind.TEXT, accepted=(TextAnswer(content="one"),))
NUMBER_GAP = Gap(name="y", kind=GapKind.NUMERIC, numbers=(NumericAnswer(value=Decimal(1)),))
HALF = Decimal("0.5")
# Where the target does the same with and without the feature, and the table calls it full or adapted all the same.
NO_TRACE = {
    ("gift", F.SHUFFLE): "the site decides",
    ("moodle", Kind.MATCH, F.PARTIAL_SCORING): "what Moodle always does",
    ("gift", Kind.MATCH, F.PARTIAL_SCORING): "what Moodle always does",
    ("moodle", Kind.MATCH, F.ALL_OR_NOTHING): "Moodle scores each pair",
    ("gift", Kind.MATCH, F.ALL_OR_NOTHING): "Moodle scores each pair",
    ("moodle", Kind.GAPS, F.PARTIAL_SCORING): "what Moodle always does",
    ("moodle", Kind.GAPS, F.ALL_OR_NOTHING): "Moodle scores each gap",
}


def example(kind: Kind, feature: Feature, on: bool) -> Item | None:
    """An item of ``kind`` with or without ``feature``; ``None`` where the kind cannot have it."""
    interaction = prepared(PLAIN[kind], feature)
    stem = "Fill {{x}}." if kind is Kind.GAPS else "What?"
    if feature is F.DROPDOWN_GAPS and not on:
        interaction = Gaps(gaps=(replace(TEXT_GAP, name="x"),))
    item = Item(identifier="q-1", stem=Text(stem), interaction=interaction)
    if on:
        item = replace(item, **ITEM_FIELDS.get(feature, {}))
        fields = INTERACTION_FIELDS.get(feature, {})
        if any(not hasattr(interaction, name) for name in fields):
            return None
        changed = with_answers(replace(interaction, **fields), feature)
        item = replace(item, interaction=changed)
        if isinstance(changed, Gaps) and len(changed.gaps) > 1:
            item = replace(item, stem=Text("Fill {{x}} {{y}}."))
        if not USES[feature](item):
            return None
    return item


def prepared(interaction: Interaction, feature: Feature) -> Interaction:
    """The item without the feature: with an answer that earns a part where feedback on such an answer is tried."""
    if feature in (F.PARTIAL_SCORING, F.ALL_OR_NOTHING) and isinstance(
        interaction, (ChoiceInteraction, Match, Order, Gaps)
    ):
        other = Scoring.PARTIAL if feature is F.ALL_OR_NOTHING else Scoring.ALL_OR_NOTHING
        return replace(interaction, scoring=other)
    if feature is F.PARTIAL_FEEDBACK:
        return with_answers(interaction, F.CREDIT)
    if feature is F.SHARED_CHOICES and isinstance(interaction, Gaps):
        return replace(
            interaction,
            gaps=(*interaction.gaps, Gap(name="y", kind=GapKind.DROPDOWN, choices=choices("p", "q", keys="B"))),
        )
    return interaction


def with_answers(interaction: Interaction, feature: Feature) -> Interaction:
    """Change the choices, accepted answers, pairs or gaps as ``feature`` asks."""
    change: dict[Feature, dict[str, Any]] = {F.ANSWER_FEEDBACK: {"feedback": MARK}, F.CREDIT: {"credit": HALF}}
    match interaction:
        case ChoiceInteraction(choices=(first, second, *rest), kind=kind) if feature in change:
            if feature is F.CREDIT and kind is ChoiceKind.TRUE_FALSE:
                return interaction
            return replace(interaction, choices=(first, replace(second, **change[feature]), *rest))
        case TextEntry() | NumericEntry():
            return with_accepted(interaction, feature)
        case Match(pairs=(first_pair, *others)) if feature is F.ANSWER_FEEDBACK:
            return replace(interaction, pairs=(replace(first_pair, feedback=MARK), *others))
        case Gaps(gaps=gaps):
            return replace(interaction, gaps=with_gaps(gaps, feature))
        case _:
            return interaction


def with_accepted(interaction: TextEntry | NumericEntry, feature: Feature) -> Interaction:
    if isinstance(interaction, TextEntry):
        first = interaction.accepted[0]
        added: dict[Feature, tuple[TextAnswer, ...]] = {
            F.ANSWER_FEEDBACK: (replace(first, feedback=MARK),),
            F.CREDIT: (first, TextAnswer(content="b", credit=HALF)),
            F.SEVERAL_ANSWERS: (first, TextAnswer(content="b")),
        }
        return replace(interaction, accepted=added.get(feature, interaction.accepted))
    number = interaction.accepted[0]
    numbers: dict[Feature, tuple[NumericAnswer, ...]] = {
        F.ANSWER_FEEDBACK: (replace(number, feedback=MARK),),
        F.CREDIT: (number, NumericAnswer(value=Decimal(2), credit=HALF)),
        F.SEVERAL_ANSWERS: (number, NumericAnswer(value=Decimal(2))),
        F.TOLERANCE: (replace(number, tolerance=HALF),),
        F.RANGE: (NumericAnswer(minimum=Decimal(1), maximum=Decimal(4)),),
    }
    return replace(interaction, accepted=numbers.get(feature, interaction.accepted))


def with_gaps(gaps: tuple[Gap, ...], feature: Feature) -> tuple[Gap, ...]:
    first = gaps[0]
    number = NUMBER_GAP.numbers[0]
    options = first.choices
    changed: dict[Feature, tuple[Gap, ...]] = {
        F.TEXT_GAPS: (first, TEXT_GAP),
        F.NUMERIC_GAPS: (first, NUMBER_GAP),
        F.CASE_SENSITIVE: (first, replace(TEXT_GAP, case_sensitive=True)),
        F.TOLERANCE: (first, replace(NUMBER_GAP, numbers=(replace(number, tolerance=HALF),))),
        F.RANGE: (first, replace(NUMBER_GAP, numbers=(NumericAnswer(minimum=Decimal(1), maximum=Decimal(4)),))),
        F.GAP_POINTS: (replace(first, points=Decimal(3)),),
        F.ANSWER_FEEDBACK: (replace(first, choices=(replace(options[0], feedback=MARK), *options[1:])),),
        F.CREDIT: (replace(first, choices=(options[0], replace(options[1], credit=HALF))),),
    }
    return changed.get(feature, gaps)


def written(target: str, item: Item) -> str:
    out = BytesIO()
    passage = Item(identifier="p", stem=Text("The passage."), interaction=NoInteraction())
    WRITERS[target].write(ItemBank(items=[passage, item]), WriteOptions(), out)
    return out.getvalue().decode()


CELLS = [
    pytest.param(target, kind, feature, id=f"{target}-{kind.name}-{feature.name}".lower())
    for target in WRITERS
    for kind in Kind
    for feature in Feature
    if feature is not F.ITSELF and cell(target, kind, F.ITSELF).hold is not Hold.LOST
    if example(kind, feature, True) is not None
]


@pytest.mark.parametrize(("target", "kind", "feature"), CELLS)
def test_cell(target: str, kind: Kind, feature: Feature) -> None:
    item, without = example(kind, feature, True), example(kind, feature, False)
    assert item and without and kind_of(item) is kind
    entry = cell(target, kind, feature)
    data, plain = written(target, item), written(target, without)
    if entry.hold is Hold.LOST:
        assert data == plain
    elif (target, kind, feature) not in NO_TRACE and (target, feature) not in NO_TRACE:
        assert data != plain
        if "marked text" in repr(item):
            assert "marked text" in data
    said = [found for found in losses(item, target) if feature.value in found.message]
    assert [found.effect for found in said] == {
        Hold.FULL: [],
        Hold.ADAPTED: [Effect.ADAPTED],
        Hold.LOST: [Effect.LOST],
    }[entry.hold]


@pytest.mark.parametrize("target", WRITERS)
@pytest.mark.parametrize("kind", Kind)
def test_the_item_itself(target: str, kind: Kind) -> None:
    item = example(kind, F.ITSELF, True)
    assert item
    entry = cell(target, kind, F.ITSELF)
    effects = [
        found.effect
        for found in losses(item, target)
        if found.effect is not Effect.ADAPTED or "itself" in found.message
    ]
    if entry.hold is Hold.LOST:
        assert effects == [Effect.WITHHELD]
        with pytest.raises(ValueError, match="no question type"):
            written(target, item)
    else:
        assert effects == ([Effect.ADAPTED] if entry.hold is Hold.ADAPTED else [])
        assert item.stem.content.split()[0] in written(target, item)


def test_every_feature_is_tried_with_some_kind() -> None:
    tried = {example[2] for example in (param.values for param in CELLS)}
    assert tried == set(Feature) - {F.ITSELF}
