"""Moodle XML: questions for Moodle's question bank (rules from Moodle 4.2 to 4.5; ordering from 4.4)."""

from __future__ import annotations

from typing import BinaryIO

from qticonv.diagnostics import Diagnostic
from qticonv.model import ItemBank, NoInteraction
from qticonv.model.options import WriteOptions
from qticonv.writers.moodle import rules
from qticonv.writers.moodle.limits import limits
from qticonv.writers.moodle.questions import question
from qticonv.writers.moodle.texts import bank_losses
from qticonv.writers.moodle.xml import Context, cdata

__all__ = ["limits", "write"]

_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
_FOOT = b"</quiz>\n"


def write(bank: ItemBank, options: WriteOptions, out: BinaryIO) -> tuple[Diagnostic, ...]:
    """Write ``bank`` as Moodle XML (UTF-8) to ``out``, item by item, and return what the file cannot hold of the bank.

    Items that :func:`limits` withholds, and those without a key, must not be in the bank any more.
    """
    context = Context(bank, options)
    category: tuple[str, ...] = ()
    out.write(_HEAD)
    for item in bank.items:
        if isinstance(item.interaction, NoInteraction):
            context.texts.keep_passage(item)
        wanted = rules.item_category(item, bank.title) or (category and rules.FALLBACK_CATEGORY)
        if wanted != category:
            category = wanted
            out.write(_category(category).encode())
        out.write(question(item, context).encode())
    out.write(_FOOT)
    return bank_losses(bank, "moodle")


def _category(segments: tuple[str, ...]) -> str:
    path = cdata(rules.category_path(segments))
    return f'<question type="category">\n<category><text>{path}</text></category>\n</question>\n'
