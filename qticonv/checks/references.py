"""What refers to items: sections and passages."""

from __future__ import annotations

from collections.abc import Iterator

from qticonv.checks.findings import Finding, about
from qticonv.diagnostics import Code, diagnose
from qticonv.model import ItemBank, NoInteraction


def sections(bank: ItemBank) -> Iterator[Finding]:
    """Yield sections that name unknown items or draw more items than they have."""
    if not bank.sections:
        return
    names = {item.identifier for item in bank.items}
    for section in bank.sections:
        unknown = [name for name in section.items if name not in names]
        if unknown:
            yield _broken(f"the section {section.title!r} names items that do not exist: {', '.join(unknown)}")
        if section.pick is not None and section.pick > len(section.items):
            yield _broken(f"the section {section.title!r} draws {section.pick} of only {len(section.items)} items")


def passages(bank: ItemBank) -> Iterator[Finding]:
    """Yield items whose passage is not in the bank."""
    known = {item.identifier for item in bank.items if isinstance(item.interaction, NoInteraction)}
    for index, item in enumerate(bank.items):
        if item.passage is not None and item.passage not in known:
            message = f"the passage {item.passage!r} that the question refers to does not exist"
            yield about(bank, index, Code.REFERENCE_BROKEN, message)


def _broken(message: str) -> Finding:
    return Finding(None, diagnose(Code.REFERENCE_BROKEN, message))
