"""Lines that are no part of a question: the title, the preface, headings, noise, and what nothing explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qticonv.diagnostics import Code, Diagnostic, SourceSpan, diagnose
from qticonv.model import LineRole
from qticonv.readers.rawtext.blocks import Block, Piece
from qticonv.readers.rawtext.context import Context
from qticonv.readers.rawtext.scan import Scan

_TITLE_LENGTH = 120


def take_title(blocks: Sequence[Block], context: Context, roles: list[LineRole]) -> str | None:
    """A heading, or a short first line, before the first question."""
    limit = blocks[0].first if blocks else 0
    heads = context.scan.heads[:limit]
    candidates = [i for i, head in enumerate(heads) if head.raw and i not in context.scan.rules]
    headings = [i for i in candidates if heads[i].hashes]
    chosen = (headings or candidates)[:1]
    if not chosen or len(heads[chosen[0]].raw) > _TITLE_LENGTH:
        return None
    roles[chosen[0]] = LineRole.TITLE
    return heads[chosen[0]].raw.strip("#*_= \t") or None


def preface(blocks: Sequence[Block], found: Scan) -> list[Piece]:
    """The pieces before the first question."""
    limit = blocks[0].first if blocks else 0
    return [(i, head.raw) for i, head in enumerate(found.heads[:limit]) if head.raw and i not in found.rules]


def give_roles(found: Scan, roles: list[LineRole]) -> None:
    """Headings and rulers between questions explain themselves."""
    if LineRole.UNCLAIMED not in roles:
        return
    for index, head in enumerate(found.heads):
        if roles[index] is LineRole.UNCLAIMED and index not in found.fenced:
            if index in found.rules:
                roles[index] = LineRole.SEPARATOR
            elif head.hashes:
                roles[index] = LineRole.TITLE


def line_roles(context: Context, roles: Sequence[LineRole], count: int) -> tuple[LineRole, ...]:
    """The role of each line: that of its first piece."""
    of_line = [LineRole.BLANK] * count
    for head, role in reversed(list(zip(context.scan.heads, roles, strict=True))):
        of_line[head.line] = role
    return tuple(of_line)


def report_aside(context: Context, roles: Sequence[LineRole], lines: Sequence[str], first: int) -> list[Diagnostic]:
    """Lines that are no part of a question: a note before the first question (``first``), a warning after it."""
    said: list[Diagnostic] = []
    if LineRole.UNCLAIMED not in roles:
        return said
    start: int | None = None
    for number in range(len(roles) + 1):
        unclaimed = number < len(roles) and roles[number] is LineRole.UNCLAIMED
        if unclaimed and start is None:
            start = number
        elif not unclaimed and start is not None:
            said.append(_set_aside(context, start, number, lines, is_preface=start < first))
            start = None
    return said


def _set_aside(context: Context, start: int, end: int, lines: Sequence[str], *, is_preface: bool) -> Diagnostic:
    text = " ".join(" ".join(line[:80] for line in lines[start : min(end, start + 4)]).split())[:60]
    span = SourceSpan(context.source, context.start + start + 1, context.start + end)
    if is_preface:
        return diagnose(Code.RAW_TEXT_ASIDE, f"Set aside: {text!r}.", span=span)
    return diagnose(Code.RAW_LINE_UNCLAIMED, f"These lines belong to no question: {text!r}.", span=span)


def report_noise(context: Context, noise: Mapping[int, str]) -> Iterator[Diagnostic]:
    """One note for each line that belongs to the page and not to the quiz."""
    for number, what in sorted(noise.items()):
        span = SourceSpan(context.source, context.start + number + 1, context.start + number + 1)
        yield diagnose(Code.RAW_NOISE, f"Left out: {what}.", span=span)
