"""GIFT: questions in Moodle's text format, read by Moodle and other programs."""

from __future__ import annotations

from typing import BinaryIO

from qticonv.diagnostics import Code, Diagnostic, Effect, diagnose
from qticonv.model import ExtendedText, Item, ItemBank, NoInteraction
from qticonv.model.options import WriteOptions
from qticonv.writers.gift.limits import limits
from qticonv.writers.gift.questions import Writer
from qticonv.writers.moodle import rules
from qticonv.writers.moodle.texts import bank_losses

__all__ = ["limits", "write"]


def write(bank: ItemBank, options: WriteOptions, out: BinaryIO) -> tuple[Diagnostic, ...]:
    """Write ``bank`` as GIFT (UTF-8) to ``out``, item by item, and return what the file cannot hold.

    Items that :func:`limits` or the capability table withholds, and those without a key, must not be in the bank any
    more.
    """
    writer = Writer(bank, options)
    lost = []
    category: tuple[str, ...] = ()
    for item in bank.items:
        if isinstance(item.interaction, NoInteraction):
            writer.texts.keep_passage(item)
        wanted = rules.item_category(item, bank.title) or (category and rules.FALLBACK_CATEGORY)
        if wanted != category:
            category = wanted
            out.write(_category(category).encode())
        out.write(writer.question(item).encode())
        if _keeps_model_answer(item, options):
            lost.append(_model_answer_lost(item))
    return (*bank_losses(bank, "gift"), *lost)


def _keeps_model_answer(item: Item, options: WriteOptions) -> bool:
    interaction = item.interaction
    return (
        not options.model_answer_for_students
        and isinstance(interaction, ExtendedText)
        and bool(interaction.model_answer)
    )


def _model_answer_lost(item: Item) -> Diagnostic:
    message = "essay: the model answer is left out: it is for graders only, and in GIFT students would see it"
    return diagnose(Code.TARGET_LOSES, message, item=item.identifier, span=item.span, target="gift", effect=Effect.LOST)


def _category(segments: tuple[str, ...]) -> str:
    """Only the backslash is escaped here: the importer never resolves its placeholders in a category."""
    path = rules.category_path(segments).replace("\\", "\\\\")
    return f"$CATEGORY: {path}\n\n"
