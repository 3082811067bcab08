"""What each target can hold: one table, from which everything else is derived.

Diagnostics about losses (:func:`losses`), ``qticonv formats --matrix`` and the documentation's table come from
:data:`TABLE`. A cell that is
not listed is ``FULL``; a test converts an item for every cell and looks. What depends on the content of one item
(21 right answers)
is reported by the writer's ``limits`` instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import (
    ChoiceInteraction,
    ChoiceKind,
    ExtendedText,
    GapKind,
    Gaps,
    Item,
    ItemBank,
    Match,
    NumericEntry,
    Scoring,
    TextEntry,
    interaction_type,
)


class Kind(StrEnum):
    """The rows of the table: interactions, with choice split by kind."""

    SINGLE = "single choice"
    MULTIPLE = "multiple choice"
    TRUE_FALSE = "true/false"
    TEXT_ENTRY = "short answer"
    NUMERIC_ENTRY = "numeric"
    EXTENDED_TEXT = "essay"
    MATCH = "matching"
    ORDER = "ordering"
    GAPS = "gaps"
    UPLOAD = "upload"
    NONE = "description"


_KIND_BY_TYPE = {
    "text_entry": Kind.TEXT_ENTRY,
    "numeric_entry": Kind.NUMERIC_ENTRY,
    "extended_text": Kind.EXTENDED_TEXT,
    "match": Kind.MATCH,
    "order": Kind.ORDER,
    "gaps": Kind.GAPS,
    "upload": Kind.UPLOAD,
    "none": Kind.NONE,
}
_KIND_BY_CHOICE = {
    ChoiceKind.SINGLE: Kind.SINGLE,
    ChoiceKind.MULTIPLE: Kind.MULTIPLE,
    ChoiceKind.TRUE_FALSE: Kind.TRUE_FALSE,
}


def kind_of(item: Item) -> Kind:
    """Return the row of the table that ``item`` belongs to."""
    if isinstance(item.interaction, ChoiceInteraction):
        return _KIND_BY_CHOICE[item.interaction.kind]
    return _KIND_BY_TYPE[interaction_type(item.interaction)]


class Feature(Enum):
    """The columns of the table. The value is what a person reads."""

    ITSELF = "the question itself"
    POINTS = "points"
    PENALTY = "penalty"
    SHUFFLE = "shuffled choices"
    TAGS = "tags"
    CATEGORY = "category"
    LANGUAGE = "language"
    PASSAGE = "shared passage"
    GENERAL_FEEDBACK = "general feedback"
    CORRECT_FEEDBACK = "feedback when right"
    PARTIAL_FEEDBACK = "feedback when partly right"
    INCORRECT_FEEDBACK = "feedback when wrong"
    ANSWER_FEEDBACK = "feedback on a choice or answer"
    CREDIT = "partial credit of a choice or answer"
    PARTIAL_SCORING = "partial scoring"
    ALL_OR_NOTHING = "all-or-nothing scoring"
    CASE_SENSITIVE = "case-sensitive answers"
    SEVERAL_ANSWERS = "several accepted answers"
    TOLERANCE = "tolerance"
    RANGE = "range"
    DISTRACTORS = "distractors"
    MODEL_ANSWER = "model answer"
    EXPECTED_LINES = "expected lines"
    TEXT_GAPS = "text gaps"
    DROPDOWN_GAPS = "drop-down gaps"
    NUMERIC_GAPS = "numeric gaps"
    GAP_POINTS = "points of a gap"
    SHARED_CHOICES = "a word bank for all gaps"


def _answers(item: Item) -> tuple[object, ...]:
    """The choices, accepted answers or pairs of an item, gaps included."""
    interaction = item.interaction
    if isinstance(interaction, ChoiceInteraction):
        return interaction.choices
    if isinstance(interaction, (TextEntry, NumericEntry)):
        return interaction.accepted
    if isinstance(interaction, Match):
        return interaction.pairs
    if isinstance(interaction, Gaps):
        return tuple(part for gap in interaction.gaps for part in (*gap.choices, *gap.accepted, *gap.numbers))
    return ()


def _numbers(item: Item) -> tuple[object, ...]:
    if isinstance(item.interaction, NumericEntry):
        return item.interaction.accepted
    if isinstance(item.interaction, Gaps):
        return tuple(number for gap in item.interaction.gaps for number in gap.numbers)
    return ()


def _has_gap(kind: GapKind) -> Callable[[Item], bool]:
    return lambda item: isinstance(item.interaction, Gaps) and any(gap.kind is kind for gap in item.interaction.gaps)


def _scoring(scoring: Scoring) -> Callable[[Item], bool]:
    def used(item: Item) -> bool:
        if isinstance(item.interaction, ChoiceInteraction) and item.interaction.kind is not ChoiceKind.MULTIPLE:
            return False
        return getattr(item.interaction, "scoring", None) is scoring

    return used


def _case_sensitive(item: Item) -> bool:
    if isinstance(item.interaction, TextEntry):
        return item.interaction.case_sensitive
    return isinstance(item.interaction, Gaps) and any(gap.case_sensitive for gap in item.interaction.gaps)


USES: Mapping[Feature, Callable[[Item], bool]] = {
    Feature.ITSELF: lambda item: True,
    Feature.POINTS: lambda item: item.points != 1,
    Feature.PENALTY: lambda item: item.penalty is not None,
    Feature.SHUFFLE: lambda item: isinstance(item.interaction, ChoiceInteraction) and item.interaction.shuffle,
    Feature.TAGS: lambda item: bool(item.tags),
    Feature.CATEGORY: lambda item: bool(item.category),
    Feature.LANGUAGE: lambda item: item.language is not None,
    Feature.PASSAGE: lambda item: item.passage is not None,
    Feature.GENERAL_FEEDBACK: lambda item: bool(item.feedback.general),
    Feature.CORRECT_FEEDBACK: lambda item: bool(item.feedback.correct),
    Feature.PARTIAL_FEEDBACK: lambda item: bool(item.feedback.partially_correct),
    Feature.INCORRECT_FEEDBACK: lambda item: bool(item.feedback.incorrect),
    Feature.ANSWER_FEEDBACK: lambda item: any(getattr(answer, "feedback", None) for answer in _answers(item)),
    Feature.CREDIT: lambda item: any(getattr(answer, "credit", None) is not None for answer in _answers(item)),
    Feature.PARTIAL_SCORING: _scoring(Scoring.PARTIAL),
    Feature.ALL_OR_NOTHING: _scoring(Scoring.ALL_OR_NOTHING),
    Feature.CASE_SENSITIVE: _case_sensitive,
    Feature.SEVERAL_ANSWERS: lambda item: (
        isinstance(item.interaction, (TextEntry, NumericEntry)) and len(item.interaction.accepted) > 1
    ),
    Feature.TOLERANCE: lambda item: any(getattr(number, "tolerance", None) for number in _numbers(item)),
    Feature.RANGE: lambda item: any(getattr(number, "minimum", None) is not None for number in _numbers(item)),
    Feature.DISTRACTORS: lambda item: isinstance(item.interaction, Match) and bool(item.interaction.distractors),
    Feature.MODEL_ANSWER: lambda item: (
        isinstance(item.interaction, ExtendedText) and item.interaction.model_answer is not None
    ),
    Feature.EXPECTED_LINES: lambda item: (
        isinstance(item.interaction, ExtendedText) and item.interaction.expected_lines is not None
    ),
    Feature.TEXT_GAPS: _has_gap(GapKind.TEXT),
    Feature.DROPDOWN_GAPS: _has_gap(GapKind.DROPDOWN),
    Feature.NUMERIC_GAPS: _has_gap(GapKind.NUMERIC),
    Feature.GAP_POINTS: lambda item: (
        isinstance(item.interaction, Gaps) and any(gap.points is not None for gap in item.interaction.gaps)
    ),
    Feature.SHARED_CHOICES: lambda item: isinstance(item.interaction, Gaps) and item.interaction.shared_choices,
}


class Hold(StrEnum):
    """How well a target holds a feature."""

    FULL = "full"
    ADAPTED = "adapted"
    LOST = "lost"


class Cell(Struct, frozen=True, gc=False):
    """One cell: how well, and what becomes of the feature, as half a sentence that follows its name."""

    hold: Hold
    note: str = ""


FULL = Cell(Hold.FULL)


def adapted(note: str) -> Cell:
    """A cell for what arrives in another form."""
    return Cell(Hold.ADAPTED, note)


def lost(note: str) -> Cell:
    """A cell for what does not arrive."""
    return Cell(Hold.LOST, note)


# (row or None for every row, column) -> cell; a row of its own wins over None. ITSELF lost = the item is withheld.
Table = Mapping[tuple[Kind | None, Feature], Cell]

_UNSCORED = lost("is never shown, because no program scores the answer")
QTI21: Table = {
    (None, Feature.PENALTY): lost("has no place in QTI"),
    (None, Feature.PASSAGE): adapted("is repeated in the text of every item that refers to it"),
    (Kind.EXTENDED_TEXT, Feature.MODEL_ANSWER): adapted(
        "is a rubric for graders and, unless it is kept from students, part of the feedback after answering"
    ),
    (Kind.MATCH, Feature.ANSWER_FEEDBACK): adapted("is shown for every pair once something was matched"),
    (Kind.GAPS, Feature.SHARED_CHOICES): adapted("becomes a drop-down with the same choices at every gap"),
    (Kind.NONE, Feature.POINTS): lost("are left out: there is nothing to answer"),
    **{
        (kind, feature): _UNSCORED
        for kind in (Kind.EXTENDED_TEXT, Kind.UPLOAD, Kind.NONE)
        for feature in (Feature.CORRECT_FEEDBACK, Feature.PARTIAL_FEEDBACK, Feature.INCORRECT_FEEDBACK)
    },
}

_COMBINED = (Feature.CORRECT_FEEDBACK, Feature.PARTIAL_FEEDBACK, Feature.INCORRECT_FEEDBACK)
_ANSWER_FEEDBACK_ONLY = adapted("stands with the answers that it is about, because the type has no combined feedback")
_NO_COMBINED = lost("has no place in a question of this type")
_NO_POINTS = lost("mean nothing for a text without a question")

# What is the same in Moodle's database, whatever the file that fills it.
_MOODLE_TYPES: Table = {
    (None, Feature.LANGUAGE): lost("has no place in Moodle's question bank"),
    (None, Feature.PASSAGE): adapted("is repeated at the head of every question that uses it"),
    (Kind.MULTIPLE, Feature.ALL_OR_NOTHING): adapted(
        "becomes partial credit: in Moodle each right choice earns its share, and one wrong choice (-100 %) "
        "leaves nothing"
    ),
    (Kind.MATCH, Feature.ALL_OR_NOTHING): adapted("becomes partial credit: in Moodle each pair earns its share"),
    (Kind.MATCH, Feature.ANSWER_FEEDBACK): adapted("is added to the general feedback"),
    (Kind.TRUE_FALSE, Feature.SHUFFLE): lost("is not possible: true stands first"),
    (Kind.TRUE_FALSE, Feature.CORRECT_FEEDBACK): _ANSWER_FEEDBACK_ONLY,
    (Kind.TRUE_FALSE, Feature.INCORRECT_FEEDBACK): _ANSWER_FEEDBACK_ONLY,
    (Kind.TRUE_FALSE, Feature.PARTIAL_FEEDBACK): _NO_COMBINED,
    **{
        (kind, feature): _ANSWER_FEEDBACK_ONLY
        for kind in (Kind.TEXT_ENTRY, Kind.NUMERIC_ENTRY)
        for feature in _COMBINED
    },
    **{(kind, feature): _NO_COMBINED for kind in (Kind.EXTENDED_TEXT, Kind.NONE) for feature in _COMBINED},
    (Kind.NONE, Feature.POINTS): _NO_POINTS,
    (Kind.NONE, Feature.PENALTY): _NO_POINTS,
}

MOODLE: Table = {
    **_MOODLE_TYPES,
    (Kind.EXTENDED_TEXT, Feature.MODEL_ANSWER): adapted(
        "stands in the information for graders, and in the general feedback, which students see after answering "
        "(unless it is kept for graders)"
    ),
    (Kind.ORDER, Feature.ITSELF): adapted("needs Moodle 4.4 or later; older sites refuse the whole file"),
    (Kind.GAPS, Feature.ALL_OR_NOTHING): adapted("becomes partial credit: in Moodle each gap earns its share"),
    (Kind.GAPS, Feature.SHARED_CHOICES): adapted("becomes a drop-down list of all words in every gap"),
    **{(kind, feature): _NO_COMBINED for kind in (Kind.GAPS, Kind.UPLOAD) for feature in _COMBINED},
    (Kind.UPLOAD, Feature.ITSELF): adapted("becomes an essay that takes files only"),
}

GIFT: Table = {
    **_MOODLE_TYPES,
    (None, Feature.POINTS): lost("are always 1 in GIFT"),
    (None, Feature.PENALTY): lost("has no place in GIFT"),
    (None, Feature.SHUFFLE): adapted("depend on the site's default, which GIFT cannot set"),
    (Kind.NONE, Feature.GENERAL_FEEDBACK): lost("has no place in a description in GIFT"),
    (Kind.SINGLE, Feature.CORRECT_FEEDBACK): _ANSWER_FEEDBACK_ONLY,
    (Kind.SINGLE, Feature.PARTIAL_FEEDBACK): _ANSWER_FEEDBACK_ONLY,
    (Kind.SINGLE, Feature.INCORRECT_FEEDBACK): _ANSWER_FEEDBACK_ONLY,
    **{(kind, feature): _NO_COMBINED for kind in (Kind.MULTIPLE, Kind.MATCH) for feature in _COMBINED},
    (Kind.TEXT_ENTRY, Feature.CASE_SENSITIVE): lost("are not possible in GIFT: upper and lower case count the same"),
    (Kind.EXTENDED_TEXT, Feature.MODEL_ANSWER): adapted(
        "stands in the general feedback, which students see after answering (unless it is kept for graders)"
    ),
    (Kind.EXTENDED_TEXT, Feature.EXPECTED_LINES): lost("has no place in GIFT"),
    (Kind.ORDER, Feature.ITSELF): lost(
        "Moodle before 4.4 makes a short answer of it, and no text in it can be escaped"
    ),
    (Kind.GAPS, Feature.ITSELF): lost("GIFT has no questions with several gaps"),
    (Kind.UPLOAD, Feature.ITSELF): lost("GIFT has no questions that take files"),
}

# Classic Quizzes and New Quizzes read the same package and differ; a cell says what the poorer of them does.
CANVAS: Table = {
    (None, Feature.PENALTY): lost("is left out: Canvas has no penalty for attempts"),
    (None, Feature.TAGS): lost("are left out: Canvas has no tags for questions"),
    (None, Feature.CATEGORY): lost("is left out of a quiz; with --as bank each category becomes a question bank"),
    (None, Feature.LANGUAGE): lost("is left out: the importer of Classic Quizzes stops at a language"),
    (None, Feature.PASSAGE): adapted("is repeated before the stem of every question that needs it"),
    (None, Feature.SHUFFLE): adapted(
        "is kept in New Quizzes; Classic Quizzes shuffles the answers of a quiz if all its choices are shuffled"
    ),
    (None, Feature.PARTIAL_FEEDBACK): lost("is left out: Canvas has feedback for right and for wrong responses only"),
    (None, Feature.CREDIT): lost("is left out: an answer earns full marks or none, and a lesser one is not accepted"),
    (None, Feature.CASE_SENSITIVE): lost("has no effect in Classic Quizzes, which ignores case"),
    (Kind.MULTIPLE, Feature.ALL_OR_NOTHING): lost(
        "has no effect in Classic Quizzes, where right choices add and wrong ones take away; New Quizzes can be set"
    ),
    (Kind.MULTIPLE, Feature.PARTIAL_SCORING): adapted(
        "follows Canvas: right choices add and wrong ones take away in Classic Quizzes; New Quizzes can be set"
    ),
    (Kind.EXTENDED_TEXT, Feature.MODEL_ANSWER): adapted(
        "becomes a part of the general feedback (unless it is kept for graders), and grading notes in New Quizzes"
    ),
    (Kind.EXTENDED_TEXT, Feature.EXPECTED_LINES): lost("are left out"),
    (Kind.NUMERIC_ENTRY, Feature.ANSWER_FEEDBACK): lost("arrives in Classic Quizzes only"),
    (Kind.MATCH, Feature.ANSWER_FEEDBACK): lost("arrives in Classic Quizzes only"),
    (Kind.MATCH, Feature.ALL_OR_NOTHING): lost("has no effect in Classic Quizzes, where each pair earns its share"),
    (Kind.MATCH, Feature.PARTIAL_SCORING): adapted("gives each pair an equal share; New Quizzes can be set"),
    (Kind.ORDER, Feature.ITSELF): adapted("becomes a matching of the positions 1, 2, 3 … in Classic Quizzes"),
    (Kind.ORDER, Feature.ALL_OR_NOTHING): lost("has no effect in Classic Quizzes, where each position earns its share"),
    (Kind.ORDER, Feature.PARTIAL_SCORING): adapted("gives each position an equal share in Classic Quizzes only"),
    (Kind.GAPS, Feature.NUMERIC_GAPS): adapted("become blanks that accept the number as it is written"),
    (Kind.GAPS, Feature.TOLERANCE): lost("is left out: a blank of Canvas compares texts"),
    (Kind.GAPS, Feature.RANGE): lost("is left out: a blank of Canvas compares texts"),
    (Kind.GAPS, Feature.GAP_POINTS): lost("are left out: all gaps of a question earn the same"),
    (Kind.GAPS, Feature.SHARED_CHOICES): adapted("becomes a drop-down at every gap that offers all the words"),
    (Kind.GAPS, Feature.ALL_OR_NOTHING): lost("has no effect: each gap earns its share"),
    (Kind.NONE, Feature.GENERAL_FEEDBACK): lost("is left out: a text has no feedback in Canvas"),
    (Kind.NONE, Feature.CORRECT_FEEDBACK): lost("is left out: a text has no feedback in Canvas"),
    (Kind.NONE, Feature.PARTIAL_FEEDBACK): lost("is left out: a text has no feedback in Canvas"),
    (Kind.NONE, Feature.INCORRECT_FEEDBACK): lost("is left out: a text has no feedback in Canvas"),
    (Kind.NONE, Feature.POINTS): lost("are left out: a text is worth nothing"),
    (Kind.NONE, Feature.ITSELF): adapted("becomes a text in Classic Quizzes; New Quizzes may not show it"),
}

TABLE: Mapping[str, Table] = {"qti21": QTI21, "moodle": MOODLE, "gift": GIFT, "canvas": CANVAS}


def cell(target: str, kind: Kind, feature: Feature) -> Cell:
    """Return how ``target`` holds ``feature`` of items of ``kind``."""
    table = TABLE.get(target, {})
    return table.get((kind, feature)) or table.get((None, feature)) or FULL


_CODES = {Hold.LOST: Code.TARGET_LOSES, Hold.ADAPTED: Code.TARGET_ADAPTS}
_EFFECTS = {Hold.LOST: Effect.LOST, Hold.ADAPTED: Effect.ADAPTED}


class _Exception(NamedTuple):
    """What becomes of a feature of items of one kind that a target does not hold in full."""

    is_used: Callable[[Item], bool]
    code: Code
    message: str
    effect: Effect


@cache
def _exceptions(target: str, kind: Kind) -> tuple[_Exception, ...]:
    """The features of ``kind`` that ``target`` does not hold in full, in the order of the table's columns.

    One alone where the target refuses such items.
    """
    itself = cell(target, kind, Feature.ITSELF)
    if itself.hold is Hold.LOST:
        message = f"{target} cannot hold {kind}: {itself.note}"
        return (_Exception(USES[Feature.ITSELF], Code.TARGET_REFUSES, message, Effect.WITHHELD),)
    return tuple(
        _Exception(used, _CODES[entry.hold], f"{kind}: {feature.value} {entry.note}", _EFFECTS[entry.hold])
        for feature, used in USES.items()
        if (entry := cell(target, kind, feature)).hold is not Hold.FULL
    )


def losses(item: Item, target: str) -> tuple[Diagnostic, ...]:
    """Return what ``target`` cannot hold of ``item``.

    One diagnostic a feature; an item that is refused gives one alone.
    """
    return tuple(
        [
            _report(code, message, item, target, effect)
            for is_used, code, message, effect in _exceptions(target, kind_of(item))
            if is_used(item)
        ]
    )


def quiz_parts(bank: ItemBank) -> list[str]:
    """Return the names of what ``bank`` has that only a quiz can hold, and a question bank cannot."""
    quiz = bank.quiz
    given = {
        "sections": bool(bank.sections),
        "description of the quiz": bool(quiz.description),
        "number of attempts": quiz.attempts is not None,
        "time limit": quiz.time_limit_minutes is not None,
        "order of the questions": quiz.shuffle_items is not None,
    }
    return [name for name, is_given in given.items() if is_given]


def language_loss(bank: ItemBank, target: str) -> tuple[Diagnostic, ...]:
    """Return what ``target`` does with the language of the whole bank, if it cannot hold it."""
    held = cell(target, Kind.SINGLE, Feature.LANGUAGE)
    if not bank.language or held.hold is Hold.FULL:
        return ()
    message = f"the language of the questions ({bank.language}) {held.note}"
    return (diagnose(_CODES[held.hold], message, target=target, effect=_EFFECTS[held.hold]),)


def _report(code: Code, message: str, item: Item, target: str, effect: Effect) -> Diagnostic:
    return diagnose(code, message, item=item.identifier, span=item.span, target=target, effect=effect)
