"""Reviewed keys: what a person chose, as read from an answers file."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from qticonv.diagnostics import SourceSpan

AnswerValue = str | bool | Decimal


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """The key of one item.

    ``reference`` is an item identifier, or the item's ordinal in the file (from 1). ``values`` are choice
    identifiers or
    labels, a truth value, or accepted texts or numbers, as the interaction asks. ``texts`` are the texts of the
    chosen choices when
    the decision was made: where one no longer fits, the question was changed since, and the answer must not be used.
    """

    reference: str | int
    values: tuple[AnswerValue, ...]
    texts: tuple[str, ...] = ()
    span: SourceSpan | None = None


class Answers(Struct, frozen=True, kw_only=True, gc=False):
    """An answers file. ``source`` is its name, for diagnostics."""

    source: str
    entries: tuple[Answer, ...]
