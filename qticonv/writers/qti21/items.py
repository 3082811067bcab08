"""One item as a document."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from qticonv.model import (
    ChoiceInteraction,
    ExtendedText,
    Gaps,
    Item,
    Match,
    NoInteraction,
    NumericEntry,
    Order,
    TextEntry,
    Upload,
)
from qticonv.model.options import WriteOptions
from qticonv.writers.qti21 import choices, entries, gaps, names, pairs, unscored
from qticonv.writers.qti21.assembly import Assembly, Content, document, modals, title_of


class Written(Struct, frozen=True, kw_only=True, gc=False):
    """A document in parts, and what the manifest says about it."""

    identifier: str
    title: str
    parts: tuple[str, ...]
    language: str | None
    interaction: str | None
    hint: str | None
    question_type: str | None
    has_feedback: bool
    has_solution: bool


def write_item(
    item: Item, identifier: str, passage: Item | None, language: str | None, options: WriteOptions, content: Content
) -> Written:
    """Return the document of ``item``; ``passage`` is the description that it refers to, ``language`` the bank's."""
    if isinstance(item.interaction, NoInteraction):
        item = replace(item, points=Decimal(0))
    assembly = assemble(item, passage, options, content)
    tag = names.language(item.language) or names.language(language)
    title, feedback = title_of(item), modals(item, assembly, content)
    return Written(
        identifier=identifier,
        title=title,
        parts=document(item, identifier, title, tag, assembly, feedback),
        language=tag,
        interaction=assembly.interaction,
        hint=assembly.hint,
        question_type=assembly.question_type,
        has_feedback=bool(feedback),
        has_solution="<correctResponse>" in assembly.responses,
    )


def assemble(item: Item, passage: Item | None, options: WriteOptions, content: Content) -> Assembly:
    """Put an item together; ``passage`` is shown before its text."""
    reading = content.flow(passage.stem) if passage else ""
    if isinstance(item.interaction, Gaps):
        return gaps.assemble(item, item.interaction, reading, content)
    stem = content.flow(item.stem)
    if reading:
        # One div: Canvas Classic reads one block as the stem (qti_exporter, assessment_item_converter.rb:107).
        stem = f"<div>{reading}</div><div>{stem}</div>"
    return _interact(item, stem, options, content)


def _interact(item: Item, stem: str, options: WriteOptions, content: Content) -> Assembly:
    match item.interaction:
        case ChoiceInteraction() as choice:
            return choices.assemble(item, choice, stem, content)
        case TextEntry() as entry:
            return entries.assemble_text(item, entry, stem, content)
        case NumericEntry() as entry:
            return entries.assemble_number(item, entry, stem, content)
        case ExtendedText() as essay:
            return unscored.assemble_essay(item, essay, options, stem, content)
        case Match() as matching:
            return pairs.assemble_match(item, matching, stem, content)
        case Order() as ordering:
            return pairs.assemble_order(item, ordering, stem, content)
        case Upload():
            return unscored.assemble_upload(item, stem)
        case NoInteraction():
            return unscored.assemble_description(stem)
        case Gaps():
            raise AssertionError("gaps are put together from the item itself")
        case _ as never:
            assert_never(never)
