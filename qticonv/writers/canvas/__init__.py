"""Canvas: QTI 1.2 in Canvas's own flavour, one zip that Classic Quizzes and New Quizzes import with key and feedback.

QTI 2.1 would lose all feedback in New Quizzes (instructure/qti: ``v2/models/interactions/base_interaction.rb``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from qticonv.diagnostics import Diagnostic
from qticonv.model import ItemBank
from qticonv.model.options import WriteOptions
from qticonv.writers.canvas.limits import limits
from qticonv.writers.canvas.package import write_package

__all__ = ["limits", "write", "write_many"]


def write(bank: ItemBank, options: WriteOptions, out: BinaryIO) -> tuple[Diagnostic, ...]:
    """Write ``bank`` as a package with one quiz, or with item banks alone, one a category (``options.as_bank``).

    Items that :func:`limits` withholds, and those without a key, must not be in the bank any more. Returns what the
    package cannot hold of the bank as a whole.
    """
    return write_package((bank,), options, out)


def write_many(banks: Sequence[ItemBank], options: WriteOptions, out: BinaryIO) -> tuple[Diagnostic, ...]:
    """Write a package with one quiz for each of ``banks``, which Canvas imports together."""
    return write_package(banks, options, out)
