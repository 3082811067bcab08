"""How a student answers: the closed union of interactions (DESIGN, "Interactions").

Every class is frozen and knows no format. ``credit`` is a share of the item's points between -1 and 1; ``None`` means
that the author gave no weight, which is not the same as 0.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from qticonv.model.text import Text


class ChoiceKind(StrEnum):
    """How many choices a student picks; true/false has exactly two choices, the first of them true."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


class Scoring(StrEnum):
    """Whether parts of a right response earn a share of the points."""

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL = "partial"


class GapKind(StrEnum):
    """How a gap is filled."""

    TEXT = "text"
    DROPDOWN = "dropdown"
    NUMERIC = "numeric"


class Choice(Struct, frozen=True, kw_only=True, gc=False):
    """One choice. ``label`` is what the source printed ("A"); keys refer to ``identifier``."""

    identifier: str
    content: Text
    label: str | None = None
    is_key: bool = False
    credit: Decimal | None = None
    feedback: Text | None = None


class ChoiceInteraction(Struct, frozen=True, kw_only=True, gc=False):
    """Single choice, multiple choice or true/false."""

    kind: ChoiceKind
    choices: tuple[Choice, ...]
    shuffle: bool = True
    scoring: Scoring = Scoring.ALL_OR_NOTHING

    @property
    def keys(self) -> tuple[Choice, ...]:
        """The choices marked as right, in printed order."""
        return tuple(choice for choice in self.choices if choice.is_key)

    @property
    def is_weighted(self) -> bool:
        """Whether the author gave a weight to any choice."""
        return any(choice.credit is not None for choice in self.choices)

    @property
    def credits(self) -> tuple[Decimal, ...]:
        """The share of the points that each choice earns, in printed order.

        The weights are those of the author. Where there are none, a key earns all, or, if several may be picked, the
        keys share the points evenly and the other choices share the same loss: picking everything earns nothing.
        """
        several = self.kind is ChoiceKind.MULTIPLE
        keys = len(self.keys)
        right = Decimal(1) / max(1, keys if several else 1)
        punished = several and not self.is_weighted and len(self.choices) > keys
        wrong = Decimal(-1) / (len(self.choices) - keys) if punished else Decimal(0)
        return tuple(
            choice.credit if choice.credit is not None else right if choice.is_key else wrong for choice in self.choices
        )


class TextAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """An accepted answer in plain text."""

    content: str
    credit: Decimal | None = None
    feedback: Text | None = None


class NumericAnswer(Struct, frozen=True, kw_only=True, gc=False):
    """An accepted number: ``value`` with an absolute ``tolerance``, or a closed range ``minimum`` to ``maximum``."""

    value: Decimal | None = None
    tolerance: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    credit: Decimal | None = None
    feedback: Text | None = None

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The lowest and the highest number that is accepted, exact in decimals."""
        if self.value is not None:
            margin = self.tolerance or Decimal(0)
            return self.value - margin, self.value + margin
        if self.minimum is None or self.maximum is None:
            raise ValueError("a numeric answer holds a value or a range")
        return self.minimum, self.maximum


class TextEntry(Struct, frozen=True, kw_only=True, gc=False):
    """A short answer, compared with the accepted ones."""

    accepted: tuple[TextAnswer, ...]
    case_sensitive: bool = False


class NumericEntry(Struct, frozen=True, kw_only=True, gc=False):
    """A number."""

    accepted: tuple[NumericAnswer, ...]


class ExtendedText(Struct, frozen=True, kw_only=True, gc=False):
    """An essay, or a short answer whose model answer is prose that no machine can match."""

    model_answer: Text | None = None
    expected_lines: int | None = None


class Pair(Struct, frozen=True, kw_only=True, gc=False):
    """A left side and the right side that belongs to it."""

    left: Text
    right: Text
    feedback: Text | None = None


class Match(Struct, frozen=True, kw_only=True, gc=False):
    """Matching; ``distractors`` are right sides that belong to no left side."""

    pairs: tuple[Pair, ...]
    distractors: tuple[Text, ...] = ()
    scoring: Scoring = Scoring.PARTIAL


class Order(Struct, frozen=True, kw_only=True, gc=False):
    """Ordering; ``sequence`` is the right order."""

    sequence: tuple[Text, ...]
    scoring: Scoring = Scoring.ALL_OR_NOTHING


class Gap(Struct, frozen=True, kw_only=True, gc=False):
    """One gap, marked ``{{name}}`` in the stem.

    ``accepted`` (text), ``numbers`` (numeric) or ``choices`` (dropdown) holds the key, by ``kind``.
    """

    name: str
    kind: GapKind
    accepted: tuple[TextAnswer, ...] = ()
    numbers: tuple[NumericAnswer, ...] = ()
    choices: tuple[Choice, ...] = ()
    case_sensitive: bool = False
    points: Decimal | None = None


class Gaps(Struct, frozen=True, kw_only=True, gc=False):
    """A text with gaps. ``shared_choices``: all drop-downs draw on one word bank."""

    gaps: tuple[Gap, ...]
    shared_choices: bool = False
    scoring: Scoring = Scoring.PARTIAL


class Upload(Struct, frozen=True, kw_only=True, gc=False):
    """The student hands in a file."""


class NoInteraction(Struct, frozen=True, kw_only=True, gc=False):
    """A description or a passage: nothing to answer."""


Interaction = (
    ChoiceInteraction | TextEntry | NumericEntry | ExtendedText | Match | Order | Gaps | Upload | NoInteraction
)

INTERACTION_TYPES: dict[type, str] = {
    ChoiceInteraction: "choice",
    TextEntry: "text_entry",
    NumericEntry: "numeric_entry",
    ExtendedText: "extended_text",
    Match: "match",
    Order: "order",
    Gaps: "gaps",
    Upload: "upload",
    NoInteraction: "none",
}


def interaction_type(interaction: Interaction) -> str:
    """Return the name that the intermediate form uses, e.g. ``"text_entry"``."""
    return INTERACTION_TYPES[type(interaction)]
