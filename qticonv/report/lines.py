"""The source with the role of each line in the margin (``parse --explain-lines``)."""

from __future__ import annotations

from qticonv.model import LineRole, Reading
from qticonv.report.terminal import printable

_WIDTH = max(len(role.value) for role in LineRole)


def explain(reading: Reading) -> str:
    """Return one line per source line: its number, its item's ordinal, its role, its text."""
    if not reading.roles:
        return "this format is not read line by line\n"
    owners = _owners(reading)
    digits = len(str(len(reading.lines)))
    out = []
    for number, (line, role) in enumerate(zip(reading.lines, reading.roles, strict=True), 1):
        owner = f"#{owners[number]}" if number in owners else ""
        out.append(f"{number:>{digits}} {owner:>5} {role.value:<{_WIDTH}} | {printable(line)}".rstrip())
    return "\n".join(out) + "\n"


def _owners(reading: Reading) -> dict[int, int]:
    owners: dict[int, int] = {}
    for ordinal, item in enumerate(reading.bank.items, 1):
        if item.span is not None:
            for number in range(item.span.start_line, item.span.end_line + 1):
                owners.setdefault(number, ordinal)
    return owners
