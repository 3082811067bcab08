"""Items and banks: what a reader produces and a writer consumes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field

from qticonv.diagnostics import SourceSpan
from qticonv.model.interactions import ExtendedText, Interaction, NoInteraction, Upload
from qticonv.model.text import Text


class KeySource(StrEnum):
    """Where the key of an item comes from. There is no default and no guess."""

    STATED = "stated"  # the source says so
    INFERRED = "inferred"  # the explanation proves it, above the threshold
    REVIEWED = "reviewed"  # a person chose it
    MISSING = "missing"


class Evidence(Struct, frozen=True, kw_only=True, gc=False):
    """Words of the explanation that speak for the key, and where they stand.

    Lines count from 1; columns are 0-based code points, ends exclusive.
    """

    quote: str
    line: int | None = None
    start: int | None = None
    end: int | None = None


class Candidate(Struct, frozen=True, kw_only=True, gc=False):
    """A choice identifier with the probability (three decimals) that it is the key."""

    choice: str
    confidence: Decimal


class Key(Struct, frozen=True, kw_only=True, gc=False):
    """The kind of an item's key. Which choices are right stands on the choices (``is_key``)."""

    source: KeySource
    confidence: Decimal | None = None
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()


class Feedback(Struct, frozen=True, kw_only=True, gc=False):
    """Feedback on the whole item. Feedback on a choice or an accepted answer stands there."""

    general: Text | None = None
    correct: Text | None = None
    partially_correct: Text | None = None
    incorrect: Text | None = None

    def __bool__(self) -> bool:
        return any((self.general, self.correct, self.partially_correct, self.incorrect))


class Item(Struct, frozen=True, kw_only=True, gc=False):
    """One question (or description) of a bank. ``span`` is where it stands in the source."""

    identifier: str
    stem: Text
    interaction: Interaction
    title: str | None = None
    key: Key | None = None
    feedback: Feedback = field(default_factory=Feedback)
    points: Decimal = Decimal(1)
    penalty: Decimal | None = None
    tags: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    language: str | None = None
    passage: str | None = None
    span: SourceSpan | None = None

    @property
    def needs_key(self) -> bool:
        """False for interactions that have no key: essay, upload, description."""
        return not isinstance(self.interaction, (ExtendedText, Upload, NoInteraction))

    @property
    def is_keyed(self) -> bool:
        """Whether the item can be scored: it needs no key, or has one that is not missing."""
        return not self.needs_key or (self.key is not None and self.key.source is not KeySource.MISSING)


class QuizSettings(Struct, frozen=True, kw_only=True, gc=False):
    """Settings of the quiz that the items make up."""

    description: Text | None = None
    attempts: int | None = None
    time_limit_minutes: Decimal | None = None
    shuffle_items: bool | None = None


class Section(Struct, frozen=True, kw_only=True, gc=False):
    """A group of items; ``pick`` of them are drawn, each worth ``points_each``."""

    title: str
    items: tuple[str, ...]
    pick: int | None = None
    points_each: Decimal | None = None


class Asset(Struct, frozen=True, kw_only=True, gc=False):
    """An image or other file. ``path`` is relative to the bank; ``data`` is its content once it was loaded."""

    path: str
    media_type: str
    data: bytes | None = None


class ItemBank(Struct, frozen=True, kw_only=True, gc=False):
    """The intermediate form, version 1.0, as typed data."""

    items: Sequence[Item]
    title: str | None = None
    language: str | None = None
    quiz: QuizSettings = field(default_factory=QuizSettings)
    sections: tuple[Section, ...] = ()
    assets: dict[str, Asset] = field(default_factory=dict)
