"""Questions about a bank that need no source: what does not fit together, and what is doubtful.

:data:`CHECKS` is a tuple of functions from a bank to findings. :func:`run` asks them all and takes out what must not
be written. Items share an identifier where they are duplicates, so findings name items by their index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from qticonv.checks.contents import (
    coherence,
    duplicate_choices,
    empty_texts,
    key_counts,
    points,
    true_false_words,
)
from qticonv.checks.findings import Finding
from qticonv.checks.identity import distinguish, duplicates
from qticonv.checks.references import passages, sections
from qticonv.diagnostics import Diagnostic
from qticonv.model import ItemBank
from qticonv.model.selection import select

Check = Callable[[ItemBank], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    coherence,
    duplicates,
    empty_texts,
    true_false_words,
    key_counts,
    duplicate_choices,
    points,
    sections,
    passages,
)

__all__ = ["CHECKS", "Check", "Checked", "Finding", "distinguish", "run"]


class Checked(Struct, frozen=True, kw_only=True, gc=False):
    """``bank`` without the items at ``withheld`` (indices in the bank that was checked), and what was found.

    The diagnostics stand in the order of the items, those about the whole bank last.
    """

    bank: ItemBank
    withheld: tuple[int, ...]
    diagnostics: tuple[Diagnostic, ...]


def run(bank: ItemBank) -> Checked:
    """Ask all checks about ``bank``. Run it when keys are settled; :func:`distinguish` comes before."""
    findings = [finding for check in CHECKS for finding in check(bank)]
    last = len(bank.items)
    findings.sort(key=lambda finding: last if finding.index is None else finding.index)
    withheld = {finding.index for finding in findings if finding.index is not None and finding.withholds}
    kept = [item for index, item in enumerate(bank.items) if index not in withheld]
    return Checked(
        bank=select(bank, kept) if findings else bank,
        withheld=tuple(sorted(withheld)),
        diagnostics=tuple(finding.diagnostic for finding in findings),
    )
