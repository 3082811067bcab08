"""Every cell of Canvas's capabilities is what an item of that kind experiences: full arrives, lost does not."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import banks
import canvas_reader
import pytest
from canvas_reader import Question
from msgspec.structs import replace

from qticonv.diagnostics import Effect
from qticonv.model import (
    ExtendedText,
    Feedback,
    Gap,
    GapKind,
    Gaps,
    Item,
    ItemBank,
    Match,
    NumericAnswer,
    NumericEntry,
    Text,
    TextEntry,
)
from qticonv.model.options import WriteOptions
from qticonv.model.walk import texts
from qticonv.writers.canvas import limits, write
from qticonv.writers.capabilities import CANVAS, USES, Feature, Hold, cell, kind_of, losses

PASSAGE = banks.description()
EVERYTHING = {
    "points": Decimal("3.25"),
    "penalty": Decimal("0.0625"),
    "tags": ("tag-of-it",),
    "category": ("category-of-it",),
    "language": "fy-NL",
    "passage": PASSAGE.identifier,
}


@dataclass
class Arrival:
    """An item and what became of it."""

    item: Item
    source: str
    gem: Question
    classic: Question

    def both(self, kind: str) -> bool:
        """Whether a feedback on the whole item arrives in both."""
        text = str(getattr(self.item.feedback, {"partial": "partially_correct"}.get(kind, kind)).content)
        return all(text in arrived.feedback.get(kind, "") for arrived in (self.gem, self.classic))


def arrival(item: Item) -> Arrival:
    out = io.BytesIO()
    write(ItemBank(items=[item, PASSAGE]), WriteOptions(), out)
    (quiz,) = canvas_reader.quizzes(out.getvalue())
    source = b"".join(data for name, data in canvas_reader.files(out.getvalue()).items() if name.endswith(".xml"))
    gem, classic = canvas_reader.new_quizzes(quiz.document)[0], canvas_reader.classic(quiz.document)[0]
    return Arrival(item, source.decode(), gem, classic)


def comments_arrive(found: Arrival) -> bool:
    """Whether the feedback of every answer arrives in both."""
    wanted = {text.content for text in texts(found.item.interaction)} & set(_comments(found.item))
    return all(wanted <= set(arrived.comments.values()) for arrived in (found.gem, found.classic))


def _comments(item: Item) -> list[str]:
    parts = [getattr(item.interaction, name, ()) for name in ("choices", "accepted", "pairs")]
    gaps = getattr(item.interaction, "gaps", ())
    drop_downs = all(gap.kind is GapKind.DROPDOWN for gap in gaps)  # else ``limits`` says what wrong choices lose
    parts += [[c for c in gap.choices if drop_downs or c.is_key] for gap in gaps] + [gap.accepted for gap in gaps]
    # What a lesser answer says goes with the answer; that it goes is what CREDIT says.
    answers = [answer for part in parts for answer in part if getattr(answer, "credit", None) in (None, 1)]
    return [answer.feedback.content for answer in answers if answer.feedback]


def all_answers_count(found: Arrival) -> bool:
    assert isinstance(found.item.interaction, (TextEntry, NumericEntry))
    full = [answer for answer in found.item.interaction.accepted if answer.credit in (None, 1)]
    return len(found.gem.key) == len(found.classic.key) == len(full)


def ranges_arrive(found: Arrival) -> bool:
    """Whether every range for full marks arrives; a lesser one must not."""
    numbers = [*getattr(found.item.interaction, "accepted", ())]
    numbers += [number for gap in getattr(found.item.interaction, "gaps", ()) for number in gap.numbers]
    full = [number for number in numbers if number.value is None and number.credit in (None, 1)]
    return [entry[0] for entry in found.gem.key].count("range") == len(full)


def distractors_arrive(found: Arrival) -> bool:
    assert isinstance(found.item.interaction, Match)
    return all(text.content in found.gem.answers.values() for text in found.item.interaction.distractors)


def model_answer_arrives(found: Arrival) -> bool:
    assert isinstance(found.item.interaction, ExtendedText) and found.item.interaction.model_answer
    return found.item.interaction.model_answer.content in found.gem.feedback["general"]


PROBES: dict[Feature, Callable[[Arrival], bool]] = {
    Feature.ITSELF: lambda found: found.item.stem.plain.split("{{")[0].split()[0] in found.gem.stem,
    Feature.POINTS: lambda found: found.gem.points == found.classic.points == found.item.points,
    Feature.PENALTY: lambda found: "0.0625" in found.source,
    Feature.TAGS: lambda found: "tag-of-it" in found.source,
    Feature.CATEGORY: lambda found: "category-of-it" in found.source,
    Feature.LANGUAGE: lambda found: "fy-NL" in found.source,
    Feature.PASSAGE: lambda found: all("the Nile is 6,650 km" in q.stem for q in (found.gem, found.classic)),
    Feature.GENERAL_FEEDBACK: lambda found: found.both("general"),
    Feature.CORRECT_FEEDBACK: lambda found: found.both("correct"),
    Feature.PARTIAL_FEEDBACK: lambda found: "Partly" in found.source,
    Feature.INCORRECT_FEEDBACK: lambda found: found.both("incorrect"),
    Feature.ANSWER_FEEDBACK: comments_arrive,
    Feature.CREDIT: lambda found: 'action="Set" varname="SCORE">50' in found.source,
    Feature.SEVERAL_ANSWERS: all_answers_count,
    Feature.TOLERANCE: lambda found: "margin=" in found.source,
    Feature.RANGE: ranges_arrive,
    Feature.DISTRACTORS: distractors_arrive,
    Feature.MODEL_ANSWER: model_answer_arrives,
    Feature.EXPECTED_LINES: lambda found: "rows=" in found.source,
    Feature.TEXT_GAPS: lambda found: "iron" in found.gem.answers.values(),
    Feature.DROPDOWN_GAPS: lambda found: "{{" not in found.gem.stem,
    Feature.NUMERIC_GAPS: lambda found: bool({"1538", "7"} & set(found.gem.answers.values())),
    Feature.GAP_POINTS: lambda found: found.source.count(">33.33<") != 3,
    Feature.SHARED_CHOICES: lambda found: list(found.gem.answers.values()) == ["heart", "lungs", "liver"] * 2,
}
# How Canvas scores and shuffles cannot be seen in the file: it is what its importers and its help pages say.
UNSEEN = {Feature.SHUFFLE, Feature.CASE_SENSITIVE, Feature.PARTIAL_SCORING, Feature.ALL_OR_NOTHING}


NUMBERS = (NumericAnswer(value=Decimal(7)), NumericAnswer(minimum=Decimal(8), maximum=Decimal(9)))
DROP_DOWN = Gap(name="a", kind=GapKind.DROPDOWN, choices=banks.choices("u", "v", keys="B", feedback="About"))
MORE = (
    banks.item("Numbers", NumericEntry(accepted=NUMBERS), key=banks.STATED),
    banks.item("Choose {{a}}", Gaps(gaps=(DROP_DOWN,)), key=banks.STATED),
    banks.item("Count {{a}}", Gaps(gaps=(Gap(name="a", kind=GapKind.NUMERIC, numbers=NUMBERS),)), key=banks.STATED),
)


def items() -> list[Item]:
    found = []
    for original in (*banks.every_item(), *MORE):
        if not original.is_keyed or any(finding.effect is Effect.WITHHELD for finding in limits(original)):
            continue
        feedback = original.feedback
        filled = Feedback(
            general=feedback.general or Text("General text."),
            correct=feedback.correct or Text("Correct text."),
            partially_correct=Text("Partly text."),
            incorrect=feedback.incorrect or Text("Incorrect text."),
        )
        found.append(replace(original, feedback=filled, **EVERYTHING))
    return found


@pytest.mark.parametrize("original", items(), ids=lambda entry: f"{kind_of(entry)}-{entry.identifier}")
def test_cells(original: Item) -> None:
    found = arrival(original)
    reported = {finding.message.split(": ", 1)[1] for finding in losses(original, "canvas")}
    for feature, uses in USES.items():
        entry = cell("canvas", kind_of(original), feature)
        if uses(original) and entry.hold is not Hold.FULL:
            assert f"{feature.value} {entry.note}" in reported
        if uses(original) and feature not in UNSEEN:
            assert PROBES[feature](found) is (entry.hold is not Hold.LOST), (feature, entry)


def test_every_cell_is_seen_or_named_as_unseen() -> None:
    seen = {(kind_of(entry), feature) for entry in items() for feature, uses in USES.items() if uses(entry)}
    for kind, feature in CANVAS:
        assert feature in UNSEEN or feature in {f for k, f in seen if kind is None or k is kind}, (kind, feature)
